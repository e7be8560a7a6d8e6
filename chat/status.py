"""Where a chat stands, in words, for the one who reads: the sentences of people.md. Reads, never writes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chat import promise
from chat.access import Person
from chat.models import Participant, Side
from motesplats.moments import say_clock, say_moment
from seekers.models import HelpRequest

State = HelpRequest.State


@dataclass(frozen=True, slots=True)
class Status:
    """`title`: who is at the other end. `line`: what happens next. `here`: the other side is present now."""

    title: str
    line: str
    here: bool
    may_write: bool


def of(person: Person, others: list[Participant], at: datetime) -> Status:
    """`others`: the participants of the conversation (system excluded), users loaded."""
    request = person.request
    helping = request.state == State.ACTIVE and person.participant.can_write
    may_write = person.participant.can_write and request.state in (State.WAITING, State.ACTIVE, State.RESOLVED)
    may_write = may_write or (person.side == Side.STAFF and request.state == State.ON_HOLD)
    words = _for_seeker if person.side == Side.SEEKER else _for_helper
    title, line, here = words(person, others, at, helping)
    return Status(title, line, here, may_write)


def _for_seeker(person: Person, others: list[Participant], at: datetime, helping: bool) -> tuple[str, str, bool]:
    request = person.request
    if request.state == State.WAITING:
        is_written = bool(request.need or person.conversation.last_side)
        line = waiting_line(request, by_staff=person.conversation.promise_by_staff, is_written=is_written)
        return _("Your question"), line, False
    if request.state == State.ACTIVE:
        helper = next((p for p in others if p.user_id == request.helper_id), None)
        here = any(p.is_present(at) for p in others if p.side != Side.SEEKER and p.can_write)
        return _helper_title(helper), _helper_line(helper, request, at), here
    return _("Your question"), _ended_line(request), False


def waiting_line(request: HelpRequest, *, by_staff: bool, is_written: bool) -> str:
    """What somebody who waits may count on. `is_written`: we have more than the topic."""
    if request.answer_by is None:
        return _("We have your question.")
    moment = {"moment": say_moment(request.answer_by)}
    if request.is_adult and promise.could_answer_now(request):
        return _("A volunteer can answer now. You get an answer %(moment)s at the latest.") % moment
    if by_staff and is_written:
        line = _("No volunteer is here right now. We have your question. IM answers %(moment)s at the latest.")
    elif by_staff:
        line = _("No volunteer is here right now. Write your question. IM answers %(moment)s at the latest.")
    elif is_written:
        line = _("No volunteer is here right now. We have your question. You get an answer %(moment)s at the latest.")
    else:
        line = _("No volunteer is here right now. Write your question. You get an answer %(moment)s at the latest.")
    return line % moment


def _helper_title(helper: Participant | None) -> str:
    if helper is None:
        return _("Your question")
    name = {"name": helper.user.display_name}
    return _("%(name)s, IM") % name if helper.side == Side.STAFF else _("%(name)s, volunteer") % name


def _helper_line(helper: Participant | None, request: HelpRequest, at: datetime) -> str:
    if helper is None:
        return ""
    words = {"name": helper.user.display_name}
    if helper.away_until and helper.away_until > at:
        words |= {"clock": say_clock(helper.away_until), "moment": say_moment(helper.away_until)}
        return _AWAY_WORDS[helper.away_kind]() % words
    if helper.is_present(at):
        return _("Here now. Helps you with: %(topic)s") % {"topic": request.get_topic_display()}
    if helper.seen_at is None or request.first_message_by and request.first_message_by > at:
        by = {"moment": say_moment(request.first_message_by)} if request.first_message_by else None
        if by:
            return _("You get an answer %(moment)s at the latest. You do not have to wait here.") % by
    if request.owner.is_shell:
        return _("%(name)s is not here right now. The answer comes in this chat.") % words
    return _("%(name)s is not here right now. You get an email when there is an answer.") % words


_AWAY_WORDS = {
    Participant.Away.READING: lambda: _("%(name)s is reading and writes again %(clock)s or so."),
    Participant.Away.SHORT: lambda: _("%(name)s is back %(clock)s or so. You can close the page."),
    Participant.Away.TOMORROW: lambda: _("%(name)s continues %(moment)s at the latest. You do not have to wait here."),
}


def _for_helper(person: Person, others: list[Participant], at: datetime, helping: bool) -> tuple[str, str, bool]:
    request = person.request
    seeker = next((p for p in others if p.side == Side.SEEKER), None)
    here = bool(seeker and seeker.is_present(at))
    name = {"name": request.owner.display_name}
    if not request.is_open:
        return request.owner.display_name, _ended_line(request), here
    if request.state == State.ON_HOLD:
        return request.owner.display_name, _("The chat is stopped. IM looks at it."), here
    if here:
        return request.owner.display_name, _("Here now."), here
    if request.owner.is_shell:
        line = _("%(name)s is not here and has no email. Your answer waits in the chat.") % name
        return request.owner.display_name, line, here
    return request.owner.display_name, _("%(name)s is not here. An email goes out when you have answered.") % name, here


def _ended_line(request: HelpRequest) -> str:
    if request.state == State.RESOLVED:
        return _("The question is done. Do you need more help? Just write here.")
    if request.state == State.ON_HOLD:
        return _("The chat is stopped. IM reads it.")
    if request.state == State.WITHDRAWN:
        return _("You have taken back your question.")
    return _("The chat is closed.")
