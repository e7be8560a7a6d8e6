from datetime import timedelta

import pytest
from django.utils import timezone

from motesplats import desk, outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.volunteers.test_roster import at_once
from volunteers import conduct, steps
from volunteers.models import StaffStep, Volunteer

pytestmark = pytest.mark.django_db
Kind = StaffStep.Kind


def mails():
    return list(OutboxMail.objects.order_by("pk").values_list("kind", flat=True))


def with_shifts(name: str, number: int) -> Volunteer:
    volunteer, now = make.volunteer(name), timezone.now()
    for days in range(1, number + 1):
        make.booking(volunteer, make.shift(now - timedelta(days=days)))
    return volunteer


def test_a_step_is_noted_once_with_day_person_mail_and_audit():
    cecilia, disa = make.applicant(is_ready=False), make.staff()
    steps.note(cecilia, Kind.TALK, by=disa)
    with pytest.raises(steps.AlreadyDone):
        steps.note(cecilia, Kind.TALK, by=make.staff("Lena"))
    talk = {step.code: step for step in steps.of(cecilia)}["talk"]
    assert talk.done_by == disa and talk.done_at
    assert mails() == ["volunteer_step"]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["volunteer.talk_noted"]


def test_an_extract_is_a_step_only_for_who_must_show_one():
    cecilia, disa = make.applicant(), make.staff()
    assert "extract" not in [step.code for step in steps.of(cecilia)]
    steps.ask_for_extract(cecilia, by=disa)
    with pytest.raises(steps.AlreadyDone):
        steps.ask_for_extract(cecilia, by=disa)
    cecilia.refresh_from_db()
    assert steps.names(steps.missing(cecilia)) == str(Kind.EXTRACT.label)
    assert mails() == ["volunteer_extract"]


@pytest.mark.parametrize("kind", [Kind.TALK, Kind.REFERENCES, Kind.EXTRACT])
def test_each_letter_says_what_was_done_and_what_is_left(kind):
    cecilia, disa = make.applicant(is_ready=False), make.staff()
    steps.note(cecilia, kind, by=disa)
    letter = outbox._kinds["volunteer_step"].render(OutboxMail.objects.get())
    assert letter.subject and len(letter.lines) == 2
    steps.ask_for_extract(cecilia, by=disa)
    letter = outbox._kinds["volunteer_extract"].render(OutboxMail.objects.get(kind="volunteer_extract"))
    assert letter.subject and len(letter.lines) == 2


@pytest.mark.django_db(transaction=True)
def test_two_staff_note_the_same_at_once_and_one_mail_goes():
    make.applicant(is_ready=False), make.staff()
    call = lambda: steps.note(Volunteer.objects.get(), Kind.TALK, by=make.staff())  # noqa: E731
    assert sorted(at_once(call, call), key=str) == [steps.AlreadyDone, None]
    assert mails() == ["volunteer_step"] and StaffStep.objects.count() == 1


def test_who_has_had_three_shifts_is_followed_up_once():
    make.office()
    bjorn, dawit = with_shifts("Björn", 3), with_shifts("Dawit", 2)
    at = timezone.now()
    own = make.booking(dawit, make.shift(at - timedelta(days=8))).shift
    type(own).objects.filter(pk=own.pk).update(is_personal=True)  # a half hour of one's own is no shift
    assert list(steps.to_follow_up(at)) == [bjorn]
    assert [row.label for row in desk.all_rows() if "Björn" in row.label]
    steps.note(bjorn, Kind.FOLLOW_UP, by=make.staff())
    make.booking(bjorn, make.shift(at - timedelta(days=9)))
    assert not steps.to_follow_up(at).exists() and not mails()


def test_the_rules_are_accepted_with_version_and_day_once():
    cecilia = make.applicant(is_ready=False)
    conduct.accept(cecilia)
    first = cecilia.conduct_accepted_at
    conduct.accept(cecilia)
    assert (cecilia.conduct_version, cecilia.conduct_accepted_at) == (conduct.VERSION, first)
    assert AuditEntry.objects.get().data == {"version": conduct.VERSION}
    conduct.publish(make.conduct_version(), {"text_sv": "Jag är snäll."}, by=make.staff())
    assert not conduct.has_accepted(cecilia)
