"""The owner's pages of a document: bring it, wait for it, see it as the volunteer does, hide more or show all.

The helper's page of the same address is review_views.py; bytes are served by file_views.py.
"""

import json
import uuid

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from chat import documents, review_views
from chat.access import Person
from chat.document_access import Sight, in_document
from chat.document_forms import COLUMNS, ROWS, BringForm, MasksForm, say_refusal, zones_under
from chat.models import Side
from chat.views import in_chat
from motesplats import limits
from seekers import keeping, retention, reviews
from seekers.covering import DRAWN
from seekers.intake import Refused
from seekers.models import Document, DocumentPage, DocumentVersion

State = DocumentVersion.State

PAGES_AT_ONCE = 5
BRINGS_PER_HOUR = 40

HIDDEN = {  # kind of identifiers.py -> what the owner reads
    "phone": gettext_lazy("phone number"),
    "email": gettext_lazy("email address"),
    "personal_number": gettext_lazy("personal identity number"),
    "lma": gettext_lazy("LMA number"),
    "address": gettext_lazy("address"),
    "postcode": gettext_lazy("postcode"),
    "link": gettext_lazy("links"),
}


# --- bring -----------------------------------------------------------------------------------------------------------


@in_chat()
def document_list(request: HttpRequest, person: Person) -> HttpResponse:
    """What is here. The one who asked brings more: `?ny=<document>` is a new version of that one."""
    if request.method != "POST":
        return _list_page(request, person, _bring_form(request, person))
    if person.side != Side.SEEKER:
        raise Http404
    form = _bring_form(request, person, request.POST, request.FILES)
    if form.is_valid():
        try:
            version = _bring(request, person, form.cleaned_data)
            return redirect("chat:document_show", person.request.public_id, version.document.public_id)
        except Refused as refusal:
            form.add_error("text" if form.cleaned_data["text"] else "files", say_refusal(refusal.code))
    return _list_page(request, person, form, status_code=400)


def _bring_form(request: HttpRequest, person: Person, *given) -> BringForm:
    document = _document_to_renew(request, person)
    initial = {"draft_id": uuid.uuid4(), "text": _text_to_change(document, request.POST.get("draft_id", ""))}
    return BringForm(*given, topic=person.request.topic, is_version=document is not None, initial=initial)


def _text_to_change(document: Document | None, draft_id: str) -> str:
    """What its newest version says, when that is a text: nobody has to write all of it again. Else "".

    draft_id: of the form sent. The version it made already, when it comes twice, is not one to change.
    """
    newest = document.versions.order_by("-number")[:2] if document else []
    before = next((version for version in newest if str(version.draft_id) != draft_id), None)
    return before.text if before and before.source == DocumentVersion.Source.TEXT else ""


def _document_to_renew(request: HttpRequest, person: Person) -> Document | None:
    wanted = request.GET.get("ny")
    if not wanted or person.side != Side.SEEKER:
        return None
    return get_object_or_404(Document.objects.kept().filter(uses__request=person.request), public_id=wanted)


def _bring(request: HttpRequest, person: Person, said: dict) -> DocumentVersion:
    if not limits.allow(f"bring:{person.participant.pk}", times=BRINGS_PER_HOUR, seconds=3600):
        raise Refused("slow")
    document = _document_to_renew(request, person)
    same = {"kind": document.kind if document else said["kind"], "draft_id": said["draft_id"], "document": document}
    if said["text"]:
        return documents.bring_text(person, text=said["text"], **same)
    return documents.bring_files(person, uploads=said["files"], **same)


def _list_page(request: HttpRequest, person: Person, form: BringForm, *, status_code: int = 200) -> HttpResponse:
    may_bring = documents.may_bring(person)
    context = {
        "person": person,
        "question": person.request,
        "is_seeker": person.side == Side.SEEKER,
        "documents": documents.for_chat(person),
        "reusable": keeping.reusable(person.request) if may_bring and not person.by_grant else [],
        "document": _document_to_renew(request, person),
        "may_bring": may_bring,
        "max_bytes": settings.FILE_MAX_BYTES,
        "form": form,
    }
    return render(request, "chat/document_list.html", context, status=status_code)


# --- see and show ----------------------------------------------------------------------------------------------------


@require_GET
@in_document()
def document_show(request: HttpRequest, sight: Sight) -> HttpResponse:
    """The newest version, or the one whose number stands in the address: the owner's own page, or the helper's."""
    if not sight.is_owner:
        return review_views.review(request, sight)
    version = sight.version
    pages = Paginator(version.pages.all(), PAGES_AT_ONCE).get_page(request.GET.get("sida"))
    context = {
        "person": sight.person,
        "question": sight.person.request,
        "sight": sight,
        "document": sight.document,
        "version": version,
        "refusal": say_refusal(version.refusal) if version.state == State.REFUSED else "",
        "hidden": hidden_words(version),
        "page": pages,
        "waiting_page": version.pages.filter(is_released=False).values_list("number", flat=True).first(),
        "versions": list(sight.document.versions.values_list("number", flat=True).order_by("number")),
        "files": list(version.files.all()),
        "comments": reviews.counts_of([version])[version.pk],
        "removal_at": retention.removal_dates([sight.document])[sight.document.pk],
        "may_bring": documents.may_bring(sight.person),
    }
    return render(request, "chat/document_show.html", context)


def hidden_words(version: DocumentVersion) -> str:
    """ "phone number, email address and address": the kinds that were really found, in the active language; or ""."""
    *words, last = [str(said) for kind, said in HIDDEN.items() if version.found.get(kind)] or [""]
    if not words:
        return last
    first = words[0]
    for word in words[1:]:
        # Translators: a list of words, for example "phone number, address".
        first = _("%(first)s, %(next)s") % {"first": first, "next": word}
    # Translators: a list of words and the last of them, for example "phone number, address" and "postcode".
    return _("%(first)s and %(last)s") % {"first": first, "last": last}


@require_POST
@in_document(Side.SEEKER)
def version_open(request: HttpRequest, sight: Sight) -> HttpResponse:
    """ "Visa allt för volontären", or hide what is private again."""
    if request.POST.get("to") == "all":
        documents.show_all(sight)
    else:
        documents.hide(sight)
    return _to_document(sight)


@require_POST
@in_document(Side.SEEKER)
def version_again(request: HttpRequest, sight: Sight) -> HttpResponse:
    """Try once more to read what could not be read."""
    if limits.allow(f"bring:{sight.person.participant.pk}", times=BRINGS_PER_HOUR, seconds=3600):
        documents.try_again(sight)
    else:
        messages.warning(request, say_refusal("slow"))
    return _to_document(sight)


def _to_document(sight: Sight) -> HttpResponse:
    return redirect("chat:version_show", sight.person.request.public_id, sight.document.public_id, sight.version.number)


# --- boxes over what is private --------------------------------------------------------------------------------------


@in_document(Side.SEEKER)
def masks_edit(request: HttpRequest, sight: Sight) -> HttpResponse:
    """One page's picture and the boxes on it. `?sida=N`: which page; else the first that waits, else the first."""
    page = _page_with_picture(request, sight)
    form = MasksForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and ("whole" in request.POST or form.is_valid()):
        try:
            if "whole" in request.POST:
                documents.release_page(sight, page)
            else:
                documents.set_masks(sight, page, form.chosen())
            return _after_boxes(request, sight, page)
        except Refused as refusal:
            form.add_error(None, say_refusal(refusal.code))
    drawn = [mask["box"] for mask in page.masks if mask["kind"] == DRAWN]
    checked = zones_under(drawn)
    context = {
        "person": sight.person,
        "question": sight.person.request,
        "sight": sight,
        "version": sight.version,
        "page": page,
        "total": sight.version.pages.count(),
        "drawn": json.dumps(drawn),
        "found": [[f"{part:.4f}" for part in mask["box"]] for mask in page.masks if mask["kind"] != DRAWN],
        "zones": [
            (row + 1, column + 1, f"{row}-{column}", f"{row}-{column}" in checked)
            for row in range(ROWS)
            for column in range(COLUMNS)
        ],
        "form": form,
    }
    return render(request, "chat/document_masks.html", context, status=400 if request.method == "POST" else 200)


def _page_with_picture(request: HttpRequest, sight: Sight) -> DocumentPage:
    pages = sight.version.pages.exclude(picture="")
    wanted = request.GET.get("sida", "")
    if wanted:
        if not wanted.isdecimal() or len(wanted) > 4:
            raise Http404
        return get_object_or_404(pages, number=wanted)
    page = pages.filter(is_released=False).first() or pages.first()
    if page is None:
        raise Http404
    return page


def _after_boxes(request: HttpRequest, sight: Sight, page: DocumentPage) -> HttpResponse:
    """On to the next picture that waits for its owner, or back to the document."""
    waiting = sight.version.pages.filter(is_released=False).exclude(picture="").first()
    if waiting is None:
        messages.success(request, _("The volunteer can see your document now."))
        return _to_document(sight)
    answer = redirect("chat:masks_edit", sight.person.request.public_id, sight.document.public_id, sight.version.number)
    answer["Location"] += f"?sida={waiting.number}"
    return answer
