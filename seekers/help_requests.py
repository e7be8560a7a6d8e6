"""The six states of a question and the moves between them: the only code that changes HelpRequest.state (design §4).

Every move is one conditional UPDATE plus one audit entry. No row changed means somebody was faster: StateConflict.
`chat/matching.py` wraps each move in a transaction that locks the chat first; nothing else calls them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motesplats import audit, occupations
from motesplats.models import Office, User
from seekers.models import HelpRequest

State = HelpRequest.State

# move: (from these states, to this state)
MOVES = {
    "claim": ({State.WAITING}, State.ACTIVE),
    "release": ({State.ACTIVE}, State.WAITING),
    "resolve": ({State.ACTIVE, State.WAITING}, State.RESOLVED),
    "reopen": ({State.RESOLVED}, State.WAITING),
    "reopen_with_helper": ({State.RESOLVED}, State.ACTIVE),
    "withdraw": ({State.WAITING}, State.WITHDRAWN),
    "hold": ({State.WAITING, State.ACTIVE, State.RESOLVED}, State.ON_HOLD),
    "close": ({State.RESOLVED, State.ON_HOLD, State.WITHDRAWN}, State.CLOSED),
}


class StateConflict(Exception):
    """The question is no longer in a state that allows the move: somebody was faster."""


class TooMany(Exception):
    """The person already has as many open questions, or asked as many today, as the house allows."""


def create(
    *,
    owner: User,
    draft_id: UUID,
    topic: str,
    ad: str = "",
    when: str = "",
    need: str = "",
    languages: list[str] | None = None,
    swedish_level: str = "",
    is_adult: bool | None = None,
    wants_same_helper: bool = False,
    wants_woman: bool = False,
    occupation: str = "",
    about: tuple[str, str] = ("", ""),
    office: Office | None = None,
) -> HelpRequest:
    """Put a new question in `waiting`. The same `draft_id` sent twice gives the same question.

    `about`: what was read: ("tip", "cv"). `occupation`: a concept id, or "". TooMany: 3 are open, or 5 in a day.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=owner.pk)  # two tabs at once count one after the other
        if known := HelpRequest.objects.filter(draft_id=draft_id, owner=owner).first():
            return known
        _stop_at_limits(owner)
        request = HelpRequest.objects.create(
            owner=owner,
            draft_id=draft_id,
            office=office or Office.objects.default(),
            topic=topic,
            ad=ad,
            occupation=occupation,
            occupation_group="".join(occupations.groups([occupation])),
            wants_woman=wants_woman,
            when=when,
            need=need,
            **dict(zip(("about_kind", "about_id"), about, strict=True)),
            languages=languages or [],
            swedish_level=swedish_level,
            is_adult=is_adult,
            wants_same_helper=wants_same_helper,
        )
        audit.record("request.created", actor=owner, about=("request", request.public_id), topic=topic)
    return request


def _stop_at_limits(owner: User) -> None:
    asked = HelpRequest.objects.filter(owner=owner)
    if asked.open().count() >= settings.OPEN_REQUESTS_PER_PERSON:
        raise TooMany
    if asked.filter(created_at__gt=timezone.now() - timedelta(days=1)).count() >= settings.REQUESTS_PER_DAY:
        raise TooMany


def has_had_volunteer(owner: User) -> bool:
    """Somebody has helped this person before, and not only IM: there is a "same as last time" to wish for."""
    helped = Q(helper__is_staff=False) | Q(last_helper__is_staff=False)
    return HelpRequest.objects.filter(helped, owner=owner).exists()


def say_what_it_is_about(request: HelpRequest, kind: str, about_id: str) -> None:
    """A pasted address was understood: the question is about that. Nothing when it is about something already."""
    if HelpRequest.objects.filter(pk=request.pk, about_kind="").update(about_kind=kind, about_id=about_id):
        request.about_kind, request.about_id = kind, about_id


def name_what_it_is_about(request: HelpRequest, title: str) -> None:
    """Keep what the ad was called when the question was asked. Said once: a title that stands is left."""
    size = HelpRequest._meta.get_field("about_title").max_length
    if HelpRequest.objects.filter(pk=request.pk, about_title="").update(about_title=title[:size]):
        request.about_title = title[:size]


def claim(request: HelpRequest, *, helper: User, first_message_by: datetime) -> None:
    """waiting -> active: `helper` has it and has promised to write before `first_message_by`."""
    _move(request, "claim", actor=helper, helper=helper, claimed_at=timezone.now(), first_message_by=first_message_by)


def keep_word(request: HelpRequest, *, helper: User) -> None:
    """The helper has answered with comments on a document: no clock waits for a first message any more."""
    mine = HelpRequest.objects.filter(pk=request.pk, state=State.ACTIVE, helper=helper)
    mine.update(first_message_by=None)


def release(request: HelpRequest, *, actor: User | None, helper: User, why: str) -> None:
    """active -> waiting, first in line; a claim that lapsed gives the old place back. Only from `helper`.

    `why`: a code for the audit.
    """
    first = {} if why == "lapsed" else {"is_first_in_line": True}
    _move(
        request, "release", actor=actor, only={"helper": helper}, note=why,
        helper=None, last_helper=helper, claimed_at=None, first_message_by=None, **first,
    )  # fmt: skip


def resolve(request: HelpRequest, *, actor: User | None, why: str = "done") -> None:
    """active or waiting -> resolved. The helper is remembered, should it be reopened."""
    now = timezone.now()
    _move(
        request, "resolve", actor=actor, note=why, last_helper_id=request.helper_id or request.last_helper_id,
        helper=None, resolved_at=now, ended_at=now, first_message_by=None,
    )  # fmt: skip


def reopen(request: HelpRequest, *, actor: User | None, helper: User | None, first_message_by: datetime | None) -> None:
    """resolved -> active with the same `helper`, or -> waiting when there is none. Retention stops counting."""
    now = timezone.now()
    same = {"resolved_at": None, "ended_at": None, "queued_at": now, "is_first_in_line": False}
    if helper:
        _move(
            request, "reopen_with_helper", actor=actor,
            helper=helper, claimed_at=now, first_message_by=first_message_by, **same,
        )  # fmt: skip
    else:
        _move(request, "reopen", actor=actor, claimed_at=None, first_message_by=None, **same)


def withdraw(request: HelpRequest, *, actor: User | None) -> None:
    """waiting -> withdrawn, by the one who asked."""
    _move(request, "withdraw", actor=actor, ended_at=timezone.now())


def hold(request: HelpRequest, *, actor: User | None, why: str) -> None:
    """-> on_hold: only IM reads and answers; clocks stand still."""
    _move(
        request, "hold", actor=actor, note=why, only={"state": request.state},
        state_before_hold=request.state, held_at=timezone.now(),
    )  # fmt: skip


def unhold(request: HelpRequest, *, actor: User) -> None:
    """on_hold -> back to where it was. What ran out meanwhile has as much time left as when it was stopped."""
    before, now = request.state_before_hold or State.WAITING, timezone.now()
    stood_still = now - (request.held_at or now)
    ends = {name: getattr(request, name) for name in ("first_message_by", "resolved_at", "ended_at")}
    later = {name: at + stood_still for name, at in ends.items() if at}
    _update(
        request, {State.ON_HOLD}, State(before), "unhold", actor=actor, only={},
        state_before_hold="", held_at=None, unheld_at=now, **later,
    )  # fmt: skip


def close(request: HelpRequest, *, actor: User | None, why: str) -> None:
    """-> closed: read only, until retention removes it."""
    ended = request.ended_at or timezone.now()
    _move(request, "close", actor=actor, note=why, helper=None, ended_at=ended, first_message_by=None)


def hand_to(request: HelpRequest, *, new_owner: User, actor: User) -> None:
    """Give the question to the account that proved to own the address (no move: the state stays)."""
    changed = HelpRequest.objects.filter(pk=request.pk, owner=request.owner).update(owner=new_owner)
    if not changed:
        raise StateConflict
    request.owner = new_owner
    audit.record("request.moved_to_account", actor=actor, about=("request", request.public_id))


def _move(request: HelpRequest, move: str, *, actor, only: dict | None = None, note: str = "", **changes) -> None:
    from_states, to_state = MOVES[move]
    _update(request, from_states, to_state, move, actor=actor, only=only or {}, note=note, **changes)


def _update(request, from_states, to_state, move, *, actor, only, note="", **changes) -> None:
    changed = HelpRequest.objects.filter(pk=request.pk, state__in=from_states).filter(**only)
    if not changed.update(state=to_state, **changes):
        raise StateConflict(move)
    audit.record(f"request.{move}", actor=actor, about=("request", request.public_id), why=note, before=request.state)
    request.refresh_from_db()
