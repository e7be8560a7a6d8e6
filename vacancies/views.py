"""Finding a job or an internship: the list and one ad. No login needed."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from vacancies.models import Vacancy

ON_A_PAGE = 20


@require_safe
def vacancy_list(request: HttpRequest) -> HttpResponse:
    """What employers offer now, the newest first."""
    shown = Vacancy.objects.shown().select_related("employer")
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("sida"))
    return render(request, "vacancies/vacancy_list.html", {"page": page})


@require_safe
def vacancy_show(request: HttpRequest, public_id: str) -> HttpResponse:
    """One ad. What has ended is gone (410)."""
    vacancy = get_object_or_404(
        Vacancy.objects.exclude(published_at=None).select_related("employer"), public_id=public_id
    )
    status = 200 if vacancy.is_shown else 410
    return render(request, "vacancies/vacancy_show.html", {"vacancy": vacancy}, status=status)
