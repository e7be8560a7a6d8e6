"""Redis is gone for 30 s: nobody notices but the clock."""

import asyncio
import re
import time

import pytest

from tests.faults.browser import Browser
from tests.faults.house import House

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("house"), pytest.mark.timeout(180)]
GONE_SECONDS = 30
AFTER_SECONDS = 4


def test_redis_gone_for_30_seconds_closes_no_socket_and_stops_no_page(house: House, figures):
    async def scenario():
        async with house.traffic() as pages:
            await asyncio.sleep(1)
            began = time.monotonic()
            await house.do(house.stack.stop_one, "redis")
            walk = asyncio.create_task(asyncio.to_thread(ask_log_in_claim_chat, house))
            written = asyncio.create_task(asyncio.to_thread(write_by_form, house))
            await asyncio.sleep(GONE_SECONDS - (time.monotonic() - began))
            walked = (walk.done(), written.done())
            await house.do(house.stack.start_one, "redis")
            await asyncio.sleep(AFTER_SECONDS)
        return house.count(pages), await walk, await written, walked

    count, walk, form_seconds, walked = asyncio.run(scenario())
    figures(f"Redis gone for {GONE_SECONDS} s: {count}")
    figures(
        f"  meanwhile: {len(walk)} page requests, all below 500; a message by form answered in {form_seconds:.2f} s"
    )
    count.check()
    assert (count.closed, count.reconnects) == (0, 0)
    assert [answer for answer in walk if answer[0] >= 500] == []
    assert walked == (True, True), "the pages were not done while Redis was gone"


def write_by_form(house: House) -> float:
    """-> how long the slowest of three messages by form took. Each is answered by 302."""
    chat = house.chats[0]
    browser = Browser(house.stack.url, cookie=chat["seeker"])
    path, slowest = f"/chatt/{chat['public_id']}/", 0.0
    for number in range(3):
        page = browser.get(path)
        began = time.monotonic()
        browser.post(f"{path}skriv/", page=page, body=f"Utan JavaScript, {number}")
        slowest = max(slowest, time.monotonic() - began)
        assert browser.status == 302
    return slowest


def ask_log_in_claim_chat(house: House) -> list[tuple[int, str]]:
    """The whole way of two people by plain forms. -> (status, request) of every step."""
    asker, volunteer = Browser(house.stack.url), Browser(house.stack.url)
    chat = _ask(asker)
    _log_in(volunteer, house, house.volunteers[0])
    desk = volunteer.get("/jour/")
    claim = re.search(rf"/jour/{chat.split('/')[2]}/ta/", desk)
    assert claim, "the desk does not show the question"
    assert volunteer.post(claim[0], page=desk, pace="now") == chat
    volunteer.post(f"{chat}skriv/", page=volunteer.get(chat), body="Hej! Jag hjälper dig.")
    asker.post(f"{chat}skriv/", page=asker.get(chat), body="Tack!")
    assert "Jag hjälper dig." in asker.text or "Jag hjälper dig." in asker.get(chat)
    assert "Tack!" in volunteer.get(chat)
    return asker.statuses + volunteer.statuses


def _ask(browser: Browser) -> str:
    """Five pages. -> the chat's path."""
    answers = {
        "/fraga/": {"topic": "cv"},
        "/fraga/annons/": {"ad": ""},
        "/fraga/nar/": {"when": "today", "need": "Kan du läsa mitt CV?"},
        "/fraga/sprak/": {"languages": ["sv"], "swedish_level": "unknown"},
        "/fraga/du/": {"name": "Amina", "no_email": "on", "is_adult": "yes", "consent": "on"},
    }
    path = "/fraga/"
    while path in answers:
        path = browser.post(path, page=browser.get(path), **answers.pop(path))
        assert browser.status == 302, browser.statuses
    browser.get(path)
    assert browser.status == 200
    return path


def _log_in(browser: Browser, house: House, address: str) -> None:
    """By the code. The worker hears nothing without Redis, so the mail leaves by the plain `sweep`."""
    path = browser.post("/konto/logga-in/", page=browser.get("/konto/logga-in/"), email=address)
    house.stack.manage("sweep")
    code = re.search(r"^\d{6}$", house.mail.text_to(address), re.MULTILINE)
    assert code, "no code was mailed"
    browser.post(path, page=browser.get(path), code=code[0])
    assert browser.status == 302, browser.statuses
