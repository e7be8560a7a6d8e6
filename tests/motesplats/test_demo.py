"""The demo: a month of invented people that fits together, and the page where one becomes any of them."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings as django_settings
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from chat.models import Conversation, Message, Participant, Promise
from motesplats import audit, demo, demo_mail, demo_seed
from motesplats.models import AuditEntry, Office, OutboxMail, Report, User
from motesplats.moments import STOCKHOLM
from seekers.models import Comment, HelpRequest, Viewing
from tests import make
from vacancies.models import Employer, Vacancy
from volunteers import duty
from volunteers.models import Shift, ShiftBooking, Volunteer

pytestmark = pytest.mark.xdist_group("demo")  # the house is laid once
MOST_QUERIES = 9000  # about four seconds on a quiet machine, a sixth of it for employers and their ads
MOST_CPU_SECONDS = 16
CAST = {"Amina", "Björn", "Cecilia", "Disa", "Emil"}


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker, tmp_path_factory):
    """A house with the demo in it, laid once for this file. -> its folder, and what laying it cost: queries, CPU seconds."""
    queries = Counter()

    def counted(execute, sql, params, many, context):
        queries["all"] += 1
        return execute(sql, params, many, context)

    folder, started = tmp_path_factory.mktemp("demo"), time.process_time()
    with django_db_blocker.unblock():
        with override_settings(DEMO=True, VAR_DIR=folder), connection.execute_wrapper(counted):
            call_command("seed_demo", flush=True)
        yield folder, queries["all"], time.process_time() - started
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def seeded(house, db, settings):
    settings.VAR_DIR, queries, cpu_seconds = house
    return queries, cpu_seconds


@pytest.fixture
def demo_on(seeded, settings):
    settings.DEMO = settings.DEBUG = True


def become(client, who: str):
    return client.post(reverse("demo:people"), {"who": who})


# --- what is laid ----------------------------------------------------------------------------------------------------


def test_questions_are_there_in_every_state_and_so_are_volunteers(seeded):
    assert set(HelpRequest.objects.values_list("state", flat=True)) == set(HelpRequest.State.values)
    assert set(Volunteer.objects.values_list("state", flat=True)) == set(Volunteer.State.values)
    assert HelpRequest.objects.waiting().filter(is_adult=False).exists()
    assert HelpRequest.objects.waiting().for_volunteers().count() >= 3


def test_employers_have_ads_in_each_state_and_one_waits_for_a_call(seeded):
    shown = Vacancy.objects.shown()

    assert shown.count() == 12 and {"jobb", "praktik", "prova", "sommarjobb", "stod"} == set(
        shown.values_list("kind", flat=True)
    )
    assert Employer.objects.get(state="applied").name == "Bilverkstan i Lund"
    emils = Vacancy.objects.filter(employer__members__user__display_name="Emil")
    assert sorted(emils.values_list("state", flat=True)) == ["draft", "published", "review"]


def test_promises_were_kept_and_broken_and_every_waiting_question_has_one(seeded):
    assert Promise.objects.exclude(kept_at=None).count() >= 8
    assert Promise.objects.exclude(broken_at=None).exists()
    waiting = HelpRequest.objects.waiting().exclude(conversation__promises__broken_at__isnull=False)
    assert set(waiting.values_list("conversation__promises__kept_at", flat=True)) >= {None}
    assert [request for request in waiting if request.answer_by <= timezone.now()] == []


def test_messages_are_numbered_without_holes_and_in_order_of_time(seeded):
    for conversation in Conversation.objects.prefetch_related("messages"):
        lines = sorted(conversation.messages.all(), key=lambda line: line.seq)
        assert [line.seq for line in lines] == list(range(1, conversation.last_seq + 1))
        assert [line.created_at for line in lines] == sorted(line.created_at for line in lines)
    assert not Message.objects.filter(created_at__gt=timezone.now()).exists()
    assert not Participant.objects.filter(read_seq__gt=0, conversation__last_seq=0).exists()


def test_everything_in_the_talks_was_said(seeded):
    meant = sum(
        ": " in step and not step.split()[1].startswith("!") for talk in demo_seed.talks() for step in talk["steps"]
    )

    assert HelpRequest.objects.count() == len(demo_seed.talks())
    assert Message.objects.filter(kind=Message.Kind.TEXT).count() == meant
    assert sum(conversation.last_seq > 8 for conversation in Conversation.objects.all()) >= 12


def test_whoever_commented_on_a_document_has_read_it(seeded):
    said = Comment.objects.exclude(sent_at=None).values_list("version", "author").distinct()
    seen = set(Viewing.objects.values_list("version", "viewer"))

    assert said and set(said) <= seen


def test_everybody_is_invented_and_has_an_address_of_their_own(seeded):
    people = list(User.objects.all())
    offices = list(Office.objects.values_list("email", flat=True))
    addresses = [person.email for person in people if person.email] + offices

    assert len(people) == 36
    assert {person.display_name for person in people} >= CAST
    assert len(set(addresses)) == len(addresses)
    assert [address for address in addresses if not address.endswith("@example.org")] == []
    assert {office.name for office in Office.objects.filter(deputy__isnull=False, hours__isnull=False)} == {
        "Göteborg", "Malmö", "Stockholm", "Umeå", "Vrigstad"
    }  # fmt: skip


def test_shifts_span_a_month_some_empty_and_bjorn_has_the_next_one(seeded):
    now = timezone.now()
    shifts = Shift.objects.with_booked()
    bjorn = Volunteer.objects.get(user__display_name="Björn")

    assert shifts.filter(rule=None).count() == 62
    assert {min(shift.booked, 2) for shift in shifts.filter(starts_at__gt=now)} == {0, 1, 2}
    assert [shift for shift in shifts if shift.booked > shift.seats] == []
    assert (Shift.objects.upcoming(now).booked_by(bjorn).first().starts_at - now).total_seconds() < 13 * 3600
    assert ShiftBooking.objects.exclude(cancelled_at=None).exists()
    assert duty.is_here(bjorn, now)


def test_somebody_is_at_the_office_every_thursday(seeded):
    thursdays = Shift.objects.with_booked().exclude(rule=None)

    assert {(shift.place, shift.starts_at.astimezone(STOCKHOLM).isoweekday(), shift.booked) for shift in thursdays} == {
        (Shift.Place.OFFICE, 4, 1)
    }
    assert thursdays.filter(starts_at__gt=timezone.now()).exists()


def test_a_chat_is_stopped_and_its_report_waits(seeded):
    waiting = Report.objects.get(handled_at=None)

    assert HelpRequest.objects.get(public_id=waiting.about_id).state == HelpRequest.State.ON_HOLD
    assert Report.objects.exclude(handled_at=None).exists()


def test_no_mail_has_left_and_few_wait(seeded):
    states = Counter(OutboxMail.objects.values_list("state", flat=True))

    assert mail.outbox == []
    assert 1 <= states["pending"] <= 3
    assert states["dead"] == 1
    assert states["sent"] > 40
    assert {"receipt", "promise_broken", "unread"} <= set(OutboxMail.objects.values_list("kind", flat=True))


def test_audit_trail_is_in_order_of_time_and_can_be_sealed(seeded):
    moments = list(AuditEntry.objects.order_by("pk").values_list("at", flat=True))

    assert moments == sorted(moments)
    assert audit.seal() > 200
    assert audit.broken_seals() == []


def test_laying_it_is_quick(seeded):
    queries, cpu_seconds = seeded

    assert queries < MOST_QUERIES
    assert cpu_seconds < MOST_CPU_SECONDS


# --- laying it again -------------------------------------------------------------------------------------------------


def test_seeding_twice_changes_nothing(seeded, settings):
    settings.DEMO = True
    before = [model.objects.count() for model in (User, HelpRequest, Message, AuditEntry, OutboxMail, Shift)]

    call_command("seed_demo", if_empty=True)

    assert before == [model.objects.count() for model in (User, HelpRequest, Message, AuditEntry, OutboxMail, Shift)]
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo")
    with pytest.raises(RuntimeError, match="already"):
        demo_seed.seed()


def test_a_demo_of_another_day_says_how_to_get_a_fresh_one(seeded, settings, capsys):
    settings.DEMO = True
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        call_command("seed_demo", if_empty=True)

    assert "--flush" in capsys.readouterr().out


# --- /demo/ ----------------------------------------------------------------------------------------------------------


def test_page_names_everybody_once(demo_on, client):
    page = client.get(reverse("demo:people")).content.decode()

    assert sorted(re.findall(r'name="who" value="(\w+)"', page)) == sorted(p["key"] for p in demo_seed.people())


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("amina", r"/chatt/[\w-]+/"),
        ("nadia", r"/ar/chatt/[\w-]+/"),
        ("hiba", r"/chatt/[\w-]+/"),
        ("bjorn", "/jour/"),
        ("petra", "/volontar/"),
        ("disa", "/admin/"),
        ("emil", "/arbetsgivare/"),
    ],
)
def test_one_click_leads_to_where_that_person_begins(demo_on, client, who, path):
    answer = become(client, who)

    assert re.fullmatch(path, answer.url)
    assert client.get(answer.url).status_code == 200


def test_amina_becomes_bjorn_and_is_amina_no_more(demo_on, client):
    chat = become(client, "amina").url
    become(client, "cecilia")

    assert client.get(chat).status_code == 404
    assert demo.me(User.objects.get(pk=client.session["_auth_user_id"])).key == "cecilia"
    assert "Cecilia" in client.get(reverse("demo:people")).content.decode()


def test_somebody_without_an_address_is_not_logged_in_but_has_their_chat(demo_on, client):
    answer = become(client, "hiba")

    assert "_auth_user_id" not in client.session
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("who", ["", "nobody", "real"])
def test_only_invented_people_can_be_become(demo_on, client, who):
    make.user("Real", email="real@example.org")

    assert become(client, who).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("is_demo", "is_debug"), [(False, True), (True, False), (False, False)])
def test_pages_do_not_exist_without_both_demo_and_debug(seeded, client, settings, is_demo, is_debug):
    settings.DEMO, settings.DEBUG = is_demo, is_debug

    assert client.get(reverse("demo:people")).status_code == 404
    assert client.get(reverse("demo:mails")).status_code == 404
    assert become(client, "disa").status_code == 404
    assert "_auth_user_id" not in client.session
    assert demo.login_hints() == []


IN_PRODUCTION = """
import django; django.setup()
from django.test import Client
client = Client(headers={"host": "motesplats.example"})
for path in ("/demo/", "/demo/mejl/", "/en/demo/"):
    print(client.get(path, secure=True).status_code)
print(client.post("/demo/", {"who": "disa"}, secure=True).status_code)
"""


def test_pages_do_not_exist_in_production_whatever_the_environment_says(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
        "PUBLIC_URL": "https://motesplats.example",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "VAR_DIR": str(tmp_path),
        "DEMO": "1",
        "DEBUG": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_PRODUCTION],
        cwd=django_settings.BASE_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert done.stdout.split() == ["404"] * 4, done.stderr


def test_serve_says_where_to_click_and_what_secret_the_staff_have(demo_on):
    key = Authenticator.objects.get(user__display_name="Disa", type=Authenticator.Type.TOTP)
    hints = "\n".join(demo.login_hints())

    assert "/demo/" in hints
    assert decrypt(key.data["secret"]) in hints


# --- mails -----------------------------------------------------------------------------------------------------------


def test_mails_can_be_read_with_their_codes_and_links(demo_on, client, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    body = "Din kod är 123456.\nhttp://localhost:8000/chatt/x/"
    demo_mail.KeepingEmailBackend().send_messages([EmailMessage("Kod å", body, to=["bjorn@example.org"])])

    page = client.get(reverse("demo:mails")).content.decode()

    assert "123456" in page
    assert "Kod å" in page
    assert 'href="http://localhost:8000/chatt/x/"' in page


def test_mails_are_shown_for_one_person(seeded):
    everybody = {kept.to for kept in demo_mail.kept()}
    hers = demo_mail.kept(to="MUSTAFA@example.org")

    assert len(everybody) > 3
    assert {kept.to for kept in hers} == {"mustafa@example.org"}


def test_one_of_them_has_the_words_of_the_chat_in_her_mails(seeded):
    assert any("lön enligt kollektivavtalet" in kept.text for kept in demo_mail.kept(to="nadia@example.org"))


def test_only_the_newest_mails_are_kept_also_of_one_instant(settings, tmp_path, monkeypatch):
    settings.VAR_DIR, at = tmp_path, timezone.now()
    monkeypatch.setattr(demo_mail, "KEPT", 3)
    for number in range(5):
        demo_mail.keep(EmailMessage(f"Number {number}", "x", to=["a@example.org"]), at=at)

    assert [kept.subject for kept in demo_mail.kept()] == ["Number 4", "Number 3", "Number 2"]
