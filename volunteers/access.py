"""Who may see the volunteers' pages."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from volunteers.models import Volunteer


def volunteer_of(user) -> Volunteer | None:
    """What this person is as a volunteer, in whatever state; None for everybody else."""
    if not user.is_authenticated:
        return None
    return Volunteer.objects.select_related("user", "office", "rest").filter(user=user).first()


def for_volunteers(view: Callable) -> Callable:
    """The view gets the approved Volunteer after the request, or the answer is 404: for others the page does not exist.

    Who is not logged in logs in first.
    """
    return _for(view, lambda volunteer: volunteer.is_approved)


def for_everybody_who_applied(view: Callable) -> Callable:
    """The same, for applicants and those who are paused too."""
    return _for(view, lambda volunteer: volunteer.state != Volunteer.State.ENDED)


def for_everybody_who_helped(view: Callable) -> Callable:
    """The same for who is approved or once was: one's own papers are still there when one has paused or ended."""
    return _for(view, lambda volunteer: volunteer.approved_at is not None)


def for_learners(view: Callable) -> Callable:
    """The same for who is approved or waits to be: the course and the practice are open from the day of applying."""
    return _for(view, lambda volunteer: volunteer.may_learn)


def _for(view: Callable, may_see: Callable[[Volunteer], bool]) -> Callable:
    @wraps(view)
    def inner(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse(settings.LOGIN_URL))
        volunteer = volunteer_of(request.user)
        if volunteer is None or not may_see(volunteer) or not request.user.is_active:
            raise Http404
        return view(request, volunteer, *args, **kwargs)

    return inner
