"""What the library comes with."""

import json
import re

import pytest
from django.test import Client

from library import content, publishing, reading_level, rendering
from library.models import Category, Edition, Resource
from tests import make

pytestmark = pytest.mark.django_db
PLAIN = re.compile(r"\b(kolla|seriös|radera|t\.ex|m\.m|ev\.|klient|brukare|flykting)", re.IGNORECASE)


def test_everything_is_there_once_and_staffs_words_stay(shipped):
    kinds = {kind: Resource.objects.filter(kind=kind).count() for kind in ("link", "article", "example")}
    assert kinds == {"link": 35, "article": 18, "example": 3}
    assert Resource.objects.filter(category__key="studiecirkel").count() == 8
    tip = Resource.objects.get(key="cv")
    tip.title_sv = "IM:s egna ord"
    publishing.store(tip, by=None)
    publishing.hide(tip, by=make.staff())
    Resource.objects.get(key="lexin").delete()

    assert content.load_missing() == 1
    tip.refresh_from_db()
    assert (tip.title_sv, tip.state) == ("IM:s egna ord", "hidden")
    assert content.load_missing() == 0


def test_links_lead_on_and_every_page_of_ours_opens(shipped):
    client, dead = Client(), []
    for edition in Edition.objects.exclude(html="").select_related("resource"):
        for path in re.findall(r'href="(/[^"]+)"', edition.html):
            if client.get(path).status_code != 200:
                dead.append((edition.resource.key, path))

    assert dead == []
    assert set(Resource.objects.get(key="informationsverige-soka-arbete").languages) == {"sv", "fa", "prs", "ti"}
    fa = Resource.objects.get(key="informationsverige-soka-arbete").url_fa
    assert fa.startswith("https://www.informationsverige.se/fa/")


def test_our_own_texts_are_easy_and_have_english():
    levels = {}
    for row in content.rows("articles"):
        plain = rendering.to_plain(rendering.to_html(row["body"]["sv"]))
        levels[row["key"]] = reading_level.lix_of(plain)
        assert max(len(part.split()) for part in re.split(r"[.!?:\n]+", plain)) <= 18, row["key"]
        assert PLAIN.findall(plain) == [], row["key"]
        assert set(row["title"]) >= {"sv", "en", "ar"} and set(row["description"]) >= {"sv", "en", "ar"}
        if row["kind"] == "article":
            assert len(row["body"]["en"]) > 300, row["key"]

    print(f"LIX of our own texts: {min(levels.values())} to {max(levels.values())}")
    assert max(levels.values()) < 30


def test_each_meeting_has_its_three_parts():
    for row in content.rows("articles"):
        if row["category"] == "studiecirkel":
            headings = re.findall(r"^## (.+)$", row["body"]["sv"], re.MULTILINE)
            assert headings == ["Det här gör vi", "Material", "Läxa", "Är du ensam?"]


def test_each_example_is_a_whole_cv_with_our_comments_in_it():
    examples = [row["body"]["sv"] for row in content.rows("articles") if row["kind"] == "example"]
    assert len(examples) == 3
    for body in examples:
        assert rendering.to_html(body).count("<blockquote>") >= 4
        assert {"Jobb", "Skola", "Språk"} <= set(re.findall(r"^### (.+)$", body, re.MULTILINE))


def test_words_fit_their_columns():
    for name, model in (("categories", Category), ("links", Resource), ("articles", Resource)):
        for row in content.rows(name):
            for field, value in row.items():
                limit = getattr(model._meta.get_field(field), "max_length", None)
                for words in value.values() if isinstance(value, dict) else [value]:
                    assert limit is None or not isinstance(words, str) or len(words) <= limit, (row["key"], field)
            assert json.dumps(row["key"]).isascii()
