"""Ads: written, sent, read by IM, shown, ended."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from vacancies import employers, publishing
from vacancies.models import Vacancy
from vacancies.refusals import OwnEmployer, StateConflict

pytestmark = pytest.mark.django_db
State = Vacancy.State
WHOLE = {
    "kind": "jobb",
    "title_sv": "Kock",
    "municipality": "1480",
    "tasks_sv": "Du lagar mat till 60 gäster.",
    "extent": "heltid",
    "pay": "avtal",
    "swedish": "sfi-c",
    "apply_email": "jobb@solglantan.example",
}


@pytest.fixture
def employer():
    make.office()
    made = make.employer(approved_at=timezone.now() - timedelta(days=90))
    make.vacancy(made, state=State.ENDED)
    return made


@pytest.fixture
def emil(employer):
    return employer.members.get().user


@pytest.fixture
def draft(employer, emil):
    made = publishing.start(employer, by=emil)
    publishing.write(made, by=emil, **WHOLE, last_day=timezone.localdate() + timedelta(days=30))
    made.refresh_from_db()
    return made


def now_of(vacancy: Vacancy) -> Vacancy:
    return Vacancy.objects.get(pk=vacancy.pk)


def test_an_empty_draft_says_all_that_is_missing(employer, emil):
    draft = publishing.start(employer, by=emil)

    assert publishing.missing(draft) == [*publishing.NEEDED, "apply"]
    with pytest.raises(publishing.Incomplete):
        publishing.submit(draft, by=emil)
    assert now_of(draft).state == State.DRAFT


@pytest.mark.parametrize("days, is_fine", [(-1, False), (0, True), (183, True), (184, False)])
def test_the_last_day_is_within_six_months(draft, days, is_fine):
    draft.last_day = timezone.localdate() + timedelta(days=days)

    assert ("last_day" not in publishing.missing(draft)) == is_fine


def test_from_draft_to_shown_to_ended(draft, emil):
    disa = make.staff()
    publishing.submit(draft, by=emil)
    sent = now_of(draft)
    assert sent.state == State.REVIEW and sent.answer_by and sent.flags == []
    with pytest.raises(StateConflict):
        publishing.write(sent, by=emil, title_sv="Annat")

    assert publishing.publish(sent, by=disa)
    assert Vacancy.objects.shown().get().pk == draft.pk
    with pytest.raises(StateConflict):
        publishing.publish(sent, by=disa)

    publishing.end(sent, by=None)
    assert not Vacancy.objects.shown().exists()
    publishing.say_outcome(sent, Vacancy.Outcome.HIRED, by=emil)
    assert now_of(draft).outcome == "hired"
    kinds = OutboxMail.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["vacancy_submitted", "employers_wait", "vacancy_published", "vacancy_ended"]
    assert AuditEntry.objects.filter(about_id=draft.public_id).count() == 5


def test_the_first_ad_of_a_new_employer_needs_two(emil):
    new = make.employer(member=emil)
    draft = publishing.start(new, by=emil)
    publishing.write(draft, by=emil, **WHOLE, last_day=timezone.localdate())
    publishing.submit(draft, by=emil)
    assert now_of(draft).flags == ["new_employer"]
    disa = make.staff()

    assert not publishing.publish(draft, by=disa) and not publishing.publish(draft, by=disa)
    assert publishing.publish(draft, by=make.staff("Inga"))


def test_nothing_is_shown_of_an_employer_who_is_not_approved(emil):
    waiting = make.employer(approved=False, member=emil)
    draft = publishing.start(waiting, by=emil)
    publishing.write(draft, by=emil, **WHOLE, last_day=timezone.localdate())
    publishing.submit(draft, by=emil)

    with pytest.raises(StateConflict):
        publishing.publish(draft, by=make.staff())


def test_sent_back_with_a_note_and_sent_again(draft, emil):
    publishing.submit(draft, by=emil)
    publishing.send_back(draft, "Skriv lönen.", by=make.staff())
    assert (now_of(draft).state, now_of(draft).note) == (State.DRAFT, "Skriv lönen.")

    publishing.submit(draft, by=emil)
    assert now_of(draft).note == ""


def test_what_is_changed_is_read_again(draft, emil):
    publishing.submit(draft, by=emil)
    publishing.publish(draft, by=make.staff())
    publishing.withdraw(draft, by=emil)

    assert not Vacancy.objects.shown().exists()
    publishing.submit(draft, by=emil)
    assert not Vacancy.objects.shown().exists()


def test_hidden_until_looked_at(draft, emil):
    publishing.submit(draft, by=emil)
    publishing.publish(draft, by=make.staff())

    assert publishing.hide(draft, by=None) and not publishing.hide(draft, by=None)
    assert not Vacancy.objects.shown().exists()
    assert publishing.show_again(draft, by=make.staff()) and Vacancy.objects.shown().exists()
    publishing.hide(draft, by=None)
    publishing.end(draft, by=emil)
    assert not publishing.show_again(draft, by=make.staff())


def test_who_writes_for_an_employer_neither_shows_its_ads_nor_shows_them_again(draft, employer, emil):
    disa, inga = make.staff(), make.staff("Inga")
    employers.invite(employer, disa.email, actor=emil)
    draft.flags = ["fee"]
    draft.save()
    publishing.submit(draft, by=emil)
    Vacancy.objects.update(flags=["fee"])
    assert not publishing.publish(draft, by=disa)  # the first of two
    assert employers.join(employers.invitations_to(disa).get(), user=disa)

    with pytest.raises(OwnEmployer):
        publishing.publish(draft, by=disa)
    assert not publishing.publish(draft, by=inga)  # the yes of somebody who has joined since is none
    assert publishing.publish(draft, by=make.staff("Kim"))
    publishing.hide(draft, by=disa)
    with pytest.raises(OwnEmployer):
        publishing.show_again(draft, by=disa)
    assert now_of(draft).hidden_at


@time_machine.travel("2026-11-24T10:00:00Z")
def test_who_is_hidden_gets_one_mail_with_a_time_and_the_same_words_whoever_it_was(employer, emil):
    ad, inga = make.vacancy(employer), make.staff("Inga")
    for by in (None, make.staff()):
        assert publishing.hide(ad, by=by) and not publishing.hide(ad, by=by)
        outbox.deliver_due()
        publishing.show_again(ad, by=inga)
    publishing.hide(ad, by=None)
    assert now_of(ad).answer_by > timezone.now()
    publishing.show_again(ad, by=inga)  # before the mail has left: then it is not true any more
    outbox.deliver_due()

    hidden = [letter for letter in mail.outbox if letter.subject == "Din annons visas inte nu"]
    assert [letter.to for letter in hidden] == [[emil.email]] * 2 and hidden[0].body == hidden[1].body
    assert "IM tittar på den senast" in hidden[0].body and now_of(ad).answer_by is None
    assert OutboxMail.objects.filter(kind="vacancy_published").count() == 3  # that it is back


def test_a_copy_takes_the_words_and_not_the_days(draft, employer, emil):
    copy = publishing.start(employer, by=emil, like=now_of(draft))

    assert (copy.title_sv, copy.tasks_sv, copy.kind, copy.last_day) == ("Kock", WHOLE["tasks_sv"], "jobb", None)
    assert now_of(copy).state == State.DRAFT and now_of(copy).title == "Kock"


def test_a_draft_is_thrown_away_but_nothing_that_was_shown(draft, employer, emil):
    publishing.discard(draft, by=emil)
    shown = make.vacancy(employer)

    with pytest.raises(StateConflict):
        publishing.discard(draft, by=emil)
    with pytest.raises(StateConflict):
        publishing.discard(shown, by=emil)


def test_what_is_written_while_it_is_sent_is_not_sent_unread(draft, emil, monkeypatch):
    look = publishing.red_flags.of_vacancy

    def look_and_meanwhile(ad):
        found = look(ad)
        publishing.write(ad, by=emil, tasks_sv="Skriv på WhatsApp.")
        return found

    monkeypatch.setattr(publishing.red_flags, "of_vacancy", look_and_meanwhile)
    with pytest.raises(StateConflict):
        publishing.submit(draft, by=emil)
    assert now_of(draft).state == State.DRAFT
    monkeypatch.setattr(publishing.red_flags, "of_vacancy", look)
    publishing.write(draft, by=emil, tasks_sv="Skriv på WhatsApp.")
    publishing.submit(draft, by=emil)
    assert now_of(draft).flags == ["off_platform"]


def test_whoever_says_yes_says_it_to_what_was_read(draft, emil):
    publishing.submit(draft, by=emil)
    read, disa = now_of(draft).submitted_at, make.staff()
    publishing.withdraw(draft, by=emil)
    publishing.submit(draft, by=emil)

    with pytest.raises(publishing.ReadAnother):
        publishing.publish(draft, by=disa, seen=read)
    assert not draft.approvals.exists() and now_of(draft).state == State.REVIEW
    assert publishing.publish(draft, by=disa, seen=now_of(draft).submitted_at)


def test_what_somebody_said_is_serious_is_not_rewritten_before_im_has_looked(draft, emil):
    publishing.submit(draft, by=emil)
    publishing.publish(draft, by=make.staff())
    publishing.hide(draft, by=None)

    with pytest.raises(StateConflict):
        publishing.withdraw(draft, by=emil)
    publishing.show_again(draft, by=make.staff("Inga"))
    publishing.withdraw(draft, by=emil)
    assert now_of(draft).state == State.DRAFT
