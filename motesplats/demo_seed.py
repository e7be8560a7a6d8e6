"""Fills an empty house with invented people and a month of their days. What happens is in the two JSON files."""

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from motesplats import accounts, audit, demo_employers, occupations, office_hours, reports
from motesplats.demo_story import Story
from motesplats.models import AuditEntry, ClosedPeriod, Office, OfficeHours, OutboxMail, Report, User, Weekday
from motesplats.moments import local
from volunteers import approval, conduct, course, duty, roster, rules, standing, steps
from volunteers.models import CoursePart, Shift, ShiftRule, StaffStep, Volunteer

SEEDED = "demo.seeded"  # the audit entry that knows who is who
DAYS_BACK, DAYS_AHEAD = 14, 16
BOOKED_BEFORE = timedelta(days=6)
TALK = StaffStep.Kind.TALK
EVENING, NIGHT = (time(18), time(22)), (time(22), time(6))
_FOLDER = Path(__file__).parent


def people() -> list[dict]:
    """key, name, role (seeker, volunteer, staff, employer), about {sv, en}, and what their story needs."""
    return _content()["people"]


def _content() -> dict:
    return json.loads((_FOLDER / "demo_people.json").read_text(encoding="utf-8"))


def talks() -> list[dict]:
    """key, owner, topic, asked (how long ago), steps: '+2 bjorn: words' or '+1 !claim bjorn', minutes apart."""
    return json.loads((_FOLDER / "demo_talks.json").read_text(encoding="utf-8"))


def is_empty() -> bool:
    """Nobody has an account here yet."""
    return not User.objects.exists()


def seeded_at() -> datetime | None:
    """When the demo was laid, None without one."""
    entry = AuditEntry.objects.filter(action=SEEDED).order_by("-pk").first()
    return entry.at if entry else None


@transaction.atomic
def seed() -> None:
    """Lay the whole demo, dated from now. RuntimeError unless DEMO, and unless the house is empty."""
    if not settings.DEMO:
        raise RuntimeError("only with DEMO=1: invented people have no place among real ones")
    if not is_empty():
        raise RuntimeError("there are people here already")
    now = timezone.now()
    story, content = Story(now), _content()
    _staff_and_offices(story, content)
    _volunteers(story, content["people"])
    _shifts(story, content["shifts"])
    _seekers(story, content["people"])
    _reports(story)
    demo_employers.lay(story)
    story.tell()
    _one_mail_given_up()
    _give_second_keys(story)
    who = {key: user.pk for key, user in story.people.items()}
    audit.record(SEEDED, actor=None, about=("demo", "people"), people=who)


# --- people ----------------------------------------------------------------------------------------------------------


def _staff_and_offices(story: Story, content: dict) -> None:
    opened = story.now - timedelta(days=36)
    for person in content["people"]:
        if person["role"] == "staff":
            story.at(opened, lambda person=person: accounts.appoint_staff(story.arrives(person), by=None))
        elif person["role"] == "employer":
            story.at(opened + timedelta(hours=1), story.arrives, person)
    for office in content["offices"]:
        story.at(opened, _open_office, story, office)


def _open_office(story: Story, office: dict) -> None:
    made = Office.objects.create(name=office["name"], email=office["email"], deputy=story.people[office["deputy"]])
    for weekday, opens, closes in office["hours"]:
        OfficeHours.objects.create(office=made, weekday=weekday, opens=opens, closes=closes)
    if "closed_in_days" in office:
        first, last = (local(story.now).date() + timedelta(days=n) for n in office["closed_in_days"])
        ClosedPeriod.objects.create(office=made, first_day=first, last_day=last)


def _volunteers(story: Story, everybody: list[dict]) -> None:
    for number, person in enumerate(person for person in everybody if person["role"] == "volunteer"):
        if "applied_minutes_ago" in person:
            applied = story.now - timedelta(minutes=person["applied_minutes_ago"])
            story.at(applied, _apply, story, person)
            story.at(applied + timedelta(minutes=5), _read_course, story, person["key"], 2)
            continue
        joined = story.now - timedelta(days=person["joined_days_ago"], hours=-1, minutes=number)
        story.at(joined - timedelta(hours=5), _apply, story, person)
        story.at(joined - timedelta(hours=4), _read_course, story, person["key"])
        talked = joined - timedelta(minutes=30)
        story.at(talked, lambda who=person["key"]: steps.note(_volunteer(story, who), TALK, by=story.people["disa"]))
        story.at(joined, lambda who=person["key"]: approval.approve(_volunteer(story, who), by=story.people["disa"]))
        if "then" in person:
            move = {"pause": approval.pause, "end": approval.end}[person["then"]]
            later = story.now - timedelta(days=person["then_days_ago"])
            story.at(later, lambda m=move, who=person["key"]: m(_volunteer(story, who), by=story.people["disa"]))
    bjorn_is_here = story.now - timedelta(minutes=26)
    story.at(bjorn_is_here, lambda: duty.switch(_volunteer(story, "bjorn"), to="here", actor=story.people["bjorn"]))


def _apply(story: Story, person: dict) -> None:
    user = story.arrives(person)
    made = approval.apply(user, languages=person["reads"], topics=person.get("topics", []), motivation=person["why"])
    known = [occupations.by_label(person["occupation"]).id] if "occupation" in person else []
    approval.describe(made, actor=user, known=known, is_woman=person.get("is_woman", False), times=["evenings"])
    conduct.accept(made)


def _read_course(story: Story, who: str, parts: int | None = None) -> None:
    """As many parts of the course, from the first; None: all."""
    for part in CoursePart.objects.in_use()[:parts]:
        course.mark_read(_volunteer(story, who), part)


def _volunteer(story: Story, who: str) -> Volunteer:
    return Volunteer.objects.select_related("user").get(user=story.people[who])


def _seekers(story: Story, everybody: list[dict]) -> None:
    """Everybody who asks has an account by then, but for those without an address: their question makes them."""
    by_key = {person["key"]: person for person in everybody}
    known = {person["key"] for person in everybody if person["role"] == "staff"}
    for talk in sorted(talks(), key=lambda talk: story.moment(talk["asked"])):
        owner = by_key[talk["owner"]]
        if owner["email"] and owner["key"] not in known:
            story.at(story.moment(talk["asked"]) - timedelta(seconds=30), story.arrives, owner)
        known.add(owner["key"])
        story.question(talk, owner)


# --- shifts ----------------------------------------------------------------------------------------------------------


def _shifts(story: Story, pattern: dict) -> None:
    laid_at = story.now - timedelta(days=31)
    today = local(story.now).date()
    planned = []
    for day in range(-DAYS_BACK, DAYS_AHEAD + 1):
        for hours, seats, who in ((EVENING, 2, pattern["evenings"]), (NIGHT, 1, pattern["nights"])):
            planned.append((_unsaved(today + timedelta(days=day), hours, seats), who[day % len(who)]))
    story.at(laid_at, _lay, story, [shift for shift, _who in planned])
    tonight = next(shift for shift, _who in planned if shift.ends_at > story.now + timedelta(hours=1))
    for number, (shift, who) in enumerate(planned):
        free = [name for name in who if name != "bjorn"][: shift.seats - 1] if shift is tonight else who
        booked_at = max(laid_at, min(shift.starts_at - BOOKED_BEFORE, story.now - timedelta(minutes=30 + number)))
        for name in ["bjorn", *free] if shift is tonight else free:
            story.at(booked_at + timedelta(seconds=1), _book, story, name, shift)
    _one_cannot_come(story, planned, tonight)
    story.at(story.now - timedelta(days=10), _thursdays, story)


def _unsaved(day: date, hours: tuple[time, time], seats: int) -> Shift:
    starts_at, ends_at = roster.span(day, *hours)
    return Shift(starts_at=starts_at, ends_at=ends_at, seats=seats)


def _lay(story: Story, shifts: list[Shift]) -> None:
    for shift in shifts:
        shift.office = Office.objects.default()
        roster.lay(shift, by=story.people["disa"])


def _book(story: Story, who: str, shift: Shift) -> None:
    roster.book(_volunteer(story, who), shift)


def _one_cannot_come(story: Story, planned: list, tonight: Shift) -> None:
    """Björn booked a later evening and gave it back: things happen."""
    later = next(s for s, who in planned if s.starts_at > tonight.ends_at and len(who) < s.seats)
    story.at(story.now - timedelta(days=2), _book, story, "bjorn", later)
    story.at(story.now - timedelta(hours=2), _give_back, story, "bjorn", later)


def _give_back(story: Story, who: str, shift: Shift) -> None:
    roster.unbook(_volunteer(story, who), shift, reason="Mitt barn är sjukt.")


def _thursdays(story: Story) -> None:
    """Whoever likes to come to the office is met there once a week, by Tove each time."""
    hours = {"weekday": Weekday.THURSDAY, "opens": time(16, 30), "closes": time(18, 30)}
    where = {"office": Office.objects.default(), "place": Shift.Place.OFFICE, "seats": 4}
    rule = rules.lay(ShiftRule(**hours, **where, first_day=timezone.localdate()), by=story.people["disa"])
    standing.begin(_volunteer(story, "tove"), rule)


# --- what went wrong -------------------------------------------------------------------------------------------------


def _reports(story: Story) -> None:
    """One report about a page, which Disa has dealt with. The stopped chat is in the talks."""
    story.at(story.moment("9d 11:20"), _report)
    story.at(story.moment("9d 13:05"), lambda: reports.handle(Report.objects.get(), by=story.people["disa"]))


def _report() -> None:
    answer_by = office_hours.staffed_until(Office.objects.default(), timezone.now())
    about = ("page", "seekers:ask_start")
    reports.report("Knappen syns inte på min telefon.", reporter=None, answer_by=answer_by, about=about)


def _one_mail_given_up() -> None:
    """So that staff can see what that looks like."""
    hers = User.objects.filter(display_name="Gulalai")
    mail = OutboxMail.objects.filter(kind="receipt", state=OutboxMail.State.SENT, to_user__in=hers)
    mail.update(state=OutboxMail.State.DEAD, sent_at=None, last_error="SMTPRecipientsRefused 550")


def _give_second_keys(story: Story) -> None:
    """Staff must have one. All demo staff of this database share a secret, which `serve` prints."""
    secret = generate_totp_secret()
    for user in story.people.values():
        if user.is_staff and not Authenticator.objects.filter(user=user).exists():
            TOTP.activate(user, secret)
