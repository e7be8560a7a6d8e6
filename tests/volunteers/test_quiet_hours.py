"""The page of notices: quiet hours, and who sees it."""

import pytest
from django.test import Client

from motesplats.models import AuditEntry
from tests import make
from tests.chat.house import html, logged_in
from volunteers import quiet_hours
from volunteers.models import AlertWish

pytestmark = pytest.mark.django_db
URL = "/en/volontar/notiser/"


@pytest.fixture
def bjorn():
    return make.volunteer()


def test_quiet_hours_are_shown_and_saved(bjorn):
    browser = logged_in(bjorn.user)
    page = html(browser.get(URL))
    assert 'value="22:00"' in page and 'value="07:00"' in page
    assert browser.post(URL, {"start": "23:30", "end": "05:15"}).url == URL
    wish = AlertWish.objects.get(volunteer=bjorn)
    assert (f"{wish.quiet_from:%H:%M}", f"{wish.quiet_until:%H:%M}", wish.is_on) == ("23:30", "05:15", False)
    assert AuditEntry.objects.get(action="alerts.quiet_hours").actor_id == bjorn.user_id
    assert 'value="23:30"' in html(browser.get(URL))


@pytest.mark.parametrize(
    "given, words",
    [
        ({"start": "", "end": "07:00"}, "Write a time."),
        ({"start": "22:00", "end": "25:99"}, "Write the time like this"),
    ],
)
def test_a_time_that_is_none_is_said_and_kept(bjorn, given, words):
    page = html(logged_in(bjorn.user).post(URL, given))
    assert words in page and f'value="{given["end"]}"' in page
    assert not AlertWish.objects.exists()


def test_the_page_says_whether_notices_are_on(bjorn):
    browser = logged_in(bjorn.user)
    assert "You get no notices now" in html(browser.get(URL))
    quiet_hours.want_alerts(bjorn, True)
    assert "You get a notice when somebody waits" in html(browser.get(URL))


def test_the_page_is_for_approved_volunteers():
    assert Client().get(URL).url.startswith("/en/konto/logga-in/")
    for user in (make.user(), make.volunteer(state="paused").user):
        assert logged_in(user).get(URL).status_code == 404
