"""Björn does something else in another tab: the desk behind it is hidden, its timers sleep."""

import time
from contextlib import suppress

import pytest

from tests.e2e.conftest import program_of_chromium
from tests.e2e.house import FRESH_SECONDS
from tests.e2e.tabs import NoPage, Tabs

ON_DUTY = """
from django.utils import timezone
from volunteers.models import Volunteer
print(Volunteer.objects.on_duty(timezone.now()).filter(user__display_name="Björn").count())
"""
IS_READY = "document.readyState === 'complete' && !!document.querySelector('[value=here][aria-pressed=true]')"
COUNT_WAKE_UPS = "window.wakeUps = 0; setInterval(() => window.wakeUps++, 100); true"
FOUR_MINUTES = 240 / 75 * FRESH_SECONDS  # to a presence that is fresh for 75 s, as these seconds are to ours


@pytest.fixture
def tabs():
    with Tabs(program_of_chromium(whole=True)) as browser:
        yield browser


def until(is_so, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(NoPage):
            if is_so():
                return True
        time.sleep(0.1)
    return False


def test_desk_hidden_and_frozen_for_four_minutes_stays_on_duty(house, tabs):
    """Presence is the open socket's, not a page timer's: with another tab in front and every timer stopped, still here.

    Chromium lets timers wake once a second in a hidden tab, and once a minute after a minute or more ("intensive
    throttling"), which no switch brings forward. So the tab is frozen besides, which is harsher: no timer runs at all.
    """
    desk = tabs.open(f"{house.home}/jour/", cookies=(house.cookie_of("Björn"),))
    assert until(lambda: desk.value("!!document.querySelector('form.switch')"), 10)
    desk.value("document.querySelector('form.switch button[value=here]').click()")
    assert until(lambda: house.python(ON_DUTY) == "1", 10)
    assert until(lambda: desk.value(IS_READY), 10)
    desk.value(COUNT_WAKE_UPS)
    assert until(lambda: desk.value("wakeUps") > 5, 5)  # awake: ten a second

    tabs.open("about:blank")
    assert until(lambda: desk.value("document.visibilityState") == "hidden", 5)
    before = desk.value("wakeUps")
    time.sleep(2)
    assert desk.value("wakeUps") - before <= 3  # hidden: one a second
    desk.freeze()
    before = desk.value("wakeUps")
    time.sleep(FOUR_MINUTES)

    assert (desk.value("document.visibilityState"), desk.value("wakeUps")) == ("hidden", before)
    assert house.python(ON_DUTY) == "1"
    desk.close()
    assert until(lambda: house.python(ON_DUTY) == "0", FRESH_SECONDS + 5)
