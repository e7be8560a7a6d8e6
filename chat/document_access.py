"""Who may see a document: whoever may read the chat where it is shown (chat/access.py), for as long as they may."""

from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest
from django.shortcuts import redirect

from chat import documents
from chat.access import Person, person_for, reads_rules_first
from chat.models import Side
from seekers.models import Document, DocumentFile, DocumentVersion
from volunteers import joining_views


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody before one version of a document, in the chat where it is shown."""

    person: Person
    document: Document
    version: DocumentVersion

    @property
    def is_owner(self) -> bool:
        return self.person.side == Side.SEEKER

    @property
    def is_masked(self) -> bool:
        """What is private is hidden: from everybody but the owner, until the owner shows all; from a fadder always."""
        return not self.is_owner and (self.person.only_reads or not self.version.shows_all)


def in_document(*sides: str):
    """The view gets the Sight of this browser, or the answer is 404. `sides`: who may; empty is all.

    For addresses with <public_id>, <document_id> and, where a certain version is meant, <number>; else the newest that
    this person may see. Helpers see prepared versions only. Two queries after `person_for`.
    """

    def decorate(view):
        @wraps(view)
        def inner(request: HttpRequest, public_id: str, document_id: str, number: int | None = None, **kwargs):
            sight = sight_for(request, public_id, document_id, number)
            if (
                sight is None
                and request.method == "GET"
                and reads_rules_first(request.session, request.user, public_id)
            ):
                return redirect(joining_views.rules_path(back=request.path))
            if sight is None or sides and sight.person.side not in sides:
                raise Http404
            if sight.person.only_reads and (sides or request.method != "GET"):
                raise Http404
            return view(request, sight, **kwargs)

        return inner

    return decorate


def sight_for(request: HttpRequest, public_id: str, document_id: str, number: int | None = None) -> Sight | None:
    """None when there is no such document here, or none for this person."""
    person = person_for(request.session, request.user, public_id)
    if person is None:
        return None
    document = Document.objects.kept().filter(public_id=document_id, uses__request=person.request).first()
    if document is None:
        return None
    versions = document.versions.order_by("-number")
    if person.side != Side.SEEKER:
        versions = versions.filter(state=DocumentVersion.State.READY)
    if person.only_reads:
        versions = documents.masked_only(versions)
    if number is not None:
        versions = versions.filter(number=number)
    version = versions.first()
    if version is None:
        return None
    version.document = document
    return Sight(person, document, version)


def originals_for(sight: Sight) -> list[DocumentFile]:
    """What this person may download of the version: nothing while it is masked, but IM, let in for a reason, all."""
    if sight.version.source == DocumentVersion.Source.SOUND or sight.is_masked and sight.person.side != Side.STAFF:
        return []
    return list(sight.version.files.all())
