"""The helper's side of a review: the pages, comments pinned to them, sent together; and the checklist."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from chat import about, presence, reviews, sheets
from chat.access import NO_CHAT, Person
from chat.document_access import Sight, in_document, originals_for
from chat.models import Side
from chat.review_forms import CONFLICTS, ChecklistForm, CommentForm
from chat.views import in_chat
from seekers import checklists, viewings
from seekers.anchors import BadPlace
from seekers.models import Comment, Document, DocumentVersion, Viewing
from seekers.reviews import MOST_OPEN, Reason, ReviewConflict, drafts_of, left_behind, things_of

HELPERS = (Side.VOLUNTEER, Side.STAFF)


def review(request: HttpRequest, sight: Sight, *, form: CommentForm | None = None, status: int = 200, wrong: str = ""):
    """The page where a helper reads and comments; called by document_show and version_show. -> HttpResponse.

    `?sida=N`: the group of pages that holds page N.
    """
    person, version = sight.person, sight.version
    presence.visited(person.participant)
    viewings.note(version, viewer=person.user, side=person.side, what=Viewing.What.READ)
    things = things_of(version)
    drafts = list(drafts_of(person.user, version))
    labels = sheets.labels_of([*things.good, *things.changes, *drafts])
    around = request.GET.get("sida", "")
    shown, groups = sheets.sheets_of(
        sight, around=int(around) if around.isdecimal() and len(around) < 5 else 1, labels=labels
    )
    newest = newest_number(version.document)
    changes = sum(draft.reason != Reason.GOOD for draft in drafts)
    context = {
        **_page(sight),
        "sheets": shown,
        "groups": groups if len(groups) > 1 else [],
        "things": things,
        "news": " ".join(f"{one.public_id}{one.answer}" for one in (*things.good, *things.changes)),
        "drafts": drafts,
        "needs_good": not things.good and not any(draft.reason == Reason.GOOD for draft in drafts),
        "is_enough": bool(changes) and len(things.open) + changes >= MOST_OPEN,
        "left_behind": left_behind(version, person.user).count() if version.number > 1 else 0,
        "newest": newest,
        "may_comment": person.participant.can_write and version.number == newest,
        "has_checklist": version.document.kind in (Document.Kind.CV, Document.Kind.LETTER),
        "is_sound": version.source == DocumentVersion.Source.SOUND,
        "originals": originals_for(sight),
        "form": form or CommentForm(version=version),
        "wrong": wrong,
    }
    return render(request, "chat/review_show.html", context, status=status)


def _page(sight: Sight) -> dict:
    """What every page about a version knows."""
    return {
        "person": sight.person,
        "question": sight.person.request,
        "document": sight.document,
        "version": sight.version,
        "sight": sight,
        "has_socket": sight.person.request.state not in NO_CHAT,
        "read": about.of(sight.person.request),  # an ad is the measure of a CV and a letter
    }


def newest_number(document: Document) -> int:
    """Of the versions that can be read; 0 when there is none."""
    ready = document.versions.filter(state=DocumentVersion.State.READY)
    return ready.order_by("-number").values_list("number", flat=True).first() or 0


def _path(sight: Sight, name: str = "version_show") -> str:
    return reverse(
        f"chat:{name}", args=[sight.person.request.public_id, sight.document.public_id, sight.version.number]
    )


@require_POST
@in_document(*HELPERS)
def comment_add(request: HttpRequest, sight: Sight) -> HttpResponse:
    """Keep a comment as a draft; wrong or too late: the page again with what was typed."""
    form = CommentForm(request.POST, version=sight.version)
    if not form.is_valid():
        return review(request, sight, form=form, status=400)
    try:
        data = form.cleaned_data
        made = reviews.add(sight, place=data["where"], public_id=data["draft"], **form.words)
    except BadPlace as problem:
        form.refuse(problem)
        return review(request, sight, form=form, status=400)
    except ReviewConflict as conflict:
        return review(request, sight, form=form, status=409, wrong=CONFLICTS[conflict.args[0]])
    return redirect(f"{_back_to(sight, made)}#c-{made.public_id}")


def _back_to(sight: Sight, comment: Comment) -> str:
    """The page the comment is on: with many pages, the group that holds it."""
    many = comment.page and comment.page > sheets.AT_ONCE
    return f"{_path(sight)}?sida={comment.page}" if many else _path(sight)


@require_POST
@in_document(*HELPERS)
def comments_send(request: HttpRequest, sight: Sight) -> HttpResponse:
    """All drafts together."""
    try:
        sent = reviews.send(sight)
    except ReviewConflict as conflict:
        return review(request, sight, status=409, wrong=CONFLICTS[conflict.args[0]])
    if sent.count:
        said = ngettext("%(count)d comment has been sent.", "%(count)d comments have been sent.", sent.count)
        messages.success(request, said % {"count": sent.count})
    if sent.kept:
        messages.info(request, CONFLICTS["three"])
    return redirect(_path(sight))


@require_POST
@in_document(*HELPERS)
def comments_take_along(request: HttpRequest, sight: Sight) -> HttpResponse:
    """Drafts of earlier versions come to this one, where their words still stand."""
    try:
        _moved, left = reviews.take_along(sight)
    except ReviewConflict as conflict:
        return review(request, sight, status=409, wrong=CONFLICTS[conflict.args[0]])
    if left:
        messages.info(request, _("Some words are not in the new version. Those comments are still with the old one."))
    return redirect(_path(sight))


@require_http_methods(["GET", "POST"])
@in_document(*HELPERS)
def checklist_edit(request: HttpRequest, sight: Sight) -> HttpResponse:
    """The points of this kind of document, on one page."""
    rows = checklists.of(sight.version)
    if not rows:
        raise Http404
    viewings.note(sight.version, viewer=sight.person.user, side=sight.person.side, what=Viewing.What.READ)
    form, status = ChecklistForm(request.POST or None, rows=rows), 200
    if request.method == "POST":
        form, status = ChecklistForm(request.POST, rows=rows), 400
        if form.is_valid():
            try:
                reviews.mark(sight, found=form.found, chosen=form.chosen)
                messages.success(request, _("The list is saved."))
                return redirect(_path(sight))
            except ReviewConflict as conflict:
                form.add_error(None, CONFLICTS[conflict.args[0]])
                status = 409
    return render(request, "chat/review_checklist.html", {**_page(sight), "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@in_chat(*HELPERS)
def comment_edit(request: HttpRequest, person: Person, comment_id: str) -> HttpResponse:
    """Other words for one's own draft."""
    comment = _draft(person, comment_id)
    now = {name: getattr(comment, name) for name in ("reason", "note", "before", "after")}
    form, status = CommentForm(initial=now, version=comment.version, keeps_place=True), 200
    if request.method == "POST":
        form, status = CommentForm(request.POST, version=comment.version, keeps_place=True), 400
        if form.is_valid():
            try:
                reviews.change(person, comment, place=None, **form.words)
                return redirect(f"{_home_of(person, comment)}#c-{comment.public_id}")
            except BadPlace as problem:
                form.refuse(problem)
            except ReviewConflict as conflict:
                form.add_error(None, CONFLICTS[conflict.args[0]])
                status = 409
    context = {"person": person, "question": person.request, "comment": comment, "form": form}
    return render(request, "chat/review_comment.html", {**context, "back": _home_of(person, comment)}, status=status)


@require_POST
@in_chat(*HELPERS)
def comment_remove(request: HttpRequest, person: Person, comment_id: str) -> HttpResponse:
    """Throw one's own draft away."""
    comment = _draft(person, comment_id)
    try:
        reviews.remove(person, comment)
    except ReviewConflict as conflict:
        messages.warning(request, CONFLICTS[conflict.args[0]])
    return redirect(f"{_home_of(person, comment)}#comments")


def _draft(person: Person, comment_id: str) -> Comment:
    comment = comment_in(person, comment_id)
    if comment.author_id != person.user.pk or comment.sent_at is not None:
        raise Http404
    return comment


def comment_in(person: Person, comment_id: str) -> Comment:
    """A comment on a document of this chat, with version and document; 404 else."""
    here = Comment.objects.filter(version__document__uses__request=person.request, version__document__removed_at=None)
    comment = here.filter(public_id=comment_id).select_related("version__document", "author").first()
    if comment is None:
        raise Http404
    return comment


def _home_of(person: Person, comment: Comment) -> str:
    version = comment.version
    path = reverse("chat:version_show", args=[person.request.public_id, version.document.public_id, version.number])
    return f"{path}?sida={comment.page}" if comment.page and comment.page > sheets.AT_ONCE else path
