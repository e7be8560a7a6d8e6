"""What is left of a volunteer half a year after the end: nothing of what they told or did to learn."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from tests import make
from volunteers import approval, certificates, course, privacy, quiet_hours, retention
from volunteers.models import AlertWish, CourseRead, PushSubscription, Reference, Rehearsal, StaffStep, Volunteer

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


AT_ONCE = {
    PushSubscription: lambda volunteer: PushSubscription.objects.create(
        volunteer=volunteer, endpoint=f"{volunteer.pk}"
    ),
    Reference: lambda volunteer: Reference.objects.create(volunteer=volunteer),
}


@pytest.mark.parametrize("model", AT_ONCE, ids=lambda model: model.__name__)
def test_devices_and_reference_go_when_somebody_ends_and_not_before(model):
    assert privacy.RETENTION[model._meta.label] == timedelta(0)
    bjorn, cecilia, disa = make.volunteer(), make.volunteer(), make.staff()
    AT_ONCE[model](bjorn), AT_ONCE[model](cecilia)
    approval.pause(bjorn, by=disa)
    assert model.objects.count() == 2
    approval.end(bjorn, by=disa)
    assert [row.volunteer for row in model.objects.all()] == [cecilia]


@pytest.mark.parametrize("model", AT_ONCE, ids=lambda model: model.__name__)
def test_what_came_in_while_somebody_ended_is_swept_away(model):
    late, fresh = ended(timedelta(days=2)), ended(timedelta(minutes=1))
    AT_ONCE[model](late), AT_ONCE[model](fresh), AT_ONCE[model](make.volunteer())
    assert retention.overdue() == {model._meta.label: 1}
    retention.remove_old(), retention.remove_old()
    assert retention.overdue() == {} and model.objects.count() == 1


def test_a_paper_that_names_the_reference_holds_when_the_volunteer_ends():
    bjorn, disa = make.volunteer(), make.staff()
    asked = Reference.objects.create(volunteer=bjorn)
    assert certificates.agree(asked, by=disa)
    paper = make.certificate(bjorn)
    assert paper.reference == disa
    approval.end(bjorn, by=disa)
    paper.refresh_from_db()
    assert (paper.withdrawn_at, paper.reference) == (None, disa)


def test_export_tells_of_notices_and_their_quiet_hours():
    bjorn = make.volunteer()
    assert privacy.export(bjorn.user)["notices"] == []
    quiet_hours.keep_quiet(bjorn, start=time(21, 30), end=time(8), actor=bjorn.user)
    assert privacy.export(bjorn.user)["notices"] == [{"wanted": False, "quiet_from": "21:30", "quiet_until": "08:00"}]
