"""What the questions need staff for: what only staff may answer, what was stopped, what was promised and broken."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import blocks, fadders, mail_desk
from motesplats.desk import Link, Row, Step
from motesplats.models import Report, User
from motesplats.moments import say_moment
from seekers.models import HelpRequest

SHOWN = 20
OFTEN_BLOCKED = 3
State = HelpRequest.State


def rows() -> list[Row]:
    """Stopped chats, questions only IM may answer, those IM has promised to, broken promises. A question once."""
    waiting = HelpRequest.objects.waiting()
    by_staff = waiting.filter(is_adult=True, conversation__promise_by_staff=True)
    told = Report.objects.filter(about_kind="request", handled_at=None).values("about_id")  # these have their own row
    stopped = HelpRequest.objects.filter(state=State.ON_HOLD).exclude(public_id__in=told).order_by("pk")
    return [
        *_rows(stopped, _("A chat is stopped")),
        *_rows(waiting.exclude(is_adult=True), _("A question only IM can see")),
        *_rows(by_staff, _("No volunteer shift fits: IM has promised to answer")),
        *_rows(_broken(), _("A promise was broken and the question still waits")),
        *_often_blocked(),
        *_without_fadder(),
        *mail_desk.rows(),
    ]


def links() -> list[Link]:
    """The maps of coverage and demand."""
    return [Link(_("Where help is missing"), reverse("admin:chat_coverage"))]


def _often_blocked() -> list[Row]:
    return [
        Row(
            label=_("Several people do not want to chat with the same person"),
            detail=ngettext("%(n)s person", "%(n)s people", person.blocks) % {"n": person.blocks},
            url=reverse("admin:motesplats_user_change", args=[person.pk]),
            action=_("Look"),
        )
        for person in blocks.often_blocked(by_at_least=OFTEN_BLOCKED)[:SHOWN]
    ]


def _without_fadder() -> list[Row]:
    number = fadders.to_name_for(timezone.now()).count()
    label = ngettext("%(n)s new volunteer has no fadder", "%(n)s new volunteers have no fadder", number)
    url = reverse("admin:chat_fadder_add")
    return [Row(label=label % {"n": number}, url=url, action=_("Name a fadder"))] if number else []


def first_steps(user: User) -> list[Step]:
    """Try it as a deltagare."""
    tried = HelpRequest.objects.filter(owner=user).exists()
    return [Step(2, _("Try it as a participant"), reverse("seekers:ask_start"), tried)]


def _broken():
    return (
        HelpRequest.objects.waiting()
        .filter(is_adult=True, conversation__promise_by_staff=False)
        .filter(conversation__promises__broken_at__isnull=False, conversation__first_answer_at=None)
        .distinct()
    )


def _rows(questions, label: str) -> list[Row]:
    return [
        Row(
            label=label,
            detail=_promised(question),
            url=reverse("chat:conversation_open_as_staff", args=[question.public_id]),
            action=_("Open the chat"),
            at=question.held_at if question.state == State.ON_HOLD else question.answer_by,
        )
        for question in questions[:SHOWN]
    ]


def _promised(question: HelpRequest) -> str:
    """When the answer was promised; a stopped chat has its time in the report's own row."""
    if question.answer_by is None or question.state == State.ON_HOLD:
        return ""
    return _("Promised: %(moment)s") % {"moment": say_moment(question.answer_by)}
