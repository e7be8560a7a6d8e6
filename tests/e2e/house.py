"""A running house, embedded or full, and its people in real browsers. Used by the whole-story tests."""

import base64
import email
import email.policy
import json
import re
import time
from pathlib import Path

from motesplats.daemons import find_program, postgres_programs
from motesplats.processes import Stack
from tests.e2e.shell import Shell
from tests.embedded.serving import Serve

FRESH_SECONDS = 5  # 75 in earnest
MOVED_CLOCKS = {  # clocks moved by settings, not by sleeping
    "CLOCK_DIGEST_SECONDS": "1",
    "PRESENCE_FRESH_SECONDS": str(FRESH_SECONDS),
    "PRESENCE_EVERY_SECONDS": "1.3",
    "MESSAGES_PER_10_SECONDS": "200",
    "MESSAGES_PER_MINUTE": "600",
    "DEMO": "0",
    "VAPID_PRIVATE_KEY": base64.urlsafe_b64encode(bytes([7] * 32)).rstrip(b"=").decode(),
    "PUSH_TO_LOOPBACK": "1",
    "CLOCK_ALERT_GAP_SECONDS": "1",
}

LOG_IN = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from motesplats.models import User
from tests import make
user = User.objects.filter(display_name={name!r}).first()
if user is None:
    user = make.volunteer({name!r}).user
store = SessionStore()
store[SESSION_KEY] = str(user.pk)
store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.save()
print(store.session_key)
"""


ASKED = """
from django.contrib.sessions.backends.db import SessionStore
from motesplats import access
from tests import make
owner = make.user("Amina", email=None)
talk = make.conversation(owner, need="Mitt CV")
store = SessionStore()
access.grant(store, talk.request.public_id, user_id=owner.pk, link_version=1)
store.save()
print(talk.request.public_id, store.session_key)
"""


class House:
    """`url`, `mails()`, `python(code)`: what a story needs to know of a running Mötesplats."""

    def __init__(self, running, mail_folder: Path):
        self.running, self.url, self.mail_folder = running, running.url, mail_folder
        self.shell = Shell(running.environment)
        self.home = f"{self.url}/en"  # the words of the stories are the msgids; Swedish may be reworded by IM

    def python(self, code: str) -> str:
        """Run `code` in the house's own Django; -> the last line it printed."""
        printed = self.shell.run(code).strip().splitlines()
        return printed[-1] if printed else ""

    def close_all(self) -> None:
        """End every question: what one story leaves open must not wait on the desk of the next."""
        self.python("from seekers.models import HelpRequest as H; H.objects.update(state='closed', helper=None)")

    def forget_counts(self) -> None:
        """All people of the stories come from one address: none may have asked too often for the next."""
        self.python("from django.core.cache import cache; cache.clear()")

    def sweep(self) -> None:
        self.python("from django.core.management import call_command; call_command('sweep')")

    def close(self) -> None:
        self.shell.close()

    def cookie_of(self, name: str) -> dict:
        """What the browser of the volunteer `name` holds when logged in; made when there is none."""
        return {"name": "session", "value": self.python(LOG_IN.format(name=name)), "url": self.url}

    def open_asked(self, page) -> None:
        """`page` is Amina's, in the chat of a question she has just asked: for stories that begin after `ask`."""
        question, key = self.python(ASKED).split()
        page.context.add_cookies([{"name": "session", "value": key, "url": self.url}])
        page.goto(f"{self.home}/chatt/{question}/")

    def log_in(self, page, name: str) -> None:
        """`page` becomes the volunteer `name`."""
        page.context.add_cookies([self.cookie_of(name)])

    def mails(self) -> list:
        """Every mail that left, oldest first."""
        found = []
        for file in sorted(self.mail_folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns):
            for raw in re.split(rb"\n-{79}\n", file.read_bytes()):
                if raw.strip():
                    found.append(email.message_from_bytes(raw.lstrip(), policy=email.policy.default))
        return found

    def wait_for_mail(self, words: str, *, to: str, seconds: float = 30) -> str:
        """The newest mail to the address `to` whose text holds `words`, -> its text."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            texts = [mail.get_body(("plain",)).get_content() for mail in self.mails() if mail["to"] == to]
            for text in reversed(texts):
                if words in text:
                    return text
            time.sleep(0.2)
        raise AssertionError(f"no mail to {to} says {words!r}; there are {texts}")


def settings_for(mail_folder: Path) -> dict[str, str]:
    mail_folder.mkdir(parents=True, exist_ok=True)
    backend = "django.core.mail.backends.filebased.EmailBackend"
    return {**MOVED_CLOCKS, "DELIVERY_EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(mail_folder)}


def lacking() -> list[str]:
    """What is not installed of what the full mode needs."""
    found = [name for name in ("redis-server", "caddy") if find_program(name) is None]
    return found if postgres_programs() else [*found, "postgresql"]


def embedded(folder: Path) -> Serve:
    return Serve(folder, **settings_for(folder / "mail"))


def full(folder: Path) -> Stack:
    """Two page and two socket processes, worker and beat, behind Caddy."""
    return Stack(folder, web=2, ws=2, environment=settings_for(folder / "mail"))


def ask(
    page, house: House, *, name: str = "Amina", email_address: str = "", need: str = "Mitt CV", script: bool = True
) -> None:
    """Walk the five ask pages as a person does, up to the open chat."""
    page.goto(f"{house.home}/fraga/")
    page.check("input[name=topic][value=cv]")
    _next(page)
    _next(page)
    page.fill("textarea[name=need]", need)
    _next(page)
    page.check("input[name=languages][value=sv]")
    page.check("input[name=languages][value=ar]")
    _next(page)
    page.fill("input[name=name]", name)
    if email_address:
        page.fill("input[name=email]", email_address)
    else:
        page.check("input[name=no_email]")
    page.locator("input[name=is_adult]").first.check()
    page.check("input[name=consent]")
    _next(page)
    page.wait_for_url("**/chatt/**")


def _next(page) -> None:
    page.locator("main form .buttons .button").first.click()


def confirm_address(page, house: House, address: str) -> str:
    """Write the mailed code into the chat page. -> the receipt that comes then."""
    code = re.search(r"\b(\d{6})\b", house.wait_for_mail("Write this code", to=address)).group(1)
    page.fill("input[name=code]", code)
    page.click("#address button:has-text('Confirm')")
    page.wait_for_selector(".note.success")
    return house.wait_for_mail("We have your question", to=address)


def come_to_desk(page, house: House, name: str = "Björn") -> None:
    """`page` shows the desk of the volunteer `name`, who is here now."""
    house.log_in(page, name)
    page.goto(f"{house.home}/jour/")
    with page.expect_navigation():  # who is here already sees the same page before and after
        page.click("form.switch button[value=here]")
    page.wait_for_selector("form.switch button[value=here][aria-pressed=true]")


def question_of(page) -> str:
    """The public id of the chat that `page` shows."""
    return re.search(r"/chatt/([^/]+)/", page.url).group(1)


def claim(helper, asker, *, pace: str = "now") -> None:
    """The one at the desk `helper` takes the question of `asker`, and no other."""
    helper.click(f"[data-card='{question_of(asker)}'] button[value={pace}]")
    helper.wait_for_url(f"**/chatt/{question_of(asker)}/**")


def say(page, text: str) -> None:
    page.fill("textarea[name=body]", text)
    page.click("form.compose button")


def shown(page) -> list[tuple[int, str]]:
    """(seq, text) of each message of people on the page, from top to bottom."""
    return page.eval_on_selector_all(
        ".log .msg", "lines => lines.map(line => [Number(line.dataset.seq), line.querySelector('p').textContent])"
    )


def wait_until_shown(page, texts: set[str], *, seconds: float = 30) -> None:
    wanted = json.dumps(sorted(texts))
    page.wait_for_function(
        f"() => {{ const seen = [...document.querySelectorAll('.log .msg[data-seq] p')].map(p => p.textContent);"
        f" return {wanted}.every(text => seen.includes(text)); }}",
        timeout=seconds * 1000,
    )


def scrolls_sideways(page) -> bool:
    """Whether the page is wider than its window; read when it has loaded, for a click returns before that."""
    page.wait_for_load_state()
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def follow(page, selector: str) -> None:
    """Press `selector`, and come to the page behind it."""
    with page.expect_navigation():
        page.click(selector)


def see(page, words: str) -> None:
    """`words` stand on the page, and it fits the phone."""
    page.wait_for_selector(f"main :text('{words}'):visible")
    assert not scrolls_sideways(page), f"{page.url} scrolls sideways"


def tap(page, words: str, *, within: str = "main") -> None:
    """Press the link or button that says `words`, and come to the page behind it."""
    assert not scrolls_sideways(page), f"{page.url} scrolls sideways"
    with page.expect_navigation():
        page.locator(f"{within} >> :is(a, button):has-text('{words}'):visible").first.click()


def link_in(mail: str) -> str:
    return re.search(r"http\S+", mail).group(0)


def log_in_by_mail(page, house: House, address: str) -> None:
    """`page` shows the door; -> it shows what stood behind it."""
    page.fill("[name=email]", address)
    tap(page, "Send me a code")
    page.fill("[name=code]", re.search(r"\b(\d{6})\b", house.wait_for_mail("code", to=address)).group(1))
    tap(page, "Go on")
