from datetime import date, time, timedelta

import pytest
from django.core import mail as django_mail
from django.utils import timezone

from motesplats import outbox
from motesplats.models import OutboxMail
from tests import make
from volunteers import approval, conduct, notifications, privacy, roster
from volunteers.models import Shift, ShiftBooking, StaffStep, Volunteer

pytestmark = pytest.mark.django_db(transaction=True)


def send_all():
    for row in OutboxMail.objects.order_by("pk"):
        outbox.deliver(row.pk)
    return django_mail.outbox


def test_every_letter_can_be_written():
    make.office()
    volunteer, disa = approval.apply(make.user("Cecilia"), languages=["sv"], topics=[]), make.staff()
    conduct.accept(volunteer)
    StaffStep.objects.create(volunteer=volunteer, kind="talk")
    for move in (approval.approve, approval.pause, approval.resume, approval.end, approval.approve, approval.end):
        move(volunteer, by=disa)
    approval.end(make.volunteer("Dawit", state="applied"), by=disa)
    written = {row.kind: notifications._LETTERS[row.kind](row) for row in OutboxMail.objects.all()}
    assert set(written) == set(notifications._LETTERS)
    assert all(letter.subject and letter.lines for letter in written.values())
    assert written["volunteer_applied"].button[1].endswith("/volontar/"), "to the rules, the course and the practice"


def test_mail_about_a_state_that_has_passed_is_not_sent():
    volunteer, disa = make.applicant(), make.staff()
    approval.approve(volunteer, by=disa)
    approval.pause(volunteer, by=disa)
    assert len(send_all()) == 1
    assert dict(OutboxMail.objects.values_list("kind", "state")) == {
        "volunteer_approved": "unwanted",
        "volunteer_paused": "sent",
    }


def test_called_off_shift_is_named_with_both_days():
    bjorn, disa = make.volunteer(), make.staff()
    start, end = roster.span(date(2030, 10, 26), time(22), time(6))
    shift = roster.lay(Shift(office=make.office(), starts_at=start, ends_at=end), by=disa)
    roster.book(bjorn, shift)
    roster.call_off(shift, by=disa)
    (sent,) = send_all()
    assert sent.to == [bjorn.user.email]
    assert "26 oktober" in sent.body and "27 oktober" in sent.body


def test_export_holds_what_is_kept_and_erase_empties_it_twice():
    bjorn = make.volunteer(motivation="Kanariefågel")
    shift = make.shift(timezone.now() + timedelta(hours=3))
    roster.book(bjorn, shift)
    roster.unbook(bjorn, shift, reason="Kanariefågel")
    roster.book(bjorn, shift)
    assert str(privacy.export(bjorn.user)).count("Kanariefågel") == 2
    assert privacy.export(make.user()) == {}
    for _twice in range(2):
        privacy.erase(bjorn.user)
    kept = str(list(Volunteer.objects.values())) + str(list(ShiftBooking.objects.values()))
    assert "Kanariefågel" not in kept and not ShiftBooking.objects.booked().exists()
    assert Volunteer.objects.get().state == "ended"
