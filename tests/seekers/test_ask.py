"""The ask pages: every step, skipped and refused, back and forth, sent twice; and the list of one's own questions."""

import threading
import uuid

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from motesplats.models import User
from seekers import asking, help_requests
from seekers.models import HelpRequest, Seeker
from tests import make

pytestmark = pytest.mark.django_db

STEPS = ["/fraga/", "/fraga/annons/", "/fraga/nar/", "/fraga/sprak/", "/fraga/du/"]
FILLED = {
    "/fraga/": {"topic": "cv"},
    "/fraga/annons/": {"ad": "https://jobb.example/1"},
    "/fraga/nar/": {"when": "today", "need": "Jag vill bli klar i kväll."},
    "/fraga/sprak/": {"languages": ["sv", "ar"], "swedish_level": "sfi_c"},
    "/fraga/du/": {"name": "Amina", "email": "amina@example.org", "is_adult": "yes", "consent": "on"},
}


@pytest.fixture(autouse=True)
def house():
    cache.clear()
    return make.office()


def walk(client: Client, until: str = "", **changed):
    """Fill in the pages in order; `changed`: other answers by field name. -> the last answer."""
    answer = None
    for url in STEPS:
        answer = client.post(url, {**FILLED[url], **{k: v for k, v in changed.items() if k in FILLED[url]}})
        if url == until:
            break
    return answer


def path_of(answer) -> str:
    """Where it leads, without the name of the draft."""
    return answer.url.partition("?")[0]


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_first_page_is_open_to_anybody_with_nothing_preselected(client):
    for url in STEPS[:1]:
        page = client.get(url).content.decode()
        assert page.count('type="radio"') == 7
        assert " checked" not in page
    assert not client.session.keys()


@pytest.mark.parametrize("url", STEPS[1:])
def test_no_page_has_anything_preselected(client, url):
    client.post("/fraga/", {"topic": "cv"})
    page = client.get(url).content.decode()
    assert " checked" not in page
    assert " required" not in page


def test_whole_walk_makes_question_shell_grant_and_unconfirmed_address(client, house):
    answer = walk(client)
    made = HelpRequest.objects.select_related("owner__seeker").get()
    assert answer.url == f"/chatt/{made.public_id}/"
    assert (made.state, made.topic, made.ad, made.when, made.need) == (
        "waiting",
        "cv",
        "https://jobb.example/1",
        "today",
        "Jag vill bli klar i kväll.",
    )
    assert (made.languages, made.swedish_level, made.is_adult, made.office) == (["sv", "ar"], "sfi_c", True, house)
    owner = made.owner
    assert (owner.is_shell, owner.display_name, owner.language, owner.has_usable_password()) == (
        True,
        "Amina",
        "sv",
        False,
    )
    assert owner.seeker.languages == ["sv", "ar"]
    assert owner.seeker.consented_at
    session = client.session
    assert session["grants"][made.public_id]["user"] == owner.pk
    assert session["grants"][made.public_id]["link_version"] == 1
    assert session["address"] == {made.public_id: {"email": "amina@example.org"}}
    assert not session["drafts"]
    assert "_auth_user_id" not in session  # asking never logs in


def test_everything_skipped_but_topic_and_consent(client):
    client.post("/fraga/", {"topic": "other"})
    for url, following in zip(STEPS[1:4], STEPS[2:], strict=True):
        assert path_of(client.post(url, {"skip": "1"})) == following
    answer = client.post("/fraga/du/", {"consent": "on"})
    made = HelpRequest.objects.get()
    assert answer.url == f"/chatt/{made.public_id}/"
    assert (made.ad, made.when, made.need, made.swedish_level, made.is_adult) == ("", "", "", "", None)
    assert made.owner.display_name == ""
    assert "address" not in client.session


def test_no_language_ticked_means_the_pages_language_and_swedish(client):
    client.post("/ar/fraga/", {"topic": "cv"})
    answer = client.post("/ar/fraga/du/", {"consent": "on"})  # straight to the end: the pages between are unanswered
    made = HelpRequest.objects.get()
    assert answer.url == f"/ar/chatt/{made.public_id}/"
    assert made.languages == ["ar", "sv"]
    assert made.owner.language == "ar"


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False), ("", None)])
def test_only_yes_lets_volunteers_see(client, said, kept):
    walk(client, is_adult=said)
    assert HelpRequest.objects.get().is_adult is kept
    assert HelpRequest.objects.for_volunteers().exists() is (kept is True)


@pytest.mark.parametrize("level", ["none", "sfi_a", "fluent", "unknown"])
def test_swedish_level_that_is_not_known_is_kept_empty(client, level):
    walk(client, swedish_level=level)
    assert HelpRequest.objects.get().swedish_level == ("" if level == "unknown" else level)


def test_empty_topic_is_asked_for_again(client):
    answer = client.post("/fraga/", {})
    assert answer.status_code == 200
    assert "data-errors" in answer.content.decode()
    assert path_of(client.post("/fraga/", {"topic": "cv", "skip": "1"})) == "/fraga/annons/"
    assert Client().post("/fraga/", {"skip": "1"}).status_code == 200  # the topic alone cannot be skipped


def test_question_is_not_sent_without_consent(client):
    walk(client, until="/fraga/sprak/")
    answer = client.post("/fraga/du/", {"name": "Amina", "email": "a@example.org"})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"consent"}
    assert answer.context["form"]["name"].value() == "Amina"
    assert not HelpRequest.objects.exists()
    assert not User.objects.exists()


def test_address_and_no_address_at_once_is_asked_about(client):
    walk(client, until="/fraga/sprak/")
    answer = client.post("/fraga/du/", FILLED["/fraga/du/"] | {"no_email": "on"})
    assert answer.context["form"].errors.keys() == {"no_email"}
    assert answer.context["form"]["email"].value() == "amina@example.org"


def test_back_keeps_what_was_typed_on_every_page(client):
    client.post("/fraga/", {"topic": "cv"})
    for before, url in zip(STEPS, STEPS[1:], strict=False):
        assert path_of(client.post(url, FILLED[url] | {"back": "1"})) == before
    assert client.get("/fraga/").context["form"]["topic"].value() == "cv"
    for url in STEPS[1:]:
        form = client.get(url).context["form"]
        for name, value in FILLED[url].items():
            if name != "consent":
                assert form[name].value() == value
        assert not form.errors


def test_last_page_that_was_left_shows_no_error_when_one_comes_back(client):
    client.post("/fraga/", {"topic": "cv"})
    client.post("/fraga/du/", {"name": "Amina", "back": "1"})
    form = client.get("/fraga/du/").context["form"]
    assert not form.is_bound
    assert form["name"].value() == "Amina"


def test_skipped_text_stays_on_the_page_but_not_in_the_question(client):
    client.post("/fraga/", {"topic": "cv"})
    client.post("/fraga/annons/", {"ad": "min annons", "skip": "1"})
    assert client.get("/fraga/annons/").context["form"]["ad"].value() == "min annons"
    client.post("/fraga/du/", {"consent": "on"})
    assert HelpRequest.objects.get().ad == ""


def test_skipped_page_that_is_answered_after_all_counts(client):
    client.post("/fraga/", {"topic": "cv"})
    client.post("/fraga/annons/", {"skip": "1"})
    client.post("/fraga/annons/", {"ad": "min annons"})
    client.post("/fraga/du/", {"consent": "on"})
    assert HelpRequest.objects.get().ad == "min annons"


@pytest.mark.parametrize("url", STEPS[1:])
def test_page_opened_too_early_leads_kindly_to_the_first(client, url):
    answer = client.get(url, follow=True)
    assert answer.redirect_chain[-1][0] == "/fraga/"
    assert [str(message.tags) for message in answer.context["messages"]] == ["info"]


def test_text_sent_after_the_session_was_lost_is_kept(client):
    assert path_of(client.post("/fraga/nar/", {"need": "Min långa text"})) == "/fraga/"
    client.post("/fraga/", {"topic": "cv"})
    assert client.get("/fraga/nar/").context["form"]["need"].value() == "Min långa text"


def test_bad_text_on_an_earlier_page_leads_back_there_before_sending(client):
    client.post("/fraga/", {"topic": "cv"})
    client.post("/fraga/nar/", {"need": "x" * 4001, "back": "1"})
    answer = client.post("/fraga/du/", {"consent": "on"})
    assert path_of(answer) == "/fraga/nar/"
    form = client.get("/fraga/nar/").context["form"]
    assert form.errors.keys() == {"need"}
    assert form["need"].value() == "x" * 4001


@pytest.mark.parametrize("bad", ["a\x00b", "\x1b[31m", "a\x85", "x" * 4001])
def test_bad_text_is_refused_in_words_and_kept_in_the_box(client, bad):
    client.post("/fraga/", {"topic": "cv"})
    answer = client.post("/fraga/nar/", {"need": bad})
    assert answer.status_code == 200
    assert answer.context["form"]["need"].value() == bad
    assert answer.context["form"].errors.keys() == {"need"}


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/fraga/", {"topic": "\x00"}),
        ("/fraga/", {"topic": "x" * 100_000}),
        ("/fraga/nar/", {"when": "someday"}),
        ("/fraga/sprak/", {"languages": ["xx"] * 500}),
        ("/fraga/sprak/", {"swedish_level": "\ud7ff"}),
        ("/fraga/du/", {"consent": "on", "email": "a\x00@b"}),
        ("/fraga/du/", {"consent": "on", "email": "x" * 300 + "@example.org"}),
        ("/fraga/du/", {"consent": "on", "name": "x" * 81}),
        ("/fraga/du/", {"consent": "on", "is_adult": "maybe"}),
    ],
)
def test_forged_values_are_refused_never_a_server_error(client, url, data):
    client.post("/fraga/", {"topic": "cv"})
    answer = client.post(url, data)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert client.get(url).status_code in (200, 302)
    assert not HelpRequest.objects.exists()


@pytest.mark.parametrize(
    "good",
    ["x" * 4000, "👩‍👩‍👧‍👦 مرحبا ትግርኛ", "a\u202eb", "line\r\nline"],
    ids=["4000", "scripts", "override", "lines"],
)
def test_good_text_arrives_whole(client, good):
    walk(client, need=good)
    assert HelpRequest.objects.get().need == good.replace("\r\n", "\n")


def test_half_a_letter_from_a_broken_browser_is_no_server_error(client):
    client.post("/fraga/", {"topic": "cv"})
    answer = client.generic(
        "POST", "/fraga/nar/", b"need=a%ED%A0%80b%FF", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 302


def test_name_is_kept_without_invisible_signs(client):
    walk(client, name="\u202eAmina\u200b")
    assert User.objects.get().display_name == "Amina"


def test_sent_twice_by_the_same_browser_is_one_question(client):
    walk(client, until="/fraga/sprak/")
    last = FILLED["/fraga/du/"] | {"draft": str(client.get("/fraga/du/").context["draft_id"])}
    first = client.post("/fraga/du/", last)
    second = client.post("/fraga/du/", last)  # a double press, or Back and Send again
    assert first.url == second.url
    assert HelpRequest.objects.count() == User.objects.count() == 1


def open_tab(client, topic: str) -> str:
    """A tab on the first page, sent. -> the rest of the address: which draft it writes on."""
    page = client.get("/fraga/")
    return client.post("/fraga/", {"topic": topic, "draft": str(page.context["draft_id"]), "anew": "1"}).url[
        len("/fraga/annons/") :
    ]


def say(client, step: str, tab: str, **said):
    page = client.get(f"/fraga/{step}/{tab}")
    return client.post(f"/fraga/{step}/", {**said, "draft": str(page.context["draft_id"])})


def test_two_tabs_are_two_questions_that_never_mix(client):
    cv, interview = open_tab(client, "cv"), open_tab(client, "interview")
    assert cv != interview and cv.startswith("?utkast=")
    say(client, "annons", cv, ad="En annons för kock")
    say(client, "nar", interview, need="Intervju på tisdag")
    say(client, "nar", cv, need="Läs mitt CV")
    for tab in (cv, interview):
        say(client, "sprak", tab, languages=["sv"])
        say(client, "du", tab, consent="on")
    found = set(HelpRequest.objects.values_list("topic", "ad", "need"))
    assert found == {("cv", "En annons för kock", "Läs mitt CV"), ("interview", "", "Intervju på tisdag")}
    assert not client.session["drafts"]
    assert client.get(f"/fraga/du/{cv}").url == f"/chatt/{HelpRequest.objects.get(topic='cv').public_id}/"


def test_the_first_page_opened_anew_goes_on_with_the_same_topic(client):
    first = open_tab(client, "cv")
    say(client, "annons", first, ad="En annons")
    assert client.get("/fraga/").context["form"]["topic"].value() == "cv"
    assert open_tab(client, "cv") == first
    assert client.get(f"/fraga/annons/{first}").context["form"]["ad"].value() == "En annons"
    back = client.get(f"/fraga/{first}")  # Back inside the tab may choose another topic and keeps the text
    client.post("/fraga/", {"topic": "letter", "draft": str(back.context["draft_id"])})
    assert client.get(f"/fraga/annons/{first}").context["form"]["ad"].value() == "En annons"
    assert len(client.session["drafts"]) == 1


@pytest.mark.parametrize("name", ["", "x", "00000000-0000-4000-8000-000000000000", "../"])
def test_a_draft_named_from_outside_is_never_taken(client, name):
    walk(client, until="/fraga/sprak/")
    mine = client.session["drafts"].copy()
    client.post("/fraga/nar/", {"need": "Hej", "draft": name})
    assert set(mine) < set(client.session["drafts"]) and name not in client.session["drafts"]
    assert client.get("/fraga/nar/", {"utkast": name}).status_code == 302


def test_five_drafts_are_kept_the_newest(client):
    tabs = [open_tab(client, topic) for topic in ("cv", "letter", "pitch", "interview", "network", "business")]
    assert [f"?utkast={name}" for name in client.session["drafts"]] == tabs[1:]


@pytest.mark.django_db(transaction=True)
def test_sent_by_eight_threads_at_once_is_one_question_and_one_person():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: SQLite lets one writer in at a time")
    draft, start, made = uuid.uuid4(), threading.Barrier(8), []

    def press():
        start.wait()
        try:
            made.append(asking.ask(None, draft, {"topic": "cv", "name": "Amina"}, language="sv").pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    assert (HelpRequest.objects.count(), User.objects.count(), Seeker.objects.count()) == (1, 1, 1)


def test_next_question_of_the_same_browser_is_another_person(client):
    """A phone may be shared: who asks next must not see, or be, the one before."""
    walk(client)
    walk(client)
    assert HelpRequest.objects.count() == User.objects.count() == 2
    assert len(client.session["grants"]) == 2


def test_not_my_phone_keeps_nothing_when_the_browser_closes(client):
    walk(client, until="/fraga/sprak/")
    answer = client.post("/fraga/du/", FILLED["/fraga/du/"] | {"not_my_phone": "on"})
    assert client.session.get_expire_at_browser_close()
    assert not answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"]


def test_own_phone_remembers_for_thirty_days(client):
    answer = walk(client)
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 24 * 3600


def test_known_person_is_not_asked_for_name_and_address_again():
    amina = make.user()
    client = logged_in(amina)
    walk(client, until="/fraga/sprak/")
    assert set(client.get("/fraga/du/").context["form"].fields) == {
        "is_adult",
        "wants_woman",
        "consent",
        "not_my_phone",
    }
    answer = client.post("/fraga/du/", {"consent": "on", "is_adult": "yes"})
    made = HelpRequest.objects.get()
    assert answer.url == f"/chatt/{made.public_id}/"
    assert made.owner == amina
    assert amina.seeker.is_adult is True
    assert "grants" not in client.session
    assert User.objects.count() == 1


def test_known_person_who_skips_keeps_what_was_said_before():
    amina = make.user()
    Seeker.objects.create(user=amina, languages=["fa"], swedish_level="sfi_b", is_adult=True)
    client = logged_in(amina)
    client.post("/fraga/", {"topic": "cv"})
    client.post("/fraga/du/", {"consent": "on"})
    made = HelpRequest.objects.get()
    assert (made.languages, made.swedish_level, made.is_adult) == (["fa"], "sfi_b", True)


def test_fourth_open_question_is_refused_in_words_and_nothing_is_lost():
    client = logged_in(make.user())
    for _ in range(3):
        walk(client)
    answer = walk(client)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert HelpRequest.objects.count() == 3
    assert client.get("/fraga/nar/").context["form"]["need"].value() == FILLED["/fraga/nar/"]["need"]


def test_twenty_first_question_from_one_address_in_an_hour_waits(client):
    for _ in range(20):
        assert walk(client).status_code == 302
    answer = walk(client)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert HelpRequest.objects.count() == 20
    assert walk(logged_in(make.user())).status_code == 302  # a known person has limits of their own


@pytest.mark.parametrize("url", ["/fraga/finns-inte/", "/fraga/x/y/"])
def test_unknown_step_is_404(client, url):
    assert client.get(url).status_code == 404
    assert client.post(url, {"topic": "cv"}).status_code == 404


def test_start_page_cards_choose_the_topic(client):
    assert 'name="topic" value="interview"' in client.get("/").content.decode()
    assert path_of(client.post("/fraga/", {"topic": "interview"})) == "/fraga/annons/"


def test_draft_of_an_older_release_leads_back_to_the_topic(client):
    session = client.session
    session["draft"] = {"id": str(uuid.uuid4()), "typed": {"": {"topic": "cv"}}, "skipped": []}
    session["drafts"] = {str(uuid.uuid4()): {"typed": {"": {"topic": "gone"}, "old": {}}, "skipped": ["old"]}}
    session.save()
    for url in STEPS:
        assert client.get(url).status_code == 200
    assert path_of(client.post("/fraga/du/", {"consent": "on"})) == "/fraga/"


# --- my questions -----------------------------------------------------------------------------------------------------


def asked(owner, **fields) -> HelpRequest:
    made = help_requests.create(owner=owner, draft_id=uuid.uuid4(), topic="cv", languages=["sv"], is_adult=True)
    HelpRequest.objects.filter(pk=made.pk).update(**fields)
    return made


def listed(client) -> set[str]:
    return {question.public_id for question in client.get("/mina-fragor/").context["page"]}


def test_list_shows_ones_own_questions_only():
    amina, cecilia = make.user(), make.user("Cecilia")
    mine, hers = asked(amina), asked(cecilia)
    assert listed(logged_in(amina)) == {mine.public_id}
    assert listed(logged_in(cecilia)) == {hers.public_id}
    assert listed(Client()) == set()


def test_list_without_login_shows_what_this_browser_was_granted(client):
    walk(client)
    asked(make.user())
    made = HelpRequest.objects.get(owner__email=None)
    assert listed(client) == {made.public_id}
    session = client.session
    session["grants"][made.public_id]["expires"] = 1
    session.save()
    assert listed(client) == set()


def test_list_leaves_out_a_granted_question_that_moved_to_another_person(client):
    walk(client)
    assert len(listed(client)) == 1
    HelpRequest.objects.update(owner=make.user("Cecilia"))
    assert listed(client) == set()


def test_list_without_questions_says_what_to_do(client):
    page = client.get("/mina-fragor/").content.decode()
    assert 'href="/fraga/"' in page
    assert 'href="/konto/logga-in/"' in page


@pytest.mark.parametrize("state", HelpRequest.State.values)
def test_list_says_each_state_in_words_with_a_way_to_the_chat(state):
    amina, bjorn = make.user(), make.user("Björn")
    made = asked(amina, state=state, helper=bjorn if state == "active" else None, answer_by=timezone.now())
    page = logged_in(amina).get("/mina-fragor/").content.decode()
    assert f"/chatt/{made.public_id}/" in page
    assert 'class="pill' in page
    assert ("Björn" in page) is (state == "active")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_number_of_queries_for_any_number(rows, django_assert_num_queries):
    amina, bjorn = make.user(), make.user("Björn")
    for _ in range(rows):
        asked(amina, state="active", helper=bjorn)
    client = logged_in(amina)
    client.get("/mina-fragor/")
    with django_assert_num_queries(7):  # session, account, documents for the menu, volunteer for it; count, rows, times
        client.get("/mina-fragor/")
