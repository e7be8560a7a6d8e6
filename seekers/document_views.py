"""Mina dokument: everything one has brought, until when it stays, who has seen it, and all of it to take home.

Taking away is in chat/removal_views.py, since the chat says so too.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motesplats.access import fresh_login
from motesplats.streaming import StreamSent
from seekers import archive, keeping, retention, viewings
from seekers.access import documents_to_take_home, own_documents
from seekers.models import Document, DocumentUse, DocumentVersion

PER_PAGE = 20
FRESH_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Shown:
    """One document of the list. question: the newest it is shown in. removed_at: None while that goes on."""

    document: Document
    question: object
    numbers: list[int]
    removed_at: datetime | None
    is_kept: bool
    may_keep: bool


@require_GET
def document_list(request: HttpRequest) -> HttpResponse:
    """What is mine: all of it when logged in, else what belongs to the questions of this browser."""
    versions = DocumentVersion.objects.only("document_id", "number").order_by("number")
    uses = DocumentUse.objects.select_related("request").order_by("-added_at", "-pk")
    mine = own_documents(request).select_related("owner")
    mine = mine.prefetch_related(Prefetch("versions", versions), Prefetch("uses", uses))
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("sida"))
    dates = retention.removal_dates(page.object_list)
    context = {"page": page, "shown": [_shown(document, dates[document.pk]) for document in page]}
    return render(request, "seekers/document_list.html", context)


def _shown(document: Document, removed_at: datetime | None) -> Shown:
    uses = list(document.uses.all())
    return Shown(
        document=document,
        question=uses[0].request if uses else None,
        numbers=[version.number for version in document.versions.all()],
        removed_at=removed_at,
        is_kept=bool(document.kept_until and document.kept_until > timezone.now()),
        may_keep=document.kind != Document.Kind.SOUND and not document.owner.is_shell,
    )


@require_GET
def viewing_list(request: HttpRequest, document_id: str) -> HttpResponse:
    """ "Vem har sett mitt CV": who, as what, when, what they did."""
    document = get_object_or_404(own_documents(request), public_id=document_id)
    seen = viewings.of_owner(document.owner, Document.objects.filter(pk=document.pk))
    page = Paginator(seen, PER_PAGE).get_page(request.GET.get("sida"))
    return render(request, "seekers/document_viewings.html", {"document": document, "page": page})


def document_keep(request: HttpRequest, document_id: str) -> HttpResponse:
    """ "Spara till nästa gång": GET says what that means, POST is the consent; `to=stop` takes it back."""
    document = get_object_or_404(own_documents(request).select_related("owner"), public_id=document_id)
    if request.method != "POST":
        return render(request, "seekers/document_keep.html", {"shown": _shown(document, None), "document": document})
    try:
        if request.POST.get("to") == "stop":
            keeping.stop_keeping(document, actor=document.owner)
            messages.success(request, _("We no longer keep it until next time."))
        else:
            keeping.keep(document, actor=document.owner)
            messages.success(request, _("We keep it until next time. You can change your mind here."))
    except keeping.CannotKeep:
        messages.warning(request, _("We cannot keep this document. First write your email address in the chat."))
    return redirect("seekers:document_list")


@require_GET
def document_archive(request: HttpRequest) -> HttpResponse:
    """ "Ladda ner allt": one ZIP. Whoever has an account logs in, and has just proved it."""
    if request.user.is_authenticated:
        return _archive_of_account(request)
    documents = documents_to_take_home(request)
    if not documents.exists():
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    return _archive(request)


@fresh_login(FRESH_MINUTES)
def _archive_of_account(request: HttpRequest) -> HttpResponse:
    return _archive(request)


def _archive(request: HttpRequest) -> HttpResponse:
    documents = documents_to_take_home(request).prefetch_related("versions__files")
    if not documents:
        messages.info(request, _("You have no documents here."))
        return redirect("seekers:document_list")
    name = f"motesplats-{timezone.localdate().isoformat()}.zip"
    return StreamSent(
        archive.pack(documents),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
