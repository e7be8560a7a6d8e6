"""The page finds the same long sentences and hard words as the server."""

import json

import pytest

from chat.models import HardWord
from tests import make, roles
from tests.chat.test_easier import HARD, SENTENCES
from tests.e2e.test_chat_look import enter

LOOK = "async ([texts, hard]) => { const { look } = await import('/static/chat/easier.js'); return texts.map((one) => look(one, hard)); }"


@pytest.mark.django_db(transaction=True)
def test_page_and_server_agree_and_the_hint_is_shown(new_page, live_server):
    make.office()
    HardWord.objects.create(word="samt", easier="och")
    talk = make.claimed()
    page = enter(new_page(width=360), live_server.url, roles.session_of(make.helper_of(talk).user))
    page.goto(f"{live_server.url}/en/chatt/{talk.request.public_id}/")

    found = page.evaluate(LOOK, [[text for text, _longest, _hard in SENTENCES], HARD])
    assert [(one["longest"], one["hard"]) for one in found] == [(longest, hard) for _text, longest, hard in SENTENCES]
    page.fill("textarea[name=body]", "CV samt brev.")
    page.wait_for_selector("[data-easier]:not([hidden])")
    assert page.inner_text("[data-easier]") == "samt: easier is och."
    assert json.loads(page.get_attribute("[data-easier]", "data-easier")) == {"samt": "och"}
