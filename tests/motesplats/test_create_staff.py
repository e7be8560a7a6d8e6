import io

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from motesplats.models import AuditEntry, User
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db


def create(*arguments) -> str:
    """-> the path of the printed link"""
    out = io.StringIO()
    call_command("create_staff", *arguments, stdout=out)
    link = out.getvalue().strip().splitlines()[-1]
    assert link.startswith("http://localhost:8000/konto/medarbetare/")
    return link.removeprefix("http://localhost:8000")


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_create_staff_makes_an_account_whose_link_leads_to_the_second_key(client):
    path = create("Disa@Example.org", "--name", "Disa")
    disa = User.objects.get()
    assert (disa.email, disa.display_name, disa.is_staff, disa.is_superuser) == (
        "disa@example.org",
        "Disa",
        True,
        False,
    )
    assert not disa.has_usable_password()

    assert "Disa" in client.get(path).content.decode()
    answer = client.post(path)

    assert answer["Location"] == "/konto/nyckel/"
    assert client.session["_auth_user_id"] == str(disa.pk)
    assert client.get("/admin/")["Location"] == "/konto/nyckel/"
    assert client.get("/konto/nyckel/app/").status_code == 200


def test_create_staff_link_opened_by_a_mail_program_is_not_used_up(client):
    path = create("disa@example.org")

    for _ in range(3):
        client.get(path)
    assert not is_in(client)
    client.post(path)
    assert is_in(client)


def test_create_staff_link_works_once(client):
    path = create("disa@example.org")
    client.post(path)
    other = client.__class__()

    assert other.post(path).status_code == 302
    assert not is_in(other)
    assert "Disa" not in other.get(path).content.decode()


@pytest.mark.parametrize(("hours", "works"), [(23, True), (25, False)])
def test_create_staff_link_lives_a_day(client, hours, works):
    with time_machine.travel("2026-11-24 21:30", tick=False) as clock:
        path = create("disa@example.org")
        clock.shift(hours * 3600)
        client.post(path)

    assert is_in(client) is works


@pytest.mark.parametrize("change", [lambda path: path[:-6] + "aaaaa/", lambda path: "/konto/medarbetare/x/"])
def test_create_staff_link_that_was_changed_opens_nothing(client, change):
    path = create("disa@example.org")

    assert client.get(change(path)).status_code == 200
    client.post(change(path))

    assert not is_in(client)


def test_create_staff_promotes_who_is_here_already_and_logs_them_out(client):
    bjorn = make.user("Bjorn")
    door.log_in(client, bjorn.email)

    create(bjorn.email)

    bjorn.refresh_from_db()
    assert (bjorn.is_staff, bjorn.display_name) == (True, "Bjorn")
    assert client.get("/konto/").status_code == 302
    assert EmailAddress.objects.filter(user=bjorn).count() == 1


def test_create_staff_link_does_not_step_round_a_second_key(client):
    bjorn = make.user("Bjorn")
    door.give_app(bjorn)

    answer = client.post(create(bjorn.email))

    assert answer["Location"] == door.SECOND
    assert not is_in(client)


def test_create_staff_link_pressed_by_somebody_logged_in_becomes_the_invited(client):
    amina = make.user("Amina")
    door.log_in(client, amina.email)

    client.post(create("disa@example.org"))

    assert client.session["_auth_user_id"] == str(User.objects.get(email="disa@example.org").pk)


def test_create_staff_is_written_down(client):
    client.post(create("disa@example.org", "--superuser"))

    disa = User.objects.get()
    assert disa.is_superuser
    actions = list(AuditEntry.objects.filter(about_kind="user", about_id=str(disa.pk)).values_list("action", flat=True))
    assert {"staff.appointed", "staff.invited", "staff.invitation_used"} <= set(actions)
    assert "disa@" not in str(list(AuditEntry.objects.values_list("data", flat=True)))


@pytest.mark.parametrize("email", ["no address", "", "a@b"])
def test_create_staff_bad_address_is_refused(email):
    with pytest.raises(CommandError):
        create(email)
    assert User.objects.count() == 0


def test_create_staff_blocked_person_stays_blocked():
    cecilia = make.user("Cecilia", is_active=False)

    with pytest.raises(CommandError, match="blocked"):
        create(cecilia.email)
    cecilia.refresh_from_db()
    assert not cecilia.is_staff
