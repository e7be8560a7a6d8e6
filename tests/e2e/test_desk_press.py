"""Björn presses "Chatta nu" in the moment when the list of his desk changes."""

import pytest

from tests import make
from tests.chat.house import logged_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_press_is_not_lost_when_the_list_changes_under_it(new_page, live_server):
    make.office()
    bjorn, question = make.volunteer("Björn", on_duty=True), make.conversation(need="Mitt CV").request
    page = new_page(width=360, height=740)
    cookie = logged_in(bjorn.user).cookies["session"]
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/jour/")
    page.hover(f"[data-card='{question.public_id}'] button[value=now]")
    page.mouse.down()
    make.conversation(need="Mitt brev")
    with page.expect_response(lambda answer: "/jour/lista/" in answer.url and answer.status == 200):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert page.locator("[data-card]").count() == 1  # the list waits for the finger
    page.mouse.up()
    page.wait_for_url(f"**/chatt/{question.public_id}/**")
