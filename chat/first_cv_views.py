""" "Har du inget CV? Vi börjar tillsammans.": six pages, every one can be skipped, Back loses nothing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import documents
from chat.access import Person
from chat.document_forms import FIRST_CV, FirstCvForm, say_refusal
from chat.models import Side
from chat.views import in_chat
from seekers import first_cv
from seekers.drafts import TYPED_MAX_CHARACTERS
from seekers.intake import Refused
from seekers.models import DocumentVersion

ORDER = list(FIRST_CV)


@in_chat(Side.SEEKER)
def first_cv_step(request: HttpRequest, person: Person, slug: str = ORDER[0]) -> HttpResponse:
    """One question. Every POST keeps what was typed, also Back and Skip; Skip leaves it out of the CV."""
    if slug not in FIRST_CV:
        raise Http404
    if request.method == "POST":
        return _take(request, person, slug)
    draft = first_cv.draft_of(person.request)
    return _show(request, person, slug, FIRST_CV[slug](initial=draft.fields if draft else {}))


def _take(request: HttpRequest, person: Person, slug: str) -> HttpResponse:
    form, skips = FIRST_CV[slug](request.POST), "skip" in request.POST
    is_skipped = None if "back" in request.POST else skips
    if form.is_valid():
        first_cv.keep(person.request, slug, form.cleaned_data, is_skipped=is_skipped)
    else:
        typed = {name: value[:TYPED_MAX_CHARACTERS] for name, value in request.POST.items() if name in form.fields}
        if "back" not in request.POST and not skips:
            return _show(request, person, slug, form, status_code=400)
        fine = {name: typed[name] for name in typed if name not in form.errors}
        first_cv.keep(person.request, slug, fine, is_skipped=is_skipped)
    number = ORDER.index(slug)
    if "back" in request.POST and number:
        return _go(person, ORDER[number - 1])
    if slug != ORDER[-1]:
        return _go(person, ORDER[number + 1])
    return _make(request, person, form)


def _make(request: HttpRequest, person: Person, form: FirstCvForm) -> HttpResponse:
    try:
        version = _bring(person)
    except Refused as refusal:
        if refusal.code == "empty_text":
            form.add_error(None, _("Answer at least one question. Press Back."))
        else:
            form.add_error(None, say_refusal(refusal.code))
        return _show(request, person, ORDER[-1], form, status_code=400)
    messages.success(request, _("Well done! This is your first CV. The volunteer can read it now."))
    return redirect("chat:document_show", person.request.public_id, version.document.public_id)


def _bring(person: Person) -> DocumentVersion:
    draft = first_cv.draft_of(person.request)
    text = first_cv.compose(first_cv.answers_of(draft) if draft else {})
    if not text:
        raise Refused("empty_text")
    document = draft.document if draft.document and draft.document.removed_at is None else None
    version = documents.bring_text(
        person, kind=first_cv.KIND, text=text, draft_id=first_cv.draft_id(draft, text), document=document
    )
    first_cv.remember_document(draft, version.document)
    return version


def _go(person: Person, slug: str) -> HttpResponse:
    return redirect("chat:first_cv_step", person.request.public_id, slug)


def _show(
    request: HttpRequest, person: Person, slug: str, form: FirstCvForm, *, status_code: int = 200
) -> HttpResponse:
    context = {
        "person": person,
        "question": person.request,
        "form": form,
        "number": ORDER.index(slug) + 1,
        "steps": range(1, len(ORDER) + 1),
        "is_last": slug == ORDER[-1],
    }
    return render(request, "chat/document_first_cv.html", context, status=status_code)
