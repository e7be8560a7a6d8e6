"""Whose is a sender's address, and did our own mail server prove it (Authentication-Results, RFC 8601)?"""

import re

from allauth.account.models import EmailAddress
from django.conf import settings

from chat.models import Participant
from motesplats.mail_reading import IncomingMail

_DMARC = re.compile(r"dmarc(?:/\d+)?\s*=\s*(\w+)(?=\s|$)")
_HEADER_FROM = re.compile(r"(?<!\S)header\.from\s*=\s*@?(\S+)")


def own_addresses(participant: Participant) -> set[str]:
    """The addresses this person has confirmed, lower-case."""
    confirmed = EmailAddress.objects.filter(user=participant.user, verified=True).values_list("email", flat=True)
    return {address.lower() for address in confirmed}


def is_proved(mail: IncomingMail) -> bool:
    """True when `AUTHSERV_ID` wrote dmarc=pass for the domain in From, or when it is not set.

    Only the first header with that name counts: our server writes on top, and anybody may have written below.
    """
    if not settings.AUTHSERV_ID:
        return True
    found = result_of(mail)
    return found == "pass"


def result_of(mail: IncomingMail) -> str:
    """What our own server says of DMARC: "pass", "fail" …; "" for nothing, two things, or another domain."""
    for written in mail.authentication_results:
        server, *results = _plain(written).split(";")
        if server.split()[:1] == [settings.AUTHSERV_ID.lower()]:
            break
    else:
        return ""
    verdicts = [result.strip() for result in results if result.strip().startswith("dmarc")]
    if len(verdicts) != 1 or not _is_about(verdicts[0], mail):
        return ""
    found = _DMARC.match(verdicts[0])
    return found[1] if found else ""


def _plain(header: str) -> str:
    """Lower-case, without quoted strings and (nested) comments: what stands in them, the sender may have chosen.

    "" when a quote or comment has no end: then nobody can tell what is whose.
    """
    kept, depth, is_quoted, signs = [], 0, False, iter(header.lower())
    for sign in signs:
        if sign == "\\":
            next(signs, "")
        elif is_quoted:
            is_quoted = sign != '"'
        elif sign == '"' and not depth:
            is_quoted = True
            kept.append('""')
        elif sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
            kept.append(" ")
        elif not depth:
            kept.append(sign)
    return "" if depth or is_quoted else "".join(kept)


def _is_about(result: str, mail: IncomingMail) -> bool:
    domains = {sender.rpartition("@")[2] for sender in mail.senders}
    named = {domain.rpartition("@")[2].rstrip(".") for domain in _HEADER_FROM.findall(result)}
    return len(domains) == 1 and domains == named
