"""A version beside the one before: what changed in the words, and the pages as pictures."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chat.document_access import Sight, in_document
from seekers import comparison, viewings
from seekers.models import DocumentPage, DocumentVersion, Viewing

PLACES_PER_PAGE = 10


@require_GET
@in_document()
def version_compare(request: HttpRequest, sight: Sight) -> HttpResponse:
    """Version n beside the ready one before it; helpers see of each what its owner shows."""
    if sight.version.source == DocumentVersion.Source.SOUND:
        raise Http404
    before = _before(sight)
    context = {"person": sight.person, "question": sight.person.request, "sight": sight, "before": before}
    if before is not None:
        for seen in (before, sight):
            _note(seen)
        was, now = _text(before), _text(sight)
        places = comparison.places(was, now)
        shown = Paginator(places, PLACES_PER_PAGE).get_page(request.GET.get("sida"))
        context |= {"places": shown, "pairs": _pairs(before, sight), "has_text": bool(was or now)}
    return render(request, "chat/version_compare.html", context)


def _before(sight: Sight) -> Sight | None:
    """The same eyes before the version that came before."""
    ready = sight.document.versions.filter(state=DocumentVersion.State.READY, number__lt=sight.version.number)
    version = ready.order_by("-number").first()
    if version is None or sight.version.state != DocumentVersion.State.READY:
        return None
    version.document = sight.document
    return Sight(sight.person, sight.document, version)


def _text(sight: Sight) -> str:
    """A helper reads nothing of a page that its owner has not let out: also its words, hidden or not."""
    version = sight.version
    if not sight.is_owner and version.pages.filter(is_released=False).exists():
        words = "masked" if sight.is_masked else "text"
        return "\n".join(line[words] for page in version.pages.filter(is_released=True) for line in page.lines)
    return version.masked_text if sight.is_masked else version.text


def _pairs(before: Sight, after: Sight) -> list[tuple[DocumentPage | None, DocumentPage | None]]:
    pages = DocumentPage.objects.filter(version__in=[before.version, after.version]).exclude(picture="")
    if not after.is_owner:
        pages = pages.filter(is_released=True)
    pages = list(pages.only("version_id", "number", "width", "height"))
    return comparison.page_pairs(
        *([page for page in pages if page.version_id == seen.version.pk] for seen in (before, after))
    )


def _note(sight: Sight) -> None:
    viewings.note(sight.version, viewer=sight.person.user, side=sight.person.side, what=Viewing.What.READ)
