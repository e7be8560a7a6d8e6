""" "Tipsa en vän": the address and ready words to pass on. Nothing is sent or counted here."""

from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from motesplats import outbox, qr


def links(*, with_code: bool) -> dict[str, str]:
    """`address`, `sms`, `mail` (links with ready text) and `qr_code` ("" unless wanted), in the active language."""
    address = outbox.absolute(reverse("pages:home"))
    words = _("Are you looking for a job in Sweden? Volunteers help you. It is free: %(address)s")
    words %= {"address": address}
    subject = _("Help to find a job")
    return {
        "address": address,
        "sms": f"sms:?&body={quote(words)}",  # this form opens on Android and on iPhones
        "mail": f"mailto:?subject={quote(subject)}&body={quote(words)}",
        "qr_code": qr.picture(address) if with_code else "",
    }
