"""The practice chat: its steps, what is said at the end, and that nothing of it is a question."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from chat.models import Conversation, Message
from motesplats.models import AuditEntry, OutboxMail
from seekers.models import HelpRequest
from tests import make
from tests.races import at_once
from volunteers import approval, notifications, privacy, rehearsal, rehearsal_words
from volunteers.models import Rehearsal
from volunteers.rehearsal import Deed, Run, Step

pytestmark = pytest.mark.django_db
PAGE = "/volontar/ova/"
WHOLE = (
    (Deed.MESSAGE, "Hej! Jag heter Björn. Jag läser din fråga nu."),
    (Deed.READING, ""),
    (Deed.COMMENT, "Det här är bra: du skriver landet. Vad gjorde du på lagret?"),
    (Deed.MESSAGE, "Ja, skriv det."),
    (Deed.MESSAGE, "Jag får inte byta nummer. Skriv här, så hjälper jag dig."),
)


def run_of(*deeds) -> Run:
    run = Run()
    for deed, text in deeds:
        assert rehearsal.may(run, deed)
        quote = "Ansvarig för lager" if deed == Deed.COMMENT else ""
        run = rehearsal.advance(run, deed, name="Björn", text=text, quote=quote)
    return run


def instead(**texts) -> Run:
    """The whole practice with other words at one step."""
    steps = list(Step)
    return run_of(*((deed, texts.get(steps[n], text)) for n, (deed, text) in enumerate(WHOLE)))


def tried(run: Run) -> list[str]:
    """Quotes of what could be better ("" where there are none)."""
    return [remark.quote for remark in rehearsal_words.remarks(run) if not remark.is_good]


@pytest.fixture
def bjorn(client):
    volunteer = make.volunteer()
    client.force_login(volunteer.user)
    return volunteer


def send(client, deed: Deed, text: str = "", **more):
    shown = client.get(PAGE).context
    sent = {"run": shown["run"].id, "step": shown["step"], "deed": deed, "body": text}
    return client.post(PAGE, {**sent, **({"line": "2"} if deed == Deed.COMMENT else {}), **more})


# --- the steps -------------------------------------------------------------------------------------------------------
def test_each_deed_moves_one_step_and_is_answered():
    run = run_of(*WHOLE)
    assert run.step == Step.DONE and run.has_read
    assert [line["mine"] for line in rehearsal.lines_of(run)] == [True, False, False, False] + [True, False] * 3
    assert [line["kind"] for line in rehearsal.lines_of(run)].count("system") == 1
    assert "Ansvarig för lager" in rehearsal.lines_of(run)[4]["body"]


@pytest.mark.parametrize("taken", range(6))
def test_only_the_deeds_of_a_step_are_possible(taken):
    run = run_of(*WHOLE[:taken])
    possible = {deed for deed in Deed if rehearsal.may(run, deed)}
    more = {Step.READ: {Deed.READING}, Step.COMMENT: {Deed.COMMENT}}.get(run.step, set())
    assert possible == (set() if run.step == Step.DONE else {Deed.MESSAGE} | more)


@pytest.mark.parametrize(
    "kept", [None, {}, {"id": "x"}, {"id": "x", "step": "gone", "said": [], "has_read": False}, []]
)
def test_what_a_session_holds_from_before_begins_anew(kept):
    assert Run.restored(kept) == Run()
    run = run_of(*WHOLE[:3])
    assert Run.restored(run.stored()) == run


# --- the words at the end --------------------------------------------------------------------------------------------
def test_a_good_practice_is_told_what_was_good():
    assert [remark.is_good for remark in rehearsal_words.remarks(run_of(*WHOLE))] == [True] * 5


@pytest.mark.parametrize(
    ("texts", "quotes"),
    [
        ({"answer": "Ja " + "mycket " * 15 + "bra."}, ["Ja " + "mycket " * 15 + "bra."]),
        ({"answer": "Ja. " * 20}, []),  # many sentences are not a long one
        ({"comment": "Vad gjorde du på lagret? Det är bra."}, [""]),  # the good came last
        ({"comment": "Bra! Vad gjorde du? Hur länge?"}, ["Bra! Vad gjorde du? Hur länge?"]),
        ({"comment": "Det är tydligt."}, [""]),  # nothing asked
        ({"limit": "Ring 070-174 06 05"}, ["Ring 070-174 06 05"]),
        ({"limit": "bjorn@example.org"}, ["bjorn@example.org"]),
        ({"answer": "Ja, skriv 200 varor 2016–2020."}, []),  # years are no phone number
        ({"answer": "Ja, t.ex. så."}, ["t.ex"]),
    ],
)
def test_each_check_sees_its_thing_and_no_other(texts, quotes):
    assert tried(instead(**texts)) == quotes


def test_who_never_said_to_be_reading_is_told_how():
    run = run_of(WHOLE[0], (Deed.MESSAGE, "Det här är bra."), *WHOLE[2:])
    assert not run.has_read and tried(run) == [""]


# --- what is kept ----------------------------------------------------------------------------------------------------
def test_the_end_is_kept_once_and_again_for_a_new_practice():
    bjorn, run = make.volunteer(), run_of(*WHOLE)
    assert rehearsal.finish(bjorn, run) and not rehearsal.finish(bjorn, run)
    assert rehearsal.finish(bjorn, run_of(*WHOLE))
    assert Rehearsal.objects.get().times == 2 and Rehearsal.objects.get().practised_at


@pytest.mark.django_db(transaction=True)
def test_the_end_sent_four_times_at_once_is_kept_once():
    bjorn, run = make.volunteer(), run_of(*WHOLE)
    found = at_once(*[lambda: rehearsal.finish(bjorn, run)] * 4)
    assert sorted(found) == [False, False, False, True]
    assert Rehearsal.objects.get().times == 1


def test_nothing_of_a_practice_is_a_question_a_message_or_a_mail(client, bjorn):
    before = AuditEntry.objects.count()
    for deed, text in WHOLE:
        send(client, deed, text)
    call_command("sweep")
    assert Rehearsal.objects.get().times == 1
    assert not any(model.objects.exists() for model in (HelpRequest, Conversation, Message, OutboxMail))
    assert AuditEntry.objects.count() == before
    assert "lagret" not in str(list(Rehearsal.objects.values()))


def test_erasing_and_giving_out_know_the_practice():
    bjorn = make.volunteer()
    rehearsal.finish(bjorn, run_of(*WHOLE))
    assert privacy.export(bjorn.user)["practice_chats"] == 1
    privacy.erase(bjorn.user)
    assert not Rehearsal.objects.exists()


# --- the page --------------------------------------------------------------------------------------------------------
def test_the_page_goes_to_the_end_without_script_and_leads_on(client, bjorn):
    page = client.get(f"{PAGE}?hej=1").content.decode()
    assert page.count("Björn") == 3  # the line to start with: shown, to be filled in, and filled in
    for deed, text in WHOLE:
        answer = send(client, deed, text)
        assert (answer.status_code, answer.url) == (302, PAGE)
    page = client.get(PAGE)
    assert len(page.context["remarks"]) == 5
    for way in ("chat:desk_show", "volunteers:shift_list", "chat:desk_switch"):
        assert reverse(way) in page.content.decode()
    assert client.post(f"{PAGE}borja/").url == PAGE
    assert client.get(PAGE).context["step"] == "greet"


def test_an_applicant_is_led_to_the_course_and_not_to_the_desk(client):
    make.course_part()
    client.force_login(make.applicant("Nils").user)
    for deed, text in WHOLE:
        send(client, deed, text)
    page = client.get(PAGE).content.decode().split("<main")[1]
    assert reverse("volunteers:course_show") in page and reverse("chat:desk_show") not in page


@pytest.mark.parametrize(
    ("deed", "more", "wrong"),
    [
        (Deed.MESSAGE, {"body": " \u200b "}, "body"),
        (Deed.MESSAGE, {"body": "x" * 1001}, "body"),
        (Deed.MESSAGE, {"body": "a\x00b"}, "body"),
        (Deed.COMMENT, {"body": "Bra!", "line": ""}, "line"),
        (Deed.COMMENT, {"body": "Bra!", "line": "9"}, "line"),
    ],
)
def test_what_cannot_be_sent_is_said_and_the_text_is_kept(client, bjorn, deed, more, wrong):
    for done, text in WHOLE[:2]:
        send(client, done, text)
    page = send(client, deed, **{"text": more.pop("body"), **more})
    assert page.status_code == 200 and wrong in page.context["form"].errors
    assert 'role="alert"' in page.content.decode()
    assert client.get(PAGE).context["step"] == "comment"


@pytest.mark.parametrize(
    "sent", [{}, {"deed": "message", "body": "Hej"}, {"deed": "reading", "step": "greet"}, {"deed": "x", "step": "y"}]
)
def test_an_old_or_strange_page_leads_to_where_the_practice_is(client, bjorn, sent):
    send(client, *WHOLE[0])
    answer = client.post(PAGE, sent)
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert client.get(PAGE).context["step"] == "read"


def test_a_press_sent_twice_is_done_once(client, bjorn):
    shown = client.get(PAGE).context
    sent = {"run": shown["run"].id, "step": "greet", "deed": "message", "body": "Hej!"}
    client.post(PAGE, sent)
    client.post(PAGE, sent)
    assert len(client.get(PAGE).context["shown"]) == 2


def test_the_approval_mail_leads_to_the_practice():
    nils = make.applicant("Nils")
    approval.approve(nils, by=make.staff())
    letter = notifications._approved(OutboxMail.objects.get(kind="volunteer_approved"))
    assert letter.button[1].endswith(PAGE)


def test_the_pages_ask_as_many_queries_at_the_end_as_at_the_beginning(client, bjorn, django_assert_num_queries):
    for deed, text in (*WHOLE, (None, "")):
        with django_assert_num_queries(
            5 if deed is None else 4
        ):  # session, user, volunteer, menu; the steps that follow
            client.get(PAGE)
        if deed:
            send(client, deed, text)
