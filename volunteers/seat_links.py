"""The secret address of one seat, for mails: it opens a page with buttons, without logging in, until the shift is over.

It names one booking, signed. Opening it changes nothing, so mail scanners that fetch links do no harm.
"""

from django.core import signing
from django.urls import reverse

from motesplats import outbox
from volunteers.models import ShiftBooking

SALT = "volunteers.seat"


def path_for(booking_id: int) -> str:
    """In the active language."""
    return reverse("volunteers:seat_show", args=[_signer().sign_object(booking_id)])


def url_for(booking_id: int) -> str:
    return outbox.absolute(path_for(booking_id))


def booking_for(token: str) -> ShiftBooking | None:
    """Whose seat this is, given back or not; None when the address is forged or the account is closed."""
    try:
        pk = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = ShiftBooking.objects.filter(volunteer__user__is_active=True)
    return rows.select_related("shift__office", "volunteer__user").filter(pk=pk).first()


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")
