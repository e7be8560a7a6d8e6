"""The chat, the desk, the account and the volunteers' pages in a real browser at 320 px: no sideways scroll, axe content."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from chat import claiming, links, matching, meetings, notes
from motesplats.models import User
from seekers.models import HelpRequest
from tests import make, roles
from tests.e2e.test_look import faults
from volunteers import certificates

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Arbetsförmedlingskontorsbesöksbokningsbekräftelse https://example.org/en/mycket/lang/adress/utan/mellanslag/12345678901234567890"
ASKED = 'من فضلك ساعدني. <b>Hej</b> & "tack"'


@pytest.fixture(autouse=True)
def house(db):
    cache.clear()
    make.office()


@pytest.fixture
def bjorn():
    return make.volunteer("Björn Ståhlberg-Öfverström", on_duty=True)


def talk_of(bjorn, owner: User, state: str):
    """A chat with something said, brought to `state` by the moves people make."""
    talk = make.conversation(owner, need=ASKED)
    if state != "waiting":
        claiming.claim(talk.request, bjorn)
        for number in range(12):
            make.message(
                make.helper_of(talk) if number % 2 else make.seeker_of(talk),
                f"{number} {LONG if number == 5 else ASKED}",
            )
    question = HelpRequest.objects.get(pk=talk.request.pk)
    if state == "on_hold":
        matching.stop(question, actor=owner)
    if state in ("resolved", "closed"):
        matching.resolve(question, actor=owner)
    if state == "closed":
        matching.close(question, actor=None, why="test")
    return talk


def enter(page, base: str, key: str):
    """The browser of whoever has the session `key`. An open chat of somebody else would reload while we go on."""
    page.goto("about:blank")
    page.context.add_cookies([{"name": "session", "value": key, "url": base}])
    return page


def look(page, *urls: str) -> list[str]:
    found = []
    for url in urls:
        assert page.goto(url).status == 200, url
        found += faults(page)
    return found


@pytest.mark.parametrize("language", ["", "/ar"])
@pytest.mark.parametrize("state", ["waiting", "active", "resolved", "on_hold", "closed"])
def test_chat_of_the_one_who_asked(new_page, live_server, bjorn, state, language):
    page, found = new_page(width=320, height=640), []
    for owner in (make.user("Amina"), make.user("Leila", email=None)):
        talk = talk_of(bjorn, owner, state)
        enter(page, live_server.url, roles.session_of(grants=(make.seeker_of(talk),)))
        path = f"{live_server.url}{language}/chatt/{talk.request.public_id}/"
        found += look(page, path)
        if owner.is_shell and state in ("waiting", "active"):
            found += _address_box(page)
    assert not found, "\n".join(found)


def _address_box(page) -> list[str]:
    """Opened, then with a code on its way, then with a wrong code."""
    page.click("#address summary")
    found = faults(page)
    page.fill("#address input[type=email]", "leila@example.org")
    page.click("#address form button >> nth=0")
    page.wait_for_selector("#address input[name=code]")
    found += faults(page)
    page.fill("#address input[name=code]", "1")
    page.click("#address form button >> nth=0")
    page.wait_for_selector("#address input[aria-invalid=true]")
    return found + faults(page)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_pages_around_the_chat(new_page, live_server, bjorn, language):
    talk = talk_of(bjorn, make.user("Leila", email=None), "active")
    page = enter(new_page(width=320, height=640), live_server.url, roles.session_of(grants=(make.seeker_of(talk),)))
    path = f"{live_server.url}{language}/chatt/{talk.request.public_id}/"
    link = f"{live_server.url}{language}{links.path_for(make.seeker_of(talk))}"
    pages = ["avsluta/", "byt/", "fel/", "utskrift/", "spara/", "?skriv=1", "?fore=5"]
    found = look(page, *(f"{path}{one}" for one in pages), link, f"{live_server.url}{language}/mina-fragor/")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_pages_of_the_volunteer(new_page, live_server, bjorn, language):
    talk = talk_of(bjorn, make.user("Amina"), "active")
    for number in range(3):
        make.conversation(make.user("Samir"), need=f"{number} {LONG}", swedish_level="sfi_c")
    make.booking(bjorn, make.shift())
    make.shift(hours=9)
    page = enter(new_page(width=320, height=640), live_server.url, roles.session_of(bjorn.user))
    chat = f"/chatt/{talk.request.public_id}/"
    pages = ["/jour/", chat, f"{chat}avsluta/", f"{chat}fel/", "/pass/", "/volontar/"]
    found = look(page, *(f"{live_server.url}{language}{one}" for one in pages))
    assert not found, "\n".join(found)


def test_pages_of_the_volunteer_beside_the_desk(new_page, live_server, bjorn):
    """How one becomes a volunteer and learns; a chat's times, notes and second volunteer; what the desk leads to."""
    talk = talk_of(bjorn, make.user("Amina"), "active")
    make.course_part(question_sv="Vad skriver du?", answer_sv="Kort.")
    make.phrase()
    make.certificate(bjorn), certificates.ask_reference(bjorn)
    notes.write(talk.request, author=bjorn.user, text=LONG)
    page = enter(new_page(width=320, height=640), live_server.url, roles.session_of(bjorn.user))
    chat = f"/chatt/{talk.request.public_id}"
    pages = [f"{chat}/tid/", f"{chat}/anteckningar/", f"{chat}/ta-in/", "/jour/fraser/", "/jour/kollegor/"]
    pages += [
        f"/volontar/{one}/" for one in ("om-mig", "regler", "kurs", "kurs/1", "ova", "intyg", "intyg/mina", "min-sida")
    ]
    found = look(page, *(f"{live_server.url}{one}" for one in pages))
    page.goto(f"{live_server.url}/volontar/ova/")
    page.click("main form button >> nth=0")
    found += faults(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_pages_of_a_time_for_the_one_who_asked(new_page, live_server, bjorn, language):
    """No time yet; three suggested by the volunteer; one agreed on."""
    talk = talk_of(bjorn, make.user("Amina"), "active")
    amina, helper = (make.person_of(who(talk)) for who in (make.seeker_of, make.helper_of))
    page = enter(new_page(width=320, height=640), live_server.url, roles.session_of(grants=(amina.participant,)))
    path = f"{live_server.url}{language}/chatt/{talk.request.public_id}/tid/"
    found = look(page, path)
    start = timezone.now().replace(minute=30, second=0, microsecond=0) + timedelta(days=1)
    proposal = meetings.propose(helper, [start, start + timedelta(hours=1), start + timedelta(hours=2)])
    found += look(page, path)
    meetings.choose(amina, proposal, start)
    found += look(page, path)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_pages_of_the_account(new_page, live_server, language):
    page = new_page(width=320, height=640)
    base = f"{live_server.url}{language}"
    found = look(page, f"{base}/konto/logga-in/", f"{base}/volontar/")
    page.goto(f"{base}/konto/logga-in/")
    page.fill("main input[name=email]", "ny@example.org")
    page.click("main form button >> nth=0")
    page.wait_for_url("**/konto/kod/")
    found += faults(page)
    amina = make.user("Amina")
    enter(page, live_server.url, roles.session_of(amina, has_shown_key=True))
    pages = [
        "",
        "logga-ut/",
        "adress/",
        "mejl/",
        "enheter/",
        "nyckel/",
        "nyckel/app/",
        "nyckel/passnycklar/",
        "nyckel/passnycklar/ny/",
    ]
    found += look(page, *(f"{base}/konto/{one}" for one in pages), f"{base}/volontar/")
    assert not found, "\n".join(found)


def test_start_page_of_staff(new_page, live_server, bjorn):
    talk_of(bjorn, make.user("Amina"), "on_hold")
    make.volunteer("Nils", state="applied", approved_at=None)
    page = enter(new_page(width=320, height=640), live_server.url, roles.session_of(make.staff(), has_shown_key=True))
    assert page.goto(f"{live_server.url}/admin/").status == 200
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert [one for one in faults(page) if "small target" not in one] == []


SEEN = """(selector) => {
  const all = document.querySelectorAll(selector), box = all[all.length - 1].getBoundingClientRect();
  const hit = document.elementFromPoint(box.left + Math.min(20, box.width / 2), box.bottom - Math.min(12, box.height / 2));
  return box.top >= 0 - Math.max(0, box.height - 200) && box.bottom <= innerHeight + 1 && all[all.length - 1].contains(hit);
}"""


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("language", ["", "/ar"])
def test_with_the_keyboard_open_the_last_message_and_the_box_are_seen(new_page, live_server, bjorn, language, script):
    talk = talk_of(bjorn, make.user("Amina"), "active")
    make.message(make.helper_of(talk), "Sista raden.")
    page = enter(
        new_page(width=320, height=640, java_script_enabled=script),
        live_server.url,
        roles.session_of(grants=(make.seeker_of(talk),)),
    )
    page.goto(f"{live_server.url}{language}/chatt/{talk.request.public_id}/{'' if script else '?skriv=1#slut'}")
    page.set_viewport_size({"width": 320, "height": 400})
    page.click("#id_body")
    page.wait_for_timeout(600)
    if script:
        assert page.evaluate(SEEN, "#id_body")
        assert page.evaluate(SEEN, ".log > li.msg p")
    else:  # evaluate needs no script of the page
        box, last = page.locator("#id_body").bounding_box(), page.locator(".log > li.msg p").last.bounding_box()
        assert last["y"] >= 0 and last["y"] + last["height"] <= box["y"] + 1 and box["y"] + box["height"] <= 400


@pytest.mark.parametrize(("width", "height"), [(320, 450), (640, 320)])
def test_the_ways_out_are_there_on_a_small_phone_and_one_on_its_side(new_page, live_server, bjorn, width, height):
    talk = talk_of(bjorn, make.user("Amina"), "active")
    page = enter(
        new_page(width=width, height=height), live_server.url, roles.session_of(grants=(make.seeker_of(talk),))
    )
    page.goto(f"{live_server.url}/chatt/{talk.request.public_id}/")
    for way in ("a[href$='/avsluta/']", "a[href$='/byt/']", "a[href$='/fel/']", "a[href='tel:112']", "[data-leave]"):
        assert page.locator(f".talk {way}").first.is_visible(), way


def test_chat_and_desk_ask_nobody_else_and_break_no_rule(new_page, live_server, bjorn):
    talk = talk_of(bjorn, make.user("Amina"), "active")
    page, asked, complaints = new_page(width=360), [], []
    enter(page, live_server.url, roles.session_of(bjorn.user))
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for path in (
        "/jour/",
        f"/chatt/{talk.request.public_id}/",
        f"/chatt/{talk.request.public_id}/utskrift/",
        "/pass/",
        "/konto/",
    ):
        page.goto(f"{live_server.url}{path}")
    assert {url for url in asked if not url.startswith((live_server.url, "data:"))} == set()
    assert [said for said in complaints if "WebSocket" not in said] == []  # this server has no sockets
