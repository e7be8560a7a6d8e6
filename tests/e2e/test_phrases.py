"""Björn sends a ready sentence in Swedish; Amina reads it in Swedish and Arabic without touching her page."""

import re

from tests.e2e.house import ask, claim, come_to_desk

FACES = "card => [...card.querySelectorAll('p [lang]')].map(face => [face.lang, face.dir, face.textContent])"
SV, AR = "Ta den tid du behöver. Vi tar en sak i taget.", "خذ الوقت الذي تحتاجه. نعمل شيئا واحدا في كل مرة."


def test_a_card_is_read_in_both_languages(house, new_page):
    amina, bjorn = new_page(width=360, height=740), new_page()
    ask(amina, house)
    come_to_desk(bjorn, house)
    claim(bjorn, amina)
    amina.goto(re.sub(r"/en/", "/ar/", amina.url))
    bjorn.goto(re.sub(r"/en/", "/", bjorn.url))
    bjorn.fill("textarea[name=body]", "Halvskrivet")

    bjorn.click("[data-phrases] summary")
    bjorn.keyboard.press("6")

    card = amina.wait_for_selector(".msg:not(.mine)[data-seq]:has([lang=ar])")
    assert card.evaluate(FACES) == [["sv", "ltr", SV], ["ar", "rtl", AR]]
    mine = bjorn.wait_for_selector(".msg.mine[data-seq]:has([lang=sv])")
    assert mine.evaluate(FACES) == [["sv", "ltr", SV]]
    bjorn.wait_for_selector("[data-phrases]:not([open])", state="attached")
    assert bjorn.input_value("textarea[name=body]") == "Halvskrivet"
    shown = amina.eval_on_selector(".msg:has([lang=ar])", FACES)
    amina.reload()
    assert amina.eval_on_selector(".msg:has([lang=ar])", FACES) == shown
