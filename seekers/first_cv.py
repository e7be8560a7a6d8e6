""" "Har du inget CV?": six plain questions become a first CV, in Swedish and in the order a Swedish CV has.

The questions are asked in the language of the page; what was typed stands in the CV as it was typed.
"""

from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from seekers.models import Document, HelpRequest, WritingDraft

KIND = Document.Kind.CV
STEPS = {  # the last part of the address -> the fields of that page
    "namn": ("name", "town"),
    "arbete": ("job", "where", "how_long", "did", "more_work"),
    "studier": ("studies",),
    "sprak": ("languages",),
    "kan": ("good_at", "licence"),
    "vill": ("wants",),
}
SKIPPED = "skipped"  # in the draft's fields: the pages that are left out
LICENCE = {"yes": "Körkort: ja", "no": "", "learning": "Jag tar körkort nu."}


def draft_of(request: HelpRequest) -> WritingDraft | None:
    """What has been answered so far, with the document made of it; None before the first answer."""
    return WritingDraft.objects.filter(request=request, kind=KIND).select_related("document").first()


def keep(request: HelpRequest, step: str, typed: dict[str, str], *, is_skipped: bool | None = False) -> None:
    """Keep the answers of one page, as they were typed. The other pages' answers stay, also two windows at once.

    is_skipped: they are left out of the CV, and are still there for whoever comes back to the page. None: as before.
    """
    with transaction.atomic():
        WritingDraft.objects.get_or_create(request=request, kind=KIND)
        draft = WritingDraft.objects.select_for_update(of=("self",)).get(request=request, kind=KIND)
        kept = {name: value for name, value in draft.fields.items() if name not in STEPS[step]}
        kept |= {name: typed[name] for name in STEPS[step] if typed.get(name)}
        before = kept.pop(SKIPPED, [])
        skips = step in before if is_skipped is None else is_skipped
        if skipped := [one for one in STEPS if (skips if one == step else one in before)]:
            kept[SKIPPED] = skipped
        if kept != draft.fields:
            draft.fields, draft.updated_at = kept, timezone.now()
            draft.save(update_fields=["fields", "updated_at"])


def answers_of(draft: WritingDraft) -> dict[str, str]:
    """What belongs in the CV: the answers of all pages that were not skipped."""
    skipped = {name for step in draft.fields.get(SKIPPED, []) for name in STEPS[step]}
    return {name: typed for name, typed in draft.fields.items() if name not in skipped | {SKIPPED}}


def remember_document(draft: WritingDraft, document: Document) -> None:
    """The next CV of these answers is the next version of `document`."""
    WritingDraft.objects.filter(pk=draft.pk).update(document=document)


def draft_id(draft: WritingDraft, text: str) -> UUID:
    """The same answers sent twice are one version."""
    return uuid5(NAMESPACE_URL, f"first-cv/{draft.pk}/{sha256(text.encode()).hexdigest()}")


def compose(answers: dict[str, str]) -> str:
    """The text of the CV; "" when nothing was answered. answers: the fields of STEPS."""
    said = {name: value.strip() for name, value in answers.items() if value.strip()}
    wants = said.get("wants", "")
    parts = [
        _lines(said.get("name"), said.get("town")),
        _part("Jag söker", wants),
        _part("Arbete", _work(said), said.get("more_work")),
        _part("Utbildning", said.get("studies")),
        _part("Språk", said.get("languages")),
        _part("Jag kan också", said.get("good_at"), LICENCE.get(said.get("licence", ""))),
    ]
    return "\n\n".join(part for part in parts if part)


def _work(said: dict[str, str]) -> str:
    first = ", ".join(said[name] for name in ("job", "where", "how_long") if name in said)
    return _lines(first, said.get("did"))


def _part(heading: str, *words: str | None) -> str:
    text = _lines(*words)
    return f"{heading}\n{text}" if text else ""


def _lines(*words: str | None) -> str:
    return "\n".join(one for one in words if one)
