"""The short course: its texts, what is read of it, and the first question of a new volunteer."""

import re

import pytest
from django.urls import reverse

from chat import claiming, fit
from motesplats.models import AuditEntry
from tests import make
from tests.races import at_once
from volunteers import approval, course, course_content, privacy
from volunteers.models import CoursePart, CourseRead, Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts():
    return [make.course_part(title) for title in ("Klarspråk", "Gränser")]


@pytest.fixture
def newcomer():
    """Approved after there was a course."""
    cecilia = make.applicant("Cecilia")
    approval.approve(cecilia, by=make.staff())
    return cecilia


def held_back(volunteer):
    volunteer.refresh_from_db()
    return not Volunteer.objects.ready().filter(pk=volunteer.pk).exists()


def texts() -> list[dict]:
    return course_content.texts()


def swedish() -> list[str]:
    return [
        line
        for row in texts()
        for field in ("title", "body", "question", "answer")
        for line in ([row[field]["sv"]] if isinstance(row[field]["sv"], str) else row[field]["sv"])
    ]


# --- the texts -------------------------------------------------------------------------------------------------------
def test_the_course_is_loaded_once_and_never_written_over():
    assert course_content.load_missing() == 4
    CoursePart.objects.filter(key="plain").update(title_sv="Vår text")
    CoursePart.objects.create(position=9, title_sv="Egen del", body_sv="Text")
    assert course_content.load_missing() == 0
    assert list(CoursePart.objects.order_by("position").values_list("title_sv", flat=True))[::4] == [
        "Vår text",
        "Egen del",
    ]


def test_the_course_has_every_text_in_swedish_and_english_with_the_same_pieces():
    for row in texts():
        for field in ("title", "body", "question", "answer"):
            assert set(row[field]) == {"sv", "en"} and all(row[field].values()), (row["key"], field)
        kinds = [[block.kind for block in course.blocks("\n".join(row["body"][code]))] for code in ("sv", "en")]
        assert kinds[0] == kinds[1], row["key"]


def test_the_swedish_is_easy():
    bad = "- Svårt", "- A:"  # examples of what not to write
    lines = [line for line in swedish() if not line.startswith(bad)]
    words = [word for line in lines for word in re.findall(r"[^\W\d_]+", line)]
    sentences = sum(max(1, len(re.findall(r"[.!?]", line))) for line in lines if line)
    assert len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words) < 30
    assert max(len(one.split()) for line in lines for one in re.split(r"[.!?:]”?\s", line)) <= 15


def test_each_part_takes_about_five_minutes():
    """At 100 words a minute: somebody who reads Swedish slowly, and thinks about the question."""

    def words(text) -> int:
        return len((text if isinstance(text, str) else " ".join(text)).split())

    minutes = {r["key"]: sum(words(r[f]["sv"]) for f in ("body", "question", "answer")) / 100 for r in texts()}
    assert all(4.75 <= needed <= 6.25 for needed in minutes.values()), minutes
    assert 20 <= sum(minutes.values()) <= 23


def test_typed_text_becomes_pieces():
    text = "# Rubrik\r\nEn rad\r\nen till\r\n\r\n- ett\r\n- två\r\n\r\n- tre\n<b>fet</b>"
    found = [(block.kind, block.lines) for block in course.blocks(text)]
    assert found == [
        ("heading", ["Rubrik"]),
        ("paragraph", ["En rad", "en till"]),
        ("list", ["ett", "två"]),
        ("list", ["tre"]),
        ("paragraph", ["<b>fet</b>"]),
    ]
    assert course.blocks("") == []


# --- before the first question ---------------------------------------------------------------------------------------
def test_a_new_volunteer_reads_all_parts_before_the_first_question(parts, newcomer):
    request = make.conversation().request
    assert held_back(newcomer) and not fit.fitting_volunteers(request).exists()
    with pytest.raises(course.CourseFirst):
        claiming.claim(request, newcomer)
    course.mark_read(newcomer, parts[0])
    with pytest.raises(course.CourseFirst):
        claiming.claim(request, newcomer)
    course.mark_read(newcomer, parts[1])
    assert not held_back(newcomer) and not newcomer.must_read_course
    claiming.claim(request, newcomer)


def test_who_was_approved_before_is_offered_the_course_and_not_stopped(parts):
    bjorn = make.volunteer()
    assert course.first_steps(bjorn) == course.FirstSteps(has_practised=False, parts_left=2, parts=2)
    claiming.claim(make.conversation().request, bjorn)


def test_a_pause_does_not_bring_the_course_before_the_next_question(parts):
    bjorn, disa = make.volunteer(), make.staff()
    approval.pause(bjorn, by=disa)
    approval.resume(bjorn, by=disa)
    assert not held_back(bjorn)


def test_what_an_applicant_has_read_counts_when_approved(parts):
    nils = make.applicant("Nils")
    for part in parts:
        course.mark_read(nils, part)
    approval.approve(nils, by=make.staff())
    assert not nils.must_read_course
    make.course_part("Ny del")
    assert not held_back(nils)


def test_a_part_out_of_use_holds_nobody_back(parts, newcomer):
    course.mark_read(newcomer, parts[0])
    CoursePart.objects.filter(pk=parts[1].pk).update(is_active=False)
    assert not held_back(newcomer)
    claiming.claim(make.conversation().request, newcomer)


def test_a_new_version_is_read_anew(parts, newcomer):
    course.mark_read(newcomer, parts[0])
    CoursePart.objects.update(version=2)
    assert course.parts_left(newcomer).count() == 2


def test_reading_twice_is_kept_once(parts, newcomer):
    course.mark_read(newcomer, parts[0])
    course.mark_read(newcomer, parts[0])
    assert CourseRead.objects.count() == 1
    assert AuditEntry.objects.filter(action="course.read").count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_parts_read_at_once_leave_nothing_to_read(parts, newcomer):
    found = at_once(*(lambda part=part: course.mark_read(newcomer, part) for part in parts * 2))
    assert [one for one in found if one is not None] == []
    assert CourseRead.objects.count() == 2 and not held_back(newcomer) and not newcomer.must_read_course


def test_erasing_and_giving_out_know_the_course(parts, newcomer):
    course.mark_read(newcomer, parts[0])
    assert [row["part"] for row in privacy.export(newcomer.user)["course_read"]] == ["Klarspråk"]
    privacy.erase(newcomer.user)
    assert not CourseRead.objects.exists()


# --- the pages -------------------------------------------------------------------------------------------------------
def test_an_applicant_reads_part_after_part(client, parts):
    client.force_login(make.applicant("Nils").user)
    assert reverse("volunteers:course_show") in client.get("/volontar/").content.decode()
    assert client.get("/volontar/kurs/").context["next"] == parts[0]
    for number, leads in ((1, "/volontar/kurs/2/"), (2, "/volontar/kurs/")):
        page = client.get(f"/volontar/kurs/{number}/")
        answer = client.post(page.request["PATH_INFO"], page.context["form"].initial)
        assert (answer.status_code, answer.url) == (302, leads)
    assert client.get("/volontar/kurs/").context["next"] is None
    assert client.get("/volontar/kurs/3/").status_code == client.get("/volontar/kurs/0/").status_code == 404


@pytest.mark.parametrize("sent", [{}, {"part": "x", "version": "1"}, {"part": "0", "version": "1"}])
def test_what_was_changed_meanwhile_is_not_read(client, parts, sent):
    client.force_login(make.volunteer().user)
    answer = client.post("/volontar/kurs/1/", sent)
    assert (answer.status_code, answer.url) == (302, "/volontar/kurs/1/")
    assert not CourseRead.objects.exists()


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_the_course_does_not_exist_for_who_is_not_a_volunteer(client, parts, state):
    assert "/konto/logga-in/" in client.get("/volontar/kurs/").url
    client.force_login(make.volunteer(state=state).user)
    assert client.get("/volontar/kurs/").status_code == client.post("/volontar/kurs/1/").status_code == 404
    client.force_login(make.user())
    assert client.get("/volontar/kurs/1/").status_code == 404


def test_a_claim_leads_the_new_volunteer_to_the_course(client, parts, newcomer):
    client.force_login(newcomer.user)
    assert reverse("volunteers:course_show") in client.get("/jour/").content.decode()
    answer = client.post(reverse("chat:request_claim", args=[make.conversation().request.public_id]), {"pace": "now"})
    assert (answer.status_code, answer.url) == (302, "/volontar/kurs/")
    for part in parts:
        course.mark_read(newcomer, part)
    assert reverse("volunteers:course_show") not in client.get("/jour/").content.decode()


def test_the_pages_ask_the_same_queries_for_one_and_three_parts(client, django_assert_num_queries):
    bjorn = make.volunteer()
    client.force_login(bjorn.user)
    for _more in range(3):
        course.mark_read(bjorn, make.course_part())
        for path in ("/volontar/kurs/", "/volontar/kurs/1/"):
            with django_assert_num_queries(5):  # session, user, volunteer, parts, menu
                client.get(path)


def test_what_im_types_is_never_markup(client):
    make.course_part("<i>Titel</i>", body_sv="<script>x</script>\n\n- <b>fet</b>")
    client.force_login(make.volunteer().user)
    page = client.get("/volontar/kurs/1/").content.decode()
    assert "<script>x" not in page and "<b>fet" not in page and "<i>Titel" not in page
    assert "&lt;b&gt;fet" in page
