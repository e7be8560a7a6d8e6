"""40 people write in 20 chats while something dies. Whatever it is: nothing lost, nothing doubled, order kept."""

import asyncio
import signal

import pytest

from tests.faults.browser import Browser
from tests.faults.house import House

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("house"), pytest.mark.timeout(180)]


def test_socket_process_killed_loses_nothing(house: House, figures):
    async def scenario():
        async with house.traffic() as pages:
            await asyncio.sleep(2)
            for index in (0, 1, 0):
                await house.do(house.stack.kill, "ws", index)
                await asyncio.sleep(1)
                await house.do(house.stack.start_one, "ws", index)
            await asyncio.sleep(1)
        return house.count(pages)

    count = asyncio.run(scenario())
    figures(f"socket process killed 3 times: {count}")
    count.check()
    assert count.reconnects


def test_postgres_pulled_loses_nothing_and_pages_say_so_kindly(house: House, figures):
    async def scenario():
        async with house.traffic() as pages:
            browser = await house.do(open_chat, house)
            for _time in range(2):
                await asyncio.sleep(2)
                await house.do(house.stack.stop_one, "postgres", with_signal=signal.SIGQUIT)
                await house.do(knock, house, browser)
                await asyncio.sleep(1)
                await house.do(house.stack.start_one, "postgres")
            await asyncio.sleep(3)
            await house.do(knock, house, browser)
        return house.count(pages), browser.statuses

    count, statuses = asyncio.run(scenario())
    figures(f"PostgreSQL pulled twice: {count}")
    count.check()
    assert [status for status, _request in statuses] == [200] + [503] * 6 + [200, 200, 302]


def open_chat(house: House) -> Browser:
    chat = house.chats[0]
    browser = Browser(house.stack.url, cookie=chat["seeker"])
    browser.path = f"/chatt/{chat['public_id']}/"
    browser.page = browser.get(browser.path)
    return browser


def knock(house: House, browser: Browser) -> None:
    """The chat's page, the start page of somebody logged in, a message by form."""
    browser.get(browser.path)
    browser.get("/mina-fragor/")
    browser.post(f"{browser.path}skriv/", page=browser.page, body="Skrivet när databasen är borta")
    assert browser.status != 503 or "Skrivet när databasen är borta" in browser.text
