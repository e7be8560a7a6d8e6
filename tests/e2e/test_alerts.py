"""Björn is told that somebody waits: by the desk's own tone and dot, and by a notice on his phone."""

import json

import pytest

from tests.e2e.house import ask, come_to_desk
from tests.volunteers.push_service import Browser, push_service

LISTEN = """
window.played = [];
HTMLMediaElement.prototype.play = function () { window.played.push(this.src); return Promise.resolve(); };
"""
# Chromium asks a service far away for an address; here it gets the stand-in's.
SUBSCRIBE = """
PushManager.prototype.getSubscription = async () => null;
PushManager.prototype.subscribe = async (options) => {
  window.askedWith = options.applicationServerKey.length;
  return { toJSON: () => (%s) };
};
Notification.requestPermission = async () => "granted";
"""


@pytest.fixture
def service():
    with push_service() as service:
        yield service


def until(page, is_so, seconds: float = 30) -> bool:
    for _ in range(int(seconds * 5)):
        if is_so():
            return True
        page.wait_for_timeout(200)
    return False


def test_the_desk_makes_a_sound_when_that_was_chosen_and_shows_a_dot(house, new_page):
    helper, asker = new_page(width=360), new_page(width=360)
    helper.add_init_script(LISTEN)
    come_to_desk(helper, house, "Bosse")
    plain = helper.get_attribute("link[rel=icon]", "href")
    assert helper.locator("[data-tone] button").inner_text() == "Make a sound when somebody waits"
    helper.click("[data-tone] button")
    assert helper.evaluate("played.length") == 1  # what it sounds like
    ask(asker, house)
    assert until(helper, lambda: helper.evaluate("played.length") == 2)
    assert "tone" in helper.evaluate("played[1]") and helper.title().startswith("(")
    assert until(helper, lambda: helper.get_attribute("link[rel=icon]", "href").startswith("data:image/svg"))
    assert plain != helper.get_attribute("link[rel=icon]", "href")
    assert helper.evaluate("document.documentElement.scrollWidth <= innerWidth")
    helper.click("[data-tone] button")
    helper.reload()
    assert helper.locator("[data-tone] button").inner_text() == "Make a sound when somebody waits"


@pytest.mark.whole_browser
def test_a_notice_comes_to_the_phone(house, new_page, service):
    browser, phone, asker = Browser(), new_page(width=360), new_page(width=360)
    subscription = json.dumps({"endpoint": f"{service.url}/bo", "keys": browser.keys})
    phone.add_init_script(SUBSCRIBE % subscription)
    phone.context.grant_permissions(["notifications"], origin=house.url)
    house.log_in(phone, "Bo")
    phone.goto(f"{house.home}/jour/")
    phone.click("form.switch button[value=notify]")
    phone.wait_for_url("**/volontar/notiser/")
    phone.fill("input[name=start]", "00:00")
    phone.fill("input[name=end]", "00:00")
    phone.click("form:has(input[name=start]) button")
    assert not service.got
    with phone.expect_navigation():
        phone.click("[data-push] button")
    assert phone.locator("li.card:has-text('Chrome')").count() == 1
    assert until(phone, lambda: len(service.got) == 1)  # the greeting: it works
    ask(asker, house, need="Hemligt")
    assert until(phone, lambda: len(service.got) == 2, 90)
    said = browser.read(service.got[1][2])
    assert said["body"] == "CV" and "Hemligt" not in str(said)
    shows = """async (said) => {
      const worker = await navigator.serviceWorker.ready;
      return [worker.active.scriptURL, worker.scope, await caches.keys()];
    }"""
    script, scope, kept = phone.evaluate(shows, said)
    assert (script, scope, kept) == (f"{house.url}/sw.js", f"{house.url}/", [])
    assert _delivered(phone, said) == [said["title"], "CV", "/jour/"]
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")


def _delivered(page, said: dict) -> list:
    """Hand the service worker what its browser has decrypted. -> what it asks the browser to show."""
    worker = page.context.service_workers[0]
    return worker.evaluate(
        """async (said) => {
          const shown = [];
          registration.showNotification = async (title, options) => { shown.push(title, options.body, options.data.url); };
          const event = new PushEvent("push", { data: JSON.stringify(said) });
          dispatchEvent(event);
          await new Promise((done) => setTimeout(done, 200));
          return shown;
        }""",
        said,
    )
