"""The clocks of design §4: queries over timestamps, run by beat and by `manage.py sweep`, each safe to run twice.

Every function takes nothing, does one round and says how many rows it moved. One row that fails does not stop the rest.
A row is moved with its chat locked and only if the clock's own query still finds it then (rounds.py).
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from chat import (
    evening_mail,
    fit,
    handover,
    lines,
    matching,
    notifications,
    offers,
    presence,
    promise,
    rounds,
    unread_mail,
)
from chat.models import Conversation, Meeting, Message, Participant, Promise, Side
from motesplats.layers import nudge
from motesplats.models import MailChoice
from motesplats.moments import last_time_it_was
from seekers.models import HelpRequest
from volunteers import shift_end
from volunteers.models import ShiftBooking, Volunteer

State = HelpRequest.State


def route_unrouted() -> int:
    """Questions whose chat page was never opened get their chat and promise."""
    return rounds.each(HelpRequest.objects.waiting().filter(conversation=None), matching.route)


def lapse_silent_claims() -> int:
    """Claimed, but no first message in the promised time: back to the queue, same place."""
    now = timezone.now()
    silent = (
        presence.helped_by_somebody_not_away(now)
        .filter(first_message_by__lt=now)
        .exclude(Exists(presence.written_by_helper()))
    )
    return rounds.each(silent, lambda request: matching.release(request, actor=None, why="lapsed"))


def end_late_offers() -> int:
    """Left to a volunteer by name who did not answer in three minutes: first in line for everybody."""
    late = HelpRequest.objects.waiting().filter(
        conversation__offered_to__isnull=False, conversation__offered_until__lte=timezone.now()
    )
    return rounds.each(late.select_related("conversation"), handover.end_late_offer)


def open_to_all() -> int:
    """A woman was wished for and none has taken it in ten minutes: the question is everybody's."""
    late = HelpRequest.objects.waiting().filter(conversation__women_until__lte=timezone.now())
    return rounds.each(late.select_related("conversation"), offers.open_to_all)


def tell_longer_wait() -> int:
    """Who has waited in the chat for three minutes hears that it takes longer. Once for each wait."""
    now = timezone.now()
    long_ago = now - settings.CLOCKS["longer_wait_told"]
    due = HelpRequest.objects.waiting().filter(
        Q(unheld_at=None) | Q(unheld_at__lt=long_ago),
        queued_at__lt=long_ago,
        conversation__participants__side=Side.SEEKER,
        conversation__participants__seen_at__gt=now - settings.PRESENCE_FRESH,
    )
    told = Message.objects.filter(conversation__request=OuterRef("pk"), kind=Message.Kind.SYSTEM).filter(
        body__startswith='{"code":"longer_wait"', created_at__gt=OuterRef("queued_at")
    )
    return rounds.each(due.exclude(Exists(told)), _say_longer_wait)


def _say_longer_wait(request: HelpRequest) -> None:
    _say(request, "longer_wait", occasion=request.queued_at.isoformat())


def tell_helper_gone() -> int:
    """The helper left without a word three minutes ago: the asker, who is here, may choose another or wait."""
    now = timezone.now()
    due = presence.with_helper_gone(now, settings.CLOCKS["helper_gone_told"]).filter(
        conversation__participants__side=Side.SEEKER,
        conversation__participants__seen_at__gt=now - settings.PRESENCE_FRESH,
    )
    return rounds.each(due, _say_gone)


def _say_gone(request: HelpRequest) -> None:
    helper = request.conversation.participants.get(user=request.helper)
    name, at = request.helper.display_name, helper.seen_at
    _say(request, "gone", occasion=at.isoformat(), name=name, clock=at)


def warn_of_shift_end() -> int:
    """The helper's shift ends in a quarter of an hour: a line in each chat, for the helper only."""
    now = timezone.now()
    ends_at = Subquery(shift_end.ending_bookings(now).values("shift__ends_at")[:1])
    due = HelpRequest.objects.filter(state=State.ACTIVE).annotate(ends_at=ends_at).exclude(ends_at=None)
    told = Message.objects.filter(conversation__request=OuterRef("pk"), kind=Message.Kind.SYSTEM).filter(
        body__startswith='{"code":"shift_ends"', created_at__gt=now - settings.CLOCKS["shift_end_warned"]
    )
    return rounds.each(due.exclude(Exists(told)).select_related("conversation"), _warn_of_end)


def _warn_of_end(request: HelpRequest) -> None:
    _say(request, "shift_ends", occasion=f"{request.helper_id}/{request.ends_at.isoformat()}", clock=request.ends_at)


def requeue_gone() -> int:
    """The helper has been gone for 30 minutes while the asker waits for an answer in the chat: first in line again."""
    now = timezone.now()
    due = presence.with_helper_gone(now, settings.CLOCKS["helper_gone_requeued"]).filter(
        conversation__last_side=Side.SEEKER,
        conversation__participants__side=Side.SEEKER,
        conversation__participants__seen_at__gt=now - settings.PRESENCE_FRESH,
    )
    return rounds.each(due, lambda request: matching.release(request, actor=None, why="gone"))


def free_from_former_helpers() -> int:
    """Questions of somebody who is no longer a volunteer, nor at IM, or never to meet the asker, go first in line."""
    may_help = Q(helper__in=Volunteer.objects.approved().values("user")) | Q(
        helper__is_staff=True, helper__is_active=True
    )
    barred = Participant.objects.filter(conversation__request=OuterRef("pk"), user=OuterRef("helper"), is_barred=True)
    stranded = HelpRequest.objects.filter(~may_help | Exists(barred), state=State.ACTIVE).select_related("helper")
    return rounds.each(stranded, lambda request: matching.release(request, actor=None, why="gone"))


def mail_unread() -> int:
    """Who has unread messages and is not here gets one mail about them, as soon as they chose (mail_choice.py).

    At once: after 30 s, so that three lines in a row are one mail. As a digest: after two minutes, the next for newer
    ones after an hour, or two minutes when they have read or answered since. In the evening: what came before 18.00,
    of all chats together unless the mail has the text.
    """
    now = timezone.now()
    others = Message.objects.filter(conversation=OuterRef("conversation"), seq__gt=OuterRef("told_seq"))
    others = others.exclude(kind=Message.Kind.SYSTEM).order_by("seq")
    others = others.exclude(sender__side=OuterRef("side"))  # two volunteers in a chat do not wait for each other
    answered = Message.objects.filter(conversation=OuterRef("conversation"), sender=OuterRef("pk"))
    due = (
        Participant.objects.filter(left_at=None, user__is_active=True, user__email__isnull=False)
        .filter(side__in=[Side.SEEKER, Side.VOLUNTEER, Side.STAFF], conversation__last_seq__gt=F("read_seq"))
        .exclude(part=Participant.Part.READER)
        .filter(Q(seen_at=None) | Q(seen_at__lte=now - settings.PRESENCE_FRESH))
        .exclude(conversation__request__state__in=[State.CLOSED, State.WITHDRAWN, State.ON_HOLD])
        .annotate(told_seq=Greatest("read_seq", "mailed_seq"))
        .annotate(pace=Coalesce("user__mail_choice__pace", Value(MailChoice.Pace.DIGEST)))
        .annotate(first_seq=Subquery(others.values("seq")[:1]), first_at=Subquery(others.values("created_at")[:1]))
        .annotate(has_answered=Exists(answered.filter(seq__gt=OuterRef("mailed_seq"))))
        .filter(_is_time(now), first_seq__isnull=False)
        .select_related("user", "conversation__request")
    )
    return rounds.each(due, _mail_unread)


def _is_time(now: datetime) -> Q:
    clocks, pace = settings.CLOCKS, MailChoice.Pace
    has_read = Q(mailed_seq__lte=F("read_seq")) | Q(has_answered=True)
    digest = Q(has_read, first_at__lte=now - clocks["digest"]) | Q(first_at__lte=now - clocks["digest_again"])
    return (
        Q(pace=pace.AT_ONCE, first_at__lte=now - clocks["mail_at_once"])
        | Q(digest, pace=pace.DIGEST)
        | Q(pace=pace.EVENING, first_at__lt=last_time_it_was(settings.MAIL_EVENING_HOUR, now))
    )


def _mail_unread(participant: Participant) -> None:
    if evening_mail.is_for(participant.user):
        six = last_time_it_was(settings.MAIL_EVENING_HOUR, timezone.now())
        up_to = evening_mail.queue(participant, evening=six)
    else:
        unread_mail.queue(participant, first_unread_seq=participant.first_seq, told_seq=participant.told_seq)
        up_to = participant.conversation.last_seq
    Participant.objects.filter(pk=participant.pk).update(mailed_seq=up_to)


def keep_promises() -> int:
    """Write down which promises were kept; apologise for the broken ones, with a new time.

    An answer is a message of a volunteer or of IM, or a time that the helper suggests or chooses (meetings.py).
    While a time that the two have agreed on lies ahead, no promise is called broken.
    """
    now = timezone.now()
    agreed = Meeting.objects.filter(conversation=OuterRef("conversation"), ended_at=None, starts_at__gt=now)
    answered = Message.objects.filter(
        conversation=OuterRef("conversation"),
        sender__side__in=[Side.VOLUNTEER, Side.STAFF],
        created_at__gte=OuterRef("made_at"),
    )
    is_late = Q(answer_by__lt=now) & ~Exists(agreed)
    due = Promise.objects.filter(kept_at=None, broken_at=None).filter(is_late | Exists(answered))
    due = due.exclude(conversation__request__state=State.ON_HOLD).order_by("answer_by")
    return rounds.each(due.select_related("conversation__request__office"), _keep_promise)


def _keep_promise(given: Promise) -> None:
    now, conversation, request = timezone.now(), given.conversation, given.conversation.request
    if promise.settle(conversation, at=now) != "broken" or request.state not in (State.WAITING, State.ACTIVE):
        return
    was = request.answer_by
    if conversation.messages.filter(sender__side__in=[Side.VOLUNTEER, Side.STAFF], created_at__gt=was).exists():
        return  # the answer came late, but it is there: a figure, and no new promise
    HelpRequest.objects.filter(pk=request.pk).update(is_first_in_line=True)
    promise.give(conversation, request, at=now, later_allowed=True)
    lines.add(conversation, "promise_broken", occasion=was.isoformat(), was=was, at=request.answer_by)
    notifications.promise_broken(conversation, request, was=was)
    nudge(f"request:{request.public_id}")
    nudge("desk")


def improve_promises() -> int:
    """A new shift may let us promise an earlier time; never a later one."""
    now = timezone.now()
    waiting = HelpRequest.objects.waiting().filter(conversation__isnull=False).select_related("office", "conversation")
    better = [row.pk for row in waiting[: rounds.ROUND] if promise.promised_time(row, now).answer_by < row.answer_by]
    return rounds.each(waiting.filter(pk__in=better), _improve)


def _improve(request: HelpRequest) -> None:
    if promise.give(request.conversation, request, at=timezone.now()):
        nudge(f"request:{request.public_id}")


def ask_round() -> int:
    """A promise whose shift emptied, or that falls due within two hours: ask fitting volunteers, and IM. Once each."""
    now = timezone.now()
    before = settings.CLOCKS["promise_asked_before"]
    not_asked = Q(conversation__promise_asked_at=None)
    not_asked_lately = not_asked | Q(conversation__promise_asked_at__lt=F("answer_by") - before)
    manned = ShiftBooking.objects.booked().filter(
        shift_id=OuterRef("conversation__promise_shift_id"), volunteer__in=Volunteer.objects.approved()
    )
    shaky = (
        HelpRequest.objects.waiting()
        .filter(answer_by__gt=now)
        .filter(
            Q(answer_by__lte=now + before) & not_asked_lately
            | Q(conversation__promise_shift_id__isnull=False) & not_asked & ~Exists(manned)
        )
        .select_related("office", "conversation")
    )
    return rounds.each(shaky, _ask)


def _ask(request: HelpRequest) -> None:
    now = timezone.now()
    Conversation.objects.filter(request=request).update(promise_asked_at=now)
    volunteers = fit.fitting_volunteers(request).select_related("user") if request.is_adult else []
    is_near = request.answer_by <= now + settings.CLOCKS["promise_asked_before"]
    occasion = f"{request.answer_by.isoformat()}{'' if is_near else ':empty'}"
    notifications.ask_for_help(request.conversation, request, volunteers=volunteers, occasion=occasion)


def remind_helpers() -> int:
    """The asker has waited 24 h for the helper: a reminder. After 48 h the question goes back, first in line."""
    now = timezone.now()
    waits = _quiet_since(now).filter(conversation__last_side=Side.SEEKER)
    lapsed = waits.filter(quiet_since__lt=now - settings.CLOCKS["helper_lapsed"])
    reminded = waits.filter(quiet_since__lt=now - settings.CLOCKS["helper_reminded"])
    moved = rounds.each(lapsed, lambda request: matching.release(request, actor=None, why="unanswered"))
    return moved + rounds.each(reminded, lambda request: notifications.helper_reminder(_conversation_of(request)))


def nudge_askers() -> int:
    """The helper answered and nothing came back: a gentle mail after 3 and 7 days, done after 14."""
    now = timezone.now()
    quiet = _quiet_since(now).filter(Exists(presence.written_by_helper())).exclude(conversation__last_side=Side.SEEKER)
    done = quiet.filter(quiet_since__lt=now - settings.CLOCKS["asker_resolved"])
    moved = rounds.each(done, lambda request: matching.resolve(request, actor=None, why="silence"))
    for number, after in enumerate(settings.CLOCKS["asker_nudged"], start=1):
        due = quiet.filter(quiet_since__lt=now - after)
        moved += rounds.each(due, lambda r, n=number: notifications.asker_nudge(_conversation_of(r), number=n))
    return moved


def _quiet_since(now: datetime):
    """Active, with `quiet_since`: the last message, or the claim, the end of a hold or of an agreed time if later."""
    met = Meeting.objects.filter(conversation__request=OuterRef("pk"), helper=OuterRef("helper")).exclude(ended_at=None)
    return presence.helped_by_somebody_not_away(now).annotate(
        quiet_since=Greatest(
            "claimed_at",
            Coalesce("conversation__last_message_at", "claimed_at"),
            Coalesce("unheld_at", "claimed_at"),
            Coalesce(Subquery(met.order_by("-ended_at").values("ended_at")[:1]), "claimed_at"),
        )
    )


def _conversation_of(request: HelpRequest) -> Conversation:
    request.conversation.request = request
    return request.conversation


def close_resolved() -> int:
    """Done for 30 days and not reopened: closed."""
    due = HelpRequest.objects.filter(
        state=State.RESOLVED, resolved_at__lt=timezone.now() - settings.CLOCKS["resolved_closed"]
    )
    return rounds.each(due, lambda request: matching.close(request, actor=None, why="30 days"))


def _say(request: HelpRequest, code: str, *, occasion: str, **params) -> None:
    conversation = request.conversation
    before = conversation.last_seq
    lines.add(conversation, code, occasion=occasion, **params)
    conversation.refresh_from_db(fields=["last_seq"])
    if conversation.last_seq > before:
        nudge(f"request:{request.public_id}")
