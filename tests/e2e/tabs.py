"""A Chromium whose tabs are really hidden, throttled and frozen: Playwright keeps every page awake and visible."""

import contextlib
import json
import re
import subprocess
import tempfile

from websockets.sync.client import connect

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-port=0",
]
ANSWER_SECONDS = 20


class Tabs(contextlib.ExitStack):
    """with Tabs(program) as browser: tab = browser.open(url, session=…); browser.open("about:blank") hides `tab`."""

    def __init__(self, program: str):
        super().__init__()
        self.program, self.calls = program, 0

    def __enter__(self) -> "Tabs":
        folder = self.enter_context(tempfile.TemporaryDirectory(prefix="tabs-", ignore_cleanup_errors=True))
        command = [self.program, *ARGUMENTS, f"--user-data-dir={folder}", "about:blank"]
        process = self.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        self.callback(process.terminate)
        address = next(found[0] for line in process.stderr if (found := re.search(r"ws://\S+", line)))
        self.socket = self.enter_context(connect(address, max_size=None))
        return self

    def open(self, url: str, *, cookies: tuple[dict, ...] = ()) -> "Tab":
        """A new tab in front of the others."""
        if cookies:
            self.call("Storage.setCookies", cookies=list(cookies))
        target = self.call("Target.createTarget", url=url)["targetId"]
        self.call("Target.activateTarget", targetId=target)
        return Tab(self, target, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def call(self, method: str, *, session: str = "", **parameters) -> dict:
        self.calls += 1
        frame = {"id": self.calls, "method": method, "params": parameters}
        self.socket.send(json.dumps(frame | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self.socket.recv(timeout=ANSWER_SECONDS))
            if answer.get("id") == self.calls:
                if "context" in answer.get("error", {}).get("message", ""):
                    raise NoPage
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]


class NoPage(Exception):
    """The tab is between two pages."""


class Tab:
    def __init__(self, browser: Tabs, target: str, session: str):
        self.browser, self.target, self.session = browser, target, session

    def value(self, script: str):
        """What `script` is worth in the page."""
        found = self.browser.call("Runtime.evaluate", session=self.session, expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def freeze(self) -> None:
        """What Chromium does with a tab it wants to spare: no timer, no task, until somebody looks at it."""
        self.browser.call("Page.setWebLifecycleState", session=self.session, state="frozen")

    def close(self) -> None:
        self.browser.call("Target.closeTarget", targetId=self.target)
