import re

from django import forms
from django.http import QueryDict
from django.test import Client

from motesplats import occupations
from motesplats.occupation_field import OccupationField


class OneForm(forms.Form):
    occupation = OccupationField(label="Occupation", required=False)


def names(text: str, **how) -> list[str]:
    return [row.label for row in occupations.search(text, **how)]


def test_every_line_is_an_id_a_group_and_a_name():
    rows = list(occupations._all().values())
    assert len(rows) == 3072
    assert all(re.fullmatch(r"\w{4}_\w{3}_\w{3}", row.id) and re.fullmatch(r"\d{4}", row.group) for row in rows)
    assert occupations.by_id(rows[7].id) == rows[7] and occupations.by_id("nobody") is None


def test_search_finds_by_words_the_nearest_first():
    assert names("kock", limit=2) == ["Kock, fartyg", "Kock, à la carte"]
    assert names("KOCK  storhushåll") == ["Kock, storhushåll"]
    assert "Hotellstädare" in names("städare", limit=20)
    assert names("k") == names("") == names("عربي") == []
    assert len(names("ingenjör")) == occupations.SHOWN


def test_a_name_is_known_whole_or_as_one_part_of_a_double_name():
    assert occupations.by_label(" barnskötare ").label == "Barnskötare"
    assert occupations.by_label("förskollärare").label == "Lärare i förskola/Förskollärare"
    assert occupations.by_label("kock") is None


def test_the_field_gives_the_id_of_what_is_written_or_chosen():
    nurse = occupations.by_label("Barnskötare")
    for typed in ("barnskötare", nurse.id):
        form = OneForm({"occupation": typed})
        assert form.is_valid() and form.cleaned_data == {"occupation": nurse.id}
        assert 'value="Barnskötare"' in str(form["occupation"]) and "radio" not in str(form["occupation"])
    assert OneForm({}).is_valid() and OneForm({"occupation": " "}).is_valid()
    assert 'value="Barnskötare"' in str(OneForm(initial={"occupation": nurse.id})["occupation"])


def test_several_come_back_as_a_choice_and_what_was_typed_stays():
    form = OneForm({"occupation": "kock"})
    page = str(form["occupation"])
    assert form.has_error("occupation", "several") and 'value="kock"' in page
    assert page.count('type="radio"') == occupations.SHOWN + 1 and "checked" not in page
    assert OneForm({"occupation": "xyzzy"}).has_error("occupation", "none")


def test_the_choice_counts_and_none_of_these_is_nothing():
    cook = occupations.by_label("Kock, storhushåll")
    for chosen, found in ((cook.id, cook.id), ("", "")):
        form = OneForm(_posted(["kock", chosen]))
        assert form.is_valid() and form.cleaned_data == {"occupation": found}


def _posted(values: list[str]):
    data = QueryDict(mutable=True)
    data.setlist("occupation", values)
    return data


def test_the_list_for_the_browser_is_short():
    answer = Client().get("/yrken/", {"q": "kock"})
    assert answer.json()["names"][:1] == ["Kock, fartyg"] and len(answer.json()["names"]) == occupations.SHOWN
    assert Client().get("/yrken/").json() == {"names": []}
