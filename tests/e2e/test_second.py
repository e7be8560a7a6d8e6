"""Björn asks Cecilia into his chat; both write, and Amina sees who is who."""

from tests.e2e.house import ask, claim, come_to_desk, question_of, say, shown, wait_until_shown

NAMES = (
    "lines => lines.map(line => [line.querySelector('p').textContent, line.querySelector('small bdi')?.textContent])"
)


def names(page) -> dict[str, str]:
    """What was said -> who said it, for the messages that say so."""
    found = page.eval_on_selector_all(".log .msg[data-seq]", NAMES)
    return {text: name for text, name in found if name}


def test_bjorn_asks_cecilia_in_both_write_and_amina_sees_who_is_who(house, new_page):
    amina, bjorn, cecilia = new_page(width=360, height=740), new_page(), new_page(width=360, height=740)
    come_to_desk(cecilia, house, "Cecilia")
    come_to_desk(bjorn, house, "Björn")
    ask(amina, house)
    claim(bjorn, amina)
    chat = f"{house.home}/chatt/{question_of(amina)}/"
    bjorn.goto(f"{chat}ta-in/")
    bjorn.get_by_label("Cecilia").check()
    bjorn.click("main form button.button:not(.quiet)")
    bjorn.wait_for_selector("text=We have asked Cecilia")
    amina.evaluate("window.samePage = true")
    with cecilia.expect_navigation(url=chat):
        cecilia.click("text=Yes, open the chat")
    amina.wait_for_selector("[data-part=asks] >> text=Cecilia helps Björn here.")
    bjorn.wait_for_selector("[data-part=asks] >> text=Cecilia helps Björn here.")
    say(bjorn, "Hej, jag är här")
    wait_until_shown(amina, {"Hej, jag är här"})
    say(cecilia, "Jag också")
    say(amina, "Vad bra")
    for page in (amina, bjorn, cecilia):
        wait_until_shown(page, {"Hej, jag är här", "Jag också", "Vad bra"})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    said = {"Hej, jag är här": "Björn", "Jag också": "Cecilia"}
    assert names(amina) == said
    assert names(bjorn) == {"Jag också": "Cecilia", "Vad bra": "Amina"}
    assert names(cecilia) == {"Hej, jag är här": "Björn", "Vad bra": "Amina"}
    assert [page.locator(".log .msg.mine").count() for page in (amina, bjorn, cecilia)] == [1, 1, 1]
    assert amina.evaluate("window.samePage") and shown(amina) == shown(bjorn) == shown(cecilia)
    bjorn.reload()
    assert names(bjorn) == {"Jag också": "Cecilia", "Vad bra": "Amina"}
    amina.click("[data-part=asks] >> text=No, only Björn")
    cecilia.wait_for_url("**/jour/")
    amina.wait_for_selector(".log >> text=Only Björn helps you now.")
