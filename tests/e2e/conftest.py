"""Chromium of the system, driven by Playwright. One event loop for the folder: it must end with it."""

import contextlib
import functools
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.e2e.house import House, embedded, full, lacking

# Playwright's own list, which ours takes the place of, and what costs a browser without a window half of its time:
# two hidden pages of the address bar for each new window, and a process kept ready for a page that never comes.
WITHOUT = [
    *["AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "MediaRouter"],
    *["HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning", "OptimizationHints"],
    *["NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch", "LensOverlay", "Translate"],
    *["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "SpareRendererForSitePerProcess"],
]
ARGUMENTS = [
    f"--disable-features={','.join(WITHOUT)}",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps; whether a page may use it: permissions=
]


HOUSES = 2  # running beside each other, each in its worker: a story waits more than it works


def pytest_collection_modifyitems(items):
    ours = [item for item in items if "/e2e/" in item.path.as_posix()]
    in_a_house = [item for item in ours if {"running_house", "stack"} & set(item.fixturenames)]
    files = sorted({item.path for item in in_a_house})
    for item in ours:
        item.add_marker(pytest.mark.story)
    for item in in_a_house:
        item.add_marker(pytest.mark.xdist_group(f"house {files.index(item.path) % HOUSES}"))


def _is_full() -> bool:
    return not os.environ.get("DATABASE_URL", "").startswith("sqlite") and not lacking()


@pytest.fixture(scope="package")
def running_house():
    """A running Mötesplats with moved clocks: the full mode in a run on PostgreSQL, `serve` in a run on SQLite.

    Not in pytest's own folder: a second run of pytest closes that to PostgreSQL's and Redis's user again.
    """
    with tempfile.TemporaryDirectory(prefix="motesplats-house-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        with full(folder) if _is_full() else embedded(folder) as running:
            house = House(running, folder / "mail")
            yield house
            house.close()


@pytest.fixture
def stack(request):
    """The running house as its processes: PostgreSQL, Redis, two page and two socket processes, worker, beat, Caddy."""
    if os.environ.get("DATABASE_URL", "").startswith("sqlite"):
        pytest.skip("has a PostgreSQL of its own: once is enough, in the run on PostgreSQL")
    if lacking():
        pytest.skip(f"needs {', '.join(lacking())}")
    return request.getfixturevalue("running_house").running


@pytest.fixture
def house(running_house):
    """The running house for one story; what the story leaves open is closed after it."""
    running_house.forget_counts()
    yield running_house
    running_house.close_all()


def program_of_chromium(*, whole: bool = False) -> str:
    """Chromium's own headless shell where it is installed: the same pages for half of the time. `whole`: the browser
    itself, where a page notifies or records."""
    shell = None if whole else shutil.which("chromium-headless-shell")
    program = shell or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("needs Chromium (apt-get install chromium)")
    return program


@pytest.fixture(scope="package")
def browsers():
    """`browsers(whole=False)` -> a running browser, started when first asked for."""
    program_of_chromium()
    from playwright.sync_api import sync_playwright  # only where a browser is used

    with contextlib.ExitStack() as until_the_end:
        patch = until_the_end.enter_context(pytest.MonkeyPatch.context())
        playwright = until_the_end.enter_context(sync_playwright())
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # its loop runs in the thread of the test

        @functools.cache
        def running(*, whole: bool):
            browser = playwright.chromium.launch(executable_path=program_of_chromium(whole=whole), args=ARGUMENTS)
            until_the_end.callback(browser.close)
            return browser

        yield running


@pytest.fixture
def new_page(browsers, request):
    """Makes pages with their own cookies: `new_page(width=360)`; all are closed after the test."""
    contexts = []
    chromium = browsers(whole=request.node.get_closest_marker("whole_browser") is not None)

    def make(*, width: int = 1280, height: int = 800, **options):
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
