"""The pages of tips and examples: a list with filters, one resource, one's own list. No login needed."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from library import links, publishing, rendering, shelf
from library.forms import HelpedForm, KeepForm, SearchForm
from library.models import Edition, KeptResource, Level, Resource
from motesplats.browser_cache import briefly_kept
from motesplats.choice_links import Choice, choice
from motesplats.topics import Topic

ANSWERED = "tips_answered"  # slugs this browser has answered "Did this help?" about
ANSWERS_KEPT = 100
CIRCLE = "studiecirkel"  # the need whose texts are the eight meetings
LANGUAGES = dict(settings.LANGUAGES)


def resource_list(request: HttpRequest) -> HttpResponse:
    """`/tips/`: what to choose among; with filters or words in the address, what fits."""
    chosen = SearchForm(request.GET).chosen()
    categories = list(shelf.categories())
    category = next((one for one in categories if one.slug == chosen.get("behov")), None)
    context = {
        "chosen": chosen,
        "categories": categories,
        "category": category,
        "circle": CIRCLE,
        "has_partners": bool(category and category.topic == Topic.NETWORK),
    }
    if chosen:
        offices = shelf.offices()
        shown = shelf.find(chosen, request.GET.get("sida"), office=offices.get(chosen.get("kontor", "")))
        more = {"page": shown.page, "mended": ", ".join(shown.mended), "same": urlencode(chosen)}
        context |= more | {"filters": _filters(chosen, {slug: office.name for slug, office in offices.items()})}
    return briefly_kept(request, render(request, "library/resource_list.html", context))


def _filters(chosen: dict[str, str], offices: dict[str, str]) -> list[tuple[str, list[Choice]]]:
    kinds = [
        ("niva", _("How hard?"), [(level.value, str(level.label)) for level in Level]),
        ("sprak", _("Which language?"), list(LANGUAGES.items())),
    ]
    if offices:
        kinds.append(("kontor", _("Which IM office is near you?"), list(offices.items())))
    return [(heading, [choice(chosen, name, *one) for one in choices]) for name, heading, choices in kinds]


def resource_show(request: HttpRequest, slug: str) -> HttpResponse:
    """One tip, with its text in the reader's language or the nearest there is."""
    resource = _published(slug)
    language = get_language()
    edition = shelf.edition_for(resource, language)
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    address = links.address_for(resource, shelf.chain(language))
    before, after = shelf.neighbours(resource) if resource.category.slug == CIRCLE else (None, None)
    context = {
        "resource": resource,
        "edition": edition,
        "text": _text_of(resource, edition, prefix) if edition else "",
        "others": _in_other_languages(request, resource, edition),
        "address": address,
        "host": urlsplit(address).hostname or "",
        "before": before,
        "after": after,
        "is_circle": resource.category.slug == CIRCLE,
        "is_kept": _is_kept(request, resource),
        "has_answered": slug in request.session.get(ANSWERED, []),
    }
    return briefly_kept(request, render(request, "library/resource_show.html", context))


def _text_of(resource: Resource, edition: Edition, prefix: str) -> str:
    """Safe HTML: our own pages in the reader's language, and no links that lead nowhere."""
    html = rendering.without_links_to(edition.html, links.dead_in_texts(resource))
    return rendering.as_safe(rendering.with_prefix(html, prefix))


def _in_other_languages(request: HttpRequest, resource: Resource, edition: Edition | None) -> list[tuple[str, str]]:
    """(own name, address) of this page in the languages of the menu that have a text of their own."""
    shown = edition.language if edition else ""
    codes = [code for code in settings.MENU_LANGUAGES if code in resource.languages and code != shown]
    return [(LANGUAGES[code], translate_url(request.path, code)) for code in codes] if edition else []


def _published(slug: str) -> Resource:
    return get_object_or_404(Resource.objects.published().select_related("category"), slug=slug)


def _is_kept(request: HttpRequest, resource: Resource) -> bool:
    user = request.user
    return user.is_authenticated and KeptResource.objects.filter(user=user, resource=resource).exists()


@require_POST
def resource_answer(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Did this help?": counted once a browser."""
    resource, form = _published(slug), HelpedForm(request.POST)
    answered = request.session.get(ANSWERED, [])
    if form.is_valid() and slug not in answered:
        request.session[ANSWERED] = [*answered, slug][-ANSWERS_KEPT:]
        publishing.count_answer(resource, did_help=form.cleaned_data["did_help"] == "yes")
    return redirect(f"{reverse('library:resource_show', args=[slug])}#svar")


@require_POST
@login_required
def resource_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Onto one's own list, or off it."""
    form = KeepForm(request.POST)
    resource = get_object_or_404(Resource, slug=slug)
    if form.is_valid() and form.cleaned_data["keep"]:
        if resource.state != Resource.State.PUBLISHED:
            raise Http404
        try:
            publishing.keep(request.user, resource)
        except publishing.TooMany:
            messages.warning(request, _("Your list is full. Take something away first."))
    else:
        publishing.forget(request.user, resource)
    return redirect("library:resource_show", slug) if form.cleaned_data.get("keep") else redirect("library:kept_list")


@login_required
def kept_list(request: HttpRequest) -> HttpResponse:
    """One's own list. At most 100, so on one page."""
    return render(request, "library/kept_list.html", {"resources": shelf.kept_by(request.user)})
