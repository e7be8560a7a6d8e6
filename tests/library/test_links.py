"""What readers and staff get from the check: a dead link is named, hidden, and comes back."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from library import desk, link_check, links, partners, publishing, shelf, tasks
from library.link_check import Found
from library.models import Answer, LinkState, Partner, Resource
from motesplats.models import AuditEntry
from tests import make, races

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def world(settings, monkeypatch):
    """url -> what asking it gives; the last one asked stands last in `asked`."""
    settings.LINK_CHECK = True
    says = World()
    monkeypatch.setattr(link_check, "ask", says.ask)
    return says


class World(dict):
    def __init__(self):
        super().__init__()
        self.asked = []

    def ask(self, url, *, network=None, seconds=5):
        self.asked.append(url)
        answer = self.get(url, Answer.WORKS)
        if isinstance(answer, BaseException):
            raise answer
        return Found(answer, {"works": 200, "gone": 404}.get(answer))


def link(title="En sida", **urls) -> Resource:
    given = {f"url_{code}": f"https://{where}" for code, where in urls.items()}
    return make.resource(title, kind="link", body="", languages=["sv"], **given)


def round_of_asking() -> int:
    """All that are due, as the beat would. -> how many."""
    number = 0
    while links.check_next():
        number += 1
    return number


def listed() -> set[str]:
    return {tip.title for tip in Resource.objects.published()}


def test_each_address_is_asked_once_a_week(world):
    link(sv="a.example/", fa="a.example/fa")
    make.resource("Egen text")
    assert round_of_asking() == 2 and round_of_asking() == 0
    with time_machine.travel(timezone.now() + 6 * DAY):
        assert round_of_asking() == 0
    with time_machine.travel(timezone.now() + 8 * DAY):
        assert round_of_asking() == 2
    assert world.asked == ["https://a.example/", "https://a.example/fa"] * 2


def test_off_means_off(world, settings):
    link(sv="a.example/")
    tasks.check_links()
    settings.LINK_CHECK = False
    tip = link("Andra", sv="b.example/")
    tasks.check_links()
    assert world.asked == ["https://a.example/"]
    Resource.objects.filter(pk=tip.pk).update(is_reachable=False, dead=["sv"])
    tip.refresh_from_db()
    assert "Andra" in listed() and links.address_for(tip, ["sv"]) == "https://b.example/"


def test_what_is_not_shown_is_not_asked(world):
    publishing.hide(link(sv="a.example/"), by=make.staff())
    assert round_of_asking() == 0 and world.asked == []


def test_a_dead_link_is_named_then_hidden_and_comes_back(world):
    tip = link(sv="dead.example/")
    link("Lever", sv="a.example/")
    world["https://dead.example/"] = Answer.GONE
    round_of_asking()
    assert listed() == {"En sida", "Lever"}
    assert [(row.label, row.detail) for row in desk.rows()] == [
        ("Länken i ett tips: En sida. Vi fann: sidan finns inte längre.", "https://dead.example/")
    ]
    with time_machine.travel(timezone.now() + 1.1 * DAY):
        assert round_of_asking() == 1 and round_of_asking() == 0
        assert listed() == {"Lever"} and len(desk.rows()) == 1
    world["https://dead.example/"] = Answer.WORKS
    with time_machine.travel(timezone.now() + 2.2 * DAY):
        round_of_asking()
        assert listed() == {"En sida", "Lever"} and desk.rows() == []
    log = AuditEntry.objects.filter(about_id=tip.slug, action__in=["library.unreachable", "library.back"])
    assert list(log.order_by("pk").values_list("action", "actor_id")) == [
        ("library.unreachable", None),
        ("library.back", None),
    ]


def fail(tip: Resource, *codes: str, times: int = 2) -> None:
    for _time in range(times):
        for row in tip.links.filter(language__in=codes):
            links._write(row, Found(Answer.GONE, 404))
    tip.refresh_from_db()


def test_one_dead_language_falls_back_to_the_others(client):
    tip = link(sv="a.example/sv", fa="a.example/fa")
    fail(tip, "fa")
    page = client.get(f"/fa/tips/{tip.slug}/").content.decode()
    assert 'href="https://a.example/sv"' in page and "a.example/fa" not in page
    fail(tip, "sv", times=1)
    assert links.address_for(tip, shelf.chain("sv")) == "https://a.example/sv"
    fail(tip, "sv", times=1)
    assert listed() == set() and client.get(f"/tips/{tip.slug}/").status_code == 404


def test_a_swedish_reader_gets_another_language_rather_than_nothing():
    tip = link(sv="a.example/sv", fa="a.example/fa")
    fail(tip, "sv")
    assert listed() == {"En sida"} and links.address_for(tip, shelf.chain("sv")) == "https://a.example/fa"


def test_a_text_of_our_own_stays_without_its_link(client):
    tip = make.resource("Text", url_sv="https://a.example/")
    fail(tip, "sv")
    page = client.get(f"/tips/{tip.slug}/").content.decode()
    assert "Kom i tid." in page and "a.example" not in page


def test_addresses_inside_texts_are_asked_too_and_lead_nowhere_when_they_are_dead(world, client):
    text = "Läs hos [Verket & co](https://dead.example/?a=1&b=2), [Rätt](https://a.example/), [vårt](/tips/cv/)."
    mail = "[Skriv](mailto:im@im.example) eller [för långt](https://a.example/" + "x" * 500 + ")"
    tip = make.resource("Text", body=text, body_en=f"{text} {mail}", body_ar="[x](http://old.example/)")
    dead, url = "https://dead.example/?a=1&b=2", f"/tips/{tip.slug}/"
    assert {row.url for row in tip.links.all()} == {dead, "https://a.example/", "http://old.example/"}
    world[dead] = Answer.GONE
    for day in range(2):
        assert 'href="https://dead.example/?a=1&amp;b=2"' in client.get(url).text
        with time_machine.travel(timezone.now() + 1.1 * day * DAY):
            round_of_asking()
    page = client.get(url).text
    assert "dead.example" not in page and "Läs hos Verket &amp; co, " in page and 'href="https://a.example/"' in page
    assert [row.detail for row in desk.rows()] == [dead] and listed() == {"Text"}
    publishing.store(tip, by=None)
    assert tip.links.get(url=dead).failures == 2
    tip.body_sv = tip.body_en = "Läs hos [Verket](https://new.example/)."
    publishing.store(tip, by=None)
    assert "https://new.example/" in client.get(url).text and desk.rows() == []


def test_a_new_address_begins_anew(world):
    tip = link(sv="a.example/1", en="a.example/en")
    fail(tip, "sv", "en")
    assert listed() == set()
    tip.url_sv = "https://a.example/2"
    publishing.store(tip, by=None)
    tip.refresh_from_db()
    assert listed() == {"En sida"} and tip.dead == ["en"]
    rows = {row.language: (row.url, row.failures) for row in tip.links.all()}
    assert rows == {"sv": ("https://a.example/2", 0), "en": ("https://a.example/en", 2)}
    publishing.store(tip, by=None)
    assert {row.language: (row.url, row.failures) for row in tip.links.all()} == rows
    assert round_of_asking() == 1 and world.asked == ["https://a.example/2"]


def test_an_answer_about_an_old_address_is_thrown_away(world):
    tip = link(sv="a.example/1")
    taken = links._take()
    tip.url_sv = "https://a.example/2"
    publishing.store(tip, by=None)
    links._write(taken, Found(Answer.GONE, 404))
    assert tip.links.get().failures == 0


def test_whoever_is_killed_has_done_nothing_and_it_is_asked_again(world):
    tip = link(sv="a.example/")
    world["https://a.example/"] = SystemExit()
    with pytest.raises(SystemExit):
        links.check_next()
    world.clear()
    assert round_of_asking() == 0  # whoever took it may still be at it
    with time_machine.travel(timezone.now() + links.LEASE + timedelta(seconds=1)):
        assert round_of_asking() == 1
    row = tip.links.get()
    assert (row.answer, row.failures, row.status) == ("works", 0, 200)


@pytest.mark.parametrize("silence", [Answer.SILENT, Answer.NO_HOST])
def test_when_nobody_answers_at_all_it_is_us(world, silence):
    dead, other = link(sv="dead.example/"), link("Annan", sv="a.example/")
    round_of_asking()
    world |= {"https://dead.example/": silence, "https://a.example/": silence}
    with time_machine.travel(timezone.now() + 8 * DAY):
        round_of_asking()
    assert {row.failures for row in LinkState.objects.all()} == {0} and desk.rows() == []
    world["https://a.example/"] = Answer.WORKS
    with time_machine.travel(timezone.now() + 8.1 * DAY):
        round_of_asking()
    assert (dead.links.get().failures, other.links.get().failures) == (1, 0)


@pytest.mark.parametrize(("answer", "failures"), [(Answer.UNSURE, 2), (Answer.NOT_ASKED, 2), (Answer.MOVED, 0)])
def test_what_we_cannot_tell_changes_nothing(world, answer, failures):
    tip = link(sv="a.example/")
    fail(tip, "sv")
    links._write(tip.links.get(), Found(answer, 301, "b.example"))
    assert tip.links.get().failures == failures
    assert [row.detail for row in desk.rows()] == (["b.example"] if answer == Answer.MOVED else [])


@pytest.mark.django_db(transaction=True)
def test_two_workers_ask_an_address_once(world):
    link(sv="a.example/")
    found = races.at_once(links.check_next, links.check_next)
    assert sorted(one is None for one in found) == [False, True] and len(world.asked) == 1


def test_somebody_else_who_helps_is_asked_too_and_hidden_until_they_answer(world):
    partner = make.partner("Kompis", url="https://dead.example/")
    link(sv="a.example/")
    world["https://dead.example/"] = Answer.GONE
    for day in range(2):
        with time_machine.travel(timezone.now() + 1.1 * day * DAY):
            round_of_asking()
    assert not Partner.objects.listed().exists() and Partner.objects.get().is_active
    assert [row.label for row in desk.rows()] == [
        "Adressen till en annan som hjälper: Kompis. Vi fann: sidan finns inte längre."
    ]
    stale = Partner.objects.get()
    partner.url = "https://new.example/"
    partners.store(partner)
    assert Partner.objects.listed().get() == partner and partner.links.get().failures == 0
    links._write(stale.links.get(), Found(Answer.WORKS, 200))
    partners.store(stale)  # written from a page opened before: the address of then is asked anew
    assert stale.links.get().url == "https://dead.example/" and Partner.objects.listed().exists()
    partners.move(partner, is_active=False, by=make.staff())
    assert round_of_asking() == 0


def test_rows_on_the_desk_cost_the_same(django_assert_num_queries):
    for number in range(2):
        fail(link(f"Sida {number}", sv=f"a.example/{number}"), "sv")
        with django_assert_num_queries(4), override("sv"):
            assert len(desk.rows()) == number + 1
