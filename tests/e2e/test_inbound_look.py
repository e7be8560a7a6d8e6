"""The staff's pages for mail that came in at 320 px: no sideways scroll, axe content; one mail from list to chat."""

import pytest

from chat import email_in
from tests import make, roles
from tests.chat.incoming import come, letter, said_in
from tests.e2e.test_chat_look import enter
from tests.e2e.test_look import faults

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/chat/inboundmail/"
DJANGOS_OWN = ("small target", "link-in-text-block")


def ours(page) -> list[str]:
    return [fault for fault in faults(page) if not any(own in fault for own in DJANGOS_OWN)]


def test_held_back_mail_is_read_with_a_reason_and_put_into_the_chat(new_page, live_server, settings):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    amina = make.seeker_of(make.claimed())
    row = come(letter(amina, "Jag kan på fredag.", sender="annan@example.org"))
    page, found = enter(new_page(width=320), live_server.url, roles.session_of(make.staff(), has_shown_key=True)), []
    for path in (LIST, f"{LIST}{row.pk}/change/", f"{LIST}{row.pk}/svara/", f"{LIST}prov/", f"{LIST}{row.pk}/visa/"):
        page.goto(f"{live_server.url}{path}")
        found += ours(page)
    page.check("input[value=deliver]")
    page.click("#content form button")
    page.wait_for_selector("text=Jag kan på fredag.")
    found += ours(page)
    assert not found, "\n".join(found)
    page.goto(f"{live_server.url}{LIST}{row.pk}/change/")
    page.click("text=Lägg in i chatten")
    page.wait_for_selector(".messagelist")
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Jag kan på fredag."]
