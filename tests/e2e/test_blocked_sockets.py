"""A network that lets no websocket through (an office, a library): everything goes by form, in order, without reload."""

import pytest

from tests.e2e.house import ask, claim, come_to_desk, question_of, say, shown, wait_until_shown

STORED = """
from chat.models import Message
chat = Message.objects.filter(conversation__request__public_id={question!r}, kind="text")
print(list(chat.order_by("seq").values_list("body", flat=True)))
"""


@pytest.fixture
def talk(house, new_page):
    """Björn, who has sockets, and Amina, who has none, in one chat."""
    bjorn, amina = new_page(), new_page(width=360, height=740)
    amina.route_web_socket("**/ws/**", lambda socket: socket.close())
    come_to_desk(bjorn, house)
    ask(amina, house)
    claim(bjorn, amina)
    return bjorn, amina


def test_without_sockets_all_is_stored_once_in_order_and_answers_come(house, talk):
    bjorn, amina = talk
    amina.evaluate("window.samePage = true")
    texts = [f"Rad {number}" for number in range(5)]
    for text in texts:
        say(amina, text)
    wait_until_shown(amina, set(texts))
    wait_until_shown(bjorn, set(texts))
    say(bjorn, "Hej Amina!")
    wait_until_shown(amina, {"Hej Amina!"})
    assert [text for _seq, text in shown(amina)] == [*texts, "Hej Amina!"]
    assert shown(amina) == shown(bjorn)
    assert house.python(STORED.format(question=question_of(amina))) == str([*texts, "Hej Amina!"])
    assert amina.locator(".log .waits, .log .failed").count() == 0
    assert not amina.locator("[data-banner]").is_visible()
    assert "Björn" in amina.inner_text("[data-part=head] h1")
    assert amina.evaluate("window.samePage")


def test_a_closed_chat_looks_for_no_connection(house, talk):
    _bjorn, amina = talk
    house.close_all()
    url, tries = amina.url, []
    amina.goto("about:blank")  # the open page would try once more
    amina.route_web_socket("**/ws/**", lambda socket: (tries.append(socket.url), socket.close()))
    amina.goto(url)
    amina.wait_for_timeout(3000)
    assert not amina.locator("[data-banner]").is_visible()
    assert tries == []


def test_a_tab_that_was_put_out_rests_until_looked_at_and_ends_when_the_chat_does(house, talk):
    _bjorn, amina = talk
    url, lines, faults = amina.url, [], []
    amina.on("pageerror", lambda error: faults.append(str(error)))

    def put_out(socket):
        lines.append(socket)
        socket.send('{"t": "ready", "seq": 1, "version": 1}')
        if len(lines) == 1:
            socket.close(code=4409)

    amina.goto("about:blank")
    amina.route_web_socket("**/ws/**", put_out)
    amina.goto(url)
    amina.wait_for_timeout(3000)
    assert len(lines) == 1
    amina.evaluate("dispatchEvent(new Event('focus'))")
    amina.wait_for_timeout(500)
    assert len(lines) == 2
    lines[1].send('{"t": "typing", "side": "volunteer"}')
    amina.wait_for_selector("[data-typing]:has-text('is writing')")
    house.close_all()
    lines[1].send('{"t": "state", "version": 99999}')
    amina.wait_for_selector("[data-part=head][data-socket='0']", state="attached")
    amina.wait_for_timeout(2500)
    assert len(lines) == 2
    assert not amina.locator("form.compose").is_visible()
    assert not amina.locator("[data-banner]").is_visible()
    assert faults == []
