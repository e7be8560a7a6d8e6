"""What a failed send means: is it final, and how do we say it, in a log (no addresses) and to staff (plain words)."""

import smtplib

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import BadHeaderError
from django.utils.translation import gettext as _

from motesplats import reach


def error_code(problem: BaseException) -> str:
    """Class and SMTP code, never the server's words: those repeat the address."""
    codes = _smtp_codes(problem)
    return " ".join([type(problem).__name__, *sorted({str(code) for code in codes})])[:200]


def is_final(problem: BaseException) -> bool:
    """True when trying again cannot help: the recipient or the mail itself is refused, not our way of sending."""
    if isinstance(problem, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)):
        codes = _smtp_codes(problem)
        return bool(codes) and all(code >= 500 for code in codes)
    return isinstance(problem, (BadHeaderError, InvalidToken, UnicodeError, smtplib.SMTPNotSupportedError))


def _smtp_codes(problem: BaseException) -> list[int]:
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in problem.recipients.values()]
    code = getattr(problem, "smtp_code", None)
    return [code] if isinstance(code, int) and code > 0 else []


def explain(last_error: str) -> str:
    """The stored error in plain words, for staff."""
    name, _space, code = last_error.partition(" ")
    server = {"server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", "code": code, "name": name}
    if name in ("ConnectionRefusedError", "SMTPConnectError", "SMTPServerDisconnected", "ConnectionResetError"):
        return _("The mail server %(server)s does not answer. Is the address right, and is the server on?") % server
    if name in ("TimeoutError", "timeout"):
        return _("The mail server %(server)s did not answer in time. Is a firewall in the way?") % server
    if name == "gaierror":
        return _("There is no mail server called %(server)s. Check EMAIL_HOST.") % server
    if name == "SMTPAuthenticationError":
        return _("The mail server does not accept the user name or the password. Check EMAIL_HOST_USER.") % server
    if name.startswith("SSL"):
        return _("No safe connection to %(server)s. Check EMAIL_USE_TLS, EMAIL_USE_SSL and the port.") % server
    if name == "SMTPSenderRefused":
        return _("The mail server does not accept our sender address (%(code)s). Check DEFAULT_FROM_EMAIL.") % server
    if name == "SMTPRecipientsRefused":
        return _("The mail server does not accept the recipient's address (%(code)s).") % server
    if name == reach.SILENT:
        return _("Mail to this address comes back. Only codes go there until the person confirms an address.")
    if name == "SMTPDataError":
        return _("The mail server does not accept the mail (%(code)s).") % server
    return _("The mail could not be sent (%(name)s %(code)s).") % server
