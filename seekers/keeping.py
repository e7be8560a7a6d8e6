"""How long a document stays, as its owner says: away now, or kept until next time (consent, 12 months at most)."""

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from motesplats import audit
from motesplats.models import User
from seekers import removal
from seekers.models import Document, DocumentUse, DocumentVersion, HelpRequest


class OnHold(Exception):
    """IM looks at a chat where the document is shown: it stays until IM has looked."""


class CannotKeep(Exception):
    """Gone, a recording, or of somebody without an address, who could not find it again."""


def remove(document: Document, *, actor: User) -> bool:
    """ "Ta bort nu". -> False when it was gone already. Raises OnHold."""
    with transaction.atomic():
        Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        if document.uses.filter(request__state=HelpRequest.State.ON_HOLD).exists():
            raise OnHold
        return removal.remove(document, actor=actor, why="owner")


def keep(document: Document, *, actor: User) -> None:
    """ "Spara till nästa gång": stays 12 months from now, whatever its questions do. Raises CannotKeep."""
    until = timezone.now() + settings.CLOCKS["files_kept_at_most"]
    with transaction.atomic():
        # Locked first: the condition on the owner would be a subquery, which is not asked again after a wait.
        there = Document.objects.select_for_update(of=("self",)).select_related("owner").get(pk=document.pk)
        if there.removed_at or there.kind == Document.Kind.SOUND or there.owner.is_shell:
            raise CannotKeep
        Document.objects.filter(pk=document.pk).update(kept_until=until)
        about = ("document", document.public_id)
        audit.record("document.kept", actor=actor, about=about, until=until.isoformat())
    document.kept_until = until


def stop_keeping(document: Document, *, actor: User) -> bool:
    """The consent is taken back: the ordinary date counts again. -> False when it was not kept."""
    with transaction.atomic():
        if not Document.objects.kept().filter(pk=document.pk, kept_until__isnull=False).update(kept_until=None):
            return False
        audit.record("document.not_kept", actor=actor, about=("document", document.public_id))
    document.kept_until = None
    return True


def reusable(request: HelpRequest) -> QuerySet[Document]:
    """What the owner of the question has brought to other questions and may show in this one too, newest first."""
    theirs = Document.objects.kept().filter(owner_id=request.owner_id, versions__state=DocumentVersion.State.READY)
    here = request.document_uses.values("document")
    return theirs.exclude(kind=Document.Kind.SOUND).exclude(pk__in=here).distinct().order_by("-created_at", "-pk")


def hand_over(request: HelpRequest, *, shell: User, account: User) -> int:
    """The question of a shell moved to an account: so do the shell's documents that are shown in it. -> how many."""
    shown = Exists(DocumentUse.objects.filter(document=OuterRef("pk"), request=request))
    return Document.objects.filter(shown, owner=shell).update(owner=account)
