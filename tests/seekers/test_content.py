import re

import pytest
from django.core.management import call_command
from django.utils.translation import override

from seekers import content
from seekers.models import ChecklistPoint, Document, InterviewQuestion

pytestmark = pytest.mark.django_db


def swedish() -> list[str]:
    rows = [row for rows in content.texts().values() for row in rows]
    return [value["sv"] for row in rows for value in row.values() if isinstance(value, dict)]


def test_the_lists_are_loaded_once_and_again_adds_nothing():
    added = content.load_missing()

    assert content.load_missing() == 0
    assert added == ChecklistPoint.objects.count() + InterviewQuestion.objects.count() == 81
    cv, letter = (ChecklistPoint.objects.filter(kind=kind) for kind in (Document.Kind.CV, Document.Kind.LETTER))
    assert [list(points.values_list("position", flat=True)) for points in (cv, letter)] == [
        [*range(1, 21)],
        [*range(1, 11)],
    ]
    assert InterviewQuestion.objects.filter(occupation="", is_improper=False).count() == 20
    assert set(InterviewQuestion.objects.exclude(occupation="").values_list("occupation", flat=True)) == {
        "barnskötare", "svetsare", "ekonom", "kock", "lokalvårdare", "lagerarbetare"
    }  # fmt: skip


def test_what_staff_changed_is_not_written_over_and_what_they_wrote_stays():
    content.load_missing()
    point = ChecklistPoint.objects.get(key="cv-email")
    point.text_sv, point.position, point.is_active = "IM:s egna ord", 99, False
    point.save()
    own = ChecklistPoint.objects.create(kind="cv", position=21, text="En till")
    InterviewQuestion.objects.get(key="improper-religion").delete()

    assert content.load_missing() == 1
    point.refresh_from_db()
    assert (point.text_sv, point.position, point.is_active) == ("IM:s egna ord", 99, False)
    assert ChecklistPoint.objects.filter(pk=own.pk).exists()


def test_each_text_is_there_in_swedish_english_and_arabic_and_falls_back_to_swedish():
    content.load_missing()
    point = ChecklistPoint.objects.get(key="cv-photo")
    texts = {}
    for code in ("sv", "en", "ar", "uk", "prs"):
        with override(code):
            texts[code] = point.text
    assert texts["sv"] == "Foto är frivilligt. Utan foto går lika bra"
    assert texts["uk"] == texts["prs"] == texts["sv"]
    assert len({texts[code] for code in ("sv", "en", "ar")}) == 3
    for rows in content.texts().values():
        for row in rows:
            assert all(
                set(value) == {"sv", "en", "ar"} and all(value.values())
                for value in row.values()
                if isinstance(value, dict)
            ), row


def test_a_question_an_employer_may_not_ask_has_a_polite_answer_and_others_have_none():
    content.load_missing()
    improper = InterviewQuestion.objects.filter(is_improper=True)
    assert set(improper.values_list("key", flat=True)) == {
        f"improper-{about}" for about in ("pregnant", "children", "religion", "health", "age", "origin", "union")
    }
    assert all(question.polite_answer and question.tip for question in improper)
    assert {question.polite_answer for question in InterviewQuestion.objects.filter(is_improper=False)} == {""}


def test_the_swedish_is_easy():
    words = [word for text in swedish() for word in re.findall(r"\w+", text)]
    sentences = sum(max(1, len(re.findall(r"[.!?]", text))) for text in swedish())
    assert len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words) < 30
    assert [text for text in swedish() if re.search(r"t\.ex|m\.m|ev\.|seriös|radera|kolla", text, re.IGNORECASE)] == []
    assert max(len(sentence.split()) for text in swedish() for sentence in re.split(r"[.!?]", text)) <= 15


def test_texts_fit_their_columns():
    for name, rows in content.texts().items():
        model = {"checklist_points": ChecklistPoint, "interview_questions": InterviewQuestion}[name]
        for row in rows:
            fields = {field: value for field, value in row.items() if isinstance(value, dict)}
            assert all(
                len(words) <= model._meta.get_field(field).max_length
                for field, value in fields.items()
                for words in value.values()
            )
            assert len(row["key"]) <= 40 and row["key"].isascii()


def test_preparing_the_house_brings_the_lists(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    settings.IS_SQLITE = False
    call_command("prepare")
    call_command("prepare")
    assert ChecklistPoint.objects.count() == 30
