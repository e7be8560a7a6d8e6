"""A new volunteer on a phone: reads a part of the course, practises a chat to its end, and is led to the desk."""

import pytest

from tests import make, roles
from tests.e2e.test_chat_look import enter
from tests.e2e.test_look import faults
from volunteers import approval, course, course_content
from volunteers.models import CoursePart, Rehearsal

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_volunteer_reads_practises_and_comes_to_the_desk(new_page, live_server):
    course_content.load_missing()
    nils = make.applicant("Nils")
    for part in CoursePart.objects.all()[1:]:
        course.mark_read(nils, part)
    approval.approve(nils, by=make.staff())
    page, found = new_page(width=360, height=740), []
    enter(page, live_server.url, roles.session_of(nils.user))
    page.goto(f"{live_server.url}/en/volontar/kurs/")
    found += faults(page)
    page.click("a:has-text('Read this part')")
    page.click("article summary")
    assert page.is_visible("text=B is the easiest")
    found += faults(page)
    page.click("article form button")
    page.wait_for_selector(".note.good:has-text('You have read the whole course')")

    page.click("a:has-text('Practise a chat')")
    found += faults(page)
    page.evaluate("window.stays = true")
    page.click("[data-fill]")
    page.click(".compose .button")
    page.click("button:has-text('I am reading (10 min)')")
    page.wait_for_selector(".system")
    page.check("input[name=line][value='2']", force=True)
    page.click("button:has-text('Send the comment')")
    page.wait_for_selector(".error:has-text('Write something first.')")
    found += faults(page)
    page.fill("textarea", "Good: you write the country. What did you do there?")
    page.check("input[name=line][value='2']", force=True)
    page.click("button:has-text('Send the comment')")
    for words in ("Yes, write that.", "I may not exchange numbers. Write here and I help you."):
        page.wait_for_selector(".compose textarea")
        before = page.locator(".msg").count()
        page.fill(".compose textarea", words)
        page.click(".compose .button")
        page.wait_for_function(f"() => document.querySelectorAll('.msg').length === {before + 2}")
    page.wait_for_selector("[data-end]")
    assert page.evaluate("window.stays"), "without reloading"
    assert page.locator("[data-part=below] .note.good").count() == 5
    found += faults(page)
    assert Rehearsal.objects.get().times == 1
    page.click("a:has-text('Tonight')")
    page.wait_for_url("**/jour/")
    assert page.locator("a[href$='/kurs/']").count() == 0
    assert not found, "\n".join(found)
