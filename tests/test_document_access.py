"""Who may see a document, hear it, fetch it: those who may read its chat, as long as they may. Each view is a row."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from chat import links, matching
from motesplats import desk
from motesplats.models import Report
from seekers import viewings
from seekers.models import Viewing
from tests import make, roles
from tests.addresses import every_address
from tests.chat.house import logged_in

pytestmark = pytest.mark.django_db
OF_DOCUMENTS = [one for one in every_address() if "<str:document_id>" in one.route or "<str:comment_id>" in one.route]
OUTSIDERS = "AHSCNXDZUW"  # nobody, other people's links, seekers, volunteers; IM without a reason or without the key
BYTES = ("sida/1/", "original/1/", "jamfor/")


@pytest.fixture
def house():
    logging.disable(logging.CRITICAL)
    yield roles.build()
    logging.disable(logging.NOTSET)


@pytest.fixture
def talk():
    make.office()
    return make.claimed(owner=make.user("Amina"))


@pytest.fixture
def document(talk):
    return make.document(talk)


def path_of(document, end: str = "", number: int = 1) -> str:
    return f"/en/chatt/{document.uses.get().request.public_id}/dokument/{document.public_id}/{number}/{end}"


def got(browser: Client, path: str) -> tuple[int, bytes]:
    answer = browser.get(path)
    return answer.status_code, answer.getvalue() if answer.streaming else answer.content


def statuses(browser: Client, document, ends=BYTES) -> set[int]:
    return {got(browser, path_of(document, end))[0] for end in ends}


# --- who ---------------------------------------------------------------------------------------------------------------
def test_outsiders_get_nothing_of_a_document(house):
    browser, opened, asked = roles.Quick(), [], 0
    for address in OF_DOCUMENTS:
        for letter in OUTSIDERS:
            for method in ("GET", "POST"):
                path = address.path(house, letter)
                answer = house.sit_down(browser, letter).generic(method, path)
                asked += 1
                leads_to = re.match("/konto/", answer.get("Location", ""))
                if answer.status_code not in (403, 404, 405) and not leads_to:
                    opened.append((method, address.name, letter, answer.status_code))
    assert opened == []
    assert asked >= len(OUTSIDERS) * 8
    assert Viewing.objects.count() == 0


def test_those_inside_get_them(house):
    browser = Client()
    document = house.things["document"]
    seen = {letter: statuses(house.sit_down(browser, letter), document) for letter in "OIB"}
    assert seen == {"O": {200}, "I": {200}, "B": {200, 404}}  # B: not the original, which nobody has shown


def test_a_document_opens_only_in_the_chat_where_it_is_shown(talk, document):
    other = make.claimed(owner=talk.request.owner)
    amina = logged_in(talk.request.owner)
    path = path_of(document, "sida/1/").replace(talk.request.public_id, other.request.public_id)
    assert got(amina, path)[0] == 404
    assert got(amina, path_of(document, "sida/1/"))[0] == 200


@pytest.mark.parametrize(
    "end",
    ["sida/0/", "sida/2/", f"sida/{10**30}/", "original/2/", f"original/{10**30}/", "ljud/", "sida/x/", "sida/-1/"],
)
def test_what_is_not_there_is_404(document, talk, end):
    assert got(logged_in(talk.request.owner), path_of(document, end))[0] == 404


def test_a_number_that_no_version_has_is_404(document, talk):
    for number in (0, 2, 10**30):
        assert got(logged_in(talk.request.owner), path_of(document, "sida/1/", number=number))[0] == 404


def test_bytes_that_are_gone_are_404(document, talk):
    for name in make.stored_names(document):
        make.files.remove(name)
    assert statuses(logged_in(talk.request.owner), document, BYTES[:2]) == {404}


def test_nothing_of_a_removed_document_opens(document, talk):
    type(document).objects.update(removed_at=timezone.now())
    assert statuses(logged_in(talk.request.owner), document) == {404}


# --- what --------------------------------------------------------------------------------------------------------------
def test_a_helper_gets_the_masked_picture_until_the_owner_shows_all(document, talk):
    bjorn, amina = logged_in(make.helper_of(talk).user), logged_in(talk.request.owner)
    path = path_of(document, "sida/1/")
    assert [got(one, path)[1] for one in (amina, bjorn)] == [b"picture", b"masked picture"]
    assert got(amina, f"{path}?gomd=1")[1] == b"masked picture"
    document.versions.update(shows_all=True)
    assert got(bjorn, path)[1] == b"picture"


def test_a_page_that_its_owner_has_not_looked_at_is_only_the_owners(document, talk):
    version = document.versions.get()
    version.pages.update(is_released=False)
    bjorn = logged_in(make.helper_of(talk).user)
    assert got(bjorn, path_of(document, "sida/1/"))[0] == 404
    assert got(logged_in(talk.request.owner), path_of(document, "sida/1/"))[0] == 200


def test_a_page_with_masks_that_are_not_burnt_in_shows_a_helper_nothing(document, talk):
    version = document.versions.get()
    version.pages.update(masks=[{"box": [0, 0, 1, 1], "kind": "drawn"}], masked_picture="")
    assert got(logged_in(make.helper_of(talk).user), path_of(document, "sida/1/"))[0] == 404


def test_a_helper_gets_an_original_only_when_all_is_shown(document, talk):
    bjorn, path = logged_in(make.helper_of(talk).user), path_of(document, "original/1/")
    assert got(bjorn, path)[0] == 404
    document.versions.update(shows_all=True)
    assert got(bjorn, path) == (200, b"original bytes")


def test_active_content_takes_one_more_click(document, talk):
    document.versions.update(shows_all=True, is_active_content=True)
    bjorn, path = logged_in(make.helper_of(talk).user), path_of(document, "original/1/")
    page = bjorn.get(path)
    assert (page.status_code, page["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "not checked for viruses" in page.content.decode()
    assert Viewing.objects.count() == 0
    assert bjorn.post(path).getvalue() == b"original bytes"
    assert got(logged_in(talk.request.owner), path)[1] == b"original bytes"


def test_a_helper_sees_only_prepared_versions(document, talk):
    make.version(document, state="preparing")
    bjorn, amina = logged_in(make.helper_of(talk).user), logged_in(talk.request.owner)
    assert [got(one, path_of(document, "sida/1/", number=2))[0] for one in (amina, bjorn)] == [200, 404]


def test_files_are_sent_so_that_they_do_nothing(document, talk):
    amina = logged_in(talk.request.owner)
    document.versions.get().files.update(original_name="mitt cv åäö.pdf")
    original, picture = (roles.read(amina.get(path_of(document, end))) for end in ("original/1/", "sida/1/"))
    for answer in (original, picture):
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-store"
    assert original["Content-Type"] == "application/octet-stream"
    assert original["Content-Disposition"] == "attachment; filename*=utf-8''mitt%20cv%20%C3%A5%C3%A4%C3%B6.pdf"
    assert (picture["Content-Type"], picture["Content-Disposition"]) == ("image/webp", 'inline; filename="sida-1.webp"')
    assert not any(
        name in str(answer.headers) for name in make.stored_names(document) for answer in (original, picture)
    )


def test_no_address_leads_straight_to_the_files(document, talk):
    amina, names = logged_in(talk.request.owner), make.stored_names(document)
    assert names
    routes = [str(one.pattern) for one in get_resolver().url_patterns]
    assert not any("media" in route for route in routes)
    assert not settings.MEDIA_URL.strip("/")
    for name in names:
        for start in ("/", "/media/", "/static/", "/files/", "/var/files/", f"/static/../files/{name[:2]}/"):
            assert amina.get(f"{start}{name}").status_code == 404


# --- sound -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def sound(talk):
    return make.document(talk, kind="sound", source="sound", format="webm", seconds=3)


def test_a_sound_is_heard_in_the_chat_and_its_hearing_is_a_row(sound, talk):
    bjorn = logged_in(make.helper_of(talk).user)
    answer = bjorn.get(path_of(sound, "ljud/"))
    assert (answer.getvalue(), answer["Content-Type"]) == (b"original bytes", "audio/webm")
    assert answer["Content-Disposition"].startswith("inline")
    assert [row.what for row in Viewing.objects.all()] == ["sound"]


@pytest.mark.parametrize(
    ("wanted", "status", "body"),
    [
        ("bytes=0-", 206, b"original bytes"),
        ("bytes=0-3", 206, b"orig"),
        ("bytes=9-99", 206, b"bytes"),
        ("bytes=14-", 416, b""),
        ("bytes=5-2", 416, b""),
        ("bytes=-5", 200, b"original bytes"),
        (f"bytes={'9' * 5000}-", 200, b"original bytes"),
        ("bytes=a-b", 200, b"original bytes"),
        ("bytes=0-1,3-4", 200, b"original bytes"),
        ("", 200, b"original bytes"),
    ],
)
def test_a_player_gets_the_part_it_asks_for(sound, talk, wanted, status, body):
    answer = logged_in(talk.request.owner).get(path_of(sound, "ljud/"), headers={"Range": wanted})
    content = answer.getvalue() if answer.streaming else answer.content
    assert (answer.status_code, content) == (status, body)
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"


# --- how long ----------------------------------------------------------------------------------------------------------
def test_access_ends_24_hours_after_the_end(document, talk):
    helper, amina = make.helper_of(talk).user, talk.request.owner
    matching.resolve(talk.request, actor=helper)
    ended = timezone.now()
    with time_machine.travel(ended + timedelta(hours=23, minutes=59)):
        assert got(logged_in(helper), path_of(document, "sida/1/"))[0] == 200
    with time_machine.travel(ended + timedelta(hours=24, minutes=1)):
        assert statuses(logged_in(helper), document) == {404}
        assert statuses(logged_in(amina), document) == {200}


def test_on_hold_the_volunteer_is_out_and_staff_let_in_is_in(document, talk):
    helper, disa = make.helper_of(talk).user, make.staff()
    matching.hold(talk.request, actor=disa)
    matching.let_staff_in(talk.request, staff=disa, reason="review")
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = roles.session_of(disa, has_shown_key=True)
    assert (statuses(logged_in(helper), document), statuses(browser, document)) == ({404}, {200})


def test_swapped_away_is_out_at_once(document, talk):
    helper = make.helper_of(talk).user
    bjorn = logged_in(helper)
    assert got(bjorn, path_of(document, "sida/1/"))[0] == 200
    matching.swap_volunteer(talk.request, actor=talk.request.owner)
    assert statuses(bjorn, document) == {404}


def test_a_new_link_version_ends_the_grant(house):
    browser, document = Client(), house.things["shell_document"]
    house.sit_down(browser, "G")
    assert statuses(browser, document) == {200}
    links.void_all(make.seeker_of(house.shell_chat))
    assert statuses(browser, document) == {404}


# --- who has seen it ---------------------------------------------------------------------------------------------------
def test_each_view_of_a_helper_is_one_row_in_ten_minutes_and_the_owners_none(document, talk):
    helper = make.helper_of(talk).user
    document.versions.update(shows_all=True)
    path, now = path_of(document, "sida/1/"), timezone.now()
    got(logged_in(talk.request.owner), path)
    with time_machine.travel(now) as clock:
        bjorn = logged_in(helper)
        for _again in range(3):
            got(bjorn, path)
        got(bjorn, path_of(document, "original/1/"))
        clock.shift(timedelta(minutes=11))
        got(bjorn, path)
    rows = [(row.viewer, row.side, row.what) for row in Viewing.objects.order_by("pk")]
    assert rows == [(helper, "volunteer", what) for what in ("read", "download", "read")]


def test_a_picture_takes_few_queries(document, talk):
    bjorn, path = logged_in(make.helper_of(talk).user), path_of(document, "sida/1/")
    got(bjorn, path)
    with CaptureQueriesContext(connection) as asked:
        got(bjorn, path)
    assert len(asked) <= 8


def opens(volunteer, number: int) -> None:
    for _one in range(number):
        document = make.document(make.conversation(make.user()))
        viewings.note(document.versions.get(), viewer=volunteer.user, side="volunteer", what="read")


def test_a_volunteer_who_opens_very_many_documents_is_told_to_staff_once():
    make.office()
    eager, calm = make.volunteer("Eager"), make.volunteer("Calm")
    opens(calm, viewings.MANY)
    assert Report.objects.count() == 0
    opens(eager, viewings.MANY + 3)
    report = Report.objects.get()
    assert (report.about_kind, report.about_id, report.handled_at) == ("viewings", str(eager.user.pk), None)
    assert [row.label for row in desk.all_rows() if "Eager" in row.label] == [report.text]
    assert f" {viewings.MANY + 1} " in report.text


def test_many_documents_over_many_days_are_nothing_to_tell():
    make.office()
    volunteer, now = make.volunteer(), timezone.now()
    for day in range(5):
        with time_machine.travel(now + timedelta(days=day)):
            opens(volunteer, 6)
    assert Report.objects.count() == 0


def test_the_page_of_a_helper_offers_what_may_be_downloaded_and_says_it_is_not_scanned(document, talk):
    bjorn, page = logged_in(make.helper_of(talk).user), path_of(document)
    assert "original/1/" not in bjorn.get(page).content.decode()
    document.versions.update(shows_all=True)
    shown = bjorn.get(page).content.decode()
    assert "original/1/" in shown
    assert "not checked for viruses" in shown
