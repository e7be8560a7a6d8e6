"""Tips in the chat: what is offered, the card, where it leads; suggestions; what was read when somebody asked."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import override

from chat import about, conversations, thread_mail, tips
from chat.models import Message
from library.models import Resource
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import html, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tip():
    category = make.category("Intervju", topic="cv")
    return make.resource("Kom i tid", title_ar="تعال في الموعد", slug="kom-i-tid", category=category)


def path_of(chat) -> str:
    return f"/chatt/{chat.request.public_id}/tips/"


def cards_in(chat) -> list[dict]:
    rows = Message.objects.filter(conversation=chat, kind=Message.Kind.CARD).order_by("seq")
    return [json.loads(body) for body in rows.values_list("body", flat=True)]


def test_a_volunteer_finds_a_tip_and_shows_it_once(chat, tip):
    make.resource("Något annat", category=make.category("Starta", topic="business"))
    bjorn = logged_in(make.helper_of(chat).user)
    page = html(bjorn.get(path_of(chat)))
    assert "Kom i tid" in page and "Något annat" not in page
    assert "Något annat" in html(bjorn.get(path_of(chat), {"q": "annat"}))

    said = {"tip": tip.slug, "client_id": str(uuid4())}
    assert {bjorn.post(path_of(chat), said).status_code for _ in range(2)} == {302}
    (card,) = cards_in(chat)
    assert (card["card"], card["tip"]) == ("tip", "kom-i-tid")
    assert card["texts"] == {"sv": "Kom i tid", "ar": "تعال في الموعد"}


def test_each_side_reads_the_card_with_a_link_in_its_own_language(chat, tip):
    tips.send(make.person_of(make.helper_of(chat)), tip.slug, client_id=uuid4())
    amina = logged_in(make.seeker_of(chat).user)
    page = html(amina.get(f"/ar/chatt/{chat.request.public_id}/"))

    assert "تعال في الموعد" in page and 'href="/ar/tips/kom-i-tid/"' in page and "Kom i tid" in page
    assert 'href="/tips/kom-i-tid/"' in html(amina.get(f"/chatt/{chat.request.public_id}/utskrift/"))
    Message.objects.filter(kind="card").update(body="")
    assert "kom-i-tid" not in html(amina.get(f"/chatt/{chat.request.public_id}/utskrift/"))


def test_the_card_leads_on_from_a_mail_too(chat, tip):
    tips.send(make.person_of(make.helper_of(chat)), tip.slug, client_id=uuid4())
    row = Message.objects.select_related("sender__user").get(kind="card")
    with override("ar"):
        words = [said.text for said in thread_mail._saying(row, make.seeker_of(chat)).words]

    assert words[0] == "Kom i tid" and words[-1].endswith("/ar/tips/kom-i-tid/")


def test_what_is_hidden_or_not_a_tip_is_refused(chat, tip):
    bjorn = logged_in(make.helper_of(chat).user)
    Resource.objects.update(state="hidden")

    assert [bjorn.post(path_of(chat), {"tip": name}).status_code for name in (tip.slug, "finns-inte", "å ä", "")] == [
        409
    ] * 4
    assert cards_in(chat) == []


def test_only_who_helps_here_may_show_tips(chat, tip):
    for person in (make.seeker_of(chat).user, make.volunteer("Cecilia").user):
        assert logged_in(person).get(path_of(chat)).status_code == 404
        assert logged_in(person).post(path_of(chat), {"tip": tip.slug}).status_code == 404
    assert Client().get(path_of(chat)).status_code == 404


def test_the_page_asks_the_same_with_one_and_three(chat, tip, django_assert_num_queries):
    bjorn = logged_in(make.helper_of(chat).user)
    bjorn.get(path_of(chat))
    with django_assert_num_queries(6):
        bjorn.get(path_of(chat))
    for number in range(2):
        make.resource(f"Tips {number}", category=tip.category)
    with django_assert_num_queries(6):
        bjorn.get(path_of(chat))


def test_a_volunteer_suggests_and_what_is_wrong_is_said_with_the_text_kept():
    bjorn, category = logged_in(make.volunteer().user), make.category()
    said = {
        "url": "example.org",
        "title": "En sida",
        "description": "Bra.",
        "category": category.pk,
        "languages": ["sv"],
    }
    page = html(bjorn.post("/tips/foresla/", said))
    assert "Skriv hela adressen" in page and 'value="En sida"' in page and not Resource.objects.exists()

    assert bjorn.post("/tips/foresla/", said | {"url": "https://example.org/"}).status_code == 302
    made = Resource.objects.get()
    assert (made.state, made.url_sv, made.languages) == ("suggested", "https://example.org/", ["sv"])
    assert logged_in(make.user("Amina")).get("/tips/foresla/").status_code == 404
    assert Client().get("/tips/foresla/").status_code == 302


def ask(client, first: dict) -> HelpRequest:
    client.post("/fraga/", first)
    for step in ("annons", "nar", "sprak"):
        client.post(f"/fraga/{step}/", {"skip": "1"})
    client.post("/fraga/du/", {"name": "Amina", "consent": "on", "is_adult": "yes"})
    return HelpRequest.objects.latest("pk")


def test_a_question_from_a_tip_says_which(tip):
    make.office()
    amina = Client()
    page = html(amina.get("/fraga/?om=kom-i-tid"))
    assert 'name="om" value="kom-i-tid"' in page and "checked" not in page
    asked = ask(amina, {"topic": "interview", "om": "kom-i-tid"})

    assert (asked.about_kind, asked.about_id) == ("tip", "kom-i-tid")
    assert about.of(asked) == about.About("Kom i tid", "/tips/kom-i-tid/")
    assert "Om det här tipset:" in html(amina.get(f"/chatt/{asked.public_id}/"))
    Resource.objects.update(state="hidden")
    assert about.of(asked) is None


def test_whoever_waits_has_one_text_to_read_and_whoever_is_helped_has_not(tip):
    make.resource("En länk", kind="link", url="https://example.org/", body="", category=tip.category, position=1)
    talk = make.conversation(make.user("Amina"))
    person = make.person_of(make.seeker_of(talk))
    assert tips.while_waiting(person) == tip
    assert "Medan du väntar kan du läsa:" in html(logged_in(person.user).get(f"/chatt/{talk.request.public_id}/"))

    taken = make.claimed(make.volunteer(), owner=make.user("Samir"))
    assert tips.while_waiting(make.person_of(make.seeker_of(taken))) is None
    assert tips.while_waiting(make.person_of(make.helper_of(taken))) is None


@pytest.mark.parametrize("odd", ["", "../x", "x" * 200, "<b>", "å"])
def test_an_odd_address_stops_nobody(odd):
    make.office()
    asked = ask(Client(), {"topic": "cv", "om": odd})

    assert (asked.about_kind, asked.about_id, about.of(asked)) == ("", "", None)


def test_an_export_holds_the_card_in_words(chat, tip):
    tips.send(make.person_of(make.helper_of(chat)), tip.slug, client_id=uuid4())

    assert "Kom i tid" in str(conversations.export(make.seeker_of(chat).user))
