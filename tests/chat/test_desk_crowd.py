"""The desk asks as much of the database when many wait as when few do; so does a sweep of the alerts with nobody to tell."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import alerts, desk_list
from tests import crowd, make
from tests.chat.house import logged_in

pytestmark = pytest.mark.django_db


def queries(act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def counted(waiting: int, on_duty: int, browser) -> dict[str, int]:
    """With so many more who wait and who are on duty."""
    crowd.waiting(waiting)
    crowd.on_duty(on_duty)
    alerts.tell_waiting()
    urls = {url: queries(lambda url=url: browser.get(url)) for url in ("/jour/", "/jour/lista/")}
    return {**urls, "a sweep": queries(alerts.tell_waiting)}


def test_desk_and_sweep_ask_the_same_with_few_and_with_many():
    cache.clear()
    make.office()
    bjorn = make.volunteer(on_duty=True)
    browser = logged_in(bjorn.user)
    browser.get("/jour/")
    few, many = counted(5, 3, browser), counted(80, 20, browser)
    assert few == many
    assert len(desk_list.waiting_cards(bjorn, bjorn.heartbeat_at)) == desk_list.CARDS, "more than a page of them fit"
