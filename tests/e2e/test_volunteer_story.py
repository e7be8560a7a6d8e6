"""From the application to the certificate: a volunteer's whole way, on a phone, against a running house.

Nils has heard of Mötesplats from a friend. Everything he does is a tap on a page; clocks are moved, nobody waits.
"""

import io
import json
import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from icalendar import Calendar
from pypdf import PdfReader

from tests.e2e.house import ask, claim, link_in, log_in_by_mail, say, scrolls_sideways, see, tap, wait_until_shown
from tests.e2e.test_alerts import SUBSCRIBE, until
from tests.volunteers.push_service import Browser, push_service

OFFICE = """
from motesplats.models import Office
from tests import make
Office.objects.exists() or make.office()
"""
DISA = """
from tests import make, roles
print(roles.session_of(make.staff("Disa"), has_shown_key=True))
"""
SHIFT = """
from datetime import timedelta
from django.utils import timezone
from tests import make
print(make.shift(timezone.now() + timedelta(days=3), hours=2, seats=1).public_id)
"""
BEGINS = """
from datetime import timedelta
from django.utils import timezone
from volunteers.models import Shift, ShiftBooking
starts_at = timezone.now() + timedelta(minutes={minutes})
Shift.objects.filter(public_id={shift!r}).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
ShiftBooking.objects.filter(shift__public_id={shift!r}).update(booked_at=starts_at - timedelta(days=3))
"""
NOT_SEEN = """
from django.conf import settings
from django.utils import timezone
from volunteers.models import Volunteer
fresh = timezone.now() - settings.PRESENCE_FRESH
print(not Volunteer.objects.filter(user__email={address!r}, heartbeat_at__gt=fresh).exists())
"""


@pytest.fixture
def service():
    with push_service() as service:
        yield service


@pytest.fixture
def phone(house, new_page, service):
    """Nils's phone, which may show notices. `phone.read_notice(body)`: what its service worker would be given."""
    page, browser = new_page(width=360, height=740), Browser()
    subscription = json.dumps({"endpoint": f"{service.url}/{uuid4().hex}", "keys": browser.keys})
    page.add_init_script(SUBSCRIBE % subscription)
    page.context.grant_permissions(["notifications"], origin=house.url)
    page.read_notice = browser.read
    return page


@pytest.mark.timeout(300)  # the longest way there is, with the start of the house, also on a busy machine
@pytest.mark.whole_browser
def test_from_the_application_to_the_certificate_on_a_phone(house, phone, new_page, service):
    house.python(OFFICE)
    address = f"nils.{uuid4().hex[:8]}@example.org"
    apply(phone, house, address)
    read_the_course(phone)
    approve_in_admin(new_page(width=360, height=740), house, "Nils")
    practise(phone, house.wait_for_mail("Begin with a practice chat", to=address))
    ask_for_notices(phone, service)
    shift = house.python(SHIFT)
    book(phone, shift)
    assert calendar_of(phone) == [("CONFIRMED", shift)]

    house.python(BEGINS.format(shift=shift, minutes=50))
    house.sweep()
    phone.goto(link_in(house.wait_for_mail("You have a shift", to=address)))
    see(phone, "Your shift")
    house.python(BEGINS.format(shift=shift, minutes=-5))
    phone.reload()
    tap(phone, "Open the desk")
    see(phone, "You take questions now")

    lock(phone, house, address)
    amina = new_page(width=360, height=740)
    ask(amina, house)
    open_the_notice(phone, house, service)
    claim(phone, amina)
    help_a_little(phone, amina)

    cecilia = colleague(new_page, house)
    leave_to_a_colleague(phone)
    take_over(cecilia, amina)
    say_how_it_feels(phone)

    house.python(BEGINS.format(shift=shift, minutes=-150))
    paper = certificate_of(phone)
    verify(new_page(width=360, height=740), house, paper)


def apply(page, house, address: str) -> None:
    page.goto(f"{house.home}/")
    tap(page, "Become a volunteer", within="body")
    tap(page, "Log in and apply")
    log_in_by_mail(page, house, address)
    see(page, "Help somebody to a job")
    page.fill("input[name=name]", "Nils")
    page.check("input[name=languages][value=sv]")
    page.check("input[name=languages][value=ar]")
    tap(page, "Send the application")
    see(page, "About you")
    tap(page, "Skip")
    see(page, "Our rules")
    page.check("input[name=accept]")
    tap(page, "I promise")
    see(page, "We have your application")


def read_the_course(page) -> None:
    tap(page, "The short course")
    tap(page, "Read this part")
    while page.locator("article").count():
        tap(page, "read", within="article form")
    see(page, "You have read the whole course")


def approve_in_admin(page, house, name: str) -> None:
    """Disa, whose session has shown her second key."""
    page.context.add_cookies([{"name": "session", "value": house.python(DISA), "url": house.url}])
    page.goto(f"{house.url}/admin/volunteers/volunteer/?state=applied")
    tap(page, name, within="#result_list")
    for step in ("note_talk", "approve"):
        with page.expect_navigation():
            page.click(f".submit-row button[formaction*='{step}']")


def practise(page, mail: str) -> None:
    page.goto(link_in(mail))
    page.click("[data-fill]")
    page.click(".compose .button")
    at_step(page, "read")
    page.click("button:has-text('I am reading (10 min)')")
    at_step(page, "comment")
    page.fill("textarea", "Good: you write the country. What did you do there?")
    page.check("input[name=line][value='2']", force=True)
    page.click("button:has-text('Send the comment')")
    at_step(page, "answer")
    page.fill("textarea", "Yes, write that.")
    page.click(".compose .button")
    at_step(page, "limit")
    page.fill("textarea", "I may not exchange numbers. Write here.")
    page.click(".compose .button")
    see(page, "Well done! The practice is over.")


def at_step(page, step: str) -> None:
    page.wait_for_selector(f"input[name=step][value={step}]", state="attached")
    assert not scrolls_sideways(page)


def ask_for_notices(page, service) -> None:
    tap(page, "Only when somebody waits")
    see(page, "Notices when somebody waits")
    tap(page, "Show notices on this device")
    assert until(page, lambda: set(notices(page, service)) == {"Notices come to this device now"})
    see(page, "Chrome")


def notices(page, service) -> dict[str, dict]:
    """What the stand-in of the push service got, as this phone reads it, by title."""
    found = [page.read_notice(body) for _path, _headers, body in list(service.got)]
    return {notice["title"]: notice for notice in found}


def book(page, shift: str) -> None:
    tap(page, "Shifts", within="header")
    tap(page, "Take the shift", within=f"form[action*='{shift}']")
    see(page, "The shift is yours.")


def calendar_of(page) -> list[tuple[str, str]]:
    """What the phone's own calendar reads: (status, shift) of each entry."""
    tap(page, "See your shifts in your own calendar")
    tap(page, "Make an address")
    see(page, "Your secret address")
    read = page.request.get(page.input_value("#address"))
    events = Calendar.from_ical(read.body()).walk("VEVENT")
    assert all(event.decoded("dtstart") > datetime.now(UTC) for event in events)
    return [(str(event["status"]), str(event["uid"]).partition("@")[0]) for event in events]


def lock(page, house, address: str) -> None:
    """The phone is put away: the page is closed, and the house has seen nothing of it for a while."""
    page.goto("about:blank")
    assert until(page, lambda: house.python(NOT_SEEN.format(address=address)) == "True")


def open_the_notice(page, house, service) -> None:
    """It buzzes, though the page is closed; a tap on it leads to the desk."""
    assert until(page, lambda: "Somebody waits for help" in notices(page, service))
    notice = notices(page, service)["Somebody waits for help"]
    assert notice["body"] == "CV"
    page.goto(house.url + notice["url"])


def help_a_little(page, amina) -> None:
    say(page, "Hej! Jag läser ditt CV nu.")
    wait_until_shown(amina, {"Hej! Jag läser ditt CV nu."})
    page.click("summary:has-text('Do you have to go for a while?')")
    tap(page, "Back soon (15 min)")
    amina.wait_for_selector("[data-line]:has-text('Nils is back')")
    tap(page, "I am back")


def colleague(new_page, house):
    """Cecilia at her desk, on her phone."""
    page = new_page(width=360, height=740)
    house.log_in(page, "Cecilia")
    page.goto(f"{house.home}/jour/")
    tap(page, "Here now")
    return page


def leave_to_a_colleague(page) -> None:
    page.click("summary:has-text('Do you have to go for a while?')")
    tap(page, "Let another volunteer take over")
    page.fill("textarea[name=note]", "Hon vill jobba i kök.")
    page.check("label:has-text('Cecilia') input")
    tap(page, "Leave the question")
    see(page, "We ask Cecilia first.")


def take_over(page, amina) -> None:
    page.wait_for_selector("text=asks you to take over")
    claim(page, amina)
    see(page, "Hon vill jobba i kök.")


def say_how_it_feels(page) -> None:
    see(page, "How does it feel after the chat?")
    tap(page, "Good")
    see(page, "Thank you!")


def certificate_of(page) -> PdfReader:
    tap(page, "My page")
    tap(page, "Get a certificate")
    page.fill("input[name=name]", "Nils Åberg")
    tap(page, "Make a certificate")
    see(page, "Your certificate is ready.")
    paper = page.request.get(page.locator("a:has-text('Open as PDF')").evaluate("link => link.href"))
    return PdfReader(io.BytesIO(paper.body()))


def verify(page, house, paper: PdfReader) -> None:
    """An employer who has got the paper."""
    text = paper.pages[0].extract_text()
    assert "Nils Åberg" in text and f"{house.url}/intyg/" in text
    page.goto(f"{house.home}/intyg/")
    page.fill("main input[name=kod]", re.search(r"(\w{4}-){2}\w{4}", text).group(0))
    tap(page, "Check")
    see(page, "The certificate is genuine")
    see(page, "Nils Åberg")
