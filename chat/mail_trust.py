"""Did our own mail server prove the sender of a mail? It says so in Authentication-Results (RFC 8601)."""

import re

from django.conf import settings

from motesplats.mail_reading import IncomingMail

_DMARC = re.compile(r"\bdmarc\s*=\s*(\w+)", re.IGNORECASE)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*\"?@?([^\s;\"()]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")


def is_proved(mail: IncomingMail) -> bool:
    """True when `AUTHSERV_ID` wrote dmarc=pass for the domain in From, or when it is not set.

    Only the first result with that name counts: our server writes on top, and anybody may have written below.
    """
    if not settings.AUTHSERV_ID:
        return True
    found = result_of(mail)
    return found == "pass"


def result_of(mail: IncomingMail) -> str:
    """What our own server says of DMARC: "pass", "fail" …; "" when it says nothing, or speaks of another domain."""
    for written in map(_plain, mail.authentication_results):
        server, _semicolon, results = written.partition(";")
        if server.split()[:1] != [settings.AUTHSERV_ID]:
            continue
        for result in results.split(";"):
            if found := _DMARC.match(result.strip()):
                return found[1] if _is_about(result, mail) else ""
    return ""


def _plain(header: str) -> str:
    return _COMMENT.sub(" ", header).lower()


def _is_about(result: str, mail: IncomingMail) -> bool:
    domains = {sender.rpartition("@")[2] for sender in mail.senders}
    named = _HEADER_FROM.search(result)
    return named is None or domains == {named[1].rpartition("@")[2].rstrip(".")}
