"""What is left of a volunteer half a year after the end: nothing of what they told or did to learn."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import make
from volunteers import course, privacy, retention
from volunteers.models import AlertWish, CourseRead, Rehearsal, StaffStep, Volunteer

pytestmark = pytest.mark.django_db
EMPTY = {"state": "ended", "languages": (), "motivation": ""}
LEFT = {
    AlertWish: lambda volunteer: AlertWish.objects.create(volunteer=volunteer),
    CourseRead: lambda volunteer: course.mark_read(volunteer, make.course_part()),
    Rehearsal: lambda volunteer: Rehearsal.objects.create(volunteer=volunteer, times=1),
    StaffStep: lambda volunteer: StaffStep.objects.create(volunteer=volunteer, kind=StaffStep.Kind.TALK),
}


def ended(ago: timedelta) -> Volunteer:
    return make.volunteer(ended_at=timezone.now() - ago, **EMPTY)


@pytest.mark.parametrize("model", LEFT, ids=lambda model: model.__name__)
def test_each_kind_alone_is_found_and_removed_after_half_a_year(model):
    kept = privacy.RETENTION[model._meta.label]
    old, new = ended(kept + timedelta(days=2)), ended(kept - timedelta(days=2))
    LEFT[model](old), LEFT[model](new)
    assert retention.overdue() == {"volunteers.Volunteer": 1}
    assert (retention.remove_old(), retention.remove_old(), retention.overdue()) == (1, 0, {})
    assert [row.volunteer for row in model.objects.all()] == [new]


def test_whoever_helps_keeps_them():
    bjorn = make.volunteer()
    for leave in LEFT.values():
        leave(bjorn)
    assert retention.remove_old() == 0 and AlertWish.objects.exists()


def test_of_somebody_erased_at_once_nothing_is_left():
    bjorn = make.volunteer()
    for leave in LEFT.values():
        leave(bjorn)
    for _again in range(2):
        privacy.erase(bjorn.user)
        assert [model for model in LEFT if model.objects.exists()] == []
