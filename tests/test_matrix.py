"""Every address x every role x GET and POST, against tests/matrix.py. An address without a row fails."""

import logging
import re
from copy import deepcopy
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client

from chat import links
from motesplats import codes
from tests import make, roles
from tests.addresses import LISTS, every_address
from tests.matrix import ADMIN as ADMIN_MAY
from tests.matrix import POSTS, ROWS
from tests.test_headers import faults_of, keeps_nothing

pytestmark = pytest.mark.django_db
ADDRESSES = every_address()
ADMIN = [one for one in ADDRESSES if one.route.startswith("admin/")]
PAGES = [one for one in ADDRESSES if one not in ADMIN]
LEADS = {"/konto/logga-in/": "door", "/konto/bekrafta/": "prove", "/konto/nyckel/bekrafta/": "key"}
HELP = """{} has no row in tests/matrix.py. Add one to ROWS, with what each role of tests/roles.py gets, for example
    "{}": ("OGBI 200 · * 404", "* 405"),   # GET, POST"""

NOBODYS = {  # exist for none of these roles
    "admin:password_change", "admin:password_change_done", "admin:view_on_site", "admin:autocomplete", "admin/(?P<url>.*)$",
    "mail_hook", "demo:people", "demo:mails", "mfa_deactivate_totp", "mfa_view_recovery_codes",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(for_the_file):
    return for_the_file(roles.build)


@pytest.fixture
def house(built, db):
    logging.disable(logging.CRITICAL)  # thousands of refusals are meant here
    yield deepcopy(built)
    logging.disable(logging.NOTSET)


@pytest.fixture
def browser():
    return Client(raise_request_exception=False)


@pytest.fixture
def quick():
    return roles.Quick()


def expected(row: str, letter: str) -> str:
    """What the row says `letter` gets; "?" without a row."""
    if not row:
        return "?"
    said = dict(part.split() for part in row.split(" · "))
    named = next((answer for letters, answer in said.items() if letter in letters), None)
    if named:
        return named
    if letter == "Z":
        return expected(row, "A")
    if letter in "UW":
        return "key"
    return next((answer for letters, answer in said.items() if "*" in letters), "?")


def ask(browser, house, letter: str, method: str, address, **instead):
    """The answer, with whatever a POST did undone."""
    house.sit_down(browser, letter)
    path = address.path(house, letter, **instead)
    if method != "POST":
        return roles.read(browser.generic(method, path))
    with transaction.atomic():
        answer = roles.read(browser.post(path, POSTS.get(address.name, {})))
        transaction.set_rollback(True)
    return answer


def in_short(answer, letter: str) -> str:
    if answer.status_code not in (301, 302):
        return str(answer.status_code)
    leads_to = urlsplit(answer["Location"]).path
    if letter == "W" and leads_to == "/konto/nyckel/":
        return "key"
    return LEADS.get(leads_to, "go")


def test_every_address_has_a_row_and_every_row_an_address():
    without = sorted({one.name for one in ADDRESSES} - set(ROWS))
    assert not without, "\n".join(HELP.format(name, name) for name in without)
    assert set(ROWS) - {one.name for one in ADDRESSES} == set()
    assert len({one.name for one in ADDRESSES}) == len(ADDRESSES) > 100


@pytest.mark.timeout(400)  # some thousand requests in one test
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("part", ["pages", "admin"])
def test_each_role_gets_what_the_table_says_with_its_headers(house, quick, part, method):
    wrong = []
    for address in {"pages": PAGES, "admin": ADMIN}[part]:
        row = ROWS.get(address.name, ("", ""))[method == "POST"]
        for letter, who in roles.ROLES.items():
            answer, should = ask(quick, house, letter, method, address), expected(row, letter)
            seen = in_short(answer, letter)
            if seen != should:
                wrong.append(f"{method} {address.name}: {letter} ({who}) got {seen}, should get {should}")
            for fault in faults_of(answer, keeps_nothing=method == "GET" and keeps_nothing(address, letter)):
                wrong.append(f"{method} {address.name}: {letter} ({who}) {answer.status_code} {fault}")
    assert not wrong, "\n".join(wrong)


def test_whatever_is_hidden_from_some_is_open_to_others():
    hidden = set()
    for name, rows in ROWS.items():
        answers = [{expected(row, letter) for letter in roles.ROLES} for row in rows]
        hidden |= {name for got in answers if "404" in got and not {"200", "204", "go", "405"} & got}
    assert hidden - NOBODYS == {f"admin:{one}_delete" for one in LISTS} | {
        f"admin:{one}_{page}" for one, may in ADMIN_MAY.items() for page in ("add", "change") if page not in may
    } | {
        f"admin:{one}_do" for one, may in ADMIN_MAY.items() if "do" not in may
    }  # 403 and 404: staff change nothing there


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
def test_other_methods_open_nothing(house, quick, method):
    opened = []
    for address in PAGES:
        for letter in "AX":
            seen = in_short(ask(quick, house, letter, method, address), letter)
            allowed = {expected(row, letter) for row in ROWS.get(address.name, ())} | {"405"}
            if seen not in allowed:
                opened.append(f"{method} {address.name}: {letter} got {seen}, GET and POST give {allowed}")
    assert not opened, "\n".join(opened)


# Programs post here, which have no cookie: the secret in the address is the right, and it can do only that one thing.
FOR_PROGRAMS = {"mail_stop", "mail_hook"}


def test_no_form_is_taken_without_its_token(house):
    browser, taken = Client(enforce_csrf_checks=True), []
    for address in (one for one in ADDRESSES if one.name not in FOR_PROGRAMS):
        for letter in ("B", "D"):
            if (seen := ask(browser, house, letter, "POST", address).status_code) != 403:
                taken.append((address.name, letter, seen))
    assert taken == []


def _bare(answer, *ids: str) -> str:
    text = answer.content.decode()
    for one in ids:
        text = text.replace(one, "ID")
    return re.sub(r'value="\w{64}"', "", text)


def test_what_is_not_yours_looks_like_what_is_not(house, browser):
    mine, nowhere = house.chat.request.public_id, "AAAAAAAAAAAAAAAA"
    compared = 0
    for address in (one for one in PAGES if "<str:public_id>" in one.route and one.name.startswith("chat:")):
        for method in ("GET", "POST"):
            for letter in "AHSX":
                foreign = ask(browser, house, letter, method, address)
                if foreign.status_code != 404:
                    continue
                missing = ask(browser, house, letter, method, address, public_id=nowhere)
                assert (missing.status_code, _bare(missing, nowhere)) == (404, _bare(foreign, mine)), (address, letter)
                compared += 1
    assert compared > 50


def test_lists_hold_only_ones_own(house, browser):
    chats = {"O": house.chat, "G": house.shell_chat, "H": house.waiting, "S": house.waiting}
    ids = {talk.request.public_id for talk in chats.values()}
    for letter in roles.ROLES:
        if letter in "UW":
            continue
        page = house.sit_down(browser, letter).get("/mina-fragor/").content.decode()
        mine = {chats[letter].request.public_id} if letter in chats else set()
        assert {one for one in ids if one in page} == mine, letter


def test_the_desk_shows_ones_own_chats_and_what_waits(house, browser):
    talks = {talk.request.public_id for talk in (house.chat, house.shell_chat, house.waiting)}
    shown = {}
    for letter in "BCX":
        page = house.sit_down(browser, letter).get("/jour/").content.decode()
        shown[letter] = {one for one in talks if one in page}
    waits = {house.waiting.request.public_id}
    left = {house.chat.request.public_id}  # X is asked how it felt; the chat itself is closed to X
    assert shown == {"B": talks, "C": waits, "X": waits | left}


def test_only_the_right_link_opens(house, browser):
    question = house.chat.request
    token = house.things["link"]
    path = f"/chatt/{question.public_id}/lank/"
    assert browser.get(f"{path}{token}/").status_code == 200
    for bad in (token[:-1], token + "x", house.things["shell_link"], "x", token.swapcase()):
        for method in ("get", "post"):
            assert getattr(browser, method)(f"{path}{bad}/").status_code == 404, bad
    assert browser.get(f"/chatt/{question.public_id}/").status_code == 404
    seeker = make.seeker_of(house.chat)
    helper = links.path_for(make.helper_of(house.chat))
    assert browser.post(helper).status_code == 404  # volunteers log in
    browser.post(f"{path}{token}/")
    assert browser.get(f"/chatt/{question.public_id}/").status_code == 200
    seeker.link_version += 1
    seeker.save()
    assert browser.get(f"/chatt/{question.public_id}/").status_code == 404
    assert browser.get(f"{path}{token}/").status_code == 404


def test_a_grant_cannot_take_the_account_over(house, browser):
    """The link to a chat opens that chat. It must not give the account behind it another address."""
    for owner, talk, taken in (("O", house.chat, False), ("G", house.shell_chat, True)):
        person, path = house.people[owner], f"/chatt/{talk.request.public_id}/"
        browser.cookies["session"] = roles.session_of(grants=(make.seeker_of(talk),))
        assert browser.get(path).status_code == 200
        browser.post(f"{path}adress/", {"email": f"eva{owner}@evil.example"})
        assert (f"address:{talk.request.public_id}" in browser.session.get("codes", {})) is taken
        browser.post(f"{path}kod/", {"code": _code(browser, talk, f"eva{owner}@evil.example")})
        was = person.email
        person.refresh_from_db()
        assert (person.email != was) is taken  # the same steps work for a shell, whom they are meant for


def _code(browser, talk, email: str) -> str:
    """The code on its way; or one sent before there was an account."""
    session, purpose = browser.session, f"address:{talk.request.public_id}"
    if not codes.waits_for(session, purpose):
        codes.send(session, purpose, email, language="sv")
        session.save()
    return session["codes"][purpose]["code"]
