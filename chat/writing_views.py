"""Guided writing of a letter or a presentation, and saying it aloud. Only for the one who asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import practice
from chat.access import Person
from chat.models import Refusal, Side
from chat.practice_forms import SpeakForm, WritingForm
from chat.views import in_chat
from motesplats.moments import say_time
from seekers import documents, intake, writing
from seekers.models import Document, WritingDraft

HEADINGS = {
    Document.Kind.LETTER: gettext_lazy("Write a personal letter"),
    Document.Kind.PITCH: gettext_lazy("Present yourself"),
}
ADDRESSES = {Document.Kind.LETTER: "chat:letter_write", Document.Kind.PITCH: "chat:pitch_write"}


def wants_json(request: HttpRequest) -> bool:
    """The page's script asks, and stays on the page."""
    return request.headers.get("Accept") == "application/json"


def sent(request: HttpRequest) -> tuple:
    """(data, files) for a form that also stands empty on a GET."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def refusal_words(code: str) -> str:
    """What a refusal of documents says to the one who sent something."""
    own = {Refusal.CLOSED: practice.CLOSED, Refusal.HOLD: practice.HOLD}
    return str(own.get(code) or intake.REFUSALS.get(code) or practice.NOT_SENT)


@in_chat(Side.SEEKER)
def writing_edit(request: HttpRequest, person: Person, kind: str) -> HttpResponse:
    """The sentences of a letter or presentation. Saved by the script every few seconds, or by a button."""
    if request.method != "POST":
        return _page(request, person, kind, writing.draft_of(person.request, kind))
    form = WritingForm(kind, request.POST)
    if practice.is_over(person):
        form.add_error(None, practice.CLOSED)
    if not form.is_valid():
        return _page(request, person, kind, writing.draft_of(person.request, kind), form=form, status=400)
    try:
        draft = writing.keep(person.request, kind, form.typed(), based_on=form.cleaned_data["based_on"])
    except writing.WrittenElsewhere as elsewhere:
        return _page(request, person, kind, elsewhere.draft, form=form, status=409, theirs=elsewhere.draft)
    if "show" in request.POST:
        return _show(request, person, draft, form)
    if wants_json(request):
        return JsonResponse(_saved(draft))
    messages.success(request, _saved(draft)["said"])
    return redirect(ADDRESSES[kind], person.request.public_id)


def _saved(draft: WritingDraft) -> dict:
    text = writing.compose(draft.kind, draft.fields)
    return {
        "based_on": draft.updated_at.isoformat(),
        "said": _("Saved %(time)s") % {"time": say_time(draft.updated_at)},
        "text": text,
    }


def _show(request: HttpRequest, person: Person, draft: WritingDraft, form: WritingForm) -> HttpResponse:
    text = writing.compose(draft.kind, draft.fields)
    draft = writing.draft_of(person.request, draft.kind)
    problem = _("Write at least one sentence first.")
    if text:
        try:
            practice.show_text(person, draft.kind, text, draft_id=form.cleaned_data["draft_id"], draft=draft)
            messages.success(request, _("Done. The volunteer can read your text in the chat."))
            return redirect("chat:conversation_show", person.request.public_id)
        except intake.Refused as refused:
            problem = refusal_words(refused.args[0])
    form.add_error(None, problem)
    return _page(request, person, draft.kind, draft, form=form, status=400)


def _page(
    request: HttpRequest,
    person: Person,
    kind: str,
    draft: WritingDraft,
    *,
    form: WritingForm | None = None,
    status: int = 200,
    theirs: WritingDraft | None = None,
) -> HttpResponse:
    """theirs: what another window saved meanwhile; both texts are shown, and the next save wins."""
    if wants_json(request) and status != 200:
        errors = [error for errors in form.errors.values() for error in errors] if form else []
        said = _("You have written in another window too.") if theirs else " ".join(errors)
        return JsonResponse({"said": said, "is_other": bool(theirs)}, status=status)
    form = form or WritingForm(kind, initial={**draft.fields, "based_on": _stamp(draft)})
    if theirs:
        form.data = {**form.data.dict(), "based_on": _stamp(theirs)}
    text = writing.compose(kind, form.as_typed())
    words = writing.count_words(text)
    about = (
        _("Words: %(words)s.") if kind == Document.Kind.LETTER else _("Words: %(words)s. About %(seconds)s seconds.")
    )
    context = {
        "person": person,
        "question": person.request,
        "kind": kind,
        "heading": HEADINGS[kind],
        "form": form,
        "text": text,
        "about": about % {"words": words, "seconds": writing.seconds_to_say(words)},
        "about_pattern": about,
        "saved": _saved(draft)["said"] if draft.pk else "",
        "their_text": writing.compose(kind, theirs.fields) if theirs else "",
        "is_over": practice.is_over(person),
    }
    return render(request, "chat/writing_edit.html", context, status=status)


def _stamp(draft: WritingDraft) -> str:
    return draft.updated_at.isoformat() if draft.pk else ""


# --- said aloud ------------------------------------------------------------------------------------------------------


@in_chat(Side.SEEKER)
def pitch_speak(request: HttpRequest, person: Person) -> HttpResponse:
    """A timer, a recorder that sends nothing, and two ways to show what was said: written down, or as sound."""
    form = SpeakForm(*sent(request))
    if request.method == "POST":
        if practice.is_over(person):
            form.add_error(None, practice.CLOSED)
        if form.is_valid():
            try:
                return _spoken(request, person, form)
            except intake.Refused as refused:
                form.add_error("sound" if form.wants == "sound" else None, refusal_words(refused.args[0]))
        if wants_json(request):
            return JsonResponse({"said": first_error(form)}, status=400)
    draft = writing.draft_of(person.request, Document.Kind.PITCH)
    context = {
        "person": person,
        "question": person.request,
        "form": form,
        "text": writing.compose(Document.Kind.PITCH, draft.fields),
        "is_over": practice.is_over(person),
        "most_seconds": documents.SOUND_MAX_SECONDS,
        "left_pattern": _("%(seconds)s seconds left"),
    }
    return render(request, "chat/speak_aloud.html", context, status=400 if form.errors else 200)


def _spoken(request: HttpRequest, person: Person, form: SpeakForm) -> HttpResponse:
    said, draft_id = form.cleaned_data, form.cleaned_data["draft_id"]
    if form.wants == "sound":
        practice.send_sound(person, upload=said["sound"], seconds=said["seconds"], draft_id=draft_id)
        words = _("Done. The volunteer can hear it in the chat. We take it away after 7 days.")
    else:
        practice.show_text(person, Document.Kind.PITCH, said["text"], draft_id=draft_id)
        words = _("Done. The volunteer can read your text in the chat.")
    if wants_json(request):
        return JsonResponse({"said": words})
    messages.success(request, words)
    return redirect("chat:conversation_show", person.request.public_id)


def first_error(form) -> str:
    """One sentence for a script's message."""
    return next((error for errors in form.errors.values() for error in errors), "")
