"""`make screenshots`: the pictures of docs/, taken in a house of its own with the demo's people. No test.

python -m tests.e2e.screenshots [folder]
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import ARGUMENTS
from tests.embedded.serving import Serve

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
PHONE, DESK, TALL = {"width": 360, "height": 740}, {"width": 1280, "height": 800}, {"width": 1280, "height": 1080}
MOST_BYTES = 200 * 1024
STILL = {"reduced_motion": "reduce", "color_scheme": "light", "timezone_id": "Europe/Stockholm", "locale": "sv-SE"}


class Album:
    """Takes pictures of one running house into one folder."""

    def __init__(self, browser: Browser, url: str, folder: Path):
        self.browser, self.url, self.folder = browser, url, folder

    def visitor(self, size: dict, who: str = "") -> Page:
        """A browser of its own; `who` of the demo sits at it."""
        page = self.browser.new_context(viewport=size, **STILL).new_page()
        if who:
            page.goto(f"{self.url}/demo/")
            page.click(f"button[name=who][value={who}]")
            page.wait_for_load_state("load")
        return page

    def take(self, page: Page, name: str) -> None:
        page.wait_for_timeout(600)  # the socket says who is here, the page scrolls to the end
        path = self.folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        size = path.stat().st_size
        print(f"{path.name}  {size // 1024} KB")
        if size > MOST_BYTES:
            raise SystemExit(f"{path.name} is larger than {MOST_BYTES // 1024} KB")


def take_all(album: Album) -> None:
    bjorn = album.visitor(TALL, "bjorn")
    album.take(bjorn, "desk-sv")
    start = album.visitor(DESK)
    start.goto(album.url)
    album.take(start, "start-sv")
    ask = album.visitor(PHONE)
    ask.goto(f"{album.url}/fraga/")
    album.take(ask, "ask-sv")
    _chat(album, bjorn)
    _document(album, bjorn)
    album.take(album.visitor(TALL, "disa"), "admin-sv")


def _chat(album: Album, bjorn: Page) -> None:
    """Amina on her phone while Björn is in the chat too."""
    amina = album.visitor(PHONE, "amina")
    bjorn.goto(amina.url)
    amina.wait_for_selector(".dot.here")
    album.take(amina, "chat-sv")
    path = amina.url.removeprefix(album.url)
    amina.goto(f"{album.url}/ar{path}")
    amina.wait_for_selector(".dot.here")
    album.take(amina, "chat-ar")


def _document(album: Album, bjorn: Page) -> None:
    """The CV Amina sent: Björn's page, and the first thing she is to change on her phone."""
    amina = album.visitor(PHONE, "amina")
    found = amina.locator("a[href*='/dokument/']").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    document = next(path for path in found if len(path.rstrip("/").split("/")) >= 5)
    version = "/".join(document.split("/")[:5]) + "/1/"
    bjorn.goto(album.url + version)
    album.take(bjorn, "review-sv")
    amina.goto(f"{album.url}{version}saker/1/")
    album.take(amina, "thing-sv")


def main(folder: Path) -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("The pictures need Chromium: sudo apt-get install chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="motesplats-pictures-") as var,
        sync_playwright() as playwright,
        Serve(Path(var), DEMO="1") as house,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        take_all(Album(browser, house.url, folder))
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
