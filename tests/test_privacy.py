"""Every table of ours says how long it keeps what it holds, and gives it up when its person asks."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from chat import handover, matching, meetings, notes
from chat.models import Alert, Block, ColleaguePost, FavouritePhrase, FlaggedMessage, Message, MissedPause
from motesplats import desk, overdue, reports
from motesplats import tasks as ground
from motesplats.models import OutboxMail, Report, User
from seekers import summaries
from seekers.models import HelpRequest, WritingDraft
from tests import make
from tests.chat.state_of import fresh
from vacancies import visits, watching
from vacancies.models import Vacancy
from vacancies.retention import PEOPLE_OF_ADS
from volunteers import approval, thanks
from volunteers import tasks as volunteers_tasks

pytestmark = pytest.mark.django_db
OURS = [config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
ORDER = ["chat", *(label for label in OURS if label not in ("chat", "motesplats")), "motesplats"]  # as the roof calls
CANARY = "Kanariefågel"


def privacy(label: str):
    return import_module(f"{label}.privacy")


@pytest.mark.parametrize("label", OURS)
def test_every_table_says_how_long_it_keeps(label):
    assert set(privacy(label).RETENTION) == {model._meta.label for model in apps.get_app_config(label).get_models()}


def erase(person: User) -> None:
    for label in ORDER:
        privacy(label).erase(person)


def tables_with(word: str) -> set[str]:
    """The tables of the database that hold `word` anywhere, encoded as JSON or not."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(word in str(row) or word.encode("unicode_escape").decode() in str(row) for row in cursor.fetchall()):
                found.add(table)
    return found


@pytest.fixture
def house():
    return make.office()


@pytest.fixture
def story(house):
    """Amina and Björn, and each has written everywhere one can. Their names and words hold a bird."""
    amina = make.user(f"Amina {CANARY}A", email="kanariea@example.org")
    bjorn = make.volunteer(on_duty=True, user=make.user(f"Björn {CANARY}B", email="kanarieb@example.org"))
    bjorn.motivation = f"{CANARY}B"
    bjorn.save()
    chat = make.claimed(bjorn, owner=amina, need=f"{CANARY}A", ad=f"{CANARY}A")
    for who, bird in ((make.seeker_of(chat), "A"), (make.helper_of(chat), "B")):
        post = make.message(who, f"Hej {CANARY}{bird}")
        FlaggedMessage.objects.create(message=Message.objects.get(seq=post.seq, conversation=chat), participant=who)
        reports.report(f"{CANARY}{bird}", reporter=who.user, answer_by=timezone.now())
    make.document(chat, title=f"{CANARY}A", text=f"{CANARY}A")
    WritingDraft.objects.create(request=chat.request, kind="cv", fields={"name": f"{CANARY}A"})
    make.interview_answer(chat, text=f"{CANARY}A")
    question = fresh(chat).request
    notes.write(question, author=bjorn.user, text=f"{CANARY}B om {CANARY}A")
    summaries.write(question, author=bjorn.user, done=f"{CANARY}A", done_too="", next_step=f"{CANARY}A")
    thanks.say(thanks.tap(bjorn, about_id=question.public_id, giver=amina, helped="yes"), f"{CANARY}A")
    ColleaguePost.objects.create(author=bjorn.user, text=f"{CANARY}B")
    FavouritePhrase.objects.create(user=bjorn.user, phrase=make.phrase())
    MissedPause.objects.create(volunteer=bjorn, at=timezone.now())
    Block.objects.create(by=amina, against=make.user("Olof"))
    meetings.propose(make.person_of(make.seeker_of(chat)), [next_half_hour()])
    employer = make.employer(member=amina, contact_name=f"{CANARY}A", phone=f"{CANARY}A")
    for state in Vacancy.State.values:
        make.vacancy(employer, state=state, made_by=amina, **dict.fromkeys(PEOPLE_OF_ADS, f"{CANARY}A"))
    visits.invite(employer, f"{CANARY}A", by=amina)
    watching.watch(amina, {"q": f"{CANARY}A"})
    other = make.claimed(bjorn, pace="tonight")
    handover.hand_over(fresh(other).request, actor=bjorn.user, note=f"{CANARY}B")
    return amina, bjorn, chat


def next_half_hour():
    tomorrow = timezone.now() + timedelta(days=1)
    return tomorrow.replace(minute=30, second=0, microsecond=0)


@pytest.mark.parametrize("who", ["A", "B"])
def test_after_erase_no_word_of_theirs_is_in_any_table_and_numbers_stay(story, who):
    amina, bjorn, chat = story
    person, other = (amina, "B") if who == "A" else (bjorn.user, "A")
    assert len(tables_with(f"{CANARY}{who}")) >= 5
    said = list(Message.objects.order_by("pk").values_list("conversation", "seq", "sender", "created_at"))
    for _again in range(2):
        erase(person)
        assert tables_with(f"{CANARY}{who}") == set()
        assert tables_with(f"kanarie{who.lower()}@") == set()
    now = list(Message.objects.order_by("pk").values_list("conversation", "seq", "sender", "created_at"))
    assert now[: len(said)] == said
    assert tables_with(f"Hej {CANARY}{other}") == {"chat_message"}
    assert User.objects.get(pk=person.pk).erased_at is not None


def test_whoever_asked_is_erased_and_their_questions_are_closed(story):
    amina, bjorn, chat = story
    waiting, unrouted = make.conversation(amina), make.help_request(amina)
    erase(amina)
    assert set(HelpRequest.objects.filter(owner=amina).values_list("state", flat=True)) == {"closed"}
    assert not chat.participants.filter(user=amina, can_write=True).exists()
    assert not waiting.promises.filter(kept_at=None, broken_at=None).exists()
    assert unrouted.pk and HelpRequest.objects.filter(owner=amina).count() == 3


def test_export_holds_what_each_wrote_and_not_whom_a_helper_helped(story):
    amina, bjorn, chat = story
    hers, his = ({label: privacy(label).export(person) for label in OURS} for person in (amina, bjorn.user))
    (mine,) = hers["chat"]["chats"]
    assert mine["question"] == chat.request.public_id and mine["promises"] and mine["times_suggested"]
    assert [row["text"] for row in mine["messages"] if row["by"] != "system"] == [f"Hej {CANARY}A", f"Hej {CANARY}B"]
    assert hers["chat"]["notes"][0]["text"] == f"{CANARY}B om {CANARY}A" and len(hers["chat"]["never_again"]) == 1
    assert hers["motesplats"]["account"]["email"] == "kanariea@example.org"
    assert hers["motesplats"]["reports"][0]["text"] == f"{CANARY}A"
    assert "@" not in str(his["chat"]) and chat.request.public_id not in str(his["chat"])
    assert [row["text"] for row in his["chat"]["chats"][0]["messages"]] == [f"Hej {CANARY}B"]
    assert his["chat"]["to_colleagues"] and his["chat"]["favourite_phrases"] and his["chat"]["pauses"]
    assert his["chat"]["left_to_others"][0]["left"]
    stranger = make.user("Samir")
    assert [privacy(label).export(stranger) for label in OURS if label != "motesplats"] == [{}] * (len(OURS) - 1)


def test_export_of_chats_is_constant_in_queries(django_assert_max_num_queries):
    amina = make.user()
    for _one in range(3):
        make.message(make.seeker_of(make.conversation(amina)))
    with django_assert_max_num_queries(25):
        assert len(privacy("chat").export(amina)["chats"]) == 3


# --- nothing stays past its time -------------------------------------------------------------------------------------
def test_what_is_past_its_limit_shows_until_the_sweeps_have_run(house):
    assert overdue.found() == {}
    with time_machine.travel(timezone.now() - timedelta(days=800)):
        chat = make.conversation(need="Hjälp")
        make.message(make.seeker_of(chat))
        matching.finish(fresh(chat).request, actor=chat.request.owner)
        bjorn = make.volunteer()
        now = timezone.now()
        Alert.objects.create(conversation=chat, volunteer=bjorn, waits_since=now, round=1, door="page")
        MissedPause.objects.create(volunteer=bjorn, at=now)
        ColleaguePost.objects.create(author=bjorn.user, text="Hej")
        Report.objects.create(reporter=bjorn.user, text="Fel", handled_at=now)
        OutboxMail.objects.update(state=OutboxMail.State.SENT)
        approval.end(bjorn, by=make.staff())
    late = overdue.report()
    assert set(late) == {
        "chat.Message", "chat.Alert", "chat.MissedPause", "chat.ColleaguePost", "motesplats.OutboxMail",
        "motesplats.Report", "volunteers.Volunteer",
    }  # fmt: skip
    assert any(str(sum(late.values())) in row.label for row in desk.rows())
    keys = set(OutboxMail.objects.values_list("dedupe_key", flat=True))
    for _again in range(2):
        for task in import_module("chat.tasks").SWEEPS:
            getattr(import_module("chat.tasks"), task.rpartition(".")[2])()
        volunteers_tasks.remove_old_details()
        ground.forget_what_ended()
    assert overdue.found() == {}
    assert keys <= set(OutboxMail.objects.values_list("dedupe_key", flat=True))
