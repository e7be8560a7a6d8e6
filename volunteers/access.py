"""Who may see the volunteers' pages."""

from django.http import Http404

from volunteers.models import Volunteer


def volunteer_of(user) -> Volunteer | None:
    """What this person is as a volunteer, in whatever state; None for everybody else."""
    if not user.is_authenticated:
        return None
    return Volunteer.objects.select_related("user", "office").filter(user=user).first()


def approved_or_404(user) -> Volunteer:
    """The approved volunteer this person is. Http404 for everybody else: the page does not exist for them."""
    volunteer = volunteer_of(user)
    if volunteer is None or not volunteer.is_approved or not user.is_active:
        raise Http404
    return volunteer
