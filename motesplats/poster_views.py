"""`/affisch/`: choose, look, print. For everybody: it shows nothing about anybody. And "Tipsa en vän"."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motesplats import limits, poster_paper, posters, qr, sources
from motesplats.poster_forms import PaperForm, PosterForm

PLACE = "place"  # in the address of a paper: the tag
NEW_PLACES_PER_HOUR = 30


def make_poster(request: HttpRequest) -> HttpResponse:
    """Language, size, and for those who are logged in the place, which becomes a tag of the address."""
    may_name = request.user.is_authenticated
    form = PosterForm(request.POST if request.method == "POST" else None, may_name=may_name)
    if form.is_valid():
        tag = _tag(request, form)
        if tag is not None:
            chosen = {name: form.cleaned_data[name] for name in PaperForm.base_fields}
            return redirect(f"{reverse('pages:poster_show')}?{urlencode(chosen | ({PLACE: tag} if tag else {}))}")
    context = {"form": form, "may_name": may_name}
    return render(request, "motesplats/poster_make.html", context, status=400 if form.errors else 200)


def _tag(request: HttpRequest, form: PosterForm) -> str | None:
    """The tag of the place that was named, "" without one; None when it cannot be made, and the form says why."""
    name = form.cleaned_data.get("place")
    if not name:
        return ""
    known = sources.find_place(name)
    if not known and not limits.allow(f"poster:{request.user.pk}", times=NEW_PLACES_PER_HOUR, seconds=3600):
        form.add_error("place", _("You have made many posters now. Wait an hour, or leave the place empty."))
        return None
    try:
        return (known or sources.place_for(name)).tag
    except sources.TooManyPlaces:
        form.add_error("place", _("There are too many places already. Leave the place empty, or tell IM."))
        return None


def _chosen(request: HttpRequest) -> posters.Poster | None:
    form = PaperForm(request.GET)
    if not form.is_valid():
        return None
    tag = sources.known_tag(request.GET.get(PLACE, ""))
    return posters.poster(form.cleaned_data["language"], form.cleaned_data["size"], tag)


@require_safe
def show_poster(request: HttpRequest) -> HttpResponse:
    """The paper, as it will be printed; and how to print it."""
    chosen = _chosen(request)
    if chosen is None:
        return redirect("pages:poster_make")
    context = {"poster": chosen, "qr_code": qr.picture(chosen.url), "query": request.GET.urlencode()}
    return render(request, "motesplats/poster_show.html", context)


@require_safe
def read_poster(request: HttpRequest) -> HttpResponse:
    """The same as a PDF."""
    chosen = _chosen(request)
    if chosen is None:
        return redirect("pages:poster_make")
    name = f"affisch-{chosen.first.language}-{chosen.size}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "X-Robots-Tag": "noindex"}
    return HttpResponse(poster_paper.pdf_of(chosen), content_type="application/pdf", headers=headers)


@require_safe
def tell_friend(request: HttpRequest) -> HttpResponse:
    """The address to pass on: as a picture, by mail, by a text message. Nobody sees who passes it on."""
    return render(request, "motesplats/tell_friend.html")
