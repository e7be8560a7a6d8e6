import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from motesplats.models import AuditEntry
from seekers import content, keeping
from seekers.models import ChecklistPoint, HelpRequest, InterviewQuestion
from tests import make
from tests.motesplats.test_admin import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def disa(client):
    make.office()
    return log_in(client, make.staff())


def url(model: str, page: str = "changelist", *args) -> str:
    return reverse(f"admin:seekers_{model}_{page}", args=args)


def test_staff_write_a_point_in_several_languages(client, disa):
    given = {"kind": "cv", "position": 3, "is_active": "on", "text_sv": "Namn överst", "text_ar": "الاسم في الأعلى"}
    client.post(url("checklistpoint", "add"), given)

    point = ChecklistPoint.objects.get()
    assert (point.text, point.key) == ("Namn överst", None)
    with override("ar"):
        assert point.text == "الاسم في الأعلى"
    with override("uk"):
        assert point.text == "Namn överst"
    assert AuditEntry.objects.get(action="admin.added").about_id == str(point.pk)


def test_without_swedish_nothing_is_stored_and_what_was_typed_stays(client, disa):
    given = {"kind": "cv", "position": 3, "text_sv": " ", "text_en": "Name on top"}
    answer = client.post(url("checklistpoint", "add"), given)

    assert answer.status_code == 200 and "Name on top" in answer.content.decode()
    assert "text_sv" in answer.context["adminform"].form.errors
    assert not ChecklistPoint.objects.exists()


def test_staff_change_a_question_and_loading_again_leaves_it(client, disa):
    content.load_missing()
    question = InterviewQuestion.objects.get(key="improper-religion")
    page = client.get(url("interviewquestion", "change", question.pk)).context["adminform"].form
    given = {name: value for name, value in page.initial.items() if value not in (None, False)}
    client.post(url("interviewquestion", "change", question.pk), {**given, "polite_answer_sv": "Vi pratar om jobbet."})

    content.load_missing()
    question.refresh_from_db()
    assert (question.polite_answer_sv, question.text_sv, question.is_improper) == (
        "Vi pratar om jobbet.",
        "Vilken religion har du?",
        True,
    )
    changed = AuditEntry.objects.get(action="admin.changed")
    assert "Vi pratar" not in str(changed.data)  # which field, never its words


def test_a_point_out_of_use_stays_in_the_list_of_staff(client, disa):
    content.load_missing()
    ChecklistPoint.objects.filter(key="cv-photo").update(is_active=False)
    assert "Foto är frivilligt" in client.get(url("checklistpoint") + "?kind__exact=cv").content.decode()
    assert client.get(url("checklistpoint") + "?is_active__exact=0").context["cl"].result_count == 1


def test_nothing_can_be_deleted_and_no_document_added_or_changed(client, disa):
    content.load_missing()
    document = make.document(make.claimed())
    point = ChecklistPoint.objects.first()
    assert client.post(url("checklistpoint", "delete", point.pk), {"post": "yes"}).status_code == 403
    assert client.post(url("document", "delete", document.pk), {"post": "yes"}).status_code == 403
    assert client.post(url("document", "add"), {"kind": "cv"}).status_code == 403
    assert client.post(url("document", "change", document.pk), {"kind": "other"}).status_code == 403
    document.refresh_from_db()
    assert document.kind == "cv"


def test_a_document_shows_kind_state_pages_size_and_dates_but_nothing_of_what_it_says(client, disa):
    document = make.document(make.claimed(), title="Aminas hemliga CV.pdf", text="Aminas hemliga ord")
    make.version(document, text="Aminas nya ord", state="preparing")
    HelpRequest.objects.update(ended_at=timezone.now())
    keeping.keep(document, actor=document.owner)
    document.refresh_from_db()
    for page in (client.get(url("document")), client.get(url("document", "change", document.pk))):
        text = page.content.decode()
        assert "hemliga" not in text and "nya ord" not in text and "cv.pdf" not in text and "Amina" not in text
        assert "förbereds" in text or "being prepared" in text
        assert str(document.kept_until.year) in text
        assert "28\xa0" in text  # bytes of two originals


@pytest.mark.parametrize("model", ["document", "checklistpoint", "interviewquestion"])
def test_others_do_not_find_the_lists(client, model):
    client.force_login(make.volunteer("Cecilia").user)
    assert client.get(url(model)).status_code == 404
