"""From an employer's first visit to the ad's demands beside Amina's CV: five people, against a running house.

Emil has a restaurant and little time. Amina reads his ad on her phone and asks for help. Björn sees what it asks.
"""

from uuid import uuid4

import pytest

from tests.e2e.house import claim, come_to_desk, log_in_by_mail, say, see, tap, wait_until_shown
from tests.e2e.test_look import faults

STAFF = """
from motesplats import occupations
from motesplats.models import Office
from tests import make, roles
Office.objects.exists() or make.office()
print(roles.session_of(make.staff({name!r}), has_shown_key=True))
"""
MOMENT = 3_500  # milliseconds: a person reads a page before it is sent (vacancies/employer_guard.py)
PHONE = {"width": 360, "height": 740}


@pytest.mark.timeout(300)  # five browsers, with the start of the house, also on a busy machine
def test_from_an_employers_first_visit_to_the_demands_beside_her_cv(house, new_page):
    title = f"Kock till skola {uuid4().hex[:6]}"
    disa, inga = (staff(new_page, house, name) for name in ("Disa", "Inga"))
    emil = new_page(**PHONE)
    sign_up(emil, house, title)
    write_the_ad(emil, title)

    let_the_employer_in(disa, inga, house, title)
    for person in (disa, inga):  # the first ad of a new employer is read by two
        person.goto(f"{house.url}/admin/vacancies/vacancy/?state__exact=review")
        tap(person, title, within="#result_list")
        press(person, "publish")
    emil.goto(f"{house.home}/arbetsgivare/")
    see(emil, "Shown since")

    amina, bjorn = new_page(**PHONE), new_page()
    find_the_ad(amina, house, title)
    ask_about_it(amina)
    come_to_desk(bjorn, house)
    bjorn.wait_for_selector(f"[data-card]:has-text('{title}')")
    claim(bjorn, amina)
    say(bjorn, "Hej! Jag ser annonsen.")
    wait_until_shown(amina, {"Hej! Jag ser annonsen."})
    read_the_demands(bjorn, send_a_cv(amina))


def staff(new_page, house, name: str):
    """Somebody at IM whose session has shown the second key."""
    page = new_page()
    cookie = house.python(STAFF.format(name=name))
    page.context.add_cookies([{"name": "session", "value": cookie, "url": house.url}])
    return page


def press(page, action: str) -> None:
    with page.expect_navigation():
        page.click(f".submit-row button[formaction*='{action}']")


def sign_up(page, house, name: str) -> None:
    page.goto(f"{house.home}/arbetsgivare/")
    see(page, "Find new colleagues")
    tap(page, "Begin")
    log_in_by_mail(page, house, f"emil.{uuid4().hex[:8]}@skolkok.example")
    page.fill("[name=organisation_number]", "556677-8899")
    page.fill("[name=name]", name)
    page.fill("[name=contact_name]", "Emil Ek")
    page.fill("[name=phone]", "070-174 06 05")
    page.fill("[name=website]", "skolkok.example")
    page.fill("[name=municipality]", "göteborg")
    page.wait_for_timeout(MOMENT)
    tap(page, "Send to IM")
    see(page, "IM calls you no later than")
    assert faults(page) == []


def write_the_ad(page, title: str) -> None:
    tap(page, "Write your first ad")
    page.check("[name=kind][value=jobb]")
    page.fill("[name=title]", title)
    page.fill("[name=municipality]", "Göteborg")
    page.fill("[name=tasks]", "Du lagar lunch till 200 barn. Du arbetar med två kollegor.")
    page.check("[name=extent][value=heltid]")
    page.check("[name=pay][value=avtal]")
    page.check("[name=swedish][value=sfi-c]")
    page.fill("[name=apply_email]", "jobb@skolkok.example")
    page.evaluate(
        "const day = new Date(Date.now() + 20 * 864e5); document.querySelector('[name=last_day]').valueAsDate = day"
    )
    assert faults(page) == []
    tap(page, "See how it looks")
    see(page, "This is how people will see it")
    page.wait_for_timeout(MOMENT)
    tap(page, "Send to IM")
    see(page, "and then reads the ad")


def let_the_employer_in(disa, inga, house, name: str) -> None:
    """Disa has called and looked; somebody else with the same number would need Inga too."""
    disa.goto(f"{house.url}/admin/vacancies/employer/?state__exact=applied")
    tap(disa, name, within="#result_list")
    for check in ("register", "called", "person", "terms", "costs"):
        press(disa, f"check_{check}")
    press(disa, "approve")


def find_the_ad(page, house, title: str) -> None:
    page.goto(f"{house.home}/jobb/")
    page.fill("input[name=q]", title)
    with page.expect_navigation():
        page.press("input[name=q]", "Enter")
    tap(page, title, within="ul.found")
    see(page, "How to apply")
    assert page.locator("a[href^='mailto:jobb@skolkok.example']").count() == 1
    assert faults(page) == []


def ask_about_it(page) -> None:
    tap(page, "Get help to apply for the job")
    assert page.locator("input:checked").count() == 0  # nothing is chosen for her
    page.check("input[name=topic][value=cv]")
    for _page in range(4):
        page.locator("main form .buttons .button").first.click()
        page.wait_for_load_state()
    page.fill("input[name=name]", "Amina")
    page.check("input[name=no_email]")
    page.locator("input[name=is_adult]").first.check()
    page.check("input[name=consent]")
    page.locator("main form .buttons .button").first.click()
    page.wait_for_url("**/chatt/**")


def send_a_cv(page) -> str:
    """-> the address of the document."""
    page.goto(f"{page.url.partition('?')[0].partition('#')[0]}dokument/")
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    page.fill("textarea[name=text]", "Jag har lagat mat i åtta år i Aleppo.")
    page.click("form:has(input[type=file]) button.button:not([type])")
    page.wait_for_url("**/dokument/*/")
    return page.url


def read_the_demands(page, document: str) -> None:
    page.goto(f"{document}1/")
    said = page.locator(".demands").inner_text()
    assert "SFI C" in said and "jobb@skolkok.example" in said
