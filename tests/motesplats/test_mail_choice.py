"""What somebody wants by mail: chosen on a page, stopped by the address in a mail, asked before every mail leaves."""

from urllib.parse import urlsplit

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from motesplats import mail_choice, outbox, privacy
from motesplats.letters import Letter
from motesplats.models import AuditEntry, MailChoice, OutboxMail, User
from tests import make, races

pytestmark = pytest.mark.django_db
Pace = MailChoice.Pace
PAGE = "/konto/mejl/"
CHOSEN = {"text": "0", "pace": "evening", "language": "ar"}


@pytest.fixture
def amina():
    return make.user()


@pytest.fixture
def browser(amina):
    client = Client(enforce_csrf_checks=False)
    client.force_login(amina)
    return client


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    monkeypatch.setattr(outbox, "_kinds", dict(outbox._kinds))
    outbox.kind("news", render=lambda mail: Letter("S", ["x"]))
    outbox.kind("needed", render=lambda mail: Letter("S", ["x"]), is_necessary=True)


def again(person) -> User:
    return User.objects.get(pk=person.pk)


def chosen(person) -> tuple:
    choice = mail_choice.of(again(person))
    return choice.pace, choice.text_since is not None, choice.stopped_at is not None


def deeds() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def sent(kind: str, person) -> OutboxMail:
    made = outbox.queue(kind, to=person, dedupe_key=f"{kind}:{OutboxMail.objects.count()}")
    outbox.deliver(made.pk)
    made.refresh_from_db()
    return made


# --- the page --------------------------------------------------------------------------------------------------------


def test_who_never_chose_gets_mails_without_text_as_a_digest(amina, browser):
    assert chosen(amina) == (Pace.DIGEST, False, False)
    page = browser.get(PAGE)
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    ticked = [line for line in page.content.decode().split("<input") if " checked" in line]
    assert [line.split('name="')[1].split('"')[0] for line in ticked] == ["text", "pace", "language"]
    assert not MailChoice.objects.exists()  # looking chooses nothing


def test_choosing_is_kept_and_logged_once(amina, browser):
    for _ in range(2):
        assert browser.post(PAGE, CHOSEN).status_code == 302
    assert chosen(amina) == (Pace.EVENING, False, False)
    assert again(amina).language == "ar" and again(amina).display_name == "Amina"
    assert deeds() == ["mail.chosen"]


def test_text_needs_its_own_box_which_is_never_ticked_before(amina, browser):
    with_text = CHOSEN | {"text": "1"}
    refused = browser.post(PAGE, with_text)
    assert refused.status_code == 400 and "Kryssa i rutan" in refused.content.decode()
    assert chosen(amina) == (Pace.DIGEST, False, False)
    box = refused.content.decode().split('name="understood"')[1].split(">")[0]
    assert "checked" not in box
    assert browser.post(PAGE, with_text | {"understood": "on"}).status_code == 302
    assert chosen(amina) == (Pace.EVENING, True, False)
    assert "understood" not in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, with_text | {"pace": "at_once"}).status_code == 302  # has been explained
    assert chosen(amina) == (Pace.AT_ONCE, True, False)


def test_one_tap_takes_the_text_away_and_stops_and_starts(amina, browser):
    mail_choice.choose(amina, pace=Pace.AT_ONCE, has_text=True)
    browser.post(PAGE, {"do": "stop_text"})
    assert chosen(amina) == (Pace.AT_ONCE, False, False)
    browser.post(PAGE, {"do": "stop"})
    assert chosen(amina) == (Pace.AT_ONCE, False, True)
    browser.post(PAGE, {"do": "start"})
    assert chosen(amina) == (Pace.AT_ONCE, False, False)
    assert deeds() == ["mail.chosen", "mail.text_stopped", "mail.stopped", "mail.started"]


@pytest.mark.parametrize("bad", [{}, {"text": "2"}, {"pace": "now"}, {"language": "xx"}, {"do": "all"}])
def test_bad_input_changes_nothing_and_says_so(amina, browser, bad):
    answer = browser.post(PAGE, (CHOSEN | bad) if bad and "do" not in bad else bad)
    assert answer.status_code in (200, 400)
    assert chosen(amina) == (Pace.DIGEST, False, False) and again(amina).language == "sv"


def test_nobody_else_s_page(amina):
    answer = Client().get(PAGE)
    assert answer.status_code == 302 and answer["Location"].startswith("/konto/logga-in/")


# --- the address in a mail -------------------------------------------------------------------------------------------


def path_of(person, what=mail_choice.STOP, language="sv") -> str:
    with override(language):
        return urlsplit(mail_choice.stop_url(person, what)).path


def test_a_mail_program_stops_mails_without_a_cookie_and_twice_is_once(amina):
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = program.post(path_of(amina), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200  # no redirect: RFC 8058
    assert chosen(amina) == (Pace.DIGEST, False, True)
    assert deeds() == ["mail.stopped"]


def test_opening_the_address_changes_nothing_and_shows_one_button(amina):
    page = Client().get(path_of(amina)).content.decode()
    assert page.split("<main")[1].count("<button") == 1
    assert chosen(amina) == (Pace.DIGEST, False, False)


def test_stopping_can_be_undone_on_the_same_page(amina):
    client = Client(enforce_csrf_checks=True)
    assert "undo" in client.post(path_of(amina)).content.decode()
    client.post(path_of(amina), {"undo": "1"})
    assert chosen(amina) == (Pace.DIGEST, False, False)


def test_the_other_address_takes_only_the_text_away_and_never_gives_it_back(amina):
    mail_choice.choose(amina, pace=Pace.DIGEST, has_text=True)
    client = Client(enforce_csrf_checks=True)
    for data in ({}, {"undo": "1"}):
        assert client.post(path_of(amina, mail_choice.NO_TEXT), data).status_code == 200
        assert chosen(amina) == (Pace.DIGEST, False, False)


def test_forged_address_and_erased_person_are_404(amina):
    good = path_of(amina)
    token = good.rstrip("/").rsplit("/", 1)[1]
    other = path_of(make.user()).rstrip("/").rsplit("/", 1)[1]
    crossed = other.split(":")[0] + ":" + token.split(":")[1]
    for bad in (crossed, token[:-1], "x", "x:y"):
        assert Client().post(good.replace(token, bad)).status_code == 404
    User.objects.filter(pk=amina.pk).update(erased_at="2026-01-01T00:00Z")
    assert Client().post(good).status_code == 404
    assert not MailChoice.objects.exists()


# --- before every mail -----------------------------------------------------------------------------------------------


def test_who_stopped_mails_gets_only_necessary_ones_also_of_those_that_wait(amina):
    waits = outbox.queue("news", to=amina, dedupe_key="waits")
    mail_choice.stop(amina, by=amina)
    assert outbox.deliver(waits.pk) == OutboxMail.State.UNWANTED
    assert sent("news", amina).state == OutboxMail.State.UNWANTED
    assert sent("needed", amina).state == OutboxMail.State.SENT
    assert sent("news", make.user()).state == OutboxMail.State.SENT
    mail_choice.start(amina, by=amina)
    assert sent("news", amina).state == OutboxMail.State.SENT


def test_all_but_necessary_mails_carry_the_address_that_stops_them(amina):
    sent("news", amina), sent("needed", amina)
    outbox.deliver(outbox.queue("news", to_email="kontor@im.example", language="sv", dedupe_key="office").pk)
    news, needed, office = (message.message() for message in django_mail.outbox)
    url = news["List-Unsubscribe"].strip("<>")
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert needed["List-Unsubscribe"] is None is office["List-Unsubscribe"]
    body = news.get_payload()[0].get_payload(decode=True).decode()
    assert url in body and "/fel/" not in body
    assert (
        Client(enforce_csrf_checks=True).post(urlsplit(url).path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    )
    assert chosen(amina) == (Pace.DIGEST, False, True)


def test_what_nobody_can_stop_and_what_anybody_can():
    necessary = {name for name, kind in outbox._kinds.items() if kind.is_necessary}
    assert necessary >= {
        "test", "report", "receipt", "promise_broken", "staff_asked", "staff_broken", "staff_stopped",
        "meeting_agreed", "meeting_cancelled", "meeting_off", "shift_called_off", "shift_freed", "shift_taken_over",
        "shift_rule_changed", "care_call_staff", "reference_asked_staff", "volunteer_step", "volunteer_extract",
        "volunteer_applied", "volunteer_applied_staff", "volunteer_approved", "volunteer_resumed", "volunteer_paused",
        "volunteer_ended", "volunteer_declined",
    }  # fmt: skip
    assert set(outbox._kinds) - necessary >= {
        "unread", "taken", "asker_nudge", "helper_reminder", "volunteer_asked", "somebody_waits", "comments",
        "document", "times_proposed", "times_none_fit", "meeting_reminder", "meeting_missed", "shift_reminder",
        "shift_missed", "shift_seat_free",
    }  # fmt: skip


# --- both at once, out and away --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_change():
    person = make.user()
    assert sorted(races.at_once(*[lambda: mail_choice.stop(again(person), by=person)] * 4)) == [False] * 3 + [True]
    assert deeds() == ["mail.stopped"]


def test_the_choice_is_given_out_and_taken_away(amina):
    assert privacy.export(amina)["mail_choice"] == {}
    mail_choice.choose(amina, pace=Pace.EVENING, has_text=False)
    chosen = {"pace": "evening", "text_since": None, "stopped_at": None}
    assert privacy.export(again(amina))["mail_choice"] == chosen
    for _ in range(2):
        privacy.erase(amina)
    assert privacy.export(again(amina))["mail_choice"] == {}


def test_the_way_there_from_the_account(browser):
    assert f'href="{PAGE}"' in browser.get(reverse("account_show")).content.decode()
