import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.urls import reverse

from motesplats import accounts, outbox
from motesplats.models import AuditEntry, OutboxMail, User
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


# --- one door for new and known people --------------------------------------------------------------------------------


def test_door_known_person_logs_in_with_the_code(client):
    amina = make.user("Amina")

    answer = door.log_in(client, amina.email)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(amina.pk)


def test_door_new_person_gets_an_account_with_a_proved_address(client):
    door.ask_for_code(client, "Ny@Example.org")
    person = EmailAddress.objects.get(email="ny@example.org").user
    assert (person.email, person.has_usable_password()) == (None, False)  # nothing is theirs before the code

    client.post(door.CODE, {"code": door.mailed_code()})

    person.refresh_from_db()
    address = EmailAddress.objects.get(user=person)
    assert (person.email, address.verified, address.primary) == ("ny@example.org", True, True)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_door_new_person_who_asks_twice_is_one_account(client):
    for _ in range(2):
        client.cookies.clear()
        door.ask_for_code(client, "ny@example.org")

    assert User.objects.count() == 1


def test_door_wrong_code_logs_nobody_in(client):
    amina = make.user("Amina")
    door.ask_for_code(client, amina.email)

    answer = client.post(door.CODE, {"code": door.wrong(door.mailed_code())})

    assert answer.status_code == 200
    assert not is_in(client)
    client.post(door.CODE, {"code": door.mailed_code()})
    assert is_in(client)


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", "\u200f{0}{1}", "arabic"])
def test_door_code_in_other_digits_and_with_spaces_is_understood(client, typed):
    door.ask_for_code(client, make.user().email)
    code = door.mailed_code()
    written = (
        code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
        if typed == "arabic"
        else typed.format(code[:3], code[3:])
    )

    client.post(door.CODE, {"code": written})

    assert is_in(client)


def test_door_code_of_another_browser_is_nothing(client):
    amina = make.user("Amina")
    door.ask_for_code(client, amina.email)
    stolen = door.mailed_code()
    other = client.__class__()

    other.post(door.CODE, {"code": stolen})

    assert not is_in(other)


@pytest.mark.parametrize(("minutes", "works"), [(14, True), (16, False)])
def test_door_code_lives_15_minutes(client, minutes, works):
    with time_machine.travel("2026-11-24 21:30", tick=False) as clock:
        door.ask_for_code(client, make.user().email)
        clock.shift(minutes * 60)
        client.post(door.CODE, {"code": door.mailed_code()})

    assert is_in(client) is works


def test_door_new_code_ends_the_old_one(client):
    door.ask_for_code(client, make.user().email)
    first = door.mailed_code()
    client.post(door.CODE, {"action": "resend"})
    assert len(mail.outbox) == 2

    client.post(door.CODE, {"code": first})
    assert not is_in(client)
    client.post(door.CODE, {"code": door.mailed_code()})
    assert is_in(client)


def test_door_known_and_unknown_look_the_same(client):
    known = make.user(email="anna1@example.org")
    seen = []
    for email in (known.email, "anna2@example.org"):
        client.cookies.clear()
        mail.outbox.clear()
        first = client.post(door.LOGIN, {"email": email})
        page = client.get(door.CODE)
        body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page.content)
        wrong = client.post(door.CODE, {"code": door.wrong(door.mailed_code())})
        seen.append(
            (
                first.status_code,
                first["Location"],
                page.status_code,
                len(body),
                len(mail.outbox),
                mail.outbox[0].subject,
                len(mail.outbox[0].body),
                wrong.status_code,
                sorted(client.cookies),
            )
        )

    assert seen[0] == seen[1]
    assert seen[0][4] == 1


def test_door_blocked_person_gets_a_mail_but_no_code_and_no_account(client):
    blocked = make.user("Cecilia", is_active=False)

    answer = door.ask_for_code(client, blocked.email)

    assert (answer.status_code, answer["Location"]) == (302, door.CODE)
    assert len(mail.outbox) == 1
    assert not re.search(r"\d{6}", mail.outbox[0].body)
    assert User.objects.count() == 1


def test_door_person_blocked_between_code_and_login_stays_out(client):
    amina = make.user("Amina")
    door.ask_for_code(client, amina.email)
    User.objects.filter(pk=amina.pk).update(is_active=False)

    answer = client.post(door.CODE, {"code": door.mailed_code()})

    assert not is_in(client)
    assert answer["Location"] == reverse("account_inactive")


def test_door_someone_elses_computer_forgets_when_the_browser_closes(client):
    amina = make.user("Amina")
    door.log_in(client, amina.email)
    assert client.cookies["session"]["max-age"] == 30 * 24 * 3600
    client.cookies.clear()
    mail.outbox.clear()

    door.ask_for_code(client, amina.email, not_mine="on")
    client.post(door.CODE, {"code": door.mailed_code()})

    assert is_in(client)
    assert client.cookies["session"]["max-age"] == ""


# --- limits -----------------------------------------------------------------------------------------------------------


def test_door_fifty_wrong_codes_are_limited(client):
    amina = make.user("Amina")
    tried = 0
    with time_machine.travel("2026-11-24 21:30", tick=False):
        for _ in range(50):
            answer = door.ask_for_code(client, amina.email)
            while answer.status_code == 302 and answer["Location"] == door.CODE or answer.status_code == 200:
                before = len(client.session.get("account_login") or {})
                if not before:
                    break
                answer = client.post(door.CODE, {"code": door.wrong(door.mailed_code())})
                tried += 1

        assert tried == 9  # three codes a minute, three tries each
        assert len(mail.outbox) == 3
        assert not is_in(client)


def test_door_limit_of_one_address_leaves_others_free(client):
    amina, bjorn = make.user("Amina"), make.user("Bjorn")
    with time_machine.travel("2026-11-24 21:30", tick=False):
        for _ in range(5):
            client.cookies.clear()
            door.ask_for_code(client, amina.email)
        assert len(mail.outbox) == 3

        client.cookies.clear()
        door.log_in(client, bjorn.email)
        assert is_in(client)


# --- the mail ---------------------------------------------------------------------------------------------------------


def test_code_mail_is_text_and_html_in_the_persons_language(client):
    amina = make.user("Amina", language="en")

    door.ask_for_code(client, amina.email)  # the Swedish page

    [letter] = mail.outbox
    [html] = letter.alternatives
    code = door.mailed_code()
    assert letter.subject == "Your code"
    assert "Write this code on the page:" in letter.body
    assert (letter.to, html.mimetype) == ([amina.email], "text/html")
    assert code in html.content and 'lang="en"' in html.content
    assert code not in letter.subject


def test_code_mail_of_a_new_person_speaks_the_language_of_the_page(client):
    client.post("/en/konto/logga-in/", {"email": "new@example.org"})

    assert mail.outbox[0].extra_headers["Content-Language"] == "en"
    assert User.objects.get().language == "en"


def test_code_mail_waits_sealed_in_the_outbox_and_leaves(client, settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = "motesplats.outbox.StoringEmailBackend"
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    amina = make.user("Amina")

    door.ask_for_code(client, amina.email)

    row = OutboxMail.objects.get()
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]
    assert (row.kind, row.to_email) == (outbox.STORED, amina.email)
    assert code.encode() not in bytes(row.sealed_body)


# --- what does not exist ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["password/change/", "password/set/", "password/reset/", "password/reset/key/1-abc/", "login/", "signup/", "2fa/"],
)
@pytest.mark.parametrize("known", [True, False])
def test_pages_of_passwords_do_not_exist(client, path, known):
    if known:
        client.force_login(make.user())
    assert client.get("/konto/logga-ut/").status_code in (200, 302)

    assert client.get(f"/konto/{path}").status_code == 404
    assert client.post(f"/konto/{path}").status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_request_login_code"])
def test_signup_leads_to_the_door(client, name):
    answer = client.get(reverse(name), {"next": "/pass/"})

    assert (answer.status_code, answer["Location"]) == (302, "/konto/logga-in/?next=%2Fpass%2F")


def test_password_in_the_database_opens_nothing(client):
    boss = User.objects.create_superuser("boss@example.org", "a long password")

    client.post(door.LOGIN, {"login": boss.email, "password": "a long password", "email": boss.email})

    assert not is_in(client)


# --- where `next` may lead --------------------------------------------------------------------------------------------

EVIL = [
    "https://evil.example", "http://evil.example/", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example",
    "\\\\evil.example", "/\\/evil.example", "https:evil.example", "https:/evil.example", "http:///evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,<script>", "vbscript:x", "ftp://evil.example", "https://testserver@evil.example",
    "https://testserver.evil.example", "https://evil.example#testserver", "https://evil.example?testserver", "//evil.example/%2e%2e",
    "/\t/evil.example", "\t//evil.example", " //evil.example", "\x00//evil.example", "https://evil。example", "//[::1", "\u2028//evil.example",
    "http:\\\\evil.example", "/\r\n//evil.example", "https://LOCALHOST.evil.example/", "blob:https://evil.example/x",
]  # fmt: skip


@pytest.mark.parametrize("payload", EVIL)
def test_next_never_leaves_the_house(client, payload):
    amina = make.user("Amina")
    door.ask_for_code(client, amina.email, next=payload)

    answer = client.post(door.CODE, {"code": door.mailed_code(), "next": payload})

    assert is_in(client)
    assert answer["Location"] == "/"
    assert client.get(door.LOGIN, {"next": payload})["Location"] == "/"
    assert client.post("/konto/logga-ut/", {"next": payload})["Location"] == "/"


def test_next_inside_the_house_is_followed(client):
    answer = door.log_in(client, make.user().email, next="/pass/?dag=2")

    assert answer["Location"] == "/pass/?dag=2"


# --- out again --------------------------------------------------------------------------------------------------------


def test_logout_ends_the_session_and_clears_the_browser(client):
    amina = make.user("Amina")
    door.log_in(client, amina.email)
    old = client.cookies["session"].value

    answer = client.post("/konto/logga-ut/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not UserSession.objects.filter(user=amina).exists()
    client.cookies["session"] = old
    assert client.get("/konto/").status_code == 302


def test_logout_by_get_only_asks(client):
    door.log_in(client, make.user().email)

    answer = client.get("/konto/logga-ut/")

    assert answer.status_code == 200
    assert "Clear-Site-Data" not in answer
    assert is_in(client)


def test_stopping_at_the_code_keeps_what_an_unknown_browser_was_granted(client):
    session = client.session
    session["grants"] = {"abc": {}}
    session.save()
    client.cookies["session"] = session.session_key
    door.ask_for_code(client, make.user().email)

    answer = client.post("/konto/logga-ut/", {"next": "/konto/logga-in/"})

    assert answer["Location"] == "/konto/logga-in/"
    assert client.get("/konto/logga-in/").status_code == 200
    assert client.session["grants"] == {"abc": {}}
    assert "Clear-Site-Data" not in answer


# --- the account page -------------------------------------------------------------------------------------------------


def test_account_page_saves_name_and_language_only(client):
    amina = make.user("Amina")
    client.force_login(amina)

    client.post("/konto/", {"display_name": "Mina", "language": "en", "is_staff": "on", "email": "x@example.org"})

    changed = User.objects.get(pk=amina.pk)
    assert (changed.display_name, changed.language) == ("Mina", "en")
    assert (changed.is_staff, changed.email) == (False, amina.email)


def test_account_page_is_for_people_who_are_logged_in(client):
    assert client.get("/konto/")["Location"] == "/konto/logga-in/?next=/konto/"


def test_sessions_page_logs_out_everywhere_else(client):
    amina = make.user("Amina")
    other = client.__class__(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"})
    door.log_in(client, amina.email)
    door.log_in(other, amina.email)
    page = client.get("/konto/enheter/").content.decode()
    assert "Firefox, Linux" in page

    client.post("/konto/enheter/")

    assert client.get("/konto/").status_code == 200
    assert other.get("/konto/").status_code == 302


# --- whose address is it ----------------------------------------------------------------------------------------------


def test_change_of_address_needs_the_code_from_the_new_one(client):
    amina = make.user("Amina")
    door.log_in(client, amina.email)
    client.post("/konto/adress/", {"email": "New@example.org"})
    assert mail.outbox[-1].to == ["new@example.org"]
    client.post("/konto/adress/", {"code": door.wrong(door.mailed_code())})
    assert User.objects.get(pk=amina.pk).email == amina.email

    client.post("/konto/adress/", {"code": door.mailed_code()})

    assert User.objects.get(pk=amina.pk).email == "new@example.org"
    assert list(EmailAddress.objects.filter(user=amina).values_list("email", "verified")) == [("new@example.org", True)]
    assert AuditEntry.objects.get().action == "account.address_changed"


def test_change_to_an_address_of_another_tells_only_its_owner(client):
    amina, bjorn = make.user("Amina"), make.user("Bjorn")
    door.log_in(client, amina.email)
    assert client.post("/konto/adress/", {"email": bjorn.email}).status_code == 302  # as for a free address

    client.post("/konto/adress/", {"code": door.mailed_code()})

    assert User.objects.get(pk=amina.pk).email == amina.email
    assert User.objects.get(pk=bjorn.pk).email == bjorn.email


def test_change_of_address_long_after_login_asks_who_it_is(client):
    amina = make.user("Amina")
    with time_machine.travel("2026-11-24 21:30", tick=False) as clock:
        door.log_in(client, amina.email)
        assert client.get("/konto/adress/").status_code == 200
        clock.shift(16 * 60)
        answer = client.get("/konto/adress/")
        assert answer["Location"] == "/konto/bekrafta/?next=%2Fkonto%2Fadress%2F"
        assert client.post("/konto/adress/", {"email": "x@example.org"}).status_code == 302
        assert len(mail.outbox) == 1

        client.post("/konto/bekrafta/", {"next": "/konto/adress/"})
        assert client.post("/konto/bekrafta/", {"code": door.wrong(door.mailed_code())}).status_code == 200
        assert client.get("/konto/adress/").status_code == 302
        answer = client.post("/konto/bekrafta/", {"code": door.mailed_code(), "next": "/konto/adress/"})
        assert answer["Location"] == "/konto/adress/"
        assert client.get("/konto/adress/").status_code == 200


def test_prove_address_gives_it_to_a_shell():
    shell = make.user("Amina", email=None)

    owner = accounts.prove_address(shell, "Amina@Example.org")

    assert owner == shell
    assert (shell.email, shell.is_shell) == ("amina@example.org", False)
    assert EmailAddress.objects.get(user=shell).verified


def test_prove_address_of_a_known_account_is_that_account():
    known, shell = make.user("Amina"), make.user("Amina", email=None)

    assert accounts.prove_address(shell, known.email.upper()) == known
    shell.refresh_from_db()
    assert shell.is_shell


def test_prove_address_begun_at_the_door_by_somebody_is_still_free():
    accounts.person_at_door("amina@example.org", language="sv")
    shell = make.user("Amina", email=None)

    assert accounts.prove_address(shell, "amina@example.org") == shell
    assert accounts.person_at_door("amina@example.org", language="sv") == shell


def test_forget_unproved_removes_only_what_nobody_proved(client):
    with time_machine.travel("2026-11-20 12:00"):
        accounts.person_at_door("never@example.org", language="sv")
        kept = [make.user("Amina"), make.user("Shell", email=None), make.staff()]
        door.log_in(client, "proved@example.org")
    with time_machine.travel("2026-11-22 12:00"):
        recent = accounts.person_at_door("recent@example.org", language="sv")
        assert accounts.forget_unproved() == 1
        assert accounts.forget_unproved() == 0

    left = set(User.objects.values_list("pk", flat=True))
    assert left == {person.pk for person in [*kept, recent]} | {User.objects.get(email="proved@example.org").pk}
