"""The papers of the demo's people: pasted as text, or sent as a Word file that the worker then prepares."""

import io
import json
import uuid
from functools import cache
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as WordFile

from chat import documents, reviews
from chat.access import Person
from chat.document_access import Sight
from seekers import viewings
from seekers.anchors import Place
from seekers.models import Document, DocumentVersion, Viewing

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@cache
def _papers() -> dict[str, list[str]]:
    return json.loads(Path(__file__).with_name("demo_papers.json").read_text(encoding="utf-8"))


def paste(person: Person, key: str) -> None:
    """Somebody pastes their CV as text."""
    text = "\n".join(line.lstrip("# ") for line in _papers()[key])
    documents.bring_text(person, kind=Document.Kind.CV, text=text, draft_id=uuid.uuid4())


def send(person: Person, key: str) -> None:
    """Somebody sends their CV as a Word file."""
    word = WordFile()
    for line in _papers()[key]:
        heading = len(line) - len(line.lstrip("#"))
        word.add_heading(line.lstrip("# "), level=heading) if heading else word.add_paragraph(line)
    packed = io.BytesIO()
    word.save(packed)
    upload = SimpleUploadedFile(f"CV {person.user.display_name}.docx", packed.getvalue(), content_type=_WORD)
    documents.bring_files(person, kind=Document.Kind.CV, uploads=[upload], draft_id=uuid.uuid4())


def comment(helper: Person, said: str) -> None:
    """`reason|words that stand there|what the helper says|a wording instead`, on the newest text of the chat."""
    reason, quote, note, after = [*said.split("|"), "", ""][:4]
    sight = _newest(helper)
    viewings.note(sight.version, viewer=helper.user, side=helper.side, what=Viewing.What.READ)
    start = sight.version.text.index(quote)
    place = Place(start=start, end=start + len(quote), quote=quote)
    words = {"note": note, "before": quote if after else "", "after": after}
    reviews.add(sight, place=place, public_id="", reason=reason, **words)


def send_comments(helper: Person) -> None:
    """All at once."""
    reviews.send(_newest(helper))


def _newest(helper: Person) -> Sight:
    texts = DocumentVersion.objects.filter(document__uses__request=helper.request, source=DocumentVersion.Source.TEXT)
    version = texts.select_related("document").latest("pk")
    return Sight(helper, version.document, version)
