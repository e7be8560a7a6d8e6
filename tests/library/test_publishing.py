"""Writing: what is derived, what is moved, what can be taken back."""

import pytest
from django.apps import apps
from django.core.mail import EmailMessage
from django.utils.translation import override

from library import desk, history, privacy, publishing, reading_level, rendering
from library.models import Edition, KeptResource, Resource, SearchWord
from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make, races

pytestmark = pytest.mark.django_db


def html_of(body: str) -> str:
    return Edition.objects.get(resource=make.resource(body=body), language="sv").html


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "<a href='JaVaScRiPt:x'>x</a>",
        "[x](data:text/html,x)", "<iframe src='https://example.org'></iframe>", "<p style='position:fixed' onclick='x'>x</p>",
        "<svg><a xlink:href='javascript:x'>x</a></svg>", "![x](https://example.org/spy.png)", "<b\n onmouseover=x>y</b>",
    ],
)  # fmt: skip
def test_nothing_unsafe_comes_out(body):
    html = html_of(f"## Rubrik\n\n{body}\n\nText **fet**")

    assert "<h2>Rubrik</h2>" in html and "<strong>fet</strong>" in html
    for bad in (
        "<script",
        "javascript",
        "onerror",
        "onclick",
        "onmouseover",
        "<iframe",
        "style=",
        "<img",
        "<svg",
        "data:",
    ):
        assert bad not in html.lower().replace("alert", "")


def test_links_to_others_tell_them_nothing():
    assert 'href="https://example.org" rel="noopener noreferrer"' in html_of("[x](https://example.org)")


def test_plain_text_is_the_words_of_the_page():
    assert rendering.to_plain(rendering.to_html("## Hej\n\n- en & två\n- <tre>")) == "Hej\nen & två"


def test_lix_and_its_three_levels():
    assert reading_level.lix_of("Jag läser din fråga nu. Du får ett meddelande.") == round(9 / 2 + 100 / 9)
    assert reading_level.lix_of(" . ") is None
    assert [reading_level.level_of(lix) for lix in (None, 29, 30, 44, 45)] == ["", "latt", "medel", "medel", "svar"]


def test_the_level_is_of_the_swedish_text_unless_staff_say_it():
    hard = "Arbetsförmedlingens handläggare rekommenderar arbetssökande personer kontinuerlig kompetensutveckling."

    assert make.resource(body="Kom i tid. Säg hej.").level == "latt"
    assert make.resource(body=hard).level == "svar"
    assert make.resource(body=hard, level_said="medel").level == "medel"
    assert make.resource(kind="link", body="", description="Kort text.", languages=["en"]).level == ""


def test_a_text_knows_its_languages():
    assert make.resource(body="Hej", body_en="Hello", languages=["ti"]).languages == ["sv", "en"]


def test_editions_and_search_words_follow_each_save():
    tip = make.resource(body="Kom i tid.", tags="jobbintervju")
    tip.body_sv, tip.title_ar = "Ta med intyg.", "مقابلة"
    publishing.store(tip, by=None)

    assert set(tip.editions.values_list("language", flat=True)) == {"sv", "ar"}
    assert " intyg " in tip.editions.get(language="sv").all_words
    assert {"jobbintervju", "intyg", "مقابلة"} <= set(SearchWord.objects.values_list("word", flat=True))
    assert SearchWord.objects.get(word="så").folded == "sa"


def test_history_holds_every_language_and_any_version_can_be_written_again():
    disa = make.staff()
    tip = make.resource(title="Först", title_en="First", body_uk="Раз", url_fa="https://example.org/fa")
    publishing.count_answer(tip, did_help=True)
    tip.title_sv, tip.title_en, tip.body_uk, tip.url_fa = "Sedan", "Then", "", ""
    publishing.store(tip, by=disa)
    newest, oldest = history.versions_of(tip)
    assert (newest.by, newest.is_now, oldest.is_now) == ("Disa", True, False)
    assert len(newest.fields) == 5 and oldest.fields == []  # the languages follow the texts

    publishing.revert(tip, oldest.id, by=disa)
    tip = Resource.objects.get(pk=tip.pk)
    assert (tip.title_sv, tip.title_en, tip.body_uk, tip.url_fa) == ("Först", "First", "Раз", "https://example.org/fa")
    assert (tip.helped, tip.state) == (1, "published")
    assert " раз " in tip.editions.get(language="uk").all_words
    assert tip.history.count() == 3 and AuditEntry.objects.filter(action="library.reverted", actor_id=disa.pk).exists()
    with pytest.raises(tip.history.model.DoesNotExist):
        publishing.revert(tip, make.resource().history.get().history_id, by=disa)


def test_states_move_only_where_they_may():
    disa, tip = make.staff(), make.resource(state="suggested", published_at=None)

    assert publishing.publish(tip, by=disa) and not publishing.publish(tip, by=disa)
    tip.refresh_from_db()
    assert (tip.state, tip.published_at is not None) == ("published", True)
    assert publishing.hide(tip, by=disa) and not publishing.hide(tip, by=disa)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "library.published",
        "library.hidden",
    ]


def test_a_suggestion_waits_for_staff_and_is_limited(monkeypatch):
    bjorn, category = make.user("Björn"), make.category()
    monkeypatch.setattr(publishing, "SUGGESTIONS_A_DAY", 2)
    said = {
        "title": "En sida",
        "url": "https://example.org/",
        "description": "Bra.",
        "category": category,
        "languages": ["sv"],
    }
    made = publishing.suggest(bjorn, **said)
    publishing.suggest(bjorn, **said)

    assert (made.state, made.suggested_by, made.level) == ("suggested", bjorn, "latt")
    assert [row.label for row in desk.rows()] == ["Någon föreslår ett tips: En sida"] * 2
    with pytest.raises(publishing.TooMany):
        publishing.suggest(bjorn, **said)


def test_a_list_holds_so_many(monkeypatch):
    amina, tips = make.user(), [make.resource() for _ in range(3)]
    monkeypatch.setattr(publishing, "KEPT_AT_MOST", 2)
    for tip in (*tips[:2], tips[0]):
        publishing.keep(amina, tip)
    with pytest.raises(publishing.TooMany):
        publishing.keep(amina, tips[2])
    publishing.forget(amina, tips[0])
    publishing.forget(amina, tips[0])

    assert list(KeptResource.objects.values_list("resource", flat=True)) == [tips[1].pk]


def test_a_new_name_of_a_need_is_a_search_word():
    tip = make.resource()
    tip.category.name_sv = "Möten"
    publishing.store_category(tip.category)

    assert " möten " in tip.editions.get(language="sv").more_words


def test_fallbacks_of_each_language():
    tip = make.resource("Sv", title_en="En", title_fa="Fa")
    seen = {}
    for code in ("sv", "en", "ar", "fa", "prs", "uk", "so", "ti"):
        with override(code):
            seen[code] = tip.title

    assert seen == {"sv": "Sv", "en": "En", "ar": "Sv", "fa": "Fa", "prs": "Fa", "uk": "Sv", "so": "Sv", "ti": "Sv"}


def test_privacy_names_every_table_and_gives_out_and_takes_away():
    assert set(privacy.RETENTION) == {model._meta.label for model in apps.get_app_config("library").get_models()}
    amina, tip = make.user(), make.resource("Spara mig")
    publishing.keep(amina, tip)
    made = publishing.suggest(
        amina, title="x", url="https://example.org/", description="y", category=tip.category, languages=[]
    )

    assert [row["title"] for row in privacy.export(amina)["reading_list"]] == ["Spara mig"]
    assert [row["url"] for row in privacy.export(amina)["suggested"]] == ["https://example.org/"]
    privacy.erase(amina)
    privacy.erase(amina)
    assert privacy.export(amina) == {} and privacy.export(make.user()) == {}
    assert Resource.objects.filter(pk=made.pk, suggested_by=None).exists()
    assert not Resource.history.filter(history_user=amina).exists()


@pytest.mark.django_db(transaction=True)
def test_two_staff_at_once_show_a_tip_once():
    disa, tip = make.staff(), make.resource(state="hidden")

    outcomes = races.at_once(*[lambda: publishing.publish(tip, by=disa)] * 2)
    assert sorted(outcomes) == [False, True]
    assert AuditEntry.objects.filter(action="library.published").count() == 1


def mails_of(kind: str) -> list[EmailMessage]:
    return [outbox.rendered(mail) for mail in OutboxMail.objects.filter(kind=kind).order_by("pk")]


def suggested(by, title="En sida") -> Resource:
    return publishing.suggest(
        by, title=title, url="https://example.org/", description="Bra.", category=make.category(), languages=["sv"]
    )


def test_whoever_suggested_a_tip_hears_that_it_is_shown_once_in_their_language():
    disa, bjorn = make.staff(), make.user("Björn", language="en")
    tip = suggested(bjorn)
    for _again in range(2):
        publishing.publish(tip, by=disa)
        publishing.hide(tip, by=disa)
    publishing.publish(tip, by=disa)

    (mail,) = mails_of("tip_shown")
    assert mail.to == [bjorn.email] and mails_of("tip_refused") == []
    assert "Now everybody can read it" in mail.body and f"/en/tips/{tip.slug}/" in mail.body
    assert "En sida" in mail.body and "En sida" not in mail.subject


def test_whoever_suggested_a_tip_hears_a_kind_no():
    disa, bjorn = make.staff(), make.user("Björn")
    tip, own = suggested(bjorn), make.resource()
    publishing.hide(tip, by=disa)
    publishing.hide(own, by=disa)

    (mail,) = mails_of("tip_refused")
    assert mail.subject == "Tack för ditt tips" and "Du har inte gjort något fel." in mail.body
    publishing.publish(tip, by=disa)  # IM has thought again
    kinds = {mail.kind: outbox._is_wanted(mail) for mail in OutboxMail.objects.all()}
    assert kinds == {"tip_refused": False, "tip_shown": True}
    privacy.erase(bjorn)
    assert not any(outbox._is_wanted(mail) for mail in OutboxMail.objects.all())
