from datetime import timedelta

import pytest
from django.utils import timezone

from motesplats.models import AuditEntry
from tests import make
from tests.races import at_once
from volunteers import privacy, roster, rules, standing
from volunteers.models import Shift, ShiftBooking, StandingBooking

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule():
    made = make.shift_rule(weekday=(timezone.localdate() + timedelta(days=3)).isoweekday(), on_holidays=True)
    rules.expand(made)
    return made


def seats(volunteer):
    return ShiftBooking.objects.booked().filter(volunteer=volunteer).count()


def test_a_seat_in_every_coming_shift_once(rule):
    bjorn = make.volunteer()
    assert standing.take(bjorn, rule) == standing.take(bjorn, rule)
    assert (standing.fill(), standing.fill()) == (8, 0)
    assert seats(bjorn) == Shift.objects.count() == 8
    assert AuditEntry.objects.filter(action="standing.taken").count() == 1


def test_at_most_half_of_the_seats(rule):
    bjorn, cecilia = make.volunteer(), make.volunteer("Cecilia")
    standing.take(bjorn, rule)
    with pytest.raises(roster.ShiftFull):
        standing.take(cecilia, rule)
    assert standing.give_up(bjorn, rule) and not standing.give_up(bjorn, rule)
    standing.take(cecilia, rule)
    with pytest.raises(roster.ShiftFull):
        standing.take(bjorn, make.shift_rule(seats=1))


def test_a_week_given_back_stays_given_back_and_a_clash_is_left(rule):
    bjorn = make.volunteer()
    first, second = Shift.objects.order_by("starts_at")[:2]
    clash = make.shift(second.starts_at, hours=1)
    roster.book(bjorn, clash)
    standing.take(bjorn, rule)
    assert standing.fill() == 7
    roster.unbook(bjorn, first)
    assert standing.fill() == 0
    roster.unbook(bjorn, clash)
    assert standing.fill() == 1, "free again: the next round books it"


def test_who_may_not_sit_gets_nothing(rule):
    with pytest.raises(roster.NotApproved):
        standing.take(make.volunteer(state="paused"), rule)
    with pytest.raises(roster.NotFitting):
        standing.take(make.volunteer(languages=["so"]), make.shift_rule(languages=["ar"]))
    rules.end(rule, by=make.staff())
    with pytest.raises(roster.ShiftOver):
        standing.take(make.volunteer(), rule)


def test_given_up_or_erased_gets_no_new_seats(rule):
    bjorn = make.volunteer()
    standing.take(bjorn, rule)
    assert [row["shift"] for row in privacy.export(bjorn.user)["every_week"]] == [str(rule)]
    privacy.erase(bjorn.user)
    assert standing.fill() == 0 and not StandingBooking.objects.kept().exists()


@pytest.mark.django_db(transaction=True)
def test_four_at_the_last_standing_seat_one_gets_it(rule):
    people = [make.volunteer(name) for name in ("Björn", "Cecilia", "Dawit", "Eva")]
    answers = at_once(*[lambda who=who: standing.take(who, rule) for who in people])
    assert sum(isinstance(answer, StandingBooking) for answer in answers) == 1
    assert sum(isinstance(answer, roster.ShiftFull) for answer in answers) == 3


def test_page_offers_it_and_ends_it(client, rule):
    bjorn, shift = make.volunteer(), Shift.objects.order_by("starts_at").first()
    client.force_login(bjorn.user)
    path = f"/pass/varje-vecka/{rule.public_id}/"
    assert path not in client.get("/pass/").content.decode(), "only for shifts one knows"
    roster.book(bjorn, shift)
    assert path in client.get("/pass/").content.decode()
    assert client.post(path).status_code == 302 and seats(bjorn) == 8
    assert 'name="end"' in client.get("/pass/").content.decode()
    client.post(path, {"end": "1"})
    assert not StandingBooking.objects.kept().exists() and seats(bjorn) == 8
    assert client.post("/pass/varje-vecka/nothing/").status_code == 404
