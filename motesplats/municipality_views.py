"""Municipalities while somebody writes one: for known_words.js. Open to all; it tells nothing about anybody."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from motesplats import municipalities


@require_safe
def list_municipalities(request: HttpRequest) -> JsonResponse:
    """The names of municipalities with the letters in `q`, those that begin so first."""
    found = municipalities.search(request.GET.get("q", "")[:100])
    return JsonResponse({"names": [row.name for row in found]})
