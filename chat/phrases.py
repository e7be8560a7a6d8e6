"""Phrase cards: the list the house comes with, what a person in a chat may pick, favourites, sending one.

The list is IM's from then on: what they change is never written over. A card sent keeps its words (cards.py).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import override

from chat import cards, conversations
from chat.access import Person
from chat.models import FavouritePhrase, Message, Phrase, Side
from chat.writer import Post
from motesplats.models import User

_FILE = Path(__file__).with_name("phrases.json")


def texts() -> list[dict]:
    """What the house comes with: {key, side, position, text: {language: words}}."""
    return json.loads(_FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load_missing() -> int:
    """Add what is not here yet, known by its key. -> how many. Safe to run again, and twice at once."""
    known = set(Phrase.objects.exclude(key=None).values_list("key", flat=True))
    with override(cards.SWEDISH):  # the column without a language holds the Swedish words
        missing = [Phrase(**_columns(row)) for row in texts() if row["key"] not in known]
    Phrase.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _columns(row: dict) -> dict:
    """{"text": {"sv": ..., "ar": ...}} -> {"text_sv": ..., "text_ar": ...}"""
    said = {f"text_{code}": words for code, words in row["text"].items()}
    return {name: row[name] for name in ("key", "side", "position")} | said


@dataclass(frozen=True, slots=True)
class Choice:
    """A phrase as somebody may pick it."""

    public_id: str
    faces: list[cards.Face]
    is_favourite: bool


def choices_for(user: User, side: str) -> list[Choice]:
    """What this person may send in a chat, own favourites first. `side`: of the participant. One query."""
    rows = _offered(side).annotate(
        is_favourite=Exists(FavouritePhrase.objects.filter(phrase=OuterRef("pk"), user=user))
    )
    rows = rows.order_by("-is_favourite", "position", "pk")
    return [Choice(row.public_id, cards.faces_of(_said(row, user)), row.is_favourite) for row in rows]


def send(person: Person, public_id: str, *, client_id: UUID) -> Post:
    """Say the phrase in the chat, as a card. Phrase.DoesNotExist: not theirs to pick. Refused: as post_message."""
    phrase = _offered(person.side).get(public_id=public_id)
    body = cards.body_of("phrase", _said(phrase, person.user))
    return conversations.post_message(person, client_id=client_id, body=body, kind=Message.Kind.CARD)


def set_favourite(user: User, public_id: str, *, is_favourite: bool) -> None:
    """Put the phrase first in this person's list, or back. Phrase.DoesNotExist. Safe to repeat."""
    phrase = _offered(Side.VOLUNTEER).get(public_id=public_id)
    if is_favourite:
        FavouritePhrase.objects.get_or_create(user=user, phrase=phrase)
    else:
        FavouritePhrase.objects.filter(user=user, phrase=phrase).delete()


def _offered(side: str):
    """The phrases in use for this side of a chat; IM has those of the volunteers."""
    whose = Phrase.Side.SEEKER if side == Side.SEEKER else Phrase.Side.HELPER
    return Phrase.objects.filter(side=whose, is_active=True)


def _said(phrase: Phrase, user: User) -> dict[str, str]:
    """language -> the words, with the name in place. Who reads Dari gets Persian when there is no Dari."""
    said = {code: getattr(phrase, f"text_{code}") or "" for code, _name in settings.LANGUAGES}
    said["prs"] = said["prs"] or said["fa"]
    return {code: words.replace("{name}", user.display_name) for code, words in said.items()}


def export(person: User) -> list[str]:
    """The phrases this person has put first, in the active language."""
    rows = FavouritePhrase.objects.filter(user=person).select_related("phrase").order_by("pk")
    return [row.phrase.text for row in rows]


def erase(person: User) -> None:
    """Forget which phrases this person has put first. Safe to run twice."""
    FavouritePhrase.objects.filter(user=person).delete()
