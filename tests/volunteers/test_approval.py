from datetime import timedelta

import pytest
from django.utils import timezone

from motesplats import occupations
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.chat.house import logged_in
from tests.volunteers.test_roster import at_once
from volunteers import approval, conduct, duty, roster, steps
from volunteers.models import StaffStep, Volunteer

pytestmark = pytest.mark.django_db
State = Volunteer.State


def apply(name="Cecilia"):
    return approval.apply(make.user(name), languages=["sv"], topics=["cv"], motivation="Jag vill hjälpa till.")


def mails():
    rows = OutboxMail.objects.order_by("pk").select_related("to_user")
    return [(mail.kind, str(mail.to_user or mail.to_email)) for mail in rows]


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_apply_mails_the_person_the_office_and_the_deputy_once():
    office = make.office()
    office.deputy = make.staff()
    office.save()
    volunteer = apply()
    approval.apply(volunteer.user, languages=["en"], topics=[], motivation="")
    volunteer.refresh_from_db()
    assert (volunteer.state, volunteer.languages, volunteer.office) == (State.APPLIED, ["sv"], office)
    assert mails() == [
        ("volunteer_applied", "Cecilia"),
        ("volunteer_applied_staff", office.email),
        ("volunteer_applied_staff", "Disa"),
    ]
    assert actions() == ["volunteer.applied"]
    assert "hjälpa" not in str(list(OutboxMail.objects.values())) + str(list(AuditEntry.objects.values()))


def test_approve_mails_and_is_audited_and_a_second_time_conflicts():
    volunteer, disa = make.applicant(), make.staff()
    approval.approve(volunteer, by=disa)
    with pytest.raises(approval.StateConflict):
        approval.approve(volunteer, by=disa)
    assert volunteer.state == State.APPROVED and volunteer.approved_at
    assert mails() == [("volunteer_approved", "Cecilia")]
    assert actions() == ["volunteer.approved"]


@pytest.mark.parametrize(
    ("move", "allowed"),
    [
        (approval.approve, {State.APPLIED: State.APPROVED, State.ENDED: State.APPROVED}),
        (approval.pause, {State.APPROVED: State.PAUSED}),
        (approval.resume, {State.PAUSED: State.APPROVED}),
        (approval.end, {State.APPLIED: State.ENDED, State.APPROVED: State.ENDED, State.PAUSED: State.ENDED}),
    ],
)
@pytest.mark.parametrize("state", State.values)
def test_moves_start_only_where_the_table_says(move, allowed, state):
    volunteer, disa = make.applicant(state=state), make.staff()
    if state in allowed:
        move(volunteer, by=disa)
        assert volunteer.state == allowed[state]
        assert len(actions()) == len(mails()) == 1
        return
    with pytest.raises(approval.StateConflict):
        move(volunteer, by=disa)
    volunteer.refresh_from_db()
    assert volunteer.state == state and not actions() and not mails()


def test_nobody_is_approved_before_the_talk_and_the_rules():
    cecilia, disa = make.applicant(is_ready=False), make.staff()
    with pytest.raises(approval.NotReady) as left:
        approval.approve(cecilia, by=disa)
    assert [step.code for step in left.value.missing] == ["conduct", "talk"]
    conduct.accept(cecilia)
    steps.note(cecilia, StaffStep.Kind.TALK, by=disa)
    steps.ask_for_extract(cecilia, by=disa)
    with pytest.raises(approval.NotReady) as left:
        approval.approve(cecilia, by=disa)
    assert [step.code for step in left.value.missing] == ["extract"]
    steps.note(cecilia, StaffStep.Kind.EXTRACT, by=disa)
    approval.approve(cecilia, by=disa)
    cecilia.refresh_from_db()
    assert cecilia.state == State.APPROVED, "references are IM's choice"


@pytest.mark.parametrize("declined", [True, False])
def test_whoever_was_declined_or_ended_is_let_in_again_and_meets_the_rules_at_the_desk(declined):
    cecilia, disa = make.applicant(is_ready=False) if declined else make.volunteer("Cecilia"), make.staff()
    approval.end(cecilia, by=disa)
    Volunteer.objects.update(conduct_version="2020-01")  # only the volunteer can accept a newer one
    with pytest.raises(approval.NotReady) as left:
        approval.approve(cecilia, by=disa)
    assert [step.code for step in left.value.missing] == ["talk"], "IM does that one"
    steps.note(cecilia, StaffStep.Kind.TALK, by=disa)
    approval.approve(cecilia, by=disa)
    assert cecilia.state == State.APPROVED
    client = logged_in(cecilia.user)
    assert client.get("/jour/").url.startswith("/volontar/regler/")
    question = make.conversation().request
    assert client.post(f"/jour/{question.public_id}/ta/", {"pace": "now"}).url.startswith("/volontar/regler/")
    assert client.post("/volontar/regler/?efter=/jour/", {"accept": "on", "version": conduct.VERSION}).url == "/jour/"
    assert client.get("/jour/").status_code == 200


def test_describe_keeps_occupations_and_their_groups_but_not_for_who_has_ended():
    bjorn = make.volunteer()
    cook = occupations.by_label("Kock, storhushåll")
    approval.describe(bjorn, actor=bjorn.user, known=[cook.id], times=["nights"], places=["online"], is_woman=False)
    bjorn.refresh_from_db()
    assert (bjorn.occupations, bjorn.occupation_groups, bjorn.times) == ([cook.id], [cook.group], ["nights"])
    ended = make.volunteer(state=State.ENDED)
    with pytest.raises(approval.StateConflict):
        approval.describe(ended, actor=ended.user, known=[])


@pytest.mark.parametrize("move", [approval.pause, approval.end])
def test_whoever_stops_loses_seats_and_switch(move):
    now = timezone.now()
    bjorn, disa = make.volunteer(on_duty=True), make.staff()
    running, coming = make.shift(now - timedelta(hours=1)), make.shift(now + timedelta(days=1))
    over = make.booking(bjorn, make.shift(now - timedelta(days=2)))
    roster.book(bjorn, running)
    roster.book(bjorn, coming)
    assert list(Volunteer.objects.on_duty(now)) == [bjorn]
    move(bjorn, by=disa)
    assert not roster.upcoming(bjorn).exists()
    over.refresh_from_db()
    assert over.cancelled_at is None, "history stays"
    assert not duty.is_here(bjorn, timezone.now())
    assert set(AuditEntry.objects.filter(action="shift.unbooked").values_list("actor_id", flat=True)) == {disa.pk}


@pytest.mark.django_db(transaction=True)
def test_two_staff_at_once_one_move_one_mail():
    volunteer, disa = make.applicant(), make.staff()
    answers = at_once(*[lambda: approval.approve(Volunteer.objects.get(), by=disa)] * 2)
    assert sorted(answers, key=str) == [approval.StateConflict, None]
    assert len(mails()) == 1
    volunteer.refresh_from_db()
    assert volunteer.state == State.APPROVED


def test_edit_changes_languages_and_topics_of_the_approved_only():
    bjorn = make.volunteer()
    approval.edit(bjorn, languages=["ar"], topics=["cv"], actor=bjorn.user)
    bjorn.refresh_from_db()
    assert (bjorn.languages, bjorn.topics) == (["ar"], ["cv"])
    paused = make.volunteer(state=State.PAUSED)
    with pytest.raises(approval.StateConflict):
        approval.edit(paused, languages=["ar"], topics=[], actor=paused.user)
