"""The words themselves: Swedish whole and plain, Arabic whole for those who ask, English and the menu in order."""

import ast
import re
import unicodedata
from functools import cache

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext, ngettext, override

from library.models import Level, Need, Resource
from motesplats import catalogues, moments
from seekers.models import AnswerMarks, Comment, Document, DocumentVersion, HelpRequest, Viewing
from vacancies.models import Duration, Extent, Kind, Licence, Pay, Swedish

ROOT = settings.BASE_DIR
LANGUAGES = [code for code, _name in settings.LANGUAGES]
# What only volunteers and IM's staff read; anything else is for those who ask (docs/translating.md).
FOR_HELPERS = (
    "chat/alert_",
    "chat/certificate_views.py",
    "chat/apps.py",
    "chat/admin.py",
    "chat/inbound_admin.py",
    "chat/mail_desk.py",
    "chat/round_trip.py",
    "chat/capacity_views.py",
    "chat/coverage",
    "chat/colleague_",
    "chat/desk",
    "chat/fadder_admin.py",
    "chat/fadder_forms.py",
    "chat/fadder_note",
    "chat/handover_views.py",
    "chat/models/",
    "chat/tip_",
    "library/admin.py",
    "library/desk.py",
    "library/history.py",
    "library/models.py",
    "library/partner_admin.py",
    "library/partner_sheet.py",
    "library/notifications.py",
    "motesplats/admin",
    "motesplats/demo",
    "motesplats/desk",
    "motesplats/mail_errors.py",
    "motesplats/models.py",
    "motesplats/notifications.py",
    "motesplats/staff_words.py",
    "seekers/admin.py",
    "seekers/apps.py",
    "seekers/models/",
    "seekers/viewings.py",
    "templates/account/invitation.html",
    "templates/admin/",
    "templates/chat/_coverage",
    "templates/chat/_colleagues.html",
    "templates/chat/_desk",
    "templates/chat/_easier.html",
    "templates/chat/_helper_taps.html",
    "templates/chat/_notes.html",
    "templates/chat/_review_comments.html",
    "templates/chat/_review_sheet.html",
    "templates/chat/certificate_make.html",
    "templates/chat/colleague_",
    "templates/chat/conversation_hand_over.html",
    "templates/chat/conversation_open_as_staff.html",
    "templates/chat/coverage_show.html",
    "templates/chat/desk_show.html",
    "templates/chat/fadder_note",
    "templates/chat/limit_edit.html",
    "templates/chat/note_list.html",
    "templates/chat/phrase_list.html",
    "templates/chat/review_checklist.html",
    "templates/chat/review_comment.html",
    "templates/chat/review_show.html",
    "templates/chat/_demands.html",
    "templates/chat/_tip.html",
    "templates/chat/job_choose.html",
    "templates/chat/tip_",
    "templates/demo/",
    "templates/vacancies/employer_",
    "templates/volunteers/",
    "vacancies/admin",
    "vacancies/apps.py",
    "vacancies/desk.py",
    "vacancies/employer",
    "vacancies/exchange_admin.py",
    "vacancies/figures.py",
    "vacancies/models/",
    "vacancies/notifications.py",
    "vacancies/red_flags.py",
    "volunteers/",
)
# The choices among those rows that the pages of those who ask do show.
SHOWN_CHOICES = (
    HelpRequest.When,
    Document.Kind,
    DocumentVersion.Scan,
    Comment.Reason,
    Comment.Answer,
    Viewing.What,
    AnswerMarks.Mark,
    Level,
    Resource.Kind,
    Need,
    Kind,
    Extent,
    Duration,
    Pay,
    Swedish,
    Licence,
)
COUNTS = {"%(n)d", "%(n)s", "%(count)d", "%(counter)s", "%(number)s"}
# The glossary's "never", and words that are hard for a reader who is new to Swedish.
FORBIDDEN = re.compile(
    r"\b(klient|brukar|flykting|rader(?!\b)|anmäl|rum\b|rummet|konversation|samtal|i tjänst|enkel svenska|skift|schema\b"
    r"|e-?mail|mail|hjälpsökande|handläggare|förfrågan|erhåll|avseende|autentiser|ogiltig|session)"
    r"|\b(t\.?\s?ex|bl\.?\s?a|p\.?g\.?a|osv|etc|ca|m\.?fl|dvs|st|tel|nr)\b\.?",
    re.IGNORECASE,
)


@cache
def template():
    return catalogues.extracted(ROOT)


@cache
def read(language: str) -> dict:
    """(msgid, context) -> the message, as it stands in the repository."""
    catalogue = catalogues.read(catalogues.catalogue_file(ROOT, language), language)
    return {(ids(message)[0], message.context): message for message in catalogue if message.id}


def ids(message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def strings(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def is_for_seekers(message) -> bool:
    return any(not place.startswith(FOR_HELPERS) for place, _line in message.locations)


@cache
def seekers_keys() -> frozenset:
    """What somebody who asks may meet: everything outside FOR_HELPERS, and the choices that the pages show."""
    with override("en"):
        choices = {str(label) for shown in SHOWN_CHOICES for label in shown.labels}
    return frozenset((ids(m)[0], m.context) for m in template() if m.id and (is_for_seekers(m) or ids(m)[0] in choices))


def sentences(texts) -> list[list[str]]:
    """The words of each sentence. A text without a full stop (a button, a heading) is one sentence."""
    found = []
    for text in texts:
        plain = re.sub(r"<[^>]+>|[%{]\(?\w+\)?[}sd]?", "X", text.replace("kl.", "kl"))
        for sentence in re.split(r"[.!?:]+(?=\s|$)", plain):
            words = re.findall(r"[^\W_]+(?:[-@.][^\W_]+)*", sentence)
            if words:
                found.append(words)
    return found


def lix(texts) -> float:
    """Läsbarhetsindex: words a sentence + percent of words longer than six letters. Below 30 is easy to read."""
    each = sentences(texts)
    words = [word for sentence in each for word in sentence]
    return len(words) / len(each) + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_lix_of_a_known_text_is_known():
    assert lix(["Jag läser din fråga nu. Du får ett meddelande."]) == pytest.approx(9 / 2 + 100 / 9)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_is_as_make_messages_writes_it(language):
    fresh = catalogues.updated(ROOT, language, template())

    assert catalogues.catalogue_file(ROOT, language).read_bytes() == catalogues.as_text(fresh, language), (
        "run: make messages"
    )


def test_every_name_that_marks_words_is_known_to_the_extraction():
    unknown = []
    for path in catalogues.sources(ROOT):
        if path.suffix == ".py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                    names = {alias.asname or alias.name for alias in node.names if "gettext" in alias.name}
                    unknown += [f"{path}: {name}" for name in names - set(catalogues.KEYWORDS)]

    assert unknown == []


def test_swedish_is_whole_and_nothing_in_it_is_a_guess():
    assert [key for key, message in read("sv").items() if message.fuzzy or not all(strings(message))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same_in_every_translation(language):
    wrong = []
    for message in read(language).values():
        if not any(strings(message)):
            continue
        wanted = placeholders(ids(message)[-1])
        for form, words in enumerate(strings(message)):
            has = placeholders(words)
            says_it_in_words = len(strings(message)) == 6 and form < 3 and has == wanted - COUNTS
            as_in_singular = len(strings(message)) == 2 and form == 0 and has == placeholders(ids(message)[0])
            if has != wanted and not says_it_in_words and not as_in_singular:
                wrong.append(words)

    assert wrong == []


def placeholders(words: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>", words))


def test_swedish_uses_the_words_of_the_glossary():
    every = [words for message in read("sv").values() for words in strings(message)]

    settings_and_holes = re.compile(r"%\(\w+\)[sd]|\{\w+\}|\b[A-Z]+(?:_[A-Z]+)+\b")

    assert [words for words in every if FORBIDDEN.search(settings_and_holes.sub("", words))] == []


def test_swedish_for_seekers_is_easy_to_read():
    texts = [words for key, message in read("sv").items() if key in seekers_keys() for words in strings(message)]
    whole = [words for words in texts if words.endswith((".", "?", "!"))]  # buttons and headings would flatter
    print(f"LIX {lix(texts):.1f} over all {len(texts)}, {lix(whole):.1f} over {len(whole)} in whole sentences")

    assert lix(texts) < 30
    assert lix(whole) < 30


def test_no_swedish_sentence_is_long():
    long = [s for m in read("sv").values() for s in sentences(strings(m)) if len(s) >= 20]
    seekers = [s for k, m in read("sv").items() if k in seekers_keys() for s in sentences(strings(m)) if len(s) > 15]

    assert [" ".join(sentence) for sentence in long + seekers] == []


def test_arabic_is_whole_for_those_who_ask():
    arabic = read("ar")

    assert [key for key in sorted(seekers_keys(), key=str) if not all(strings(arabic[key]))] == []
    assert {len(strings(message)) for message in arabic.values() if message.pluralizable} == {6}


def test_arabic_begins_with_an_arabic_word():
    """The first strong letter decides the direction inside <bdi> and dir="auto": a name first would turn the line."""
    turned = []
    for message in read("ar").values():
        for words in strings(message):
            counted = re.sub(r"<[^>]+>|%\((?:n|counter|number|hour)\)[sd]", "", words)
            plain = re.sub(r"%\(\w+\)[sd]|\{\w+\}", "A", counted)
            kinds = [unicodedata.bidirectional(letter) for letter in plain]
            strong = [kind for kind in kinds if kind in ("L", "R", "AL")]
            if "AL" in strong and strong[0] == "L":
                turned.append(words)

    assert turned == []


@pytest.mark.parametrize("language", [code for code in settings.MENU_LANGUAGES if code not in ("sv", "en")])
def test_menu_only_has_languages_that_are_whole_for_those_who_ask(language):
    known = read(language)

    assert [key for key in sorted(seekers_keys(), key=str) if not all(strings(known[key]))] == []


def test_languages_outside_the_menu_are_set_up():
    assert set(LANGUAGES) - set(settings.MENU_LANGUAGES) == {"fa", "prs", "uk", "so", "ti"}
    for language in LANGUAGES:
        header = catalogues.catalogue_file(ROOT, language).read_text(encoding="utf-8").split("\n\n")[0]
        assert f"Language: {language}\\n" in header
        assert f"Plural-Forms: {catalogues.PLURALS[language]}\\n" in header


# --- as people meet them -----------------------------------------------------------------------------------------------
PAGES = [
    ("pages:home", 200),
    ("pages:privacy", 200),
    ("pages:report", 200),
    ("seekers:ask_start", 200),
    ("seekers:question_list", 200),
    ("account_login", 200),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("name", "status"), PAGES)
def test_page_in_another_language_holds_no_swedish(client, language, name, status):
    swedish = {w for k, m in read("sv").items() for w in strings(m) if len(w) > 12 and w not in k and "%" not in w}
    swedish -= {"Migrationsverket", "Arbetsförmedlingen"}
    with override("sv"):
        in_swedish = client.get(reverse(name)).content.decode()
    with override(language):
        page = client.get(reverse(name))
    html = page.content.decode()

    assert page.status_code == status
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert [words for words in swedish if f">{escape(words)}<" in in_swedish] != []  # it could have leaked
    assert [words for words in swedish if f">{escape(words)}<" in html or f" {escape(words)}" in html] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", {0: "0 minuter", 1: "1 minut", 2: "2 minuter"}),
        ("en", {0: "0 minutes", 1: "1 minute", 2: "2 minutes"}),
        ("ar", {1: "دقيقة واحدة", 2: "دقيقتان", 3: "3 دقائق", 11: "11 دقيقة", 59: "59 دقيقة"}),
    ],
)
def test_counts_take_the_right_form(language, words):
    with override(language):
        assert {n: ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n} for n in words} == words


def test_our_own_words_win_over_the_libraries():
    ours = {key: strings(message)[0] for key, message in read("sv").items()}
    with override("sv"):
        for words in ("Save", "Confirm", "Log in", "Passkey", "Yes", "No", "Monday", "Send"):
            assert gettext(words) == ours[words, None]


def test_a_moment_is_said_as_people_say_it():
    moment = timezone.datetime(2026, 11, 26, 19, 0, tzinfo=timezone.get_fixed_timezone(0))
    said = {}
    for language in ("sv", "en", "ar"):
        with override(language):
            said[language] = moments.say_moment(moment)

    assert said == {
        "sv": "torsdag 26 november kl. 20.00",
        "en": "Thursday 26 November at 20:00",
        "ar": "الخميس 26 نوفمبر الساعة 20:00",
    }
