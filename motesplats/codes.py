"""Codes by e-mail for somebody who is already here: confirm an address, or prove once more who you are.

The code lives in the session that asked for it, like allauth's own login codes: a code from another browser is nothing.
"""

import hashlib
import time

from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import compare_user_code, generate_user_code
from django.conf import settings

from motesplats import reach
from motesplats.limits import allow
from motesplats.text import plain_digits

LIVES_SECONDS = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
TRIES = 5
_CODES = "codes"


def send(session, purpose: str, email: str, *, language: str, back: str = "") -> bool:
    """Mail a new code to `email`; an earlier code for `purpose` ends. False: too many codes were asked for, none sent.

    purpose: a short name, such as "address:<public id>"; two purposes never mix. back: the address of the page where
    the code is typed, for a button in the mail; it must open nothing by itself.
    """
    key = f"code:{email.lower()}"
    if not (allow(key, times=3, seconds=60) and allow(key, times=12, seconds=3600)):
        return False
    code = generate_user_code(**settings.ALLAUTH_USER_CODE_FORMAT)
    _keep(session, purpose, {"email": email.lower(), "code": code, "at": int(time.time()), "tries": 0})
    get_adapter().send_mail("account/email/login_code", email, {"code": code, "language": language, "back": back})
    return True


def waits_for(session, purpose: str) -> str | None:
    """The address a living code for `purpose` was mailed to, or None."""
    kept = session.get(_CODES, {}).get(purpose)
    is_alive = kept and time.time() - kept["at"] <= LIVES_SECONDS and kept["tries"] < TRIES
    return kept["email"] if is_alive else None


def check(session, purpose: str, typed: str) -> str | None:
    """The address that is now proved, or None for a wrong code. A code works once; after five wrong ones it is gone."""
    email = waits_for(session, purpose)
    if email is None:
        return None
    kept = session[_CODES][purpose]
    # The session is read and written as a whole, so many guesses at once would all see the same count. The cache counts
    # one by one.
    this_code = hashlib.sha256(f"{email}:{purpose}:{kept['at']}:{kept['code']}".encode()).hexdigest()
    is_allowed = allow(f"code-tries:{this_code}", times=TRIES, seconds=LIVES_SECONDS)
    if not is_allowed or not allow(f"code-tries-of:{email}", times=30, seconds=3600):
        return None
    if compare_user_code(actual=plain_digits(typed), expected=kept["code"]):
        forget(session, purpose)
        reach.is_proved(email)
        return email
    _keep(session, purpose, {**kept, "tries": kept["tries"] + 1})
    return None


def forget(session, purpose: str) -> None:
    """End the code for `purpose`."""
    session[_CODES] = {name: kept for name, kept in session.get(_CODES, {}).items() if name != purpose}


def _keep(session, purpose: str, state: dict) -> None:
    session[_CODES] = {**session.get(_CODES, {}), purpose: state}
