"""Occupations while somebody writes one: for known_words.js. Open to all; it tells nothing about anybody."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from motesplats import occupations


@require_safe
def list_occupations(request: HttpRequest) -> JsonResponse:
    """The names of occupations with the words in `q`, the nearest first."""
    found = occupations.search(request.GET.get("q", "")[:100])
    return JsonResponse({"names": [row.label for row in found]})
