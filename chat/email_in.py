"""An answer by mail becomes a message in its chat: what comes in, what is held back, what is thrown away (design §7).

A mail counts as somebody's word when two things fit: the reply address in it is one we gave that person, and it comes
from an address they have confirmed; where our mail server says so (`AUTHSERV_ID`), that sender is proved as well.
What does not fit is held back for staff. What no person wrote is never posted and never answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from unicodedata import normalize
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from chat import (
    answer_mail,
    bounces,
    conversations,
    inbound,
    mail_files,
    mail_trust,
    pace,
    reply_address,
    said_before,
    threads,
)
from chat.access import Person, may_read
from chat.frames import BadFrame, clean_body
from chat.inbound import Later, State
from chat.models import InboundMail, Message, Participant, Refusal, Side
from motesplats import mail_choice
from motesplats.mail_kinds import Kind
from motesplats.mail_reading import IncomingMail, read_mail
from motesplats.mail_text import without_controls
from motesplats.reply_text import Answer, body_digest, cut_answer

Reason = InboundMail.Reason
REPEATED_WITHIN = timedelta(minutes=10)
SHORT_CHARACTERS = 40  # "Ja" twice may be two answers
LOOKED_AT_CHARACTERS = 128 * 1024  # cutting looks at each line many times
_NAMESPACE = UUID("5f1d9a52-0f0e-4f53-9c1c-3a0b7a3d6c11")
_NOBODY_WROTE = {
    Kind.AUTO_REPLY: Reason.AUTO_REPLY,
    Kind.CALENDAR: Reason.CALENDAR,
    Kind.READ_RECEIPT: Reason.READ_RECEIPT,
    Kind.BULK: Reason.BULK,
}
_OF_REFUSAL = {Refusal.HOLD: Reason.HOLD, Refusal.CLOSED: Reason.CLOSED}


def receive(raw: bytes, *, door: str, recipient: str = "", is_whole: bool = True) -> InboundMail:
    """The one function behind every door: keep the mail, have a worker look at it. See `inbound.store`."""
    return inbound.store(raw, door=door, recipient=recipient, is_whole=is_whole)


def work_inbound(row_id: int) -> None:
    """Work one mail. Safe to run twice."""
    inbound.work(row_id, _work)


def work_due_inbound() -> int:
    """Work what waits. -> how many mails. Safe to run twice."""
    return inbound.work_due(_work)


def forget_old() -> int:
    """Forget mails that came in, and addresses of strangers that took none, in their time. Safe to run twice."""
    return inbound.forget_old() + bounces.forget_old()


# --- whose word is it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a mail. With state QUEUED it goes into the chat of `participant`.

    is_answered: the sender gets one polite mail that says why.
    """

    state: str
    reason: str = ""
    participant: Participant | None = None
    is_answered: bool = False


def judge(row: InboundMail, mail: IncomingMail) -> Verdict:
    """What is to become of this mail. Reads, and changes nothing."""
    if mail.kind in _NOBODY_WROTE:
        return Verdict(State.DROPPED, _NOBODY_WROTE[mail.kind])
    if any(map(_is_our_own, mail.senders)):
        return Verdict(State.DROPPED, Reason.OWN)
    if row.reason == Reason.DELIVER:
        return _into_chat(row, mail, row.participant)
    asked = [address for address in mail.recipients if reply_address.has_shape(address)]
    if not asked:
        return Verdict(State.QUARANTINED, Reason.NO_TOKEN, _only_chat_of(mail))
    found = {one.pk: one for one in map(reply_address.participant_of, asked) if one}
    if not found:
        return Verdict(State.QUARANTINED, Reason.TOKEN)
    participant = next(iter(found.values()))
    if len(mail.senders) != 1:
        return Verdict(State.QUARANTINED, Reason.SENDERS, participant)
    if not mail_trust.is_proved(mail):
        return Verdict(State.QUARANTINED, Reason.FORGED, participant)
    own = [one for one in found.values() if mail.senders[0] in mail_trust.own_addresses(one)]
    if not own:
        return Verdict(State.QUARANTINED, Reason.SENDER, participant, is_answered=True)
    if len(own) > 1:  # nobody but the sender knows which chat the words are for
        return Verdict(State.QUARANTINED, Reason.SEVERAL)
    return _into_chat(row, mail, own[0])


def _into_chat(row: InboundMail, mail: IncomingMail, participant: Participant) -> Verdict:
    """The sender is who they should be. May they still write, does the chat take it, is there something in it?

    Asked anew for what staff deliver: a helper may have left, or stopped mails with text, since it came.
    """
    refusal = participant.conversation.refusal
    if participant.side != Side.SEEKER and not may_read(participant):
        reason = Reason.HOLD if refusal == Refusal.HOLD else Reason.FORBIDDEN
        return Verdict(State.QUARANTINED, reason, participant)
    if participant.side != Side.SEEKER and not mail_choice.has_text(participant.user):
        return Verdict(State.QUARANTINED, Reason.NOT_CHOSEN, participant, is_answered=True)
    if row.is_head_only:
        return Verdict(State.HANDLED, Reason.TOO_LARGE, participant, is_answered=True)
    if mail.is_unreadable:
        return Verdict(State.QUARANTINED, Reason.UNREADABLE, participant, is_answered=True)
    if refusal == Refusal.CLOSED:
        return Verdict(State.HANDLED, Reason.CLOSED, participant, is_answered=True)
    if refusal == Refusal.HOLD and participant.side != Side.STAFF:
        return Verdict(State.QUARANTINED, Reason.HOLD, participant)
    return Verdict(State.QUEUED, participant=participant)


def _is_our_own(sender: str) -> bool:
    return sender == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower() or reply_address.has_shape(sender)


def _only_chat_of(mail: IncomingMail) -> Participant | None:
    """A mail to no chat, surely from somebody who has one single open chat: staff may deliver it there."""
    if len(mail.senders) != 1 or not mail_trust.is_proved(mail):
        return None
    here = Participant.objects.filter(
        user__emailaddress__email=mail.senders[0], user__emailaddress__verified=True, user__is_active=True,
        left_at=None, can_write=True, conversation__refusal=Refusal.NONE,
    )  # fmt: skip
    found = list(here.select_related("user").order_by("pk")[:2])
    if len(found) != 1 or (found[0].side != Side.SEEKER and not mail_choice.has_text(found[0].user)):
        return None
    return found[0]


# --- what becomes of it ----------------------------------------------------------------------------------------------


def _work(row: InboundMail) -> None:
    """Do with a mail we hold what is to be done. Raises Later.

    One that has waited for its sender's pace is opened only when it is its turn.
    """
    has_place = row.participant_id is not None and not row.digest
    if has_place:
        _take_place(row, row.participant_id)
    raw = inbound.raw_of(row)
    if raw is None:  # the key has changed, or an erasure came between
        inbound.end(row, State.FAILED, Reason.BROKEN)
        return
    mail = read_mail(raw)
    if nonce := next(filter(None, map(reply_address.test_in, mail.recipients)), ""):
        inbound.end(row, State.HANDLED, Reason.TEST, about=nonce)
    elif mail.is_bounce:
        _handle_bounce(row, mail)
    else:
        _follow(row, mail, judge(row, mail), has_place=has_place)


def _handle_bounce(row: InboundMail, mail: IncomingMail) -> None:
    with transaction.atomic():
        if nonce := bounces.test_in(mail):
            inbound.end(row, State.HANDLED, Reason.BOUNCE, about=nonce)
            return
        is_marked = bounces.note(mail)
        inbound.end(row, *((State.HANDLED, Reason.BOUNCED) if is_marked else (State.DROPPED, Reason.BOUNCE)))


def _take_place(row: InboundMail, participant_id: int) -> None:
    """Count what this participant writes. Raises Later when it is too fast, with the mail in line behind the others."""
    if not pace.may_write(participant_id):
        inbound.note(row, participant_id=participant_id)
        raise Later(inbound.turn_after_others(row, gap=pace.steady_gap()))


def _follow(row: InboundMail, mail: IncomingMail, verdict: Verdict, *, has_place: bool) -> None:
    if verdict.state == State.QUEUED:
        _post(row, mail, verdict.participant, has_place=has_place and verdict.participant.pk == row.participant_id)
        return
    with transaction.atomic():
        _end(row, verdict)


def _end(row: InboundMail, verdict: Verdict) -> None:
    if inbound.end(row, verdict.state, verdict.reason, participant=verdict.participant) and verdict.is_answered:
        answer_mail.say_why(row, verdict.participant)


def _post(row: InboundMail, mail: IncomingMail, participant: Participant, *, has_place: bool) -> None:
    """Text first, then files, then the mark; each step is found done when the one before died in between."""
    person = Person(participant, participant.side, by_grant=False)
    if not row.digest:
        if not has_place:
            _take_place(row, participant.pk)
        try:
            with transaction.atomic():
                verdict = _write(row, mail, person)
        except conversations.Refused as refusal:  # rolled back: a question is not opened by words that stay outside
            verdict = Verdict(State.QUARANTINED, _OF_REFUSAL.get(refusal.args[0], Reason.FORBIDDEN), participant)
        if verdict:
            with transaction.atomic():
                _end(row, verdict)
            return
    refused = mail_files.bring(row, mail, person)
    with transaction.atomic():
        if inbound.end(row, State.POSTED, participant=participant, refused=refused) and refused:
            answer_mail.say_refused_files(row, participant)
    bounces.heard_from(mail.senders)


def _write(row: InboundMail, mail: IncomingMail, person: Person) -> Verdict | None:
    """Store the words as messages. -> None when that is done, else what is to become of the mail. Raises Refused."""
    answer = _answer(mail, person)
    files = mail_files.digests(mail)
    digest = body_digest("\n".join([answer.text, *files]))
    if not answer.text and not files:
        return Verdict(State.DROPPED, Reason.EMPTY, person.participant)
    threads.locked(person.request)  # one mail at a time: the same text twice at once is the same text twice
    if (files or len(answer.text) > SHORT_CHARACTERS) and _came_before(row, person, digest):
        return Verdict(State.DROPPED, Reason.REPEAT, person.participant)
    seq = None
    for number, body in enumerate(pieces(answer.text)):
        post = conversations.store_message(person, client_id=client_id(row, number), body=body)
        seq = seq or post.seq
    if answer.is_shortened or mail.is_shortened:
        mail_files.say_shortened(row, person)
    inbound.note(row, digest=digest, seq=seq, participant=person.participant)
    return None


def client_id(row: InboundMail, number: int = 0) -> UUID:
    """The id of the message that piece `number` of this mail becomes: the same however often it is worked."""
    return uuid5(_NAMESPACE, f"{row.public_id}/{number}")


def _answer(mail: IncomingMail, person: Person) -> Answer:
    said = said_before.in_chat_with(person.participant)
    begin = mail.text[:LOOKED_AT_CHARACTERS]
    answer = cut_answer(begin, reply_address=reply_address.address_of(person.participant), said_before=said)
    text = _shown(answer.text)
    if answer.is_whole and mail_files.files_of(mail):  # the files are the answer; the text is what they quote of us
        text = ""
    if not text and not mail.in_reply_to:  # people who write their question in the subject line
        text = _shown(mail.subject)
    return Answer(text, is_whole=answer.is_whole, is_shortened=answer.is_shortened or len(begin) < len(mail.text))


def _shown(written: str) -> str:
    return said_before.without_our_addresses(without_controls(written)).strip()


def pieces(text: str) -> list[str]:
    """A text as messages of a length that the chat takes, cut between lines or words where there are any."""
    text, found, most = normalize("NFC", text), [], settings.MESSAGE_MAX_CHARACTERS
    while text:
        end = len(text) if len(text) <= most else _good_end(text, most)
        try:
            found.append(clean_body(text[:end]))
        except BadFrame as problem:
            if problem.code != "empty":  # white space or invisible signs
                raise
        text = text[end:]
    return found


def _good_end(text: str, most: int) -> int:
    for sign in ("\n", " "):
        if (at := text.rfind(sign, most // 2, most)) > 0:
            return at
    return most


def _came_before(row: InboundMail, person: Person, digest: str) -> bool:
    """Whether the same words and files came by another mail just before, and nobody else has said anything since."""
    near = (row.received_at - REPEATED_WITHIN, row.received_at + REPEATED_WITHIN)
    others = InboundMail.objects.filter(participant=person.participant, digest=digest, received_at__range=near)
    moments = others.exclude(pk=row.pk).values_list("received_at", flat=True)
    return any(not _answered_between(person, *sorted([row.received_at, moment])) for moment in moments)


def _answered_between(person: Person, start: datetime, end: datetime) -> bool:
    said = Message.objects.filter(conversation=person.conversation, created_at__range=(start, end))
    return said.exclude(kind=Message.Kind.SYSTEM).exclude(sender__side=person.side).exists()
