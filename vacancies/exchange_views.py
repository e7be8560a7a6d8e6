"""Ads from Platsbanken, on pages of their own; and our ads for partner networks, as JSON (docs/exchange.md)."""

import hashlib

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from motesplats import limits
from vacancies import demands, exchange_out, imported
from vacancies.finding_forms import WordsForm
from vacancies.models import ImportedAd

ON_A_PAGE = 20
TIMES, SECONDS = 60, 60  # of one address of the network


@require_safe
def imported_list(request: HttpRequest) -> HttpResponse:
    """What staff have chosen from Platsbanken, the newest first. IM has not looked at it."""
    words = WordsForm(request.GET).words
    page = Paginator(imported.looked_for(words), ON_A_PAGE).get_page(request.GET.get("sida"))
    return render(request, "vacancies/imported_list.html", {"page": page, "q": words})


@require_safe
def imported_show(request: HttpRequest, source_id: str) -> HttpResponse:
    """One of them. What has ended is gone (410)."""
    ad = get_object_or_404(ImportedAd.objects.exclude(fetched_at=None), source_id=source_id)
    is_shown = ImportedAd.objects.readable().filter(pk=ad.pk).exists()
    context = {"ad": ad, "is_shown": is_shown, "demands": demands.of_imported(ad) if is_shown else []}
    return render(request, "vacancies/imported_show.html", context, status=200 if is_shown else 410)


@require_safe
def ads_out(request: HttpRequest) -> HttpResponse:
    """Every ad that is shown, for machines of partners. `?efter=`: the next page."""
    if not limits.allow(f"ads-out:{limits.client_network(request)}", times=TIMES, seconds=SECONDS):
        return _json(exchange_out.said({"error": "Too many requests. Wait a minute."}), 429, {"Retry-After": "60"})
    cursor = request.GET.get("efter", "")
    try:
        page = exchange_out.page_after(cursor)
    except exchange_out.BadCursor:
        return _json(exchange_out.said({"error": "Unknown cursor. Begin without one."}), 400)
    body = exchange_out.said(exchange_out.as_dict(page, reverse("ads_out")))
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    changed = exchange_out.same_since(cursor, etag)
    known = {"ETag": etag, "Last-Modified": http_date(changed), "Cache-Control": "public, max-age=300"}
    return get_conditional_response(request, etag, changed, _json(body, 200, known))


def _json(body: bytes, status: int, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(
        body, "application/json; charset=utf-8", status, headers={"X-Robots-Tag": "noindex"} | (headers or {})
    )
