"""A second volunteer is asked into a chat: who may, who comes, who may write, and how it ends."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import (
    alert_push,
    alerts,
    blocks,
    capacity,
    claiming,
    clocks,
    conversations,
    desk_list,
    fit,
    handover,
    matching,
    privacy,
    seconds,
)
from chat.models import Alert, Block, Participant, SecondAsk
from motesplats import outbox
from motesplats.models import AuditEntry
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, here, mails, readers, said, writers
from tests.races import at_once
from volunteers import conduct
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
End, State = SecondAsk.End, HelpRequest.State
MIN = timedelta(minutes=1)


@pytest.fixture
def cecilia(house):
    return make.volunteer("Cecilia", on_duty=True, languages=("sv", "ar"))


def asked(chat, **kwargs) -> SecondAsk:
    question = fresh(chat).request
    return seconds.ask(question, actor=kwargs.pop("actor", None) or question.helper, **kwargs)


def both(chat, cecilia) -> None:
    """Cecilia sits beside Björn."""
    asked(chat, to=cecilia)
    seconds.accept(fresh(chat).request, cecilia)


def ends(chat) -> list[str]:
    return list(SecondAsk.objects.filter(conversation=chat).order_by("pk").values_list("end", flat=True))


def test_asked_by_name_comes_and_both_may_write(chat, cecilia):
    other = make.volunteer("Olof", on_duty=True)
    asked(chat, to=cecilia)
    assert writers(chat) == readers(chat) == {"Amina", "Björn"}
    at = timezone.now()
    assert [list(seconds.asked_of(one, at)) != [] for one in (cecilia, other)] == [True, False]
    seconds.accept(fresh(chat).request, cecilia)
    assert writers(chat) == readers(chat) == {"Amina", "Björn", "Cecilia"}
    assert fresh(chat).request.helper.display_name == "Björn"
    assert said(chat)[-2:] == ["second_in", "helper_reads"]
    assert list(AuditEntry.objects.filter(action__startswith="second.").values_list("action", flat=True)) == [
        "second.asked", "second.came",
    ]  # fmt: skip


def test_whoever_has_not_accepted_the_rules_does_not_come_before_that(chat, cecilia):
    asked(chat, to=cecilia)
    Volunteer.objects.filter(pk=cecilia.pk).update(conduct_version="2020-01")
    with pytest.raises(conduct.RulesFirst):
        seconds.accept(fresh(chat).request, cecilia)
    assert logged_in(cecilia.user).post(f"/jour/{chat.request.public_id}/hjalp-till/").url == "/jour/"
    assert writers(chat) == {"Amina", "Björn"} and SecondAsk.objects.filter(taken_at=None, ended_at=None).exists()


def test_the_course_comes_before_sitting_beside(chat, cecilia):
    asked(chat, to=cecilia)
    make.course_part()
    Volunteer.objects.filter(pk=cecilia.pk).update(must_read_course=True)
    assert not seconds.asked_of(cecilia, timezone.now()).exists()
    answer = logged_in(cecilia.user).post(f"/jour/{chat.request.public_id}/hjalp-till/")
    assert answer.url == "/volontar/kurs/"
    assert readers(chat) == {"Amina", "Björn"}


def test_a_second_is_no_live_case(chat, cecilia):
    here(chat)
    both(chat, cecilia)
    (counted,) = fit.with_live(type(cecilia).objects.filter(pk=cecilia.pk), timezone.now())
    assert counted.live == 0
    other = make.conversation()
    here(other)
    claiming.claim(other.request, cecilia)  # BusyElsewhere, if it were one


def test_whoever_reads_the_language_comes_asked_for_by_the_one_who_asked(chat, cecilia):
    swedish = make.volunteer("Olof", on_duty=True)
    owner = fresh(chat).request.owner
    assert fit.languages_missing(fresh(chat).request, make.helper_of(chat).user) == ["ar"]
    asked(chat, actor=owner, language="ar")
    with pytest.raises(StateConflict):
        seconds.accept(fresh(chat).request, swedish)
    seconds.accept(fresh(chat).request, cecilia)
    assert "Cecilia" in writers(chat)


def test_nobody_who_could_is_said_at_once(chat):
    make.volunteer("Away", languages=("sv", "ar"))
    make.volunteer("Olof", on_duty=True)
    with pytest.raises(seconds.NobodyHere):
        asked(chat, language="ar")
    assert ends(chat) == []


def test_only_the_two_of_the_chat_may_ask_and_one_at_a_time(chat, cecilia):
    with pytest.raises(StateConflict):
        asked(chat, actor=cecilia.user)
    asked(chat)
    with pytest.raises(StateConflict):
        asked(chat)
    matching.release(fresh(chat).request, actor=fresh(chat).request.helper)
    with pytest.raises(StateConflict):
        seconds.ask(fresh(chat).request, actor=fresh(chat).request.owner)


def test_who_is_kept_apart_is_not_asked_and_cannot_come(chat, cecilia):
    question = fresh(chat).request
    asked(chat)
    Block.objects.create(by=question.owner, against=cecilia.user)
    assert seconds.who_could(question, timezone.now()) == []
    with pytest.raises(StateConflict):
        seconds.accept(question, cecilia)
    Block.objects.all().delete()
    Block.objects.create(by=cecilia.user, against=question.helper)
    with pytest.raises(StateConflict):
        seconds.accept(question, cecilia)
    Block.objects.all().delete()
    seconds.accept(question, cecilia)


def test_where_a_woman_was_wished_for_only_women_come_beside(chat, cecilia):
    HelpRequest.objects.filter(pk=chat.request_id).update(wants_woman=True)
    with pytest.raises(seconds.NobodyHere):
        asked(chat, to=cecilia)
    salma = make.volunteer("Salma", on_duty=True, is_woman=True)
    asked(chat)
    at = timezone.now()
    assert [seconds.asked_of(one, at).exists() for one in (cecilia, salma)] == [False, True]
    with pytest.raises(StateConflict):
        seconds.accept(fresh(chat).request, cecilia)
    seconds.accept(fresh(chat).request, salma)


def test_ones_own_question_is_not_ones_to_help_with(house):
    cecilia = make.volunteer("Cecilia", on_duty=True)
    own = make.claimed(make.volunteer(on_duty=True), owner=cecilia.user)
    with pytest.raises(seconds.NobodyHere):
        asked(own)


def test_after_three_minutes_it_lapses_once(house, clock):
    cecilia, chat = make.volunteer("Cecilia", on_duty=True), make.claimed(make.volunteer(on_duty=True))
    asked(chat)
    clock(3 * MIN - timedelta(seconds=1))
    assert seconds.end_late() == 0
    clock(timedelta(seconds=1))
    with pytest.raises(StateConflict):  # also when no clock has run
        seconds.accept(fresh(chat).request, cecilia)
    assert (seconds.end_late(), seconds.end_late()) == (1, 0)
    assert said(chat)[-1] == "second_none_helper" and ends(chat) == [End.LATE]


def test_a_late_asking_is_in_nobodys_way(house, clock):
    make.volunteer("Cecilia", on_duty=True), make.volunteer("Olof", on_duty=True)
    chat = make.claimed(make.volunteer(on_duty=True))
    asked(chat, actor=fresh(chat).request.owner)
    clock(3 * MIN)
    make.volunteer("Dan", on_duty=True)
    asked(chat)
    assert ends(chat) == [End.LATE, End.NO]


def test_a_no_by_the_one_asked_ends_it(chat, cecilia):
    asked(chat, to=cecilia)
    seconds.decline(fresh(chat).request, cecilia)
    assert ends(chat) == [End.DECLINED] and said(chat)[-1] == "second_none_helper"
    with pytest.raises(StateConflict):
        seconds.decline(fresh(chat).request, cecilia)


def test_the_one_who_asked_says_no_and_the_same_does_not_come_again(chat, cecilia):
    both(chat, cecilia)
    seconds.refuse(fresh(chat).request, actor=fresh(chat).request.owner)
    assert writers(chat) == readers(chat) == {"Amina", "Björn"}
    assert said(chat)[-1] == "second_refused"
    with pytest.raises(seconds.NobodyHere):
        asked(chat, to=cecilia)
    olof = make.volunteer("Olof", on_duty=True)
    asked(chat)
    with pytest.raises(StateConflict):
        seconds.accept(fresh(chat).request, cecilia)
    seconds.accept(fresh(chat).request, olof)
    assert not Participant.objects.filter(user=cecilia.user, is_barred=True).exists()  # another time is another time


def test_the_second_leaves_by_one_tap_and_may_be_asked_again(chat, cecilia):
    both(chat, cecilia)
    with pytest.raises(StateConflict):
        seconds.leave(fresh(chat).request, actor=fresh(chat).request.helper)
    seconds.leave(fresh(chat).request, actor=cecilia.user)
    assert writers(chat) == {"Amina", "Björn"} and said(chat)[-1] == "second_left"
    both(chat, cecilia)
    assert "Cecilia" in writers(chat)


MOVES = {
    "release": lambda q, olof: matching.release(q, actor=q.helper),
    "hand over": lambda q, olof: handover.hand_over(q, actor=q.helper),
    "swap": lambda q, olof: matching.swap_volunteer(q, actor=q.owner),
    "resolve": lambda q, olof: matching.resolve(q, actor=q.helper),
    "finish": lambda q, olof: matching.finish(q, actor=q.owner),
    "stop": lambda q, olof: matching.stop(q, actor=q.owner),
    "hold": lambda q, olof: matching.hold(q, actor=olof),
}


@pytest.mark.parametrize("move", MOVES)
def test_every_move_that_takes_the_question_away_ends_the_second_too(chat, cecilia, move):
    both(chat, cecilia)
    question = HelpRequest.objects.get(pk=chat.request_id)
    MOVES[move](question, make.staff())
    assert "Cecilia" not in writers(chat) | readers(chat)
    assert ends(chat) == [End.CASE]
    if move in ("stop", "hold"):
        matching.unhold(question, actor=make.staff())
    elif move in ("resolve", "finish"):
        matching.reopen(question, actor=question.owner)
    assert "Cecilia" not in writers(chat) | readers(chat)


@pytest.mark.parametrize("move", ["release", "resolve", "hold"])
def test_what_is_asked_is_asked_no_more_then(chat, cecilia, move):
    asked(chat)
    question = HelpRequest.objects.get(pk=chat.request_id)
    MOVES[move](question, make.staff())
    assert ends(chat) == [End.CASE]
    with pytest.raises(StateConflict):
        seconds.accept(question, cecilia)


def test_the_second_takes_the_question_over_as_anybody(chat, cecilia):
    both(chat, cecilia)
    matching.release(fresh(chat).request, actor=fresh(chat).request.helper)
    claiming.claim(fresh(chat).request, cecilia)
    row = Participant.objects.get(conversation=chat, user=cecilia.user)
    assert row.part == Participant.Part.HELPER and "Cecilia" in writers(chat)


def test_a_block_takes_the_second_out_and_leaves_the_first(chat, cecilia):
    both(chat, cecilia)
    place = Participant.objects.get(conversation=chat, user=cecilia.user)
    blocks.block(make.person_of(place), fresh(chat).request.owner)
    assert writers(chat) == {"Amina", "Björn"} and ends(chat) == [End.LEFT]
    assert blocks.other_of(make.person_of(make.seeker_of(chat))).display_name == "Björn"


def test_who_is_no_volunteer_any_more_is_let_out(chat, cecilia):
    both(chat, cecilia)
    type(cecilia).objects.filter(pk=cecilia.pk).update(state="ended")
    assert "Cecilia" not in readers(chat)
    assert (seconds.end_late(), seconds.end_late()) == (1, 0)
    assert writers(chat) == {"Amina", "Björn"}


def test_a_second_whose_account_is_erased_leaves_the_chat(chat, cecilia):
    both(chat, cecilia)
    version = fresh(chat).version
    for _ in range(2):
        privacy.erase(cecilia.user)
    row = SecondAsk.objects.get()
    assert (row.end, row.taken_by, fresh(chat).version > version) == (End.LEFT, None, True)
    assert readers(chat) == writers(chat) == {"Amina", "Björn"}
    assert chat.participants.get(user=cecilia.user).left_at
    asked(chat, to=make.volunteer("Olof", on_duty=True))  # nobody is in the way


def test_the_second_counts_as_a_case_helped_but_not_as_the_one_of_last_time(chat, cecilia):
    both(chat, cecilia)
    make.message(make.helper_of(chat))
    make.message(Participant.objects.get(conversation=chat, user=cecilia.user))
    owner = fresh(chat).request.owner
    assert capacity.cases(cecilia).count() == 1
    again = make.conversation(owner, topic="letter")
    assert fit.same_as_last(again.request, timezone.now()).user.display_name == "Björn"


# --- being told -------------------------------------------------------------------------------------------------------


def test_the_desk_rings_for_the_one_asked_and_no_mail_goes_out(chat, cecilia, django_capture_on_commit_callbacks):
    make.volunteer("Olof", on_duty=True)
    with django_capture_on_commit_callbacks(execute=True):
        asked(chat, to=cecilia)
    (alert,) = Alert.objects.all()
    assert (alert.volunteer, alert.door) == (cecilia, Alert.Door.PAGE)
    with django_capture_on_commit_callbacks(execute=True):
        seconds.decline(fresh(chat).request, cecilia)
        asked(chat, to=cecilia)
    assert Alert.objects.count() == 1  # at most one in ten minutes; the desk shows it all the same
    assert desk_list.of(cecilia)["asked_in"]


def test_a_notice_goes_out_only_while_it_is_asked(chat, cecilia):
    at = timezone.now()
    asked(chat, to=cecilia)
    row = {"conversation": chat, "volunteer": cecilia, "waits_since": at, "round": 1, "door": Alert.Door.PUSH}
    alert = Alert.objects.create(**row)
    found = alert_push._still_wanted(alert)
    assert found == fresh(chat).request
    assert alert_push.notice(found, "en")["title"] == "A volunteer asks for your help"
    seconds.decline(fresh(chat).request, cecilia)
    assert alert_push._still_wanted(alert) is None
    assert alerts.tell_asked_in(chat, [], at=at) == 0


def test_a_mail_about_what_is_unread_names_who_wrote_and_not_a_colleague(house, clock):
    cecilia, chat = make.volunteer("Cecilia", on_duty=True), make.claimed(make.volunteer(on_duty=True))
    both(chat, cecilia)
    make.message(Participant.objects.get(conversation=chat, user=cecilia.user))
    clock(10 * MIN)
    clocks.mail_unread()
    (mail,) = mails("unread")  # none to Björn
    assert mail.to_user == fresh(chat).request.owner
    assert "Cecilia" in outbox.rendered(mail).body
    make.message(make.seeker_of(chat))
    clock(10 * MIN)
    clocks.mail_unread()
    assert {row.to_user.display_name for row in mails("unread")} == {"Amina", "Björn", "Cecilia"}


# --- pages ------------------------------------------------------------------------------------------------------------


def _choice(page: str, name: str) -> str:
    """The value of the radio button that stands before this name."""
    return page[: page.index(name)].rsplit('value="', 1)[1].split('"')[0]


def test_the_whole_way_by_forms_alone(chat, url, amina, bjorn, cecilia):
    page = bjorn.get(f"{url}ta-in/").content.decode()
    assert "العربية" in page and "checked" not in page
    bjorn.post(f"{url}ta-in/", {"to": _choice(page, "Cecilia")})
    desk = logged_in(cecilia.user)
    door = f"/jour/{chat.request.public_id}/hjalp-till/"
    assert door in desk.get("/jour/").content.decode()
    assert desk.post(door).url == url
    make.message(make.helper_of(chat), "Från Björn")
    desk.post(f"{url}skriv/", {"client_id": "11111111-1111-4111-8111-111111111111", "body": "Från Cecilia"})
    seen = amina.get(url).content.decode()
    assert "<bdi>Björn</bdi></b>" in seen and "<bdi>Cecilia</bdi></b>" in seen
    assert "<bdi>Cecilia</bdi></dt>" in amina.get(f"{url}utskrift/").content.decode().replace(" </dt>", "</dt>")
    assert 'data-second="Cecilia"' in desk.get(url).content.decode()
    assert f"{url}avsluta/" not in desk.get(url).content.decode()
    assert f"{url}ta-in/nej/" in seen
    amina.post(f"{url}ta-in/nej/")
    assert desk.get(url).status_code == 404


def test_the_one_who_asked_asks_for_a_language(chat, url, amina, bjorn, cecilia):
    assert f"{url}ta-in/" in amina.get(url).content.decode()
    page = amina.get(f"{url}ta-in/").content.decode()
    assert "Cecilia" not in page and "language:ar" in page
    amina.post(f"{url}ta-in/", {"to": "language:ar"})
    assert SecondAsk.objects.get().language == "ar"
    assert "العربية" in bjorn.get(f"{url}lage/").content.decode()


@pytest.mark.parametrize("to", ["", "nobody", "language:xx", "\x00"])
def test_a_wrong_choice_asks_nobody(chat, url, amina, cecilia, to):
    assert amina.post(f"{url}ta-in/", {"to": to}).status_code == 400
    assert SecondAsk.objects.count() == 0


def test_nobody_is_here_is_a_kind_word(chat, url, bjorn, amina):
    assert bjorn.get(f"{url}ta-in/").status_code == 200
    assert amina.post(f"{url}ta-in/", {"to": "language:ar"}).url == url


def test_the_page_is_for_the_two_of_the_chat(chat, url, cecilia):
    both(chat, cecilia)
    assert logged_in(cecilia.user).get(f"{url}ta-in/").status_code == 404
    assert logged_in(make.volunteer("Olof").user).get(f"{url}ta-in/").status_code == 404
    assert logged_in(cecilia.user).post(f"{url}lamna/").status_code == 404
    assert logged_in(cecilia.user).post(f"{url}avsluta/").status_code == 404


def test_a_message_of_the_same_side_is_understood(chat, cecilia):
    both(chat, cecilia)
    post = make.message(make.helper_of(chat))
    place = Participant.objects.get(conversation=chat, user=cecilia.user)
    conversations.flag_not_understood(make.person_of(place), seq=post.seq)
    assert "not_understood" not in said(chat)
    conversations.flag_not_understood(make.person_of(make.seeker_of(chat)), seq=post.seq)
    assert said(chat)[-1] == "not_understood"


@pytest.mark.parametrize("number", [1, 3])
def test_the_desk_asks_the_same_for_one_and_three(house, cecilia, number):
    for _ in range(number):
        both(make.claimed(make.volunteer(on_duty=True)), cecilia)
        asked(make.claimed(make.volunteer(on_duty=True)), to=cecilia)
    with CaptureQueriesContext(connection) as queries:
        shown = desk_list.of(cecilia)
        assert len(shown["asked_in"]) == len(shown["beside"]) == number
        assert [row.conversation.request.helper.display_name for row in (*shown["asked_in"], *shown["beside"])]
    assert len(queries) == 14


# --- at once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_at_once_one_comes(house):
    turns = 25 if connection.vendor == "postgresql" else 4
    for _ in range(turns):
        first, other = make.volunteer("Cecilia", on_duty=True), make.volunteer("Olof", on_duty=True)
        chat = make.claimed(make.volunteer(on_duty=True))
        asked(chat)
        found = at_once(
            lambda c=chat, v=first: seconds.accept(fresh(c).request, v),
            lambda c=chat, v=other: seconds.accept(fresh(c).request, v),
        )
        assert sorted(type(answer).__name__ for answer in found) == ["NoneType", "StateConflict"]
        assert len(writers(chat)) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", ["release", "hold"])
def test_accept_against_a_move_leaves_one_truth(house, move):
    turns, staff = 25 if connection.vendor == "postgresql" else 4, make.staff()
    for _ in range(turns):
        cecilia, chat = make.volunteer("Cecilia", on_duty=True), make.claimed(make.volunteer(on_duty=True))
        asked(chat)
        found = at_once(
            lambda c=chat, v=cecilia: seconds.accept(fresh(c).request, v),
            lambda c=chat: MOVES[move](HelpRequest.objects.get(pk=c.request_id), staff),
            seconds.end_late,
        )
        assert found[1] is None
        assert found[0] is None or isinstance(found[0], StateConflict)
        assert "Cecilia" not in writers(chat) | readers(chat) and ends(chat) == [End.CASE]
