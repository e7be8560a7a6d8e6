"""A fadder reads along in the first two cases of a new volunteer, when the one who asked is told and says nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import capacity, claiming, clocks, desk, desk_list, fadders, matching, privacy, seconds, standing
from chat.models import Block, Fadder, FadderReading, Participant
from chat.status import of as status_of
from motesplats import outbox
from motesplats.models import AuditEntry
from seekers.help_requests import StateConflict
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, mails, readers, said, writers
from tests.races import at_once
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)


@pytest.fixture
def chat(bjorn, pair):
    """A question that Björn has taken, while Cecilia is his fadder."""
    return make.claimed(bjorn)


@pytest.fixture
def browser(chat, cecilia):
    return logged_in(cecilia.user)


def place_of(chat, volunteer) -> Participant:
    return make.person_of(Participant.objects.get(conversation=chat, user=volunteer.user)).participant


def test_only_who_has_helped_five_is_named_and_never_for_oneself(house, bjorn):
    new, disa = make.volunteer("Olof"), make.staff()
    for newcomer, fadder, problem in ((bjorn, new, "too_new"), (bjorn, bjorn, "oneself")):
        with pytest.raises(fadders.NotNameable, match=problem):
            fadders.name(newcomer, fadder, by=disa)
    for _ in range(5):
        make.message(make.helper_of(make.claimed(new)))
    fadders.name(bjorn, new, by=disa)
    with pytest.raises(fadders.NotNameable, match="has_one"):
        fadders.name(bjorn, new, by=disa)
    other = make.volunteer("Tora")
    for _ in range(2):
        make.message(make.helper_of(make.claimed(other)))
    with pytest.raises(fadders.NotNameable, match="past_it"):
        fadders.name(other, new, by=disa)


def test_im_is_reminded_of_new_volunteers_until_one_was_named(house, bjorn):
    def rows():
        return [row.label for row in desk.rows() if "fadder" in row.url]

    Volunteer.objects.update(approved_at=timezone.now())
    assert rows() == [], "nobody has helped enough to be one"
    helper = make.volunteer("Olof")
    for _ in range(5):
        make.message(make.helper_of(make.claimed(helper)))
    assert rows() == ["1 ny volontär har ingen fadder"]
    fadders.end(fadders.name(bjorn, helper, by=make.staff()), by=None)
    assert rows() == [], "named once is enough"
    Fadder.objects.all().delete()
    Volunteer.objects.update(approved_at=timezone.now() - fadders.NEW_FOR)
    assert rows() == []


def test_an_ended_or_paused_volunteer_is_no_fadder(cecilia, bjorn):
    type(cecilia).objects.filter(pk=cecilia.pk).update(state="paused")
    cecilia.refresh_from_db()
    with pytest.raises(fadders.NotNameable, match="not_approved"):
        fadders.name(bjorn, cecilia, by=make.staff())


def test_the_claim_says_who_reads_along_and_she_reads_and_cannot_write(chat, cecilia):
    assert "fadder_in" in said(chat)
    assert readers(chat) == {"Amina", "Björn", "Cecilia"} and writers(chat) == {"Amina", "Björn"}
    assert fresh(chat).request.helper.display_name == "Björn"
    assert AuditEntry.objects.filter(action="fadder.let_in").count() == 1


def test_the_database_lets_no_reader_write(chat, cecilia):
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(user=cecilia.user).update(can_write=True)


def test_the_one_who_asked_says_no_once_and_for_this_question(chat, cecilia, bjorn):
    question = fresh(chat).request
    fadders.refuse(question, actor=question.owner)
    assert readers(chat) == {"Amina", "Björn"} and said(chat)[-1] == "fadder_out"
    with pytest.raises(StateConflict):
        fadders.refuse(question, actor=question.owner)
    matching.release(fresh(chat).request, actor=bjorn.user)
    claiming.claim(fresh(chat).request, bjorn)
    assert readers(chat) == {"Amina", "Björn"}
    assert "Cecilia" in readers(make.claimed(bjorn, owner=make.user("Samir")))  # another question is another


def test_after_two_cases_it_is_over_by_itself(bjorn, pair, cecilia):
    for number in (1, 2, 3):
        chat = make.claimed(bjorn)
        assert ("Cecilia" in readers(chat)) == (number <= 2)
        make.message(make.helper_of(chat))
        matching.resolve(fresh(chat).request, actor=bjorn.user)
        assert readers(chat) == {"Amina", "Björn"}
        pair.refresh_from_db()
        assert bool(pair.ended_at) == (number >= 2)


def test_a_silent_claim_is_no_case(bjorn, pair, cecilia):
    for _ in range(3):
        chat = make.claimed(bjorn)
        matching.release(fresh(chat).request, actor=None, why="lapsed")
    assert "Cecilia" in readers(make.claimed(bjorn))


@pytest.mark.parametrize("apart", ["block", "own", "ended"])
def test_who_may_not_meet_the_one_who_asked_does_not_read(bjorn, pair, cecilia, apart):
    owner = cecilia.user if apart == "own" else make.user("Amina")
    if apart == "block":
        Block.objects.create(by=owner, against=cecilia.user)
    if apart == "ended":
        type(cecilia).objects.filter(pk=cecilia.pk).update(state="ended")
    chat = make.claimed(bjorn, owner=owner)
    assert not Participant.objects.filter(conversation=chat, part=Participant.Part.READER).exists()
    assert "fadder_in" not in said(chat)


@pytest.mark.parametrize("move", ["release", "resolve", "stop"])
def test_the_reading_ends_with_the_case(chat, cecilia, bjorn, move):
    question = fresh(chat).request
    getattr(matching, move)(question, actor=bjorn.user)
    assert "Cecilia" not in readers(chat) and FadderReading.objects.get().ended_at


def test_staff_end_it_and_she_is_out_at_once(chat, pair, cecilia):
    for _ in range(2):
        fadders.end(pair, by=make.staff())
    assert "Cecilia" not in readers(chat)
    assert AuditEntry.objects.filter(action="fadder.ended").count() == 1


def test_nobody_sees_her_come_or_read(chat, cecilia):
    place = place_of(chat, cecilia)
    Participant.objects.filter(pk=place.pk).update(seen_at=timezone.now(), read_seq=3)
    stands = standing.of([chat.pk])[chat.pk]
    assert stands.here["volunteer"] is False and stands.read["volunteer"] == 0
    seeker = make.person_of(make.seeker_of(chat))
    others = list(chat.participants.filter(user__isnull=False).select_related("user"))
    assert status_of(seeker, others, timezone.now()).here is False


def test_she_gets_no_mail_about_what_is_unread(bjorn, pair, clock):
    chat = make.claimed(bjorn)
    make.message(make.seeker_of(chat))
    clock(10 * MIN)
    clocks.mail_unread()
    assert {row.to_user.display_name for row in mails("unread")} == {"Björn"}


def test_who_was_not_here_is_told_by_mail(chat):
    (mail,) = mails("taken")
    assert "Cecilia" in outbox.rendered(mail).body


def come_on_duty(volunteer) -> None:
    now = timezone.now()
    type(volunteer).objects.filter(pk=volunteer.pk).update(switched_on_at=now, heartbeat_at=now)


def test_a_fadder_who_reads_along_is_not_asked_in_beside(chat, cecilia, bjorn):
    come_on_duty(cecilia)
    with pytest.raises(seconds.NobodyHere):
        seconds.ask(fresh(chat).request, actor=bjorn.user, to=cecilia)


def test_the_no_holds_for_the_person_whoever_has_the_question(chat, cecilia, bjorn):
    come_on_duty(cecilia)
    question = fresh(chat).request
    fadders.refuse(question, actor=question.owner)
    with pytest.raises(seconds.NobodyHere):
        seconds.ask(question, actor=bjorn.user, to=cecilia)
    other = make.volunteer("Olof", on_duty=True)
    fadders.name(other, cecilia, by=make.staff())
    matching.release(fresh(chat).request, actor=bjorn.user)
    claiming.claim(fresh(chat).request, other)
    assert "Cecilia" not in readers(chat)
    come_on_duty(bjorn)
    seconds.ask(fresh(chat).request, actor=other.user)  # whoever can: Björn, not her
    with pytest.raises(StateConflict):
        seconds.accept(fresh(chat).request, cecilia)


def test_a_no_to_the_second_is_a_no_to_the_fadder(house, cecilia, bjorn):
    come_on_duty(cecilia)
    chat = make.claimed(make.volunteer("Olof"))
    question = fresh(chat).request
    seconds.ask(question, actor=question.helper, to=cecilia)
    seconds.accept(question, cecilia)
    seconds.refuse(question, actor=question.owner)
    fadders.name(bjorn, cecilia, by=make.staff())
    matching.release(fresh(chat).request, actor=question.helper)
    claiming.claim(fresh(chat).request, bjorn)
    assert "Cecilia" not in readers(chat)


@pytest.mark.parametrize("is_woman", [True, False])
def test_where_a_woman_was_wished_for_only_a_woman_reads_along(pair, bjorn, cecilia, is_woman):
    type(cecilia).objects.filter(pk=cecilia.pk).update(is_woman=is_woman)
    type(bjorn).objects.filter(pk=bjorn.pk).update(is_woman=True)
    assert ("Cecilia" in readers(make.claimed(bjorn, wants_woman=True))) is is_woman


# --- pages ------------------------------------------------------------------------------------------------------------


def test_her_desk_and_her_page(chat, browser):
    url = f"/chatt/{chat.request.public_id}/"
    assert url in browser.get("/jour/").content.decode()
    make.message(make.seeker_of(chat), "Hej Björn")
    page = browser.get(url).content.decode()
    assert "Hej Björn" in page and 'data-side="reader"' in page and "data-compose hidden" in page
    answer = browser.post(f"{url}skriv/", {"client_id": "11111111-1111-4111-8111-111111111111", "body": "Hej"})
    assert answer.status_code == 404
    for path in ("avsluta/", "lamna/", "borta/", "oppna/", "forstar-inte/1/"):
        assert browser.post(url + path).status_code == 404, path
    assert browser.post(f"{url}fel/", {"text": ""}).status_code == 302  # this she may


def test_every_sitting_is_written_down_once(house, bjorn, pair, cecilia, clock):
    chat = make.claimed(bjorn)
    browser, url = logged_in(cecilia.user), f"/chatt/{chat.request.public_id}/"
    read = AuditEntry.objects.filter(action="fadder.read", actor_id=cecilia.user_id)
    browser.get(url), browser.get(f"{url}utskrift/")
    logged_in(bjorn.user).get(url)
    assert read.count() == 1
    clock(11 * MIN)
    browser.get(url)
    assert read.count() == 2


def test_she_sees_papers_masked_whatever_is_shown_and_hears_no_voice(chat, browser, cecilia):
    paper = make.document(chat)
    sound = make.document(chat, kind="sound", source="sound", format="webm")
    base = f"/chatt/{chat.request.public_id}/dokument"
    picture = browser.get(f"{base}/{paper.public_id}/1/sida/1/")
    assert b"".join(picture.streaming_content) == b"masked picture"
    page = browser.get(f"{base}/{paper.public_id}/").content.decode()
    assert "[telefon]" in page and "070-123" not in page
    assert browser.get(f"{base}/{paper.public_id}/1/original/1/").status_code == 404
    assert browser.get(f"{base}/{sound.public_id}/1/ljud/").status_code == 404
    assert (
        browser.post(f"{base}/{paper.public_id}/1/kommentera/", {"place": "1.0", "reason": "good"}).status_code == 404
    )
    paper.versions.update(shows_all=True)
    helper = logged_in(make.helper_of(chat).user)
    for path in ("", "1/", "1/sida/1/", "1/original/1/", "1/jamfor/"):
        assert browser.get(f"{base}/{paper.public_id}/{path}").status_code == 404, path
    make.version(paper)  # masked again
    assert "070-123" not in browser.get(f"{base}/{paper.public_id}/2/jamfor/").content.decode()
    assert "070-123" in helper.get(f"{base}/{paper.public_id}/1/").content.decode()
    assert b"".join(helper.get(f"{base}/{paper.public_id}/1/sida/1/").streaming_content) == b"picture"


def test_the_one_who_asked_says_no_by_one_tap(chat, cecilia):
    amina, url = logged_in(make.seeker_of(chat).user), f"/chatt/{chat.request.public_id}/"
    assert f"{url}fadder/nej/" in amina.get(url).content.decode()
    for _ in range(2):
        assert amina.post(f"{url}fadder/nej/").url == url
    assert readers(chat) == {"Amina", "Björn"}
    assert desk_list.of(cecilia)["beside"] == []


def test_the_end_locks_the_newcomer_first_as_a_claim_does(pair, cecilia):
    with CaptureQueriesContext(connection) as queries:
        privacy.erase(cecilia.user)
    tables = [Volunteer._meta.db_table, Fadder._meta.db_table]
    first = [next(i for i, q in enumerate(queries) if q["sql"].startswith(words)) for words in (
        f'SELECT "{tables[0]}"."id"', f'UPDATE "{tables[1]}"',
    )]  # fmt: skip
    assert first == sorted(first)


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_the_end_at_once_leave_nobody_reading(house, monkeypatch):
    monkeypatch.setattr(capacity, "CASES_FIRST", 0)
    cecilia, disa = make.volunteer("Cecilia"), make.staff()
    for _ in range(5):
        bjorn, waiting = make.volunteer(), make.conversation()
        pair = fadders.name(bjorn, cecilia, by=disa)
        found = at_once(
            lambda w=waiting, b=bjorn: claiming.claim(fresh(w).request, b),
            lambda p=pair: fadders.end(Fadder.objects.select_related("fadder__user").get(pk=p.pk), by=disa),
        )
        assert found == [None, None]
        assert readers(waiting) == {"Amina", "Björn"}
