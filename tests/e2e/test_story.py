"""The main job, in real browsers, against a running house: asked, answered live, by e-mail when nobody is there."""

import re
from uuid import uuid4

import pytest

from tests.e2e.house import ask, claim, come_to_desk, confirm_address, question_of, say, shown, wait_until_shown


@pytest.fixture
def bjorn(house, new_page):
    page = new_page()
    come_to_desk(page, house)
    return page


def test_forty_messages_survive_reloads_and_tunnels(house, bjorn, new_page):
    amina = new_page(width=360, height=740)
    ask(amina, house)
    claim(bjorn, amina)
    texts = set()
    for number in range(20):
        for page, name in ((amina, "Amina"), (bjorn, "Björn")):
            _trouble(page, number)
            say(page, f"{name} {number}")
            texts.add(f"{name} {number}")
    for page in (amina, bjorn):
        page.context.set_offline(False)
        wait_until_shown(page, texts)
    for page in (amina, bjorn):
        lines = shown(page)
        assert [text for _seq, text in lines if text not in texts] == []
        assert len(lines) == 40
        assert [seq for seq, _text in lines] == sorted(seq for seq, _text in lines)
        for name in ("Amina", "Björn"):
            assert [text for _seq, text in lines if text.startswith(name)] == [f"{name} {n}" for n in range(20)]
    assert shown(amina) == shown(bjorn)


def _trouble(page, number: int) -> None:
    """Reloads and tunnels at different moments on each side."""
    if number % 5 == 0:
        page.reload()
    if number % 5 == 2:
        page.context.set_offline(True)
    if number % 5 == 4:
        page.context.set_offline(False)


def test_she_closes_the_page_gets_a_mail_and_goes_on_in_another_browser(house, bjorn, new_page):
    amina = new_page(width=360, height=740)
    address = "amina.story@example.org"
    ask(amina, house, email_address=address)
    confirm_address(amina, house, address)
    claim(bjorn, amina)
    amina.context.close()
    say(bjorn, "Hej Amina! Kan du skicka ditt CV?")
    wait_until_shown(bjorn, {"Hej Amina! Kan du skicka ditt CV?"})
    text = house.wait_for_mail("new message to you", to=address, seconds=45)
    assert "Kan du skicka" not in text  # no message text in a mail
    link = re.search(r"http\S+/lank/\S+", text).group(0)
    elsewhere = new_page(width=360, height=740)
    elsewhere.goto(link)
    elsewhere.click("main form button")
    wait_until_shown(elsewhere, {"Hej Amina! Kan du skicka ditt CV?"})
    say(elsewhere, "Ja, här är jag igen.")
    wait_until_shown(bjorn, {"Ja, här är jag igen."})


PROMISES = """
from chat.models import Promise
for given in Promise.objects.filter(conversation__request__public_id={question!r}).order_by("pk"):
    print(given.kept_at is not None and given.made_at < given.kept_at < given.answer_by, given.broken_at is not None)
"""
ITS_TIME_PASSES = """
from datetime import timedelta
from django.utils import timezone
from chat.models import Promise
from seekers.models import HelpRequest
late = timezone.now() - timedelta(minutes=1)
HelpRequest.objects.filter(public_id={question!r}).update(answer_by=late)
Promise.objects.filter(conversation__request__public_id={question!r}, kept_at=None).update(answer_by=late)
"""


def _promised(text: str) -> str:
    """The moment that a page or a mail promises."""
    return re.search(r"(?:IM answers|You get an answer) (.+?) at the latest", " ".join(text.split())).group(1)


@pytest.fixture
def unanswered(house, new_page):
    """-> (Amina's page, her address, her question, the time she was promised): nobody is on duty."""
    amina, address = new_page(width=360, height=740), f"amina.{uuid4().hex[:8]}@example.org"
    ask(amina, house, email_address=address, need="Mitt brev")
    promised = _promised(amina.inner_text("[data-line]"))
    assert _promised(confirm_address(amina, house, address)) == promised
    return amina, address, question_of(amina), promised


def test_nobody_on_duty_the_promised_time_is_shown_and_mailed_and_kept(house, unanswered, new_page):
    amina, _address, question, promised = unanswered
    assert house.python(PROMISES.format(question=question)) == "False False"
    bjorn = new_page()
    come_to_desk(bjorn, house)
    assert f"promised an answer {promised} at the latest" in bjorn.inner_text(f"[data-card='{question}']")
    claim(bjorn, amina)
    say(bjorn, "Hej! Jag har läst ditt brev.")
    wait_until_shown(amina, {"Hej! Jag har läst ditt brev."})
    house.sweep()
    assert house.python(PROMISES.format(question=question)) == "True False"
    house.python(ITS_TIME_PASSES.format(question=question))
    house.sweep()
    assert house.python(PROMISES.format(question=question)) == "True False"  # kept stays kept
    assert amina.locator(".system:has-text('Sorry')").count() == 0


def test_nobody_on_duty_the_promised_time_passes_and_she_gets_an_apology_with_a_new_time(house, unanswered):
    amina, address, question, _promised_time = unanswered
    house.python(ITS_TIME_PASSES.format(question=question))
    house.sweep()
    assert "New time" in house.wait_for_mail("did not manage", to=address)
    amina.wait_for_selector(".system:has-text('Sorry')")
    broken, new = house.shell.run(PROMISES.format(question=question)).splitlines()
    assert (broken, new) == ("False True", "False False")


def _again(page) -> None:
    """The page anew, as the 30 s refresh does it."""
    page.goto(page.url.split("?")[0].split("#")[0])
    page.reload()


def test_whole_journey_without_javascript(house, new_page):
    bjorn, amina = new_page(java_script_enabled=False), new_page(width=320, height=600, java_script_enabled=False)
    come_to_desk(bjorn, house)
    ask(amina, house, name="Yonas")
    bjorn.goto(f"{house.home}/jour/")
    claim(bjorn, amina)
    for page, text in ((bjorn, "Hej Yonas!"), (amina, "Hej Björn!"), (bjorn, "Vad vill du göra?")):
        page.click("a:has-text('Write a message')")
        say(page, text)
    _again(amina)
    assert [text for _seq, text in shown(amina)] == ["Hej Yonas!", "Hej Björn!", "Vad vill du göra?"]
    amina.locator(".flag button").first.click()
    _again(bjorn)
    assert "Yonas does not understand" in bjorn.inner_text(".log")
    amina.click("a:has-text('Finish')")
    amina.click("button:has-text('Yes, finish')")
    amina.click("button:has-text('Open the question again')")
    amina.click("a:has-text('Change volunteer')")
    amina.click("button:has-text('Yes, change volunteer')")
    amina.click("a:has-text('Something is wrong')")
    amina.click("button:has-text('Stop the chat')")
    assert "The chat is stopped" in amina.inner_text(".log")
    assert not amina.locator("form.compose textarea").is_visible()


TIME_PASSES = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from chat.models import Participant
from seekers.models import HelpRequest
HelpRequest.objects.update(claimed_at=F("claimed_at") - timedelta(minutes={minutes}))
Participant.objects.filter(side="volunteer").update(
    seen_at=F("seen_at") - timedelta(minutes={minutes}), away_until=F("away_until") - timedelta(minutes={minutes})
)
Participant.objects.filter(side="seeker").update(seen_at=timezone.now())
"""
HELPER = """
from seekers.models import HelpRequest
question = HelpRequest.objects.latest("pk")
print(question.state, question.helper)
"""


def test_phone_locked_for_ten_minutes_after_i_am_reading_is_still_his(house, bjorn, new_page):
    amina = new_page(width=360, height=740)
    ask(amina, house)
    claim(bjorn, amina)
    say(bjorn, "Hej! Jag läser ditt CV nu.")
    say(amina, "Tack!")
    wait_until_shown(bjorn, {"Tack!"})
    while not bjorn.is_visible(".taps button[value=reading]"):  # the part may come anew under the pointer
        bjorn.click("summary:has-text('Do you have to go for a while?')")
    bjorn.click(".taps button[value=reading]")
    amina.wait_for_selector("[data-line]:has-text('is reading and writes again')")
    bjorn.close()
    house.python(TIME_PASSES.format(minutes=9))
    house.sweep()
    assert house.python(HELPER) == "active Björn"
    house.python(TIME_PASSES.format(minutes=40))  # and then nothing for forty minutes, while she waits
    house.sweep()
    assert house.python(HELPER) == "waiting None"
