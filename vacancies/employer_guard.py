"""What a person does and a program does not: an unseen box stays empty, a page is read before it is sent.

A form that inherits `Guarded` shows `{% include "vacancies/employer_guard.html" %}` beside its fields (threat T9).
"""

import time

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

SECONDS_AT_LEAST, SECONDS_AT_MOST = 3, 24 * 3600
UNSEEN = "company_fax"
PER_DAY = 5  # applications, and new ads, from one address
DAY_SECONDS = 24 * 3600
_SALT = "vacancies.guard"


def stamp(at: float | None = None) -> str:
    """A signed moment, for a page that is made now. `at`: seconds since 1970."""
    return signing.dumps(int(time.time() if at is None else at), salt=_SALT)


def is_read(said: str) -> bool:
    """True when the page with this stamp was made at least three seconds and at most a day ago."""
    try:
        made_at = signing.loads(said, salt=_SALT)
    except signing.BadSignature:
        return False
    return SECONDS_AT_LEAST <= time.time() - made_at <= SECONDS_AT_MOST


class Guarded(forms.Form):
    """Refuses what no person has sent. What was typed stays, and a person only presses once more."""

    use_required_attribute = False
    stamp = staticmethod(stamp)

    def clean(self):
        if self.data.get(UNSEEN) or not is_read(self.data.get("stamp", "")):
            raise forms.ValidationError(_("That went too fast. Look at the page a moment, and press once more."))
        return super().clean()
