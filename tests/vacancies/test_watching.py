"""Saved searches: a mail a day about what is new, never twice, never for nothing; one's own, and with an end."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats import outbox
from motesplats.models import OutboxMail
from tests import make
from tests.races import at_once
from vacancies import privacy, publishing, retention, watching
from vacancies.models import SavedSearch

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
LIST = "/jobb/bevakningar/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def amina():
    return make.user("Amina")


@pytest.fixture
def employer():
    return make.employer()


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind="saved_search").order_by("pk"))


def tomorrow(clock) -> None:
    clock.shift(timedelta(days=1))


def test_what_is_new_is_mailed_once_and_nothing_when_nothing_is(amina, employer, clock):
    make.vacancy(employer, title="Gammal kock")
    watching.watch(amina, {"q": "kock", "typ": "jobb"})
    tomorrow(clock)
    assert watching.tell_about_new() == 0

    ads = [make.vacancy(employer, title=f"Kock {name}") for name in ("ett", "två")]
    make.vacancy(employer, title="Målare", occupation="")
    make.vacancy(employer, title="Kock praktik", kind="praktik")
    assert watching.tell_about_new() == 0  # once a day
    tomorrow(clock)
    assert [watching.tell_about_new(), watching.tell_about_new()] == [1, 0]
    (mail,) = mails()
    assert set(mail.data["ads"]) == {ad.pk for ad in ads}
    tomorrow(clock)
    assert watching.tell_about_new() == 0


def test_the_mail_says_what_is_still_shown_and_can_be_stopped(amina, employer, clock):
    watching.watch(amina, {"lan": "14"})
    clock.shift(timedelta(hours=1))
    kept, gone = make.vacancy(employer, title="Kock"), make.vacancy(employer, title="Borta")
    tomorrow(clock)
    watching.tell_about_new()
    publishing.end(gone, by=None)
    letter = outbox._kinds["saved_search"].render(mails()[0])
    assert letter.subject == "1 nytt jobb för dig"
    said = "\n".join(letter.lines)
    assert f"/jobb/{kept.public_id}/" in said and "Västra Götalands län" in said and "Borta" not in said
    assert LIST in letter.footer[0]
    assert not outbox._kinds["saved_search"].is_necessary  # it carries the address that stops mails
    publishing.end(kept, by=None)
    assert not outbox._kinds["saved_search"].still_wanted(mails()[0])


def test_nobody_is_mailed_at_night_or_after_its_end_and_the_last_ones_say_so(amina, employer, clock):
    saved = watching.watch(amina, {})
    clock.move_to(saved.ends_at - timedelta(days=3))
    make.vacancy(employer)
    assert watching.tell_about_new() == 1
    (mail,) = mails()
    letter = outbox._kinds["saved_search"].render(mail)
    assert any("slutar" in line for line in letter.lines)
    clock.move_to(saved.ends_at + timedelta(hours=1))
    make.vacancy(employer)
    assert watching.tell_about_new() == 0
    retention.remove_old()
    assert not SavedSearch.objects.exists()

    watching.watch(amina, {})
    tomorrow(clock)
    make.vacancy(employer)
    clock.move_to((timezone.now() + timedelta(days=1)).replace(hour=3))
    assert watching.tell_about_new() == 0


def test_five_are_kept_the_same_is_one_and_prolongs(amina, clock):
    for code in ("01", "12", "13", "14", "25"):
        saved = watching.watch(amina, {"lan": code})
    with pytest.raises(watching.TooMany):
        watching.watch(amina, {"lan": "24"})
    tomorrow(clock)
    again = watching.watch(amina, {"lan": "25"})
    assert again.pk == saved.pk and SavedSearch.objects.count() == 5
    assert SavedSearch.objects.get(pk=saved.pk).ends_at == saved.ends_at + timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_queue_one_mail(amina, employer, clock):
    watching.watch(amina, {})
    tomorrow(clock)
    make.vacancy(employer)

    assert sorted(at_once(watching.tell_about_new, watching.tell_about_new)) == [0, 1]
    assert len(mails()) == 1


def test_the_page_saves_prolongs_and_removes_ones_own_only(client, amina):
    make.office()
    assert client.get(f"{LIST}?typ=praktik").status_code == 302
    client.force_login(amina)
    page = client.get(f"{LIST}?typ=praktik&q=kock").content.decode()
    assert "kock · praktik" in page and 'name="typ" value="praktik"' in page
    assert client.post(LIST, {"typ": "praktik", "q": "kock"}).url == LIST
    saved = SavedSearch.objects.get()
    assert (saved.user, saved.chosen) == (amina, {"q": "kock", "typ": "praktik"})
    assert "kock · praktik" in client.get(LIST).content.decode()

    other = watching.watch(make.user("Samir"), {})
    for what in ("forlang", "ta-bort"):
        assert client.post(f"{LIST}{other.public_id}/{what}/").status_code == 404
        assert client.post(f"{LIST}{saved.public_id}/{what}/").url == LIST
    assert list(SavedSearch.objects.all()) == [other]


def test_export_holds_them_and_erase_takes_them(amina):
    watching.watch(amina, {"q": "kock"})
    assert privacy.export(amina)["saved_searches"][0]["chosen"] == {"q": "kock"}
    for _again in range(2):
        privacy.erase(amina)
    assert not SavedSearch.objects.exists()
