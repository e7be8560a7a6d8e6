"""Every mail about a chat: when it is queued, whether it is still wanted, what it says. Never the text of a message."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import fit, links, thread_mail
from chat.models import Conversation, Participant, Side
from motesplats import offices, outbox
from motesplats.models import OutboxMail, Report
from motesplats.moments import say_moment
from motesplats.outbox import Letter
from seekers.models import HelpRequest
from volunteers.models import Volunteer

ASKED_AT_MOST_EVERY = timedelta(hours=1)


def register() -> None:
    """Tell the outbox how to write each kind. Called when the app is ready."""
    outbox.kind("receipt", render=_receipt, still_wanted=_is_open, is_necessary=True)
    outbox.kind("taken", render=_answerable(_taken), still_wanted=_is_same_claim)
    outbox.kind("promise_broken", render=_answerable(_promise_broken), still_wanted=_is_open, is_necessary=True)
    outbox.kind("asker_nudge", render=_answerable(_asker_nudge), still_wanted=_is_still_quiet)
    outbox.kind("helper_reminder", render=_answerable(_helper_reminder), still_wanted=_is_still_quiet)
    outbox.kind("volunteer_asked", render=_volunteer_asked, still_wanted=_does_any_wait)
    outbox.kind("staff_asked", render=_staff_asked, still_wanted=_is_waiting, is_necessary=True)
    outbox.kind("staff_broken", render=_staff_broken, is_necessary=True)
    outbox.kind("staff_stopped", render=_staff_stopped, is_necessary=True)


# --- to the one who asks ---------------------------------------------------------------------------------------------


def receipt(conversation: Conversation, request: HelpRequest) -> None:
    """We have your question, you get an answer by then, this is the way back. Once, when an address is confirmed."""
    if request.owner.email:
        outbox.queue("receipt", to=request.owner, dedupe_key=f"receipt:{request.public_id}", request=request.public_id)


def _receipt(mail: OutboxMail) -> Letter:
    conversation = _conversation(mail)
    request = conversation.request
    if conversation.promise_by_staff:
        promised = _("IM answers %(moment)s at the latest.") % {"moment": say_moment(request.answer_by)}
    else:
        promised = _("You get an answer %(moment)s at the latest.") % {"moment": say_moment(request.answer_by)}
    return Letter(
        subject=_("We have your question"),
        lines=[
            _("Hi %(name)s!") % {"name": request.owner.display_name},
            _("We have your question."),
            promised,
            _("You can close the page. You get an email when the answer is there."),
        ],
        button=_back_to_chat(conversation),
    )


def taken(conversation: Conversation, request: HelpRequest, *, by: datetime) -> None:
    """Somebody has taken your question. Only when the asker is not in the chat to see it."""
    seeker = conversation.participants.get(side=Side.SEEKER)
    if request.owner.email and not seeker.is_present(timezone.now()):
        claimed = request.claimed_at.isoformat()
        outbox.queue(
            "taken", to=request.owner, dedupe_key=f"taken:{request.public_id}:{claimed}",
            request=request.public_id, claimed=claimed, by=by.isoformat(),
        )  # fmt: skip


def _taken(mail: OutboxMail) -> Letter:
    conversation = _conversation(mail)
    name = conversation.request.helper.display_name
    by = say_moment(datetime.fromisoformat(mail.data["by"]))
    return Letter(
        subject=_("Someone has taken your question"),
        lines=[
            _("%(name)s has taken your question.") % {"name": name},
            _("You get an answer %(moment)s at the latest. You get an email then.") % {"moment": by},
            *_who_reads_along(conversation),
        ],
        button=_back_to_chat(conversation),
    )


def _who_reads_along(conversation: Conversation) -> list[str]:
    """Who was not in the chat when it was said there hears it here, before anything new is written."""
    reader = conversation.participants.filter(part=Participant.Part.READER, left_at=None).select_related("user").first()
    if reader is None:
        return []
    said = _("%(name)s is an experienced volunteer and reads along. You can say no in the chat.")
    return [said % {"name": reader.user.display_name}]


def promise_broken(conversation: Conversation, request: HelpRequest, *, was: datetime) -> None:
    """The apology with a new time, and word to IM."""
    key = f"{request.public_id}:{was.isoformat()}"
    if request.owner.email:
        outbox.queue(
            "promise_broken", to=request.owner, dedupe_key=f"broken:{key}",
            request=request.public_id, was=was.isoformat(),
        )  # fmt: skip
    offices.tell(request.office, "staff_broken", key=f"staff_broken:{key}", request=request.public_id)


def _promise_broken(mail: OutboxMail) -> Letter:
    conversation = _conversation(mail)
    moments = {
        "was": say_moment(datetime.fromisoformat(mail.data["was"])),
        "at": say_moment(conversation.request.answer_by),
    }
    return Letter(
        subject=_("Sorry, your answer is late"),
        lines=[
            _("Sorry. We promised an answer %(was)s at the latest, but did not manage.") % moments,
            _("Your question is now first in line."),
            _("New time: %(at)s at the latest.") % moments,
        ],
        button=_back_to_chat(conversation),
    )


def asker_nudge(conversation: Conversation, *, number: int) -> None:
    """The helper has answered and waits: a gentle word after 3 and 7 days."""
    request = conversation.request
    if request.owner.email:
        said = conversation.last_message_at.isoformat()
        key = f"nudge:{request.public_id}:{number}:{said}"
        outbox.queue(
            "asker_nudge", to=request.owner, dedupe_key=key,
            request=request.public_id, said=said, helper=request.helper_id,
        )  # fmt: skip


def _asker_nudge(mail: OutboxMail) -> Letter:
    conversation = _conversation(mail)
    return Letter(
        subject=_("Do you still want help?"),
        lines=[
            _("There is an answer for you in the chat."),
            _("Do you need more help? Write in the chat. Are you done? Then you do not have to do anything."),
        ],
        button=_back_to_chat(conversation),
    )


# --- to volunteers and IM --------------------------------------------------------------------------------------------


def ask_for_help(conversation: Conversation, request: HelpRequest, *, volunteers, occasion: str) -> None:
    """A promise needs somebody: ask the volunteers who fit, and IM. `occasion`: the promise this is about.

    A volunteer is asked at most once an hour, whatever waits; the key names the mail before, so two rounds at the same
    moment ask once.
    """
    for volunteer in volunteers:
        before = (
            OutboxMail.objects.filter(kind="volunteer_asked", to_user=volunteer.user).order_by("-created_at").first()
        )
        if before is None or before.created_at <= timezone.now() - ASKED_AT_MOST_EVERY:
            key = f"asked:{volunteer.pk}:{before.created_at.isoformat() if before else ''}"
            outbox.queue("volunteer_asked", to=volunteer.user, dedupe_key=key)
    offices.tell(
        request.office, "staff_asked", key=f"staff_asked:{request.public_id}:{occasion}", request=request.public_id
    )


def _most_urgent(mail: OutboxMail) -> HelpRequest | None:
    """The question promised earliest of those that wait and that this volunteer may take."""
    now = timezone.now()
    volunteer = Volunteer.objects.approved().exclude(rest__until__gt=now).filter(user=mail.to_user).first()
    return volunteer and fit.questions_for(volunteer, now).order_by("answer_by", "pk").first()


def _does_any_wait(mail: OutboxMail) -> bool:
    return _most_urgent(mail) is not None


def _volunteer_asked(mail: OutboxMail) -> Letter:
    request = _most_urgent(mail)
    return Letter(
        subject=_("Can you answer a question?"),
        lines=[
            _("A participant is waiting for help: %(topic)s.") % {"topic": request.get_topic_display()},
            _("We have promised an answer %(moment)s at the latest.") % {"moment": say_moment(request.answer_by)},
            _("Do you have 30 minutes? Thank you. Otherwise you do not have to do anything."),
        ],
        button=(_("See the question"), outbox.absolute(reverse("chat:desk_show"))),
    )


def _staff_asked(mail: OutboxMail) -> Letter:
    request = _conversation(mail).request
    return Letter(
        subject=_("A question needs a volunteer"),
        lines=[
            _("No volunteer has taken a question about %(topic)s.") % {"topic": request.get_topic_display()},
            _("We have promised an answer %(moment)s at the latest.") % {"moment": say_moment(request.answer_by)},
        ],
        button=_staff_page(),
    )


def _staff_broken(mail: OutboxMail) -> Letter:
    request = _conversation(mail).request
    return Letter(
        subject=_("A promise was broken"),
        lines=[
            _("A question about %(topic)s was not answered in time.") % {"topic": request.get_topic_display()},
            _("The participant has got an apology and a new time: %(moment)s.")
            % {"moment": say_moment(request.answer_by)},
        ],
        button=_staff_page(),
    )


def stopped(request: HelpRequest, report: Report) -> None:
    """Somebody pressed "Något är fel": IM hears of it at once."""
    offices.tell(request.office, "staff_stopped", key=f"stopped:{report.public_id}", report=report.public_id)


def _staff_stopped(mail: OutboxMail) -> Letter:
    report = Report.objects.get(public_id=mail.data["report"])
    return Letter(
        subject=_("Something is wrong in a chat"),
        lines=[
            _("Somebody has stopped a chat and says that something is wrong."),
            _("We have promised to read it %(moment)s at the latest.") % {"moment": say_moment(report.answer_by)},
        ],
        button=_staff_page(),
    )


def helper_reminder(conversation: Conversation) -> None:
    """The asker has waited 24 h for the helper's answer."""
    request = conversation.request
    said = conversation.last_message_at.isoformat()
    outbox.queue(
        "helper_reminder", to=request.helper, dedupe_key=f"reminder:{request.public_id}:{request.helper_id}:{said}",
        request=request.public_id, said=said, helper=request.helper_id,
    )  # fmt: skip


def _helper_reminder(mail: OutboxMail) -> Letter:
    request = _conversation(mail).request
    return Letter(
        subject=_("Somebody is waiting for your answer"),
        lines=[
            _("The person you help has waited for a day."),
            _("Can you answer today? Otherwise leave the question to another volunteer. That is all right."),
        ],
        button=_chat_for_helpers(request),
    )


# --- shared ----------------------------------------------------------------------------------------------------------


def _answerable(render: outbox.Render) -> outbox.Render:
    """Who chose mails with the text can answer this kind by mail too."""

    def with_answer(mail: OutboxMail) -> Letter:
        here = Participant.objects.filter(conversation__request__public_id=mail.data["request"], left_at=None)
        seat = here.filter(user=mail.to_user).select_related("user", "conversation__request").first()
        return thread_mail.answerable(render(mail), seat)

    return with_answer


def _conversation(mail: OutboxMail) -> Conversation:
    return Conversation.objects.select_related("request__owner", "request__helper", "request__office").get(
        request__public_id=mail.data["request"]
    )


def _state(mail: OutboxMail) -> str | None:
    return HelpRequest.objects.filter(public_id=mail.data["request"]).values_list("state", flat=True).first()


def _is_open(mail: OutboxMail) -> bool:
    return _state(mail) in (HelpRequest.State.WAITING, HelpRequest.State.ACTIVE)


def _is_same_claim(mail: OutboxMail) -> bool:
    """The very claim the mail tells of still stands."""
    request = _active(mail)
    return request is not None and request.claimed_at.isoformat() == mail.data["claimed"]


def _is_still_quiet(mail: OutboxMail) -> bool:
    """The same helper has it and nobody has written since."""
    request = _active(mail)
    if request is None or request.helper_id != mail.data["helper"]:
        return False
    return request.conversation.last_message_at.isoformat() == mail.data["said"]


def _active(mail: OutboxMail) -> HelpRequest | None:
    active = HelpRequest.objects.filter(state=HelpRequest.State.ACTIVE).select_related("conversation")
    return active.filter(public_id=mail.data["request"]).first()


def _is_waiting(mail: OutboxMail) -> bool:
    return _state(mail) == HelpRequest.State.WAITING


def _back_to_chat(conversation: Conversation) -> tuple[str, str]:
    seeker = conversation.participants.select_related("conversation__request").get(side=Side.SEEKER)
    return _("Open the chat"), links.url_for(seeker)


def _chat_for_helpers(request: HelpRequest) -> tuple[str, str]:
    return _("Open the chat"), outbox.absolute(reverse("chat:conversation_show", args=[request.public_id]))


def _staff_page() -> tuple[str, str]:
    return _("Open the staff page"), outbox.absolute(reverse("admin:index"))
