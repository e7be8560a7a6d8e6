"""Who may take which question, and who is asked first (design §5; people.md, "What the languages mean").

The rule is one sentence seen from two sides: `fitting_volunteers` of a question, `questions_for` a volunteer.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Case, Count, Exists, F, Max, OuterRef, Q, QuerySet, When

from chat.models import Block, Conversation, FadderReading, Participant, SecondAsk, Side
from motesplats.languages import overlaps
from motesplats.models import User
from seekers.models import HelpRequest
from volunteers.models import Volunteer

TAUGHT = ("sv", "en")  # what most can read; any other language somebody ticked is nearer to their own


def fitting_volunteers(request: HelpRequest):
    """Approved volunteers who share a language and the topic, never the asker, and never one of a pair kept apart.

    Nor one who has the course to read before the first question.
    """
    fitting = Volunteer.objects.approved().ready().fitting(languages=request.languages, topic=request.topic)
    return never_apart(fitting, request.owner_id)


def never_apart(volunteers: QuerySet[Volunteer], person_id: int | None) -> QuerySet[Volunteer]:
    """Those of `volunteers` who are another than this person, and not kept apart from them."""
    changed = Participant.objects.filter(conversation__request__owner=person_id, is_barred=True).values("user_id")
    return (
        volunteers.exclude(user_id=person_id)
        .exclude(user_id__in=changed)
        .exclude(user_id__in=Block.objects.filter(by=person_id).values("against"))
        .exclude(user_id__in=Block.objects.filter(against=person_id).values("by"))
    )


def without_refused(volunteers: QuerySet[Volunteer], request: HelpRequest) -> QuerySet[Volunteer]:
    """Those of `volunteers` whom the one who asked has not said no to beside the helper, as second or as fadder."""
    seconds = SecondAsk.objects.filter(conversation__request=request, end=SecondAsk.End.REFUSED, taken_by__isnull=False)
    fadders = FadderReading.objects.filter(conversation__request=request, refused_at__isnull=False)
    return volunteers.exclude(user_id__in=seconds.values("taken_by")).exclude(pk__in=fadders.values("pair__fadder"))


def not_refusing(questions: QuerySet[HelpRequest], volunteer: Volunteer) -> QuerySet[HelpRequest]:
    """The same from the other side."""
    seconds = SecondAsk.objects.filter(end=SecondAsk.End.REFUSED, taken_by=volunteer.user_id)
    fadders = FadderReading.objects.filter(pair__fadder=volunteer.pk, refused_at__isnull=False)
    here = Exists(seconds.filter(conversation__request=OuterRef("pk")))
    return questions.exclude(here | Exists(fadders.filter(conversation__request=OuterRef("pk"))))


def free_to_take(request: HelpRequest, at: datetime) -> QuerySet[Volunteer]:
    """Those of `fitting_volunteers` who may take it now: while a woman is wished for, only women. No further query."""
    wished = Conversation.objects.filter(request=request, women_until__gt=at)
    return fitting_volunteers(request).filter(Q(is_woman=True) | ~Exists(wished))


def questions_for(volunteer: Volunteer, at: datetime) -> QuerySet[HelpRequest]:
    """The same from the other side: waiting questions this volunteer may and can take, in the order of the queue.

    Without those that are another's to take first.
    """
    rows = questions_fitting(HelpRequest.objects.waiting(), volunteer)
    rows = rows.exclude(_offered("conversation__", at) & ~Q(conversation__offered_to=volunteer.user_id))
    return rows if volunteer.is_woman else rows.exclude(conversation__women_until__gt=at)


def questions_fitting(questions: QuerySet[HelpRequest], volunteer: Volunteer) -> QuerySet[HelpRequest]:
    """Those of `questions`, in whatever state, that this volunteer may help with."""
    helper = volunteer.user_id
    changed = Participant.objects.filter(user=helper, is_barred=True).values("conversation__request__owner")
    rows = (
        questions.for_volunteers()
        .filter(overlaps("languages", volunteer.languages), Exists(Conversation.objects.filter(request=OuterRef("pk"))))
        .exclude(owner=helper)
        .exclude(owner__in=changed)
        .exclude(owner__in=Block.objects.filter(by=helper).values("against"))
        .exclude(owner__in=Block.objects.filter(against=helper).values("by"))
    )
    return rows.filter(topic__in=volunteer.topics) if volunteer.topics else rows


def _offered(prefix: str, at: datetime) -> Q:
    return Q(**{f"{prefix}offered_until__gt": at, f"{prefix}offered_to__isnull": False})


def is_offered_to_another(conversation: Conversation, volunteer: Volunteer, at: datetime) -> bool:
    """Somebody else may take this question first."""
    to = conversation.offered_to_id
    return to is not None and to != volunteer.user_id and conversation.offered_until > at


def candidates(request: HelpRequest, *, round_number: int, at: datetime) -> QuerySet[Volunteer]:
    """Whom to tell of a waiting question, the best first. A question only staff may answer has none.

    One that is offered to somebody is told to nobody else while the offer lasts.

    Round 1: on duty with room for one more chat; only those who share a first language when there are any, and of them
    only those who know the occupation when there are any. 2: all on duty, those with room first. 3 and later: everybody
    who fits, on duty or not; the alerts ask who wants to be told, and when. Who knows the occupation comes first in
    each. Has `live`: how many chats each has now.
    """
    rows = with_live(free_to_take(request, at), at).annotate(last_taken_at=Max("user__helping__claimed_at"))
    if not request.is_adult:
        return rows.none()
    offer = Conversation.objects.filter(_offered("", at), request=request).first()
    if offer:
        rows = rows.filter(user_id=offer.offered_to_id)
    if round_number <= 2:
        rows = rows.on_duty(at)
    if round_number == 1:
        rows = rows.filter(live__lt=F("live_limit"))
        near = rows.filter(overlaps("languages", first_languages(request)))
        rows = near if near.exists() else rows
    order = ["live", F("last_taken_at").asc(nulls_first=True), "pk"]
    if request.occupation_group:
        knows = overlaps("occupation_groups", [request.occupation_group])
        if round_number == 1 and rows.filter(knows).exists():
            rows = rows.filter(knows)
        rows = rows.annotate(stranger=Case(When(knows, then=0), default=1))
        order = ["stranger", *order]
    return rows.order_by(*order)


def same_as_last(request: HelpRequest, at: datetime) -> Volunteer | None:
    """Who helped this person last, if that volunteer is on duty, fits this question too and has room."""
    before = Participant.objects.filter(
        conversation__request__owner=request.owner_id, side=Side.VOLUNTEER, part=Participant.Part.HELPER,
        conversation__first_answer_at__isnull=False,
    )  # fmt: skip
    question = "conversation__request__"
    had_it_last = Q(user=F(f"{question}helper")) | Q(user=F(f"{question}last_helper"), **{f"{question}helper": None})
    nobody_known = Q(**{f"{question}helper": None, f"{question}last_helper": None})
    before = before.filter(had_it_last | nobody_known)  # who came first may have come back after another
    last = before.exclude(conversation__request=request).order_by("-joined_at", "-pk").values("user_id")[:1]
    free = candidates(request, round_number=2, at=at).filter(live__lt=F("live_limit"))
    return free.filter(user_id__in=list(last.values_list("user_id", flat=True))).first()


def first_languages(request: HelpRequest) -> list[str]:
    """The languages ticked beside Swedish and English; without any, what the pages were read in, else all of them."""
    own = [code for code in request.languages if code not in TAUGHT]
    page = [request.owner.language] if request.owner.language in request.languages else []
    return own or page or request.languages


def languages_missing(request: HelpRequest, helper: User) -> list[str]:
    """What the one who asked reads and this helper does not say they read. Needs user.volunteer loaded."""
    volunteer = getattr(helper, "volunteer", None)
    return [code for code in request.languages if volunteer is None or code not in volunteer.languages]


def with_live(volunteers: QuerySet[Volunteer], at: datetime) -> QuerySet[Volunteer]:
    """Adds `live`: in how many chats each sits with somebody who is there right now."""
    return volunteers.annotate(live=Count("user__helping", filter=live_cases(at, "user__helping__"), distinct=True))


def live_cases(at: datetime, prefix: str = "") -> Q:
    """A filter: active questions whose asker is in the chat right now."""
    return Q(
        **{
            f"{prefix}state": HelpRequest.State.ACTIVE,
            f"{prefix}conversation__participants__side": Side.SEEKER,
            f"{prefix}conversation__participants__seen_at__gt": at - settings.PRESENCE_FRESH,
        }
    )
