"""Who counts as staff, and the admin's door."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import Http404, HttpResponse

from motesplats import access
from tests import make
from tests.motesplats import door

pytestmark = pytest.mark.django_db
NIGHT = "2026-11-24 21:30"


def is_in(client) -> bool:
    return client.get("/konto/").status_code == 200


def test_is_staff_verified_needs_staff_and_key(client):
    disa, amina = make.staff(), make.user("Amina")
    assert not access.is_staff_verified(client.session, AnonymousUser())
    for person in (disa, amina):
        door.give_app(person)
        door.log_in_staff(client, person)
        assert access.is_staff_verified(client.session, person) is (person == disa)
        assert not access.is_held_back(client.session, person)
        client.logout()


def test_is_staff_verified_key_of_another_person_does_not_count(client):
    disa, other = make.staff(), make.staff("Doris")
    door.give_app(disa)
    door.log_in_staff(client, disa)

    assert access.is_staff_verified(client.session, disa)
    assert not access.is_staff_verified(client.session, other)
    assert access.is_held_back(client.session, other)


def test_is_staff_verified_asks_no_database(client, django_assert_num_queries):
    disa = make.staff()
    door.give_app(disa)
    door.log_in_staff(client, disa)
    session = client.session
    assert session["_auth_user_id"]  # loads it

    with django_assert_num_queries(0):
        assert access.is_staff_verified(session, disa)


def test_staff_required_is_404_for_others(rf, client):
    disa = make.staff()
    page = access.staff_required(lambda request: HttpResponse("secret"))
    for person in (AnonymousUser(), make.user(), disa):
        request = rf.get("/")
        request.session, request.user = SessionStore(), person
        with pytest.raises(Http404):
            page(request)

    door.give_app(disa)
    door.log_in_staff(client, disa)
    request = rf.get("/")
    request.session, request.user = client.session, disa
    assert page(request).content == b"secret"


def test_mark_verified_works_in_the_demo_only(settings):
    disa, session = make.staff(), SessionStore()
    with pytest.raises(RuntimeError):
        access.mark_verified(session)
    assert not access.is_staff_verified(session, disa)

    settings.DEMO = True
    access.mark_verified(session)
    assert access.is_staff_verified(session, disa)
    assert not access.is_staff_verified(session, make.user())

    settings.DEMO = False  # a session left over from a demo
    assert not access.is_staff_verified(session, disa)


def test_admin_stranger_goes_to_the_door_of_the_house(client):
    for path in ("/admin/", "/admin/login/", "/admin/logout/"):
        for method in (client.get, client.post):
            answer = method(path)
            assert (answer.status_code, answer["Location"]) == (302, "/konto/logga-in/?next=/admin/")


def test_admin_does_not_exist_for_people_who_do_not_work_at_im(client):
    client.force_login(make.user())

    for path in ("/admin/", "/admin/login/", "/admin/motesplats/user/", "/admin/password_change/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"username": "x", "password": "y"}).status_code == 404


def test_admin_password_form_is_never_shown(client):
    door.staff_client(client)

    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.post("/admin/login/", {"username": "x", "password": "y"})["Location"] == "/admin/"
    assert client.get("/admin/password_change/").status_code == 404
    assert client.post("/admin/logout/")["Location"] == "/konto/logga-ut/"


def test_admin_speaks_swedish_whatever_the_browser_says(client):
    door.staff_client(client)

    page = client.get("/admin/", headers={"accept-language": "en"}).content.decode()

    assert 'lang="sv' in page
