import gettext

import pytest

from motesplats import catalogues

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

# Translators: on a button
SEND = _("Send")
OPEN = pgettext("a shop", "open")
many = ngettext("%(n)d day", "%(n)d days", 2)
"""
TEMPLATE = """{% load i18n %}
{% translate "Leave this page" %}
{% blocktranslate trimmed count n=days %}
  One day left
{% plural %}
  {{ n }} days left
{% endblocktranslate %}
"""


@pytest.fixture
def house(tmp_path):
    (tmp_path / "chat").mkdir()
    (tmp_path / "chat" / "words.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def updated(house, language: str = "sv") -> str:
    catalogues.update(house, language, catalogues.extracted(house))
    return catalogues.catalogue_file(house, language).read_text()


def test_extracted_finds_code_and_templates_with_context_plural_and_comment(house):
    found = {(m.context, m.id, tuple(m.auto_comments)) for m in catalogues.extracted(house) if m.id}

    assert found == {
        (None, "Send", ("on a button",)),
        ("a shop", "open", ()),
        (None, ("%(n)d day", "%(n)d days"), ()),
        (None, "Leave this page", ()),
        (None, ("One day left", "%(n)s days left"), ()),
    }


def test_update_twice_changes_nothing_and_keeps_translations(house):
    translated = updated(house).replace('msgid "Send"\nmsgstr ""', 'msgid "Send"\nmsgstr "Skicka"')
    catalogues.catalogue_file(house, "sv").write_text(translated)

    assert not catalogues.update(house, "sv", catalogues.extracted(house))
    assert 'msgstr "Skicka"' in updated(house)


def test_update_with_a_sentence_gone_drops_it(house):
    assert "Leave this page" in updated(house)
    (house / "templates" / "page.html").write_text("")

    assert "Leave this page" not in updated(house)


def test_missing_names_what_has_no_translation_or_a_fuzzy_one(house):
    text = updated(house).replace('msgid "Send"\nmsgstr ""', '#, fuzzy\nmsgid "Send"\nmsgstr "Skicka"')
    text = text.replace('msgid "Leave this page"\nmsgstr ""', 'msgid "Leave this page"\nmsgstr "Lämna sidan"')
    path = catalogues.catalogue_file(house, "sv")
    path.write_text(text)

    assert set(catalogues.missing(catalogues.read(path, "sv"))) == {"Send", "open", "%(n)d day", "One day left"}


@pytest.mark.parametrize(
    ("language", "forms"), [("sv", 2), ("ar", 6), ("uk", 4), ("prs", 2), ("so", 2), ("ti", 2), ("fa", 2), ("en", 2)]
)
def test_compiled_catalogue_has_its_plurals_and_leaves_out_half_sentences(house, language, forms):
    text = updated(house, language)
    first = 'msgid "%(n)d day"\nmsgid_plural "%(n)d days"\n'
    start = text.index(first) + len(first)
    whole = "".join(f'msgstr[{i}] "form {i}"\n' for i in range(forms))
    end = text.index("\n\n", start) if "\n\n" in text[start:] else len(text)
    path = catalogues.catalogue_file(house, language)
    path.write_text(text[:start] + whole + text[end:])

    with catalogues.compile_one(path).open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    assert {compiled.ngettext("%(n)d day", "%(n)d days", n) for n in range(120)} <= {f"form {i}" for i in range(forms)}
    assert compiled.ngettext("One day left", "%(n)s days left", 2) == "%(n)s days left"
    assert compiled.gettext("Send") == "Send"
