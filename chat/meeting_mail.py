"""The mails about times two people suggest and agree on: when each is queued, whether it is still wanted, what it says.

To the one who asked and to the helper alike, each in their own language. Never the text of a message.
"""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import links, meeting_links
from chat.models import Conversation, Meeting, Participant, Proposal, Side
from motesplats import outbox
from motesplats.models import OutboxMail, User
from motesplats.moments import say_moment
from motesplats.outbox import Letter
from seekers.models import HelpRequest


def register() -> None:
    """Tell the outbox how to write each kind. Called when the app is ready."""
    outbox.kind("times_proposed", render=_proposed, still_wanted=_is_open)
    outbox.kind("times_none_fit", render=_none_fit, still_wanted=_may_propose)
    outbox.kind("meeting_agreed", render=_agreed, still_wanted=_is_ahead, is_necessary=True)
    outbox.kind("meeting_reminder", render=_reminder, still_wanted=_is_ahead)
    outbox.kind("meeting_cancelled", render=_cancelled, still_wanted=_is_in_chat, is_necessary=True)
    outbox.kind("meeting_off", render=_off, is_necessary=True)
    outbox.kind("meeting_missed", render=_missed, still_wanted=_is_in_chat)


# --- when and to whom ------------------------------------------------------------------------------------------------


def proposed(conversation: Conversation, proposal: Proposal, at: datetime) -> None:
    """To the other side, unless they are in the chat and see it."""
    other = _other(conversation, by=proposal.by)
    if not other.is_present(at):
        _queue("times_proposed", other, key=proposal.public_id, proposal=proposal.pk)


def none_fit(conversation: Conversation, proposal: Proposal) -> None:
    """To who suggested, unless they are in the chat and see it."""
    who = _seeker(conversation) if proposal.by == Side.SEEKER else _helper(conversation)
    if not who.is_present(timezone.now()):
        _queue("times_none_fit", who, key=proposal.public_id, proposal=proposal.pk)


def agreed(conversation: Conversation, meeting: Meeting) -> None:
    """To both: the day, the time, and the way to say no."""
    for who in (_seeker(conversation), _helper(conversation)):
        _queue("meeting_agreed", who, key=meeting.public_id, meeting=meeting.pk)


def remind(meeting: Meeting, *, which: str) -> None:
    """To both. `which`: "day" or "hour"; each once."""
    for who in (_seeker(meeting.conversation), _helper(meeting.conversation)):
        _queue("meeting_reminder", who, key=f"{meeting.public_id}:{which}", meeting=meeting.pk)


def cancelled(conversation: Conversation, meeting: Meeting, *, by: str) -> None:
    """To the other side: they cannot come."""
    _queue("meeting_cancelled", _other(conversation, by=by), key=meeting.public_id, meeting=meeting.pk)


def off(conversation: Conversation, meeting: Meeting, *, by: User | None) -> None:
    """The question moved on: to the one who asked, and to the helper whose time it was; not to who moved it."""
    told = conversation.participants.select_related("user").filter(Q(side=Side.SEEKER) | Q(user=meeting.helper_id))
    for who in told:
        if who.user != by:
            _queue("meeting_off", who, key=meeting.public_id, meeting=meeting.pk)


def missed(conversation: Conversation, meeting: Meeting, *, to_seeker: bool, to_helper: bool) -> None:
    """To who did not come: that is all right."""
    for who, is_asked in ((_seeker(conversation), to_seeker), (_helper(conversation), to_helper)):
        if is_asked:
            _queue("meeting_missed", who, key=meeting.public_id, meeting=meeting.pk)


def _queue(kind: str, to: Participant, *, key: str, **data) -> None:
    outbox.queue(kind, to=to.user, dedupe_key=f"{kind}:{key}:{to.pk}", participant=to.pk, **data)


def _seeker(conversation: Conversation) -> Participant:
    return conversation.participants.select_related("user").get(side=Side.SEEKER)


def _helper(conversation: Conversation) -> Participant:
    return conversation.participants.select_related("user").get(user=conversation.request.helper_id)


def _other(conversation: Conversation, *, by: str) -> Participant:
    return _helper(conversation) if by == Side.SEEKER else _seeker(conversation)


# --- still wanted ----------------------------------------------------------------------------------------------------


def _participant(mail: OutboxMail) -> Participant:
    return Participant.objects.select_related("user", "conversation__request").get(pk=mail.data["participant"])


def _is_in_chat(mail: OutboxMail) -> bool:
    """The question is still with these two."""
    active = HelpRequest.State.ACTIVE
    rows = Participant.objects.filter(left_at=None, can_write=True, conversation__request__state=active)
    return rows.filter(pk=mail.data["participant"]).exists()


def _is_open(mail: OutboxMail) -> bool:
    open_now = Proposal.objects.filter(pk=mail.data["proposal"], ended_at=None, last_time__gt=timezone.now())
    return open_now.exists() and _is_in_chat(mail)


def _may_propose(mail: OutboxMail) -> bool:
    """Nothing newer was suggested or agreed on."""
    newer = Proposal.objects.filter(conversation__participants=mail.data["participant"], pk__gt=mail.data["proposal"])
    return not newer.exists() and _is_in_chat(mail)


def _is_ahead(mail: OutboxMail) -> bool:
    agreed_now = Meeting.objects.filter(pk=mail.data["meeting"], ended_at=None, starts_at__gt=timezone.now())
    return agreed_now.exists() and _is_in_chat(mail)


# --- what it says ----------------------------------------------------------------------------------------------------


def _moment(mail: OutboxMail) -> dict[str, str]:
    return {"moment": say_moment(Meeting.objects.get(pk=mail.data["meeting"]).starts_at)}


def _chat_button(mail: OutboxMail) -> tuple[str, str]:
    who = _participant(mail)
    if who.side == Side.SEEKER:
        return _("Open the chat"), links.url_for(who)
    return _("Open the chat"), outbox.absolute(links.chat_path(who.conversation.request))


def _proposed(mail: OutboxMail) -> Letter:
    proposal = Proposal.objects.get(pk=mail.data["proposal"])
    times = [datetime.fromisoformat(text) for text in proposal.times]
    return Letter(
        subject=_("Choose a time to meet in the chat"),
        lines=[
            _("Somebody suggests a time to meet in your chat. Choose one that suits you."),
            *(say_moment(time) for time in times if time > timezone.now()),
            _("You meet for 30 minutes. No time suits you? Say so in the chat, and suggest another."),
        ],
        button=_chat_button(mail),
    )


def _none_fit(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("Suggest another time"),
        lines=[_("The times you suggested did not suit. That is all right. Suggest a new time in the chat.")],
        button=_chat_button(mail),
    )


def _time_button(mail: OutboxMail) -> tuple[str, str]:
    meeting = Meeting.objects.get(pk=mail.data["meeting"])
    return _("See the time"), meeting_links.url_for(meeting, _participant(mail))


def _agreed(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("The time is decided"),
        lines=[
            _("You meet in the chat %(moment)s.") % _moment(mail),
            _("You cannot come? Press the button and say so."),
        ],
        button=_time_button(mail),
    )


def _reminder(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("You meet soon in the chat"),
        lines=[
            _("You meet in the chat %(moment)s.") % _moment(mail),
            _("You cannot come? Press the button and say so."),
        ],
        button=_time_button(mail),
    )


def _cancelled(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("The time does not suit any more"),
        lines=[
            _("The other person cannot come %(moment)s.") % _moment(mail),
            _("That is all right. Suggest a new time in the chat."),
        ],
        button=_chat_button(mail),
    )


def _off(mail: OutboxMail) -> Letter:
    is_seeker = _participant(mail).side == Side.SEEKER
    desk = (_("Open the desk"), outbox.absolute(reverse("chat:desk_show")))
    return Letter(
        subject=_("The time no longer applies"),
        lines=[
            _("The time %(moment)s no longer applies.") % _moment(mail),
            _("You do not have to do anything."),
        ],
        button=_chat_button(mail) if is_seeker else desk,
    )


def _missed(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("We did not meet today"),
        lines=[_("We did not meet today. That is all right. Choose a new time.")],
        button=_chat_button(mail),
    )
