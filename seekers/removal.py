"""Taking documents away for good: bytes, texts, names, what was said about them. The rows stay, as counts.

Rules of when are in retention.py (the clock) and keeping.py (the owner); this is how.
"""

from functools import partial

from django.db import transaction
from django.utils import timezone

from motesplats import audit, files
from motesplats.models import User
from seekers.models import Comment, Document, DocumentFile, DocumentPage, DocumentVersion, WritingDraft


def remove(document: Document, *, actor: User | None, why: str) -> bool:
    """Everything the document holds goes, now; its bytes at COMMIT. -> False when it was gone already.

    actor: None for the clock. why: a code for the audit.
    """
    with transaction.atomic():
        now = timezone.now()
        there = Document.objects.filter(pk=document.pk, removed_at=None)
        if not there.update(removed_at=now, title="", kept_until=None):
            return False
        empty(document)
        audit.record("document.removed", actor=actor, about=("document", document.public_id), why=why)
    document.removed_at = now
    return True


@transaction.atomic
def empty(document: Document) -> None:
    """Its texts, pages, originals, what it was written from and what was said about it.

    The versions are locked first: a worker may hold one.
    """
    versions = DocumentVersion.objects.filter(document=document).select_for_update(of=("self",)).order_by("pk")
    ids = list(versions.values_list("pk", flat=True))
    originals, pages = (rows.objects.filter(version__in=ids) for rows in (DocumentFile, DocumentPage))
    names = [*originals.values_list("stored_name", flat=True)]
    names += [name for pair in pages.values_list("picture", "masked_picture") for name in pair if name]
    originals.delete()
    pages.delete()
    Comment.objects.filter(version__in=ids).update(note="", before="", after="", quote="")
    WritingDraft.objects.filter(document=document).update(fields={})
    DocumentVersion.objects.filter(pk__in=ids).update(text="", masked_text="", found={}, lease_until=None)
    transaction.on_commit(partial(_remove_bytes, names), robust=True)


def _remove_bytes(names: list[str]) -> None:
    for name in names:
        files.remove(name)
