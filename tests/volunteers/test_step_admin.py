"""The steps of an applicant on the volunteer's page of the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from motesplats import occupations
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.motesplats.test_admin import log_in
from volunteers import step_letters
from volunteers.models import StaffStep, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    made = Client()
    log_in(made, make.staff())
    return made


def page_of(browser, volunteer) -> str:
    return browser.get(reverse("admin:volunteers_volunteer_change", args=[volunteer.pk])).content.decode()


def do(browser, volunteer, action: str):
    return browser.post(reverse("admin:volunteers_volunteer_do", args=[volunteer.pk, action]), follow=True)


def test_staff_go_from_step_to_step_and_nobody_is_approved_too_early(browser):
    cook = occupations.by_label("Barnskötare")
    cecilia = make.applicant(is_ready=False, occupations=[cook.id], times=["nights"], places=["office"])
    assert cook.label in page_of(browser, cecilia)
    refused = do(browser, cecilia, "approve").content.decode()
    assert str(StaffStep.Kind.TALK.label) in refused
    assert Volunteer.objects.get().state == "applied"
    stayed = do(browser, cecilia, "note_talk")
    assert stayed.request["PATH_INFO"].endswith(f"/{cecilia.pk}/change/")
    assert "note_talk" not in stayed.content.decode() and "Disa" in stayed.content.decode()
    do(browser, cecilia, "ask_for_extract")
    do(browser, cecilia, "note_extract")
    do(browser, cecilia, "note_references")
    assert set(StaffStep.objects.values_list("kind", flat=True)) == {"talk", "references", "extract"}
    assert OutboxMail.objects.filter(to_user=cecilia.user).count() == 4


def test_a_follow_up_is_for_the_approved_and_done_once(browser):
    assert "note_follow_up" not in page_of(browser, make.applicant())
    bjorn = make.volunteer()
    assert "note_follow_up" in page_of(browser, bjorn)
    do(browser, bjorn, "note_follow_up")
    assert "note_follow_up" not in page_of(browser, bjorn) and not OutboxMail.objects.exists()


def test_what_was_noted_by_mistake_is_taken_back_and_is_left_to_do_again(browser):
    cecilia = make.applicant(is_ready=False)
    do(browser, cecilia, "note_talk")
    mail = OutboxMail.objects.get(kind="volunteer_step")
    assert step_letters._is_noted(mail) and "undo_talk" in page_of(browser, cecilia)
    do(browser, cecilia, "undo_talk"), do(browser, cecilia, "undo_talk")
    page = page_of(browser, cecilia)
    assert not StaffStep.objects.exists() and "note_talk" in page and "undo_talk" not in page
    assert not step_letters._is_noted(mail)
    assert AuditEntry.objects.filter(action="volunteer.talk_taken_back").count() == 1
