"""System lines: what the house itself says in a chat.

Stored as a code with parameters, never as words, so that each side reads it in its own language: the page holds
`words_for(side)` in data- attributes, mail and transcript call `say`. Instants in parameters are ISO text.
"""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from django.utils.translation import gettext_lazy as _

from chat.models import Conversation, Message, Participant, Side
from chat.writer import Post, save_batch
from motesplats import mail_choice
from motesplats.models import User
from motesplats.moments import say_clock, say_moment

# code: (words for the one who asks, words for the volunteer and IM). Placeholders: {name} a
# person ({asker} and {helper} when there are two), {at} and {was} a day and time, {clock} only a time.
LINES = {
    "claimed": (
        _("{name} is helping you now. You can close the page. You get an email when {name} has answered."),
        _("{name} is helping now."),
    ),
    "claimed_no_mail": (_("{name} is helping you now."), _("{name} is helping now.")),
    "claimed_later": (
        _("{name} has taken your question. You get an answer {at} at the latest. You do not have to wait here."),
        _("{name} has taken the question. Answer {at} at the latest."),
    ),
    "helper_reads": (_("{name} can read: {languages}."), ""),
    "asker_reads": ("", _("{name} can read: {languages}.")),
    "reading": (
        _("{name} is reading and writes again {clock} or so."),
        _("{name} is reading and is back {clock} or so."),
    ),
    "short": (
        _("{name} must do something else for a while. {name} is back {clock} or so. You can close the page."),
        _("{name} is back {clock} or so."),
    ),
    "tomorrow": (
        _("{name} continues tomorrow, {at} at the latest. You do not have to wait here."),
        _("{name} continues tomorrow, {at} at the latest."),
    ),
    "back": (_("{name} is back."), _("{name} is back.")),
    "released": (
        _("{name} has to stop now. Your question stays. You get an email when the next volunteer answers."),
        _("{name} has left the question to another volunteer."),
    ),
    "released_no_mail": (
        _("{name} has to stop now. Your question stays. Another volunteer answers here."),
        _("{name} has left the question to another volunteer."),
    ),
    "lapsed": (
        _("We are asking another volunteer. Your question keeps its place."),
        _("The question went back to the queue."),
    ),
    "requeued": (
        _("We are asking another volunteer. Your question is first in line."),
        _("The question went back to the queue."),
    ),
    "gone": (_("{name} is not here right now (left {clock})."), _("{name} is not here right now (left {clock}).")),
    "shift_ends": ("", _("The shift ends {clock}. You can finish the chat in peace.")),
    "women_first": (
        _("We ask women first. If no woman can answer, we ask all volunteers {clock}."),
        _("The participant wishes for a woman. Women are asked first."),
    ),
    "no_woman": (
        _("No woman can answer now. We ask all volunteers, so that you do not have to wait."),
        _("The participant wished for a woman. Now all volunteers are asked."),
    ),
    "longer_wait": (
        _("It takes a little longer. You can wait here or close the page. We will email you."),
        _("The participant has been told that it takes a little longer."),
    ),
    "longer_wait_no_mail": (
        _("It takes a little longer. You can wait here, or save the link and come back."),
        _("The participant has been told that it takes a little longer."),
    ),
    "swapped": (
        _("You continue with another volunteer. Your question is first in line."),
        _("The participant continues with another volunteer. That happens sometimes."),
    ),
    "resolved": (
        _("The question is done. You can open it again for 30 days: just write here."),
        _("The question is done. The participant can open it again for 30 days."),
    ),
    "reopened": (_("The question is open again."), _("The question is open again.")),
    "withdrawn": (_("You have taken back your question."), _("The participant has taken back the question.")),
    "held": (
        _("Thank you. The chat is stopped. IM reads this {at} at the latest. Is there danger? Call 112."),
        _("The chat is stopped. IM reads this {at} at the latest. Is there danger? Call 112."),
    ),
    "unheld": (_("IM has read this. The chat is open again."), _("IM has read this. The chat is open again.")),
    "staff_in": (_("{name} from IM reads this chat now."), _("{name} from IM reads this chat now.")),
    "address": (
        _("We email you at the address you confirmed."),
        _("The participant gets an email when you have answered."),
    ),
    "second_in": (_("{name} helps {helper} to answer you."), _("{name} helps {helper} now.")),
    "second_left": (
        _("{name} has helped and has left. {helper} goes on helping you."),
        _("{name} has helped and has left. {helper} goes on."),
    ),
    "second_refused": (
        _("Only {helper} helps you now."),
        _("The participant writes with {helper} alone. That happens sometimes."),
    ),
    "second_none": (
        _("No other volunteer could come right now. {name} helps you."),
        _("No other volunteer could come right now. You can ask again later."),
    ),
    "second_none_helper": ("", _("No other volunteer could come right now. You can ask again later.")),
    "fadder_in": (
        _("{name} is an experienced volunteer and reads along."),
        _("{name} is an experienced volunteer and reads along."),
    ),
    "fadder_out": (_("{name} does not read here any more."), _("{name} does not read here any more.")),
    "closed": (_("The chat is closed."), _("The chat is closed.")),
    "promise_broken": (
        _(
            "Sorry. We promised an answer {was} at the latest, but did not manage. "
            "You are now first in line. New time: {at} at the latest."
        ),
        _("The promised time {was} has passed. New time: {at} at the latest."),
    ),
    "practice_shared": (_("The volunteer can read your interview answer."), _("{name} shows an interview answer.")),
    "practice_marked": (
        _("{name} has said what was good in your interview answer. Open it and look."),
        _("{name} has said what was good in the interview answer."),
    ),
    "practice_question": (_("{name} asks: {question}"), _("{name} asks: {question}")),
    "document_removed": (_("You have taken away a document."), _("{name} has taken away a document.")),
    "document_added": (_("Your document is here."), _("{name} has sent a document.")),
    "version_added": (
        _("Version {number} of your document is here."),
        _("{name} has sent version {number} of a document."),
    ),
    "mail_file_refused": (
        _("We could not take the file {file} from your email. We have emailed you what to do."),
        _("{name} sent a file by email that we could not take: {file}."),
    ),
    "mail_files_refused": (
        _("We could not take these files from your email: {file}. We have emailed you what to do."),
        _("{name} sent files by email that we could not take: {file}."),
    ),
    "mail_shortened": (
        _("Your email was very long. Only the first part is here."),
        _("The email from {name} was very long. Only the first part is here."),
    ),
    "mail_bounced": (
        _("Our emails to you do not arrive. Check your email address."),
        _("{name} does not get our emails. Write here anyway. IM looks for another way."),
    ),
    "helper_mail_bounced": (
        _("{name} does not get our emails right now. IM knows about it."),
        _("{name} does not get our emails right now. IM knows about it."),
    ),
    "not_understood": (
        _("{name} does not understand message {number}. Write shorter or give an example."),
        _("{name} does not understand message {number}. Write shorter or give an example."),
    ),
    "comments_sent": (_("New comments from {name}: {count}."), _("{name} has sent comments: {count}.")),
    "comment_unclear": (
        _("You have said that you do not understand thing {number}. You get an explanation here."),
        _("{name} does not understand thing {number}. Write shorter or give an example."),
    ),
    "times_proposed": (
        _("{name} suggests a time to meet here in the chat."),
        _("{name} suggests a time to meet here in the chat."),
    ),
    "times_none_fit": (
        _("No time suits {name}. Suggest a new time."),
        _("No time suits {name}. Suggest a new time."),
    ),
    "times_withdrawn": (
        _("{name} has taken back the suggested times."),
        _("{name} has taken back the suggested times."),
    ),
    "times_passed": (
        _("The suggested times have passed. Suggest a new time."),
        _("The suggested times have passed. Suggest a new time."),
    ),
    "times_off": (_("The suggested times no longer apply."), _("The suggested times no longer apply.")),
    "meeting_agreed": (
        _("You meet here in the chat {at}."),
        _("You meet here in the chat {at}."),
    ),
    "meeting_cancelled": (
        _("{name} cannot come {at}. That is all right. Choose a new time."),
        _("{name} cannot come {at}. That is all right. Choose a new time."),
    ),
    "meeting_off": (_("The time {at} no longer applies."), _("The time {at} no longer applies.")),
    "meeting_asker_away": (
        _("We did not meet today. That is all right. Choose a new time."),
        _("{asker} is not here. That happens. Suggest a new time."),
    ),
    "meeting_helper_away": (
        _("{helper} is not here. That happens. Suggest a new time."),
        _("We did not meet today. That is all right. Choose a new time."),
    ),
    "meeting_nobody_came": (
        _("We did not meet today. That is all right. Choose a new time."),
        _("We did not meet today. That is all right. Choose a new time."),
    ),
    "meeting_write_instead": (
        _("We did not meet today. That is all right. Write here. You get an email when there is an answer."),
        _("We did not meet today. That is all right. Write here. An email goes out when you have answered."),
    ),
    "meeting_write_instead_no_mail": (
        _("We did not meet today. That is all right. Write here. The answer comes in this chat."),
        _("We did not meet today. That is all right. Write here. Your answer waits in the chat."),
    ),
}  # fmt: skip


_MOMENTS = {"at": say_moment, "was": say_moment, "clock": say_clock}


def words_for(side: str) -> dict[str, str]:
    """code -> the sentence for that side in the active language, placeholders unfilled."""
    which = 0 if side == Side.SEEKER else 1
    return {code: str(words[which]) for code, words in LINES.items()}


def say(body: str, *, side: str) -> str:
    """The words of a stored system line for `side`, in the active language. An erased line says nothing."""
    if not body:
        return ""
    params = orjson.loads(body)
    words = LINES[params.pop("code")][0 if side == Side.SEEKER else 1]
    for key, spoken in _MOMENTS.items():
        if key in params:
            params[key] = spoken(datetime.fromisoformat(params[key]))
    return str(words).format_map(params)


def code_of(body: str) -> str:
    """The code of a stored system line; "" of an erased one."""
    return orjson.loads(body)["code"] if body else ""


def names_in(body: str) -> set[str]:
    """The names of people in a stored system line, as they were then."""
    params = orjson.loads(body) if body else {}
    return {params[key] for key in ("name", "asker", "helper") if params.get(key)}


def add(conversation: Conversation, code: str, *, occasion: str, **params) -> None:
    """Write the line `code` once for each `occasion` (any text that names it, the same when run again).

    Call inside the transaction of the move. params: str, int or aware datetime.
    """
    add_all(conversation, [(code, occasion, params)])


def add_all(conversation: Conversation, said: list[tuple[str, str, dict]]) -> None:
    """As `add`, several lines one after the other in one batch: (code, occasion, params) of each."""
    sender, _made = Participant.objects.get_or_create(conversation=conversation, user=None, side=Side.SYSTEM)
    save_batch([_post(conversation, sender, *one) for one in said])


def _post(conversation: Conversation, sender: Participant, code: str, occasion: str, params: dict) -> Post:
    said = f"{code}_no_mail"  # nobody is promised a mail that cannot come
    said = said if said in LINES and not _gets_mail(conversation.request.owner) else code
    body = {"code": said, **{k: v.isoformat() if isinstance(v, datetime) else v for k, v in params.items()}}
    client_id: UUID = uuid5(NAMESPACE_URL, f"{conversation.request_id}/{code}/{occasion}")
    return Post(conversation.pk, sender.pk, client_id, orjson.dumps(body).decode(), kind=Message.Kind.SYSTEM)


def _gets_mail(person: User) -> bool:
    return not person.is_shell and not mail_choice.is_stopped(person)
