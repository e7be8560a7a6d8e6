"""The demo's story at other hours, its words, and its clock. Its house: test_demo.py."""

import re
from datetime import datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat.models import Promise
from motesplats import audit, demo_seed
from motesplats.demo_clock import clock_at
from motesplats.models import AuditEntry, User
from motesplats.moments import STOCKHOLM
from seekers.models import HelpRequest
from tests import make
from volunteers.models import Shift, Volunteer


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 10, 25, 2, 30, tzinfo=STOCKHOLM),  # the hour that comes twice
        pytest.param(datetime(2027, 7, 10, 21, 40, tzinfo=STOCKHOLM), marks=pytest.mark.long),
    ],
)
def test_the_story_holds_at_any_time_of_day(db, settings, tmp_path, moment):
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    with time_machine.travel(moment, tick=False):
        demo_seed.seed()
        now = timezone.now()
        bjorn = Volunteer.objects.get(user__display_name="Björn")

        assert set(HelpRequest.objects.values_list("state", flat=True)) == set(HelpRequest.State.values)
        assert Promise.objects.exclude(broken_at=None).exists()
        assert Shift.objects.upcoming(now).booked_by(bjorn).exists()
        assert not AuditEntry.objects.filter(at__gt=now).exists()


@pytest.mark.django_db
def test_without_demo_nothing_is_laid_and_nothing_is_thrown_away():
    real = make.user("Real")

    with pytest.raises(CommandError):
        call_command("seed_demo", flush=True)
    with pytest.raises(RuntimeError):
        demo_seed.seed()

    assert list(User.objects.all()) == [real]


def test_volunteers_write_plain_swedish():
    helpers = {person["key"] for person in demo_seed.people() if person["role"] in ("volunteer", "staff")}
    said = [re.fullmatch(r"\+\d+ (\w+): (.+)", step) for talk in demo_seed.talks() for step in talk["steps"]]
    sentences = [part for found in said if found and found[1] in helpers for part in re.split(r"[.!?:]\s", found[2])]

    assert [sentence for sentence in sentences if len(sentence.split()) > 15] == []


@pytest.mark.parametrize(
    "words", ["Det är ingen stress", "inloggad", "i formuläret", "Jag följer gärna", "Kolla bussen"]
)
def test_phrases_that_were_changed_are_not_used(words):
    said = " ".join(step for talk in demo_seed.talks() for step in [*talk["steps"], talk.get("ad", "")])

    assert words not in said


@pytest.mark.django_db
def test_inside_the_clock_everything_is_dated_then_and_afterwards_now():
    then = datetime(2020, 2, 29, 12, tzinfo=STOCKHOLM)
    with clock_at(then):
        entry = audit.record("tested", actor=None, about=("x", "y"))
        assert timezone.now() == then
        assert timezone.localtime(then).hour == 12

    assert entry.at == then
    assert timezone.now().year >= 2026
