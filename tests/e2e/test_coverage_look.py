"""The maps of coverage and demand at 320 px, for a volunteer and for IM: no sideways scroll, axe content, one tap books."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from seekers.models import HelpRequest
from tests import make, roles
from tests.e2e.test_chat_look import enter
from tests.e2e.test_look import faults
from volunteers.models import ShiftBooking

pytestmark = pytest.mark.django_db(transaction=True)
DETAILS = "document.querySelectorAll('main details, #content details').forEach((e) => { e.open = true; })"


def test_maps_at_320_px_and_half_an_hour_by_one_tap(new_page, live_server):
    cache.clear()
    make.office()
    bjorn, now, found = make.volunteer(languages=["sv", "ar"]), timezone.now(), []
    for days in range(1, 12):  # each at another weekday or hour
        talk = make.conversation(languages=["ar"] if days % 2 else ["uk"])
        HelpRequest.objects.filter(pk=talk.request.pk).update(created_at=now - timedelta(days=days, hours=days))
    make.booking(make.volunteer("Cecilia"), make.shift(now + timedelta(days=1), hours=4))
    for path, key in (
        ("/jour/tackning/?sprak=ar", roles.session_of(bjorn.user)),
        ("/ar/jour/tackning/", roles.session_of(bjorn.user)),
        ("/admin/chat/promise/tackning/", roles.session_of(make.staff(), has_shown_key=True)),
    ):
        page = enter(new_page(width=320, height=640), live_server.url, key)
        page.goto(f"{live_server.url}{path}")
        page.evaluate(DETAILS)
        here = [fault for fault in faults(page) if "/admin/" not in path or "small target" not in fault]
        found += here
    assert not found, "\n".join(found)
    page = enter(new_page(width=320), live_server.url, roles.session_of(bjorn.user))
    page.goto(f"{live_server.url}/jour/tackning/?sprak=ar")
    before = page.locator("main button[name=hour]").count()
    page.click("main button[name=hour] >> nth=0")
    page.wait_for_selector("main [role=status]")
    assert page.locator("main button[name=hour]").count() == before - 1 and before > 1
    assert ShiftBooking.objects.filter(volunteer=bjorn, shift__is_personal=True).count() == 1
