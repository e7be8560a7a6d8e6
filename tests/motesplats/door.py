"""Going through the door in tests: the code from the newest mail, an app with codes."""

import re

import pyotp
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail

from tests import make

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN, CODE, SECOND = "/konto/logga-in/", "/konto/kod/", "/konto/nyckel/visa/"


def mailed_code() -> str:
    return re.search(r"^\d{6}$", mail.outbox[-1].body, re.MULTILINE)[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def ask_for_code(client, email: str, **more):
    return client.post(LOGIN, {"email": email, **more})


def log_in(client, email: str, **more):
    """Through the door with a code; -> the answer to the code."""
    ask_for_code(client, email, **more)
    return client.post(CODE, {"code": mailed_code(), **more})


def give_app(person):
    """`person` has an app with codes and spare codes."""
    TOTP.activate(person, SECRET)
    return RecoveryCodes.activate(person)


def app_code(at=None) -> str:
    totp = pyotp.TOTP(SECRET)
    return totp.at(at) if at else totp.now()


def log_in_staff(client, person):
    """The whole way: code by mail, code of the app."""
    log_in(client, person.email)
    return client.post(SECOND, {"code": app_code()})


def staff_client(client):
    """A member of staff, logged in with the second key. -> who."""
    disa = make.staff()
    give_app(disa)
    log_in_staff(client, disa)
    assert client.get("/konto/").status_code == 200
    return disa
