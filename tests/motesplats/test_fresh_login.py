"""A fresh login before what must not be done by whoever finds the phone."""

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.http import HttpResponse

from motesplats import access
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db
NIGHT = "2026-11-24 21:30"


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


@access.fresh_login(15)
def export(request):
    return HttpResponse("all of it")


def ask(rf, client, person):
    request = rf.get("/integritet/allt/?a=1")
    request.session, request.user = client.session, person
    return export(request)


def test_fresh_login_nobody_is_sent_to_the_door(rf, client):
    assert ask(rf, client, AnonymousUser())["Location"] == "/konto/logga-in/?next=/integritet/allt/%3Fa%3D1"


def test_fresh_login_lasts_its_minutes(rf, client):
    amina = make.user("Amina")
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in(client, amina.email)
        clock.shift(14 * 60)
        assert ask(rf, client, amina).content == b"all of it"
        clock.shift(2 * 60)
        assert ask(rf, client, amina)["Location"] == "/konto/bekrafta/?next=%2Fintegritet%2Fallt%2F%3Fa%3D1"


def test_fresh_login_with_a_key_asks_for_the_key(rf, client):
    disa = make.staff()
    spare = door.give_app(disa).get_unused_codes()
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in_staff(client, disa)
        clock.shift(16 * 60)
        assert ask(rf, client, disa).status_code == 302
        assert client.get("/konto/bekrafta/?next=/pass/")["Location"] == "/konto/nyckel/bekrafta/?next=%2Fpass%2F"
        mail.outbox.clear()
        client.post("/konto/bekrafta/")
        assert mail.outbox == []  # a mailed code would be weaker than the key

        client.post("/konto/nyckel/bekrafta/", {"code": spare[0]})
        assert ask(rf, client, disa).content == b"all of it"


def test_fresh_login_of_another_person_in_this_browser_does_not_count(rf, client):
    amina, bjorn = make.user("Amina"), make.user("Bjorn")
    door.log_in(client, amina.email)

    assert ask(rf, client, amina).status_code == 200
    assert ask(rf, client, bjorn).status_code == 302


def test_fresh_login_codes_are_limited(client):
    amina = make.user("Amina")
    with time_machine.travel(NIGHT, tick=False) as clock:
        door.log_in(client, amina.email)
        clock.shift(16 * 60)
        mail.outbox.clear()
        for _ in range(50):
            client.post("/konto/bekrafta/")
            client.post("/konto/bekrafta/", {"code": "000000"})

        assert len(mail.outbox) == 3
        assert client.get("/konto/adress/").status_code == 302
