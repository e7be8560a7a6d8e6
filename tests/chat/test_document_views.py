"""The owner's pages of documents, as forms without script: bring, wait, see, hide, begin with six questions."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat.document_forms import zones_under
from chat.models import Conversation
from motesplats import files
from seekers.models import Document, DocumentVersion, HelpRequest, WritingDraft
from tests import make
from tests.chat.house import logged_in, with_grant
from tests.seekers.brought import looked_at, photo
from tests.test_budget import CSS, HTML, JS, weights

pytestmark = pytest.mark.django_db
State = DocumentVersion.State


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def talk(db) -> Conversation:
    return make.claimed()


@pytest.fixture
def amina(talk) -> Client:
    return logged_in(make.seeker_of(talk).user)


@pytest.fixture
def bjorn(talk) -> Client:
    return logged_in(make.helper_of(talk).user)


def path(talk, rest: str = "dokument/") -> str:
    return f"/en/chatt/{HelpRequest.objects.get(conversation=talk).public_id}/{rest}"


def send(browser, talk, *uploads, query: str = "", **more):
    return browser.post(f"{path(talk)}{query}", {"files": list(uploads), "draft_id": str(uuid4()), **more})


def a_photo(browser, talk, *uploads) -> DocumentVersion:
    """Sent and prepared."""
    assert send(browser, talk, *(uploads or [photo()])).status_code == 302
    return looked_at(DocumentVersion.objects.latest("pk"))


def of(talk, version, rest: str = "") -> str:
    return path(talk, f"dokument/{version.document.public_id}/{version.number}/{rest}")


def seen(browser, address: str) -> int:
    answer = browser.get(address)
    if answer.streaming:
        b"".join(answer)  # the client closes what was read to its end
    return answer.status_code


# --- bring -----------------------------------------------------------------------------------------------------------


def test_the_chat_invites_the_one_who_asked_and_nobody_else(talk, amina, bjorn):
    words = "Send your CV or take a photo."
    assert words in amina.get(path(talk, "")).content.decode()
    assert words not in bjorn.get(path(talk, "")).content.decode()


def test_a_photo_is_sent_and_the_page_says_that_it_takes_a_minute(talk, amina):
    page = amina.post(path(talk), {"files": [photo()], "draft_id": str(uuid4())}, follow=True).content.decode()

    assert "We are preparing your CV. It takes about 1 minute." in page
    assert 'http-equiv="refresh"' in page
    assert "We are preparing it." in amina.get(path(talk, "")).content.decode()


def test_whoever_holds_a_grant_may_bring(talk):
    browser = with_grant(make.seeker_of(talk))

    assert send(browser, talk, text="Jag har arbetat som kock.").status_code == 302
    assert Document.objects.get().owner == make.seeker_of(talk).user


def test_a_helper_sees_the_list_and_brings_nothing(talk, bjorn):
    make.document(talk, title="Mitt CV.pdf")

    page = bjorn.get(path(talk)).content.decode()

    assert ("Mitt CV.pdf" in page, "<form method" in page.partition("<main")[2]) == (True, False)
    assert send(bjorn, talk, text="Något").status_code == 404
    assert Document.objects.count() == 1


def test_the_limit_is_said_before_anything_is_chosen(talk, amina):
    assert "At most 10 MB" in amina.get(path(talk)).content.decode()


def test_what_was_not_checked_for_viruses_is_said_beside_a_file_alone(talk, amina):
    words = "Not checked for viruses."
    scanned = make.document(talk, scan="clean")
    pages = {
        "form": amina.get(path(talk)),
        "file": amina.get(path(talk, f"dokument/{make.document(talk).public_id}/")),
        "text": amina.get(path(talk, f"dokument/{make.document(talk, source='text').public_id}/")),
        "scanned": amina.get(path(talk, f"dokument/{scanned.public_id}/")),
    }

    assert [name for name, page in pages.items() if words in page.content.decode()] == ["file"]
    assert "Checked for viruses." in pages["scanned"].content.decode()


@pytest.mark.parametrize(
    "uploads, more, words",
    [
        ([], {}, "Choose a file, or paste your text."),
        ([SimpleUploadedFile("cv.pdf", b"")], {}, "The file is empty."),
        ([SimpleUploadedFile("cv.exe", b"MZ")], {}, "We cannot open this kind of file."),
        ([SimpleUploadedFile("cv.heic", b"\0\0\0\x18ftypheic")], {}, "HEIC"),
        ([SimpleUploadedFile("cv.pdf", b"a" * (10 * 1024**2 + 1))], {}, "The file is too large (at most 10 MB)."),
        ([photo()], {"text": "Och en text"}, "Send one of them at a time."),
        ([], {"text": "a" * 20_001}, "The text is too long"),
        ([], {"text": "a\0b"}, "has a sign that we cannot read"),
        ([photo()], {"kind": "sound"}, "Choose one of these."),
        ([photo(f"{n}.jpg") for n in range(21)], {}, "Send at most 20 at a time."),
    ],
)
def test_what_is_refused_is_said_beside_the_form(talk, amina, uploads, more, words):
    answer = send(amina, talk, *uploads, **more)

    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert (Document.objects.count(), list(files.names())) == (0, [])


def test_a_text_that_is_refused_comes_back_with_the_choice_made(talk, amina):
    answer = send(amina, talk, photo(), text="Min långa text", kind="letter").content.decode()

    assert "Min långa text</textarea>" in answer
    assert 'value="letter" id="id_kind_1" checked' in answer or "checked" in answer


def test_a_question_about_something_else_asks_what_it_is():
    talk = make.conversation(topic="other")
    browser = logged_in(make.seeker_of(talk).user)

    answer = send(browser, talk, text="Hej")
    assert "Choose what it is." in answer.content.decode()
    assert " checked" not in browser.get(path(talk)).content.decode().partition("<form")[2].partition("</form>")[0]
    assert send(browser, talk, text="Hej", kind="letter").status_code == 302
    assert Document.objects.get().kind == "letter"


def test_the_topic_says_what_it_is_when_nothing_is_chosen():
    talk = make.conversation(topic="letter")

    send(logged_in(make.seeker_of(talk).user), talk, text="Hej")

    assert Document.objects.get().kind == "letter"


def test_a_bad_draft_id_is_no_hindrance_and_the_same_twice_is_one(talk, amina):
    for draft_id in ("", "x" * 99, str(uuid4())):
        assert send(amina, talk, text="Hej", draft_id=draft_id).status_code == 302
        assert send(amina, talk, text="Hej", draft_id=draft_id).status_code == 302
    assert Document.objects.count() == 5


def test_a_new_version_keeps_the_document_and_its_kind(talk, amina):
    version = a_photo(amina, talk)

    answer = send(amina, talk, text="Nu som text", query=f"?ny={version.document.public_id}")

    assert answer.status_code == 302
    assert list(version.document.versions.values_list("number", "source")) == [(1, "photos"), (2, "text")]


def test_a_text_is_changed_where_it_stands(talk, amina):
    send(amina, talk, text="Jag har leka med barn.\nTelefon: 070-174 06 05")
    renew = f"?ny={Document.objects.get().public_id}"
    draft_id = str(uuid4())

    shown = amina.get(f"{path(talk)}{renew}").content.decode()
    unchanged = send(amina, talk, text="Jag har leka med barn.\r\nTelefon: 070-174 06 05", query=renew)
    for _twice in range(2):
        changed = send(amina, talk, text="Jag lekte med barn.", query=renew, draft_id=draft_id)
        assert changed.status_code == 302

    assert "Jag har leka med barn.\nTelefon: 070-174 06 05</textarea>" in shown
    assert (unchanged.status_code, "Change your text first" in unchanged.content.decode()) == (400, True)
    assert list(DocumentVersion.objects.order_by("pk").values_list("number", "text")) == [
        (1, "Jag har leka med barn.\nTelefon: 070-174 06 05"),
        (2, "Jag lekte med barn."),
    ]


def test_a_file_is_taken_instead_of_a_text_that_only_stood_there(talk, amina):
    send(amina, talk, text="Min text")
    renew, draft_id = f"?ny={Document.objects.get().public_id}", str(uuid4())

    for _twice in range(2):
        assert send(amina, talk, photo(), text="Min text", query=renew, draft_id=draft_id).status_code == 302
    both = send(amina, talk, photo(), text="Min nya text", query=f"?ny={Document.objects.get().public_id}")

    assert list(DocumentVersion.objects.order_by("pk").values_list("source", flat=True)) == ["text", "photos"]
    assert both.status_code == 400


def test_what_is_here_stands_before_the_way_to_send_more(talk, amina):
    send(amina, talk, text="Min text")

    page = amina.get(path(talk)).content.decode()

    assert page.index('class="papers card"') < page.index("data-upload")
    assert page.count('class="papers card"') == 1


def test_a_recording_is_listened_to_and_a_text_is_read(talk, amina):
    make.document(talk)
    read_only = amina.get(path(talk)).content.decode()
    make.document(talk, kind="sound", source="sound", format="webm", seconds=40)
    both = amina.get(path(talk)).content.decode()

    assert ("can read it." in read_only, "can listen to it." in read_only) == (True, False)
    assert ("can read it." in both, "can listen to it." in both) == (True, True)


def test_a_version_of_a_document_that_is_not_here_is_404(talk, amina):
    elsewhere = make.document(make.conversation(make.user("Samir")))

    for wanted in (elsewhere.public_id, "finns-inte"):
        assert amina.get(f"{path(talk)}?ny={wanted}").status_code == 404
        assert send(amina, talk, text="Hej", query=f"?ny={wanted}").status_code == 404


def test_too_many_sendings_in_an_hour_are_refused_with_the_text_kept(talk, amina, monkeypatch):
    monkeypatch.setattr("chat.document_views.BRINGS_PER_HOUR", 1)
    send(amina, talk, text="Första")

    answer = send(amina, talk, text="Andra texten")

    assert ("Wait an hour" in answer.content.decode(), "Andra texten" in answer.content.decode()) == (True, True)


def test_a_closed_chat_takes_nothing_more(talk, amina):
    Conversation.objects.update(refusal="closed")

    assert 'type="file"' not in amina.get(path(talk)).content.decode()
    assert (send(amina, talk, text="Hej").status_code, Document.objects.count()) == (400, 0)


# --- see and show ----------------------------------------------------------------------------------------------------


def test_only_what_was_really_found_is_named(talk, amina):
    answer = send(amina, talk, text="Amina\nTelefon 070-174 06 05\namina@example.org")

    page = amina.get(answer["Location"]).content.decode()
    assert "We have hidden phone number and email address." in page
    assert "This is how the volunteer sees your CV." in page
    assert ("070-174" in page, "postcode" in page) == (False, False)


def test_show_all_and_hide_again(talk, amina):
    send(amina, talk, text="Telefon 070-174 06 05")
    version = DocumentVersion.objects.get()

    amina.post(of(talk, version, "visa/"), {"to": "all"})
    shown = amina.get(of(talk, version)).content.decode()
    amina.post(of(talk, version, "visa/"), {"to": "masked"})
    hidden = amina.get(of(talk, version)).content.decode()

    assert ["070-174 06 05" in page for page in (shown, hidden)] == [True, False]


def test_what_could_not_be_read_is_said_with_a_button_to_try_again(talk, amina):
    version = a_photo(amina, talk)
    DocumentVersion.objects.update(state=State.REFUSED, refusal="could_not_read")

    page = amina.get(of(talk, version)).content.decode()
    assert ("We could not read the file." in page, "Try again" in page) == (True, True)
    assert amina.post(of(talk, version, "igen/")).status_code == 302
    assert DocumentVersion.objects.get().state == State.PREPARING


def test_a_strange_refusal_has_words_too(talk, amina):
    version = a_photo(amina, talk)
    DocumentVersion.objects.update(state=State.REFUSED, refusal="no_such_code")

    assert "We could not read the file." in amina.get(of(talk, version)).content.decode()


@pytest.mark.parametrize("who", ["amina", "bjorn"])
def test_the_chat_page_weighs_and_asks_the_same_with_a_cv_of_1_or_30_pages(talk, who, request):
    browser, seen = request.getfixturevalue(who), []
    text = "\n".join(f"Rad {number} om vad jag har gjort i köket." for number in range(40))
    documents = [make.document(talk, text=text).versions.get() for _each in range(3)]
    for pages in (1, 30):
        for version in documents:
            for number in range(version.pages.count() + 1, pages + 1):
                make.page(version, number)
        browser.get(path(talk, ""))
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(path(talk, "")).content
        seen.append((len(asked), len(page)))
        print(f"{who} {pages} pages: {len(asked)} queries, (html, css, js) {weights(page)} bytes")
    assert seen[0] == seen[1]
    assert not any('"lines"' in query["sql"] or '_documentversion"."text"' in query["sql"] for query in asked)
    html, css, js = weights(page)
    assert (html <= HTML, css <= CSS, js <= JS, b"/sida/" in page) == (True, True, True, False)


@pytest.mark.parametrize("pages, queries", [(1, 14), (30, 14)])  # one says how long it is kept
def test_the_owners_page_takes_the_same_queries_for_1_and_30_pages(
    talk, amina, pages, queries, django_assert_num_queries
):
    version = make.document(talk).versions.get()
    for number in range(2, pages + 1):
        make.page(version, number)
    amina.get(of(talk, version))

    with django_assert_num_queries(queries):
        answer = amina.get(of(talk, version))

    assert answer.content.decode().count("<img") == min(pages, 5)


def test_pages_beyond_the_fifth_are_behind_a_link(talk, amina):
    version = make.document(talk).versions.get()
    for number in range(2, 13):
        make.page(version, number)

    assert "Page 12 of 12" in amina.get(f"{of(talk, version)}?sida=3").content.decode()
    for strange in ("0", "99", "x", "-1"):
        assert amina.get(f"{of(talk, version)}?sida={strange}").status_code == 200


def test_when_it_is_taken_away_is_said(talk, amina):
    send(amina, talk, text="Hej")
    version = DocumentVersion.objects.get()
    assert "30 days after the question is closed" in amina.get(of(talk, version)).content.decode()

    HelpRequest.objects.update(ended_at="2026-11-20T12:00:00Z")
    assert "It is taken away Sunday 20 December." in amina.get(of(talk, version)).content.decode()


# --- boxes over what is private --------------------------------------------------------------------------------------


def test_zones_hide_parts_without_script(talk, amina):
    version = a_photo(amina, talk)
    assert "The volunteer cannot see this picture yet." in amina.get(of(talk, version)).content.decode()

    answer = amina.post(of(talk, version, "doljt/"), {"zone": ["1-0", "9-3"]})

    page = version.pages.get()
    assert (answer.status_code, page.is_released) == (302, True)
    assert [mask["box"] for mask in page.masks] == [[0, 0.1, 0.25, 0.1], [0.75, 0.9, 0.25, 0.1]]
    again = amina.get(of(talk, version, "doljt/")).content.decode()
    assert again.count(" checked") == 2


def test_what_the_house_found_is_said_to_be_hidden(talk, amina):
    version = a_photo(amina, talk)
    found = {"box": [0.1, 0.1, 0.3, 0.02], "kind": "phone"}

    before = amina.get(of(talk, version, "doljt/")).content.decode()
    version.pages.update(masks=[found])
    after = amina.get(of(talk, version, "doljt/")).content.decode()

    assert ("We hide the black parts." in before, "We hide the black parts." in after) == (False, True)


def test_small_drawn_box_stays_hidden_when_sent_again_without_script():
    assert zones_under([(0.02, 0.02, 0.05, 0.02)]) == {"0-0"}
    assert zones_under([(0.2, 0.18, 0.1, 0.04)]) == {"1-0", "1-1", "2-0", "2-1"}
    assert zones_under([(0.25, 0.1, 0.25, 0.1)]) == {"1-1"}


def test_drawn_boxes_win_over_zones_and_none_at_all_is_a_choice(talk, amina):
    version = a_photo(amina, talk)

    amina.post(of(talk, version, "doljt/"), {"boxes": "[[0.1, 0.1, 0.5, 0.05]]", "zone": ["1-0"]})
    assert [mask["box"] for mask in version.pages.get().masks] == [[0.1, 0.1, 0.5, 0.05]]
    amina.post(of(talk, version, "doljt/"), {"boxes": "[]", "zone": ["1-0"]})
    assert version.pages.get().masks == []


@pytest.mark.parametrize(
    "boxes", ["{", "7", '"a"', "[1]", "[[1]]", "[[0,0,2,2]]", "[[NaN,0,1,1]]", "[[1e999,0,1,1]]", "[" * 5000,
              '[["a",0,1,1]]', "[[null,0,1,1]]", json.dumps([[0, 0, 0.1, 0.1]] * 61), "x" * 9000]
)  # fmt: skip
def test_bad_boxes_are_said_and_change_nothing(talk, amina, boxes):
    version = a_photo(amina, talk)

    answer = amina.post(of(talk, version, "doljt/"), {"boxes": boxes})

    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)
    assert (version.pages.get().masks, version.pages.get().is_released) == ([], False)


def test_bad_zones_are_said(talk, amina):
    version = a_photo(amina, talk)

    assert amina.post(of(talk, version, "doljt/"), {"zone": ["99-99"]}).status_code == 400


def test_the_whole_picture_is_shown_by_one_press_and_then_comes_the_next(talk, amina, bjorn):
    version = a_photo(amina, talk, photo("a.jpg"), photo("b.jpg"))
    picture = of(talk, version, "sida/1/")
    assert seen(bjorn, picture) == 404

    answer = amina.post(of(talk, version, "doljt/"), {"whole": "1"})
    assert answer["Location"].endswith("/doljt/?sida=2")
    assert (seen(bjorn, picture), seen(bjorn, of(talk, version, "sida/2/"))) == (200, 404)
    assert amina.post(f"{of(talk, version, 'doljt/')}?sida=2", {"whole": "1"})["Location"] == of(talk, version)


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "1" * 50])
def test_a_page_that_is_not_there_is_404(talk, amina, page):
    version = a_photo(amina, talk)

    assert amina.get(f"{of(talk, version, 'doljt/')}?sida={page}").status_code == 404


def test_a_text_has_no_picture_to_cover(talk, amina):
    send(amina, talk, text="Hej")

    assert amina.get(of(talk, DocumentVersion.objects.get(), "doljt/")).status_code == 404


@pytest.mark.parametrize("rest", ["visa/", "igen/", "doljt/"])
def test_helpers_and_strangers_change_nothing(talk, amina, bjorn, rest):
    version = a_photo(amina, talk)
    make.person_of(make.seeker_of(talk))
    stranger = logged_in(make.volunteer("Cecilia").user)

    for browser in (bjorn, stranger, Client()):
        assert browser.post(of(talk, version, rest), {"to": "all", "whole": "1"}).status_code == 404
    version.refresh_from_db()
    assert (version.shows_all, version.pages.get().is_released) == (False, False)


# --- six questions ---------------------------------------------------------------------------------------------------

ANSWERS = {
    "namn": {"name": "Amina Ali", "town": "Göteborg"},
    "arbete": {
        "job": "Kock", "where": "Hotell Sham, Damaskus", "how_long": "8 år", "did": "Jag lagade mat till 200 gäster.",
    },
    "studier": {"studies": "Kockskola, Damaskus, 2009–2011\nSFI C, Göteborg"},
    "sprak": {"languages": "Arabiska: modersmål\nSvenska: lite"},
    "kan": {"good_at": "Datorer", "licence": "learning"},
    "vill": {"wants": "Kock eller köksbiträde"},
}  # fmt: skip


def test_six_answers_become_a_first_cv_in_swedish_order(talk, amina):
    for step, answers in ANSWERS.items():
        answer = amina.post(path(talk, f"forsta-cv/{step}/"), answers)
        assert answer.status_code == 302

    version = DocumentVersion.objects.get()
    headings = [line for line in version.text.split("\n") if line in ("Jag söker", "Arbete", "Utbildning", "Språk")]
    assert headings == ["Jag söker", "Arbete", "Utbildning", "Språk"]
    assert version.text.startswith(
        "Amina Ali\nGöteborg\n\nJag söker\nKock eller köksbiträde\n\nArbete\nKock, Hotell Sham"
    )
    assert version.text.endswith("Jag kan också\nDatorer\nJag tar körkort nu.")
    assert [line["text"] for line in version.pages.get().lines if line["kind"] == "h"][:2] == ["Jag söker", "Arbete"]
    assert answer["Location"] == path(talk, f"dokument/{version.document.public_id}/")


def test_skip_leaves_the_page_out_of_the_cv_and_keeps_its_words_for_who_comes_back(talk, amina):
    for step, answers in ANSWERS.items():
        amina.post(path(talk, f"forsta-cv/{step}/"), {**answers, **({"skip": "1"} if step == "studier" else {})})
    version = DocumentVersion.objects.get()
    typed = ANSWERS["studier"]["studies"].splitlines()[0]
    assert typed not in version.text and "Utbildning" not in version.text and "Arbete" in version.text

    assert typed in amina.get(path(talk, "forsta-cv/studier/")).content.decode()
    amina.post(path(talk, "forsta-cv/studier/"), {**ANSWERS["studier"], "back": "1"})  # Back changes nothing
    amina.post(path(talk, "forsta-cv/vill/"), {"wants": "Kock"})
    assert typed not in DocumentVersion.objects.latest("number").text
    amina.post(path(talk, "forsta-cv/studier/"), ANSWERS["studier"])
    amina.post(path(talk, "forsta-cv/vill/"), {"wants": "Kock"})
    assert typed in DocumentVersion.objects.latest("number").text


def test_back_and_skip_lose_nothing_and_every_page_may_be_empty(talk, amina):
    amina.post(path(talk, "forsta-cv/namn/"), ANSWERS["namn"])
    back = amina.post(path(talk, "forsta-cv/arbete/"), {"job": "Kock", "back": "1"})
    assert back["Location"] == path(talk, "forsta-cv/namn/")
    assert 'value="Amina Ali"' in amina.get(back["Location"]).content.decode()
    assert 'value="Kock"' in amina.get(path(talk, "forsta-cv/arbete/")).content.decode()

    for step in list(ANSWERS)[1:]:
        assert amina.post(path(talk, f"forsta-cv/{step}/"), {"skip": "1"}).status_code == 302


def test_no_answers_make_no_cv(talk, amina):
    answer = amina.post(path(talk, "forsta-cv/vill/"), {})

    assert (answer.status_code, "Answer at least one question." in answer.content.decode()) == (400, True)
    assert Document.objects.count() == 0


def test_pressed_twice_is_one_cv_and_changed_answers_are_its_next_version(talk, amina):
    for wants in ("Kock", "Kock", "Servitris"):
        amina.post(path(talk, "forsta-cv/vill/"), {"wants": wants})

    assert list(DocumentVersion.objects.values_list("number", "text")) == [
        (1, "Jag söker\nKock"),
        (2, "Jag söker\nServitris"),
    ]


def test_after_the_cv_was_taken_away_the_answers_make_a_new_one(talk, amina):
    amina.post(path(talk, "forsta-cv/vill/"), {"wants": "Kock"})
    Document.objects.update(removed_at="2026-11-20T12:00:00Z")

    amina.post(path(talk, "forsta-cv/vill/"), {"wants": "Kock"})

    assert Document.objects.kept().count() == 1


def test_a_text_that_is_too_long_comes_back_whole(talk, amina):
    long = "a" * 1600
    answer = amina.post(path(talk, "forsta-cv/studier/"), {"studies": long})

    assert (answer.status_code, long in answer.content.decode()) == (400, True)


def test_a_choice_that_is_none_is_said(talk, amina):
    assert amina.post(path(talk, "forsta-cv/kan/"), {"licence": "tank"}).status_code == 400
    assert not WritingDraft.objects.exists()


def test_a_helper_has_no_such_pages(talk, bjorn):
    assert bjorn.get(path(talk, "forsta-cv/")).status_code == 404
    assert bjorn.post(path(talk, "forsta-cv/vill/"), {"wants": "Kock"}).status_code == 404


def test_no_such_question_is_404(talk, amina):
    assert amina.get(path(talk, "forsta-cv/religion/")).status_code == 404
