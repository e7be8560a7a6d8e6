"""Guided writing: a letter or a presentation made of a few sentences that a person completes.

The questions and examples are in the language of the page; the text that comes of them is Swedish, for an employer.
A sentence that is left empty is left out. Skeletons: domain.md §3 and §4.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from seekers.models import Document, HelpRequest, WritingDraft

WORDS_PER_SECOND = 2.2  # of somebody who learns Swedish
PIECE_MAX_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence: "{start} {what the person typed}{end}". `join`: what stands before it when it is not the first."""

    name: str
    label: Promise  # what is asked
    start: str  # Swedish
    example: Promise  # the whole sentence as somebody else wrote it
    end: str = "."
    join: str = " "
    alone: str = ""  # what stands there when nothing was typed, but something in other pieces


PARAGRAPH = "\n\n"

LETTER = (
    Piece("to", _("Who do you write to? Write a name if you know it."), "Hej", _("Hi Anna!"), end="!", alone="Hej!"),
    Piece(
        "job",
        _("Which job do you want? Where did you see it?"),
        "Jag söker jobbet som",
        _("I am applying for the job as a cook that I saw on Platsbanken."),
        join=PARAGRAPH,
    ),
    Piece(
        "work",
        _("What have you worked with? How long, and where?"),
        "Jag har arbetat som",
        _("I have worked as a cook for eight years in Syria."),
        join=PARAGRAPH,
    ),
    Piece(
        "did",
        _("What did you do there? Write a number if you can."),
        "Där",
        _("There I cooked for 200 guests every day."),
    ),
    Piece(
        "sweden",
        _("What have you done in Sweden?"),
        "I Sverige har jag",
        _("In Sweden I have studied SFI course C and done an internship at a cafe."),
    ),
    Piece(
        "why",
        _("Why do you want to work there?"),
        "Jag vill arbeta hos er eftersom",
        _("I want to work with you because you cook all the food yourselves."),
        join=PARAGRAPH,
    ),
    Piece(
        "begin",
        _("When can you start?"),
        "Jag kan börja",
        _("I can start on 1 March and am happy to come to an interview."),
        join=PARAGRAPH,
    ),
    Piece("name", _("Your name"), "Med vänlig hälsning\n", _("Kind regards Amina Ali"), end="", join=PARAGRAPH),
    Piece("phone", _("Your phone number"), "Telefon:", _("Phone: 070-174 06 05"), end="", join="\n"),
)

PITCH = (
    Piece(
        "who",
        _("What is your name? Where do you live?"),
        "Hej! Jag heter",
        _("Hi! My name is Amina and I live in Gothenburg."),
    ),
    Piece(
        "work",
        _("What have you worked with? How long?"),
        "Jag har arbetat som",
        _("I have worked as a teacher for seven years."),
    ),
    Piece("good", _("What are you good at?"), "Jag är bra på", _("I am good at making a group of children calm.")),
    Piece(
        "now",
        _("What do you do now?"),
        "Just nu",
        _("Right now I study SFI D and do an internship at a preschool."),
    ),
    Piece("want", _("What job do you want?"), "Jag söker", _("I am looking for a job as a childminder.")),
    Piece(
        "ask",
        _("What do you want to ask?"),
        "Känner du",
        _("Do you know a head teacher that I can call?"),
        end="?",
    ),
)

SKELETONS: dict[str, tuple[Piece, ...]] = {Document.Kind.LETTER: LETTER, Document.Kind.PITCH: PITCH}


class WrittenElsewhere(Exception):
    """Another window has saved since this one read. `.draft`: what it saved."""

    def __init__(self, draft: WritingDraft):
        super().__init__("written elsewhere")
        self.draft = draft


# --- the draft -------------------------------------------------------------------------------------------------------


def draft_of(request: HelpRequest, kind: str) -> WritingDraft:
    """What is saved so far, with its document; one that is not stored yet (pk None) when nothing is."""
    saved = WritingDraft.objects.filter(request=request, kind=kind).select_related("document").first()
    return saved or WritingDraft(request=request, kind=kind)


def keep(request: HelpRequest, kind: str, typed: dict[str, str], *, based_on: datetime | None) -> WritingDraft:
    """Save what was typed. based_on: `updated_at` of what the window began with, None when there was nothing.

    The same text again changes nothing. No audit entry: nobody but the writer sees a draft. Raises WrittenElsewhere.
    """
    fields = {piece.name: typed.get(piece.name, "") for piece in SKELETONS[kind] if typed.get(piece.name)}
    with transaction.atomic():
        WritingDraft.objects.get_or_create(request=request, kind=kind, defaults={"fields": {}, "updated_at": _BEFORE})
        draft = WritingDraft.objects.select_for_update(of=("self",)).get(request=request, kind=kind)
        if draft.fields == fields and draft.updated_at != _BEFORE:
            return draft
        if draft.updated_at not in (_BEFORE, based_on):
            raise WrittenElsewhere(draft)
        draft.fields, draft.updated_at = fields, timezone.now()
        draft.save(update_fields=["fields", "updated_at"])
    return draft


_BEFORE = datetime.fromisoformat("2000-01-01T00:00:00+00:00")  # a row just made, nothing saved in it


def remember_document(draft: WritingDraft, document: Document) -> None:
    """The next text of this draft is the next version of `document`."""
    WritingDraft.objects.filter(pk=draft.pk).update(document=document)


# --- the text --------------------------------------------------------------------------------------------------------


def compose(kind: str, typed: dict[str, str]) -> str:
    """The Swedish text of what was typed; "" when nothing was."""
    said = [(piece, _sentence(piece, typed.get(piece.name, ""))) for piece in SKELETONS[kind]]
    if not any(sentence for _piece, sentence in said):
        return ""
    text = ""
    for piece, sentence in said:
        if sentence or piece.alone:
            text += (piece.join if text else "") + (sentence or piece.alone)
    return text


def _sentence(piece: Piece, typed: str) -> str:
    said = _without_start(" ".join(typed.split()), piece.start)
    if not said:
        return ""
    end = "" if said[-1] in "!?." else piece.end
    glue = "" if piece.start.endswith("\n") else " "
    return f"{piece.start}{glue}{said}{end}"


def _without_start(said: str, start: str) -> str:
    """Somebody who wrote the whole sentence gets its beginning once."""
    words = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", start))
    return re.sub(rf"^{words}(?!\w)\W*", "", said, count=1, flags=re.IGNORECASE)


def count_words(text: str) -> int:
    """Words as a person counts them: "070-174 06 05" is three, "e-post" one."""
    return len(re.findall(r"\w+(?:[-'’:/.@]\w+)*", text))


def seconds_to_say(words: int) -> int:
    """How long `words` take to say aloud, in seconds, to the nearest 5 and at least 5."""
    return max(5, 5 * round(words / WORDS_PER_SECOND / 5)) if words else 0
