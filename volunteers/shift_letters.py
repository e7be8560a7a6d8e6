"""The mails about a booked seat. Words only; when and to whom is decided in reminders.py, rules.py and swaps.py."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.moments import say_span
from motesplats.outbox import Letter
from volunteers import seat_links
from volunteers.models import Shift, ShiftBooking


def register() -> None:
    """Tell the outbox which mails there are. Called by notifications.register()."""
    outbox.kind("shift_reminder", render=_reminder, still_wanted=_is_still_booked)
    outbox.kind("shift_missed", render=_missed, still_wanted=_is_unanswered)
    outbox.kind("shift_freed", render=_freed, is_necessary=True)
    outbox.kind("shift_taken_over", render=_taken_over, is_necessary=True)
    outbox.kind("shift_seat_free", render=_seat_free, still_wanted=_has_a_free_seat)
    outbox.kind("shift_rule_changed", render=_rule_changed, still_wanted=_has_not_begun, is_necessary=True)


def _booking(mail: OutboxMail) -> ShiftBooking:
    return ShiftBooking.objects.select_related("shift").get(pk=mail.data["booking"])


def _booked(mail: OutboxMail):
    return ShiftBooking.objects.booked().filter(pk=mail.data["booking"], shift__ends_at__gt=timezone.now())


def _is_still_booked(mail: OutboxMail) -> bool:
    return _booked(mail).exists()


def _is_unanswered(mail: OutboxMail) -> bool:
    return _booked(mail).filter(answered_at=None).exists()


def _has_not_begun(mail: OutboxMail) -> bool:
    return _booked(mail).filter(shift__starts_at__gt=timezone.now()).exists()


def _has_a_free_seat(mail: OutboxMail) -> bool:
    shift = Shift.objects.upcoming(timezone.now()).with_booked().filter(pk=mail.data["shift"]).first()
    return shift is not None and shift.free_seats() > 0


def _seat_button(mail: OutboxMail, label: str) -> tuple[str, str]:
    return label, seat_links.url_for(mail.data["booking"])


def _reminder(mail: OutboxMail) -> Letter:
    shift = _booking(mail).shift
    lines = [
        _("You have a shift: %(span)s") % {"span": say_span(shift.starts_at, shift.ends_at)},
        _("Can you not come? Say so here. Then somebody else can take the shift."),
    ]
    return Letter(subject=_("Your shift is soon"), lines=lines, button=_seat_button(mail, _("See the shift")))


def _missed(mail: OutboxMail) -> Letter:
    shift = _booking(mail).shift
    lines = [
        _("Your shift has begun: %(span)s") % {"span": say_span(shift.starts_at, shift.ends_at)},
        _("Can you join? Answer within 10 minutes. Otherwise we ask somebody else."),
    ]
    return Letter(subject=_("Your shift has begun. Can you join?"), lines=lines, button=_seat_button(mail, _("Answer")))


def _freed(mail: OutboxMail) -> Letter:
    lines = [
        _("We did not hear from you, so your seat in this shift is free for others."),
        _("That happens. You are welcome back when you have time."),
    ]
    return Letter(subject=_("Your seat is free for others"), lines=lines, button=_list_button())


def _taken_over(mail: OutboxMail) -> Letter:
    shift = _booking(mail).shift
    lines = [
        _("Another volunteer has taken over your shift: %(span)s") % {"span": say_span(shift.starts_at, shift.ends_at)},
        _("You do not have to do anything."),
    ]
    return Letter(subject=_("Another volunteer has taken your shift"), lines=lines, button=_list_button())


def _seat_free(mail: OutboxMail) -> Letter:
    shift = Shift.objects.get(pk=mail.data["shift"])
    lines = [
        _("A volunteer is missing in this shift: %(span)s") % {"span": say_span(shift.starts_at, shift.ends_at)},
        _("Do you have time? You can take the seat, if nobody was faster."),
    ]
    return Letter(subject=_("Can you take a shift?"), lines=lines, button=_list_button())


def _rule_changed(mail: OutboxMail) -> Letter:
    shift = _booking(mail).shift
    lines = [_("You have booked this shift: %(span)s") % {"span": say_span(shift.starts_at, shift.ends_at)}]
    if "new_starts_at" in mail.data:
        start, end = (datetime.fromisoformat(mail.data[name]) for name in ("new_starts_at", "new_ends_at"))
        lines.append(_("IM has changed it. The new hours are: %(span)s") % {"span": say_span(start, end)})
    else:
        lines.append(_("IM does not have this shift every week any more."))
    lines.append(_("Your own shift stays as you booked it. You may keep it or leave it."))
    return Letter(subject=_("A weekly shift has changed"), lines=lines, button=_seat_button(mail, _("Keep or leave")))


def _list_button() -> tuple[str, str]:
    return _("See the shifts"), outbox.absolute(reverse("volunteers:shift_list"))
