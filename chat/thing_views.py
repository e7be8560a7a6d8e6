"""The owner's side of a review: one thing at a time, on a phone; and all of them as a list."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat import presence, reviews, sheets
from chat.access import NO_CHAT, Person
from chat.document_access import Sight, in_document
from chat.document_forms import say_refusal
from chat.models import Side
from chat.review_forms import CONFLICTS, AnswerForm
from chat.review_views import comment_in, newest_number
from chat.views import in_chat
from seekers import checklists
from seekers.intake import Refused
from seekers.models import Comment, DocumentVersion
from seekers.reviews import ReviewConflict, can_use_wording, things_of


@require_GET
@in_document(Side.SEEKER)
def thing_list(request: HttpRequest, sight: Sight) -> HttpResponse:
    """What is good, what to change, and where to begin. Prints well."""
    presence.visited(sight.person.participant)
    things = things_of(sight.version)
    sheets.labels_of(things.changes)
    context = {
        **_page(sight),
        "things": things,
        "numbered": list(enumerate(things.changes, 1)),
        "first_open": things.next_open(0),
        "points": checklists.shown(sight.version),
        "count": len(things.changes) + len(things.good),
    }
    return render(request, "chat/review_things.html", context)


@require_GET
@in_document(Side.SEEKER)
def comment_show(request: HttpRequest, sight: Sight, place: int) -> HttpResponse:
    """ "Sak 1 av 3": the place itself, what is said about it, what to answer."""
    presence.visited(sight.person.participant)
    things = things_of(sight.version)
    if not 1 <= place <= len(things.changes):
        raise Http404
    comment = things.changes[place - 1]
    context = {
        **_page(sight),
        "things": things,
        "comment": comment,
        "place": place,
        "cut": sheets.cut_out(comment, sight.version),
        "next_place": things.next_open(place),
        "may_use": can_use_wording(comment),
        "count": len(things.changes) + len(things.good),
    }
    return render(request, "chat/review_thing.html", context)


@require_POST
@in_chat(Side.SEEKER)
def comment_answer(request: HttpRequest, person: Person, comment_id: str) -> HttpResponse:
    """ "Klar", "Jag förstår inte" or "Använd den här texten"; then the next thing."""
    comment = comment_in(person, comment_id)
    version, form = comment.version, AnswerForm(request.POST)
    reviews.read_praise(Sight(person, version.document, version))  # it stood above the answers
    if form.is_valid() and comment.sent_at is not None:
        try:
            version, comment = _answer(request, person, comment, form.cleaned_data["answer"])
        except ReviewConflict as conflict:
            messages.warning(request, CONFLICTS[conflict.args[0]])
        except Refused as refusal:
            messages.warning(request, say_refusal(refusal.code))
    things = things_of(version)
    return _to_thing(person, version, things.next_open(things.place_of(comment) or 0))


def _to_thing(person: Person, version: DocumentVersion, place: int | None) -> HttpResponse:
    """The thing with this number; None: the list."""
    where = [person.request.public_id, version.document.public_id, version.number]
    if place is None:
        return redirect(reverse("chat:thing_list", args=where))
    return redirect(reverse("chat:comment_show", args=[*where, place]))


@require_POST
@in_document(Side.SEEKER)
def praise_read(request: HttpRequest, sight: Sight) -> HttpResponse:
    """Past what is good to the next open thing after `?efter=N`: it is read."""
    reviews.read_praise(sight)
    after = request.GET.get("efter", "")
    place = int(after) if after.isdecimal() and len(after) < 5 else 0
    return _to_thing(sight.person, sight.version, things_of(sight.version).next_open(place))


def _answer(request: HttpRequest, person: Person, comment: Comment, answer: str) -> tuple[DocumentVersion, Comment]:
    """-> the version to go on in, and what was answered."""
    if answer == Comment.Answer.USED:
        version = reviews.use_wording(person, comment)
        messages.success(
            request, _("The new text is in place. This is version %(number)d.") % {"number": version.number}
        )
        return version, comment
    comment = reviews.answer(person, comment, answer=answer)
    if answer == Comment.Answer.UNCLEAR:
        messages.info(request, _("We have said in the chat that you do not understand. You get an explanation there."))
    return comment.version, comment


def _page(sight: Sight) -> dict:
    return {
        "person": sight.person,
        "question": sight.person.request,
        "document": sight.document,
        "version": sight.version,
        "newest": newest_number(sight.document),
        "has_socket": sight.person.request.state not in NO_CHAT,
    }
