"""What those who asked said of the help."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats.models import AuditEntry
from tests import make
from tests.races import at_once
from volunteers import helplines, privacy, thanks
from volunteers.models import CareAnswer, Helpline, Thanks

pytestmark = pytest.mark.django_db
YES, LITTLE, NO = Thanks.Helped.values


def tap(volunteer, helped=YES, *, about="chat", giver=None):
    return thanks.tap(volunteer, about_id=about, giver=giver or make.user(), helped=helped)


def test_the_last_tap_counts_and_the_sentence_stays():
    bjorn, amina = make.volunteer(), make.user("Amina")
    thanks.say(tap(bjorn, NO, giver=amina), "Jag fick ett jobb!")
    tap(bjorn, YES, giver=amina), tap(bjorn, YES, giver=amina)
    assert thanks.counted(bjorn) == {"yes": 1, "little": 0, "no": 0}
    assert thanks.sentences(bjorn) == ["Jag fick ett jobb!"]
    assert AuditEntry.objects.filter(action="thanks.tapped").count() == 2


def test_a_volunteer_reads_what_was_kind_newest_first_and_only_their_own():
    bjorn, cecilia = make.volunteer(), make.volunteer("Cecilia")
    for number, (who, helped, words) in enumerate(
        [
            (bjorn, YES, "Först"),
            (bjorn, NO, "Dåligt"),
            (bjorn, LITTLE, "Sist"),
            (cecilia, YES, "Annan"),
            (bjorn, YES, ""),
        ]
    ):
        thanks.say(tap(who, helped, about=f"chat{number}"), words)
    assert thanks.sentences(bjorn) == ["Sist", "Först"]
    assert thanks.counted(bjorn) == {"yes": 2, "little": 1, "no": 1}


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_row():
    bjorn, amina = make.volunteer(), make.user("Amina")
    at_once(lambda: tap(bjorn, YES, giver=amina), lambda: tap(bjorn, LITTLE, giver=amina))
    assert Thanks.objects.count() == 1


def test_words_and_giver_go_after_ninety_days_and_the_count_stays():
    bjorn = make.volunteer()
    thanks.say(tap(bjorn), "Tack!")
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert (thanks.remove_old(), thanks.remove_old()) == (1, 0)
    row = Thanks.objects.get()
    assert (row.giver, row.words, row.helped) == (None, "", YES)


def test_the_giver_exports_and_erases_what_they_said():
    bjorn, amina = make.volunteer(), make.user("Amina")
    thanks.say(tap(bjorn, giver=amina), "Tack!")
    assert [row["words"] for row in privacy.export(amina)["thanks_given"]] == ["Tack!"]
    assert "Amina" not in str(privacy.export(bjorn.user)["thanks_received"])
    for _ in range(2):
        privacy.erase(amina)
    assert (thanks.sentences(bjorn), thanks.counted(bjorn)["yes"], privacy.export(amina)) == ([], 1, {})


def test_erasing_a_volunteer_takes_what_they_felt():
    bjorn = make.volunteer()
    CareAnswer.objects.create(volunteer=bjorn, about_id="chat", feeling="heavy")
    assert len(privacy.export(bjorn.user)["after_chats"]) == 1
    privacy.erase(bjorn.user)
    assert not CareAnswer.objects.exists()


def test_the_list_of_where_to_turn_is_loaded_once_and_never_written_over():
    assert helplines.load_missing() == 7
    Helpline.objects.filter(key="care").update(name_sv="Vår text", verified_on="2026-11-24")
    Helpline.objects.create(number="031-123 45", name_sv="IM Göteborg", good_for_sv="Frågor")
    assert helplines.load_missing() == 0
    assert Helpline.objects.get(key="care").name_sv == "Vår text"
    assert helplines.to_verify() == 7
    assert Helpline.objects.get(key="violence").dial == "020505050"
