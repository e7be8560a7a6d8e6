"""Björn suggests two times; Amina, on a narrow phone without JavaScript, says no, suggests her own, and they agree."""

from tests.e2e.house import ask, claim, come_to_desk, follow, question_of, scrolls_sideways


def test_two_agree_on_a_time_and_one_cannot(house, new_page):
    amina, bjorn = new_page(width=360, height=740, java_script_enabled=False), new_page()
    ask(amina, house)
    come_to_desk(bjorn, house)
    claim(bjorn, amina)
    chat = f"{house.home}/chatt/{question_of(amina)}/"

    bjorn.goto(f"{chat}tid/")
    bjorn.select_option("[name=day_1]", index=2)
    bjorn.select_option("[name=clock_1]", "20:00")
    bjorn.click("main form .buttons button")
    bjorn.wait_for_url(chat)

    amina.goto(chat)
    follow(amina, "button[name=none]")
    assert not scrolls_sideways(amina)
    amina.select_option("[name=day_1]", index=2)
    amina.select_option("[name=clock_1]", "18:30")
    amina.click("main form .buttons button")

    bjorn.click(".note button[name=time]")  # his open page shows it by itself
    bjorn.wait_for_selector(".note.good a[href$='/tid/']")

    amina.goto(f"{house.home}/mina-fragor/")
    assert "at 18:30" in amina.inner_text("main")
    amina.goto(chat)
    amina.click(".note.good a[href$='/tid/']")
    follow(amina, "main form button:has-text('I cannot')")
    assert amina.is_visible("[name=day_1]")
    bjorn.wait_for_selector(".log .system:has-text('Amina cannot come')")
