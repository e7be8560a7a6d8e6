"""Times that two people have agreed on in a chat, for those floors that know nothing of chats.

The list of one's own questions and a volunteer's calendar show them; only the chat's floor has them. It says at the
start where they are found, as the kinds of mail do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from motesplats.models import User


@dataclass(frozen=True, slots=True)
class AgreedTime:
    """`changed_at`: agreed, or ended. `is_off`: cancelled before it was over. `path`: where the two meet."""

    public_id: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    is_off: bool
    path: str


class Source(Protocol):
    of_questions: Callable[[Iterable[str]], dict[str, datetime]]
    of_helper: Callable[[User, datetime], list[AgreedTime]]


_sources: list[Source] = []


def found_in(source: Source) -> None:
    """Called once, in `AppConfig.ready()` of the app that has the times. The last one counts."""
    _sources[:] = [source]


def of_questions(public_ids: Iterable[str]) -> dict[str, datetime]:
    """public id of a question -> when its two people meet next. One query."""
    return _sources[0].of_questions(public_ids) if _sources else {}


def of_helper(user: User, since: datetime) -> list[AgreedTime]:
    """What this helper has or had agreed on, if it ends after `since`, the earliest first. One query."""
    return _sources[0].of_helper(user, since) if _sources else []
