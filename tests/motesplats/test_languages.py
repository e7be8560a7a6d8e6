"""Languages: those Django lacks, and small sets of codes that both databases search alike."""

import json

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_bidi, get_language_info, override

from motesplats.languages import READABLE, CodesField, overlaps, own_names, readable_names, register_locales
from tests import make
from volunteers.models import Volunteer

database = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "name", "bidi"), [("prs", "دری", True), ("so", "Soomaali", False), ("ti", "ትግርኛ", False)]
)
def test_django_knows_the_languages_it_lacked(code, name, bidi):
    register_locales()
    register_locales()
    info = get_language_info(code)
    assert (info["name_local"], info["bidi"]) == (name, bidi)
    with override(code):
        assert get_language_bidi() is bidi


def test_every_language_of_the_pages_can_be_ticked_and_is_known(settings):
    for code, _name in settings.LANGUAGES:
        assert code in READABLE and get_language_info(code)["code"]
    assert set(settings.MENU_LANGUAGES) <= dict(settings.LANGUAGES).keys()


def test_names_come_in_our_order_without_the_unknown():
    with override("en"):
        assert readable_names(["ar", "xx", "sv"]) == ["easy Swedish", "العربية"]
        assert readable_names([]) == []
    assert own_names(["sv", "ar", "xx"]) == "svenska, العربية"


@database
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["sv", "ar"], ["sv", "ar"]),
        (["ar", "sv", "ar"], ["ar", "sv"]),
        ([], []),
        (("en",), ["en"]),
        (None, []),
    ],
)
def test_codes_come_back_as_they_were_given_without_doubles(given, kept):
    volunteer = make.volunteer(languages=given or [])
    volunteer.languages = given
    volunteer.save()
    volunteer.refresh_from_db()
    assert volunteer.languages == kept


def test_codes_never_share_their_default():
    first, second = Volunteer(), Volunteer()
    first.languages.append("sv")
    assert second.languages == []


@database
def test_overlaps_finds_whole_codes_only():
    people = {
        key: make.volunteer(languages=codes)
        for key, codes in {"sv": ["sv"], "ar_sv": ["ar", "sv"], "prs": ["prs"], "none": []}.items()
    }

    def found(*codes):
        rows = set(Volunteer.objects.filter(overlaps("languages", codes)))
        return {key for key, row in people.items() if row in rows}

    assert found("sv") == {"sv", "ar_sv"}
    assert found("ar", "prs") == {"ar_sv", "prs"}
    assert found("rs") == found("p") == found("") == found(",") == set()
    assert found() == set()
    assert found("%") == found("_v") == set()


@database
def test_overlaps_can_be_turned_round():
    with_swedish, without = make.volunteer(languages=["sv"]), make.volunteer(languages=["ar"])
    assert set(Volunteer.objects.exclude(overlaps("languages", ["sv"]))) == {without}
    assert set(Volunteer.objects.exclude(overlaps("languages", []))) == {with_swedish, without}


@database
def test_codes_survive_dump_and_load():
    volunteer = make.volunteer(languages=["sv", "ar"])
    dumped = serializers.serialize("json", [volunteer])
    assert json.loads(dumped)[0]["fields"]["languages"] == ",sv,ar,"
    [loaded] = serializers.deserialize("json", dumped)
    assert loaded.object.languages == ["sv", "ar"]


@database
def test_codes_by_values_and_aggregates_are_lists_too():
    make.volunteer(languages=["sv", "ar"])
    assert list(Volunteer.objects.values_list("languages", flat=True)) == [["sv", "ar"]]


def test_codes_that_do_not_fit_are_refused():
    with pytest.raises(ValidationError):
        CodesField().clean(["x" * 150, "y" * 150], None)


def test_form_field_gives_a_list():
    field = CodesField(blank=True).formfield()
    assert CodesField().to_python(field.clean(",sv,ar,")) == ["sv", "ar"]
