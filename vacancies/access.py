"""Whose employers and ads these are: fetched through here, so that "not yours" is 404."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from vacancies.models import Employer, Vacancy


def employers_of(user) -> QuerySet[Employer]:
    """The employers that this person speaks for, refused ones too: they may read why."""
    return Employer.objects.of_member(user).order_by("name", "pk")


def for_everybody_logged_in(view: Callable) -> Callable:
    """Who is not logged in logs in first, with a code by mail, and comes back."""

    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
        return view(request, *args, **kwargs)

    return inner


def for_its_members(view: Callable) -> Callable:
    """The view gets the Employer in place of `employer_id`, or the answer is 404."""

    @for_everybody_logged_in
    @wraps(view)
    def inner(request: HttpRequest, employer_id: str, *args, **kwargs) -> HttpResponse:
        employer = get_object_or_404(employers_of(request.user), public_id=employer_id)
        return view(request, employer, *args, **kwargs)

    return inner


def for_its_writers(view: Callable) -> Callable:
    """The view gets the Vacancy in place of `public_id`, with its employer, or the answer is 404."""

    @for_everybody_logged_in
    @wraps(view)
    def inner(request: HttpRequest, public_id: str, *args, **kwargs) -> HttpResponse:
        own = Vacancy.objects.of_member(request.user).select_related("employer")
        return view(request, get_object_or_404(own, public_id=public_id), *args, **kwargs)

    return inner
