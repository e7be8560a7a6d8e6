"""What an employer sees: its ads, and nothing of any person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vacancies.access import employers_of, for_everybody_logged_in


@require_safe
@for_everybody_logged_in
def employer_home(request: HttpRequest) -> HttpResponse:
    """The employers this person speaks for, each with its ads."""
    employers = employers_of(request.user).prefetch_related("vacancies")
    return render(request, "vacancies/employer_home.html", {"employers": employers})
