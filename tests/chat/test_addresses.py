"""An address is confirmed inside the chat: by a code, within 15 minutes and five tries, and never taken over."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from chat import addresses, claiming
from chat.addresses import AddressTaken, CodeOver, HasAddress, TooManyCodes, WrongCode
from motesplats import access, outbox
from motesplats.models import OutboxMail, User
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import with_grant
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "amina@example.org"


@pytest.fixture(autouse=True)
def house(transactional_db):
    cache.clear()
    return make.office()


def shell_person(name: str = "Amina"):
    return make.person_of(make.seeker_of(make.conversation(make.user(name, email=None))))


@pytest.fixture
def amina():
    return shell_person()


def asked_code(person, session, email: str = EMAIL) -> str:
    mail.outbox.clear()
    addresses.send_code(session, person.request, email)
    outbox.deliver_due()
    assert [letter.to for letter in mail.outbox] == [[email]]
    return re.search(r"\b\d{6}\b", mail.outbox[0].body)[0]


def test_the_right_code_gives_the_shell_its_address_and_the_receipt(amina):
    session: dict = {}
    code = asked_code(amina, session)
    assert not OutboxMail.objects.filter(kind="receipt").exists()
    assert addresses.pending(session, amina.request.public_id)["email"] == EMAIL
    addresses.confirm(session, amina, code)
    owner = HelpRequest.objects.get(pk=amina.request.pk).owner
    assert (owner.pk, owner.email) == (amina.user.pk, EMAIL)
    assert EmailAddress.objects.get(user=owner).verified
    assert OutboxMail.objects.filter(kind="receipt", to_user=owner).count() == 1
    assert addresses.pending(session, amina.request.public_id) is None
    assert access.granted(session, amina.request.public_id)["user"] == owner.pk


def test_nothing_but_the_code_goes_to_an_address_nobody_confirmed(amina):
    asked_code(amina, {})
    claiming.claim(amina.request, make.volunteer())
    assert len(mail.outbox) == 1  # the code; Django's test runner keeps it out of our outbox
    assert not OutboxMail.objects.exists()


def test_wrong_codes_are_refused_and_after_five_the_right_one_too(amina):
    session: dict = {}
    code = asked_code(amina, session)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for _ in range(4):
        with pytest.raises(WrongCode) as said:
            addresses.confirm(session, amina, wrong)
        assert not isinstance(said.value, CodeOver)
        assert not addresses.pending(session, amina.request.public_id)["is_over"]
    for typed in (wrong, code):
        with pytest.raises(CodeOver):
            addresses.confirm(session, amina, typed)
    assert addresses.pending(session, amina.request.public_id)["is_over"]
    assert User.objects.get(pk=amina.user.pk).email is None


def test_after_five_wrong_codes_the_button_for_a_new_one_is_there(amina):
    client = with_grant(amina.participant)
    chat = f"/chatt/{amina.request.public_id}/"
    client.post(f"{chat}adress/", {"email": EMAIL})
    for number in range(5):
        page = client.post(f"{chat}kod/", {"code": "000000"})
        assert page.status_code == 400
        shown = page.content.decode()
        assert (f'action="{chat}kod/"' in shown) is (number < 4)  # the last time there is nothing more to type
        assert f'action="{chat}adress/"' in shown
    assert page.context["address"]["is_over"]
    client.post(f"{chat}adress/", {"email": EMAIL})
    assert not client.get(chat).context["address"]["is_over"]


def test_the_mail_leads_back_to_the_page_and_holds_no_key(amina, client):
    asked_code(amina, {})
    letter = mail.outbox[0].body
    assert f"http://localhost:8000/chatt/{amina.request.public_id}/" in letter
    assert "lank/" not in letter
    assert client.get(f"/chatt/{amina.request.public_id}/").status_code == 404


def test_a_code_lives_fifteen_minutes(amina):
    session: dict = {}
    code = asked_code(amina, session)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)), pytest.raises(WrongCode):
        addresses.confirm(session, amina, code)
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        addresses.confirm(session, amina, code)


def test_a_code_of_another_browser_or_another_chat_is_nothing(amina):
    session: dict = {}
    code = asked_code(amina, session)
    with pytest.raises(WrongCode):
        addresses.confirm({}, amina, code)
    with pytest.raises(WrongCode):
        addresses.confirm(session, shell_person("Sara"), code)


def test_too_many_codes_are_not_sent(amina):
    with pytest.raises(TooManyCodes):
        for _ in range(20):
            addresses.send_code({}, amina.request, EMAIL)
    assert OutboxMail.objects.count() <= 12


def test_a_question_moves_to_the_account_that_has_the_address(amina):
    account, session = make.user("Amina A", email=EMAIL), {}
    addresses.confirm(session, amina, asked_code(amina, session))
    request = HelpRequest.objects.get(pk=amina.request.pk)
    assert request.owner == account
    assert request.conversation.participants.get(side="seeker").user == account
    assert not User.objects.get(email=None).is_active  # the shell is put away
    assert access.granted(session, request.public_id)["user"] == account.pk
    assert OutboxMail.objects.filter(kind="receipt", to_user=account).count() == 1


def test_a_shell_with_another_question_is_kept(amina):
    other = make.conversation(amina.user)
    make.user("Amina A", email=EMAIL)
    session: dict = {}
    addresses.confirm(session, amina, asked_code(amina, session))
    shell = User.objects.get(email=None)
    assert shell.is_active
    assert HelpRequest.objects.get(pk=other.request_id).owner == shell


def test_nobody_becomes_the_asker_of_what_they_help_with(amina):
    bjorn = make.volunteer(user=make.user("Björn", email=EMAIL))
    claiming.claim(amina.request, bjorn)
    session: dict = {}
    with pytest.raises(AddressTaken):
        addresses.confirm(session, amina, asked_code(amina, session))
    assert HelpRequest.objects.get(pk=amina.request.pk).owner == amina.user


def test_a_blocked_account_takes_over_nothing(amina):
    make.user("Amina A", email=EMAIL, is_active=False)
    session: dict = {}
    with pytest.raises(AddressTaken):
        addresses.confirm(session, amina, asked_code(amina, session))


def test_who_has_an_address_keeps_it_whoever_holds_the_link():
    person = make.person_of(make.seeker_of(make.conversation()))
    with pytest.raises(HasAddress):
        addresses.send_code({}, person.request, "thief@example.org")
    session = {"codes": {}}
    with pytest.raises(HasAddress):
        addresses.confirm(session, person, "123456")
    assert User.objects.get(pk=person.user.pk).email == person.user.email


def test_two_browsers_prove_the_same_address_at_once():
    people, sessions = [shell_person("Amina"), shell_person("Amina")], [{}, {}]
    codes = [asked_code(person, session) for person, session in zip(people, sessions, strict=True)]
    jobs = [lambda p=p, s=s, c=c: addresses.confirm(s, p, c) for p, s, c in zip(people, sessions, codes, strict=True)]
    found = at_once(*jobs)
    assert found == [None, None]
    owners = {HelpRequest.objects.get(pk=person.request.pk).owner for person in people}
    assert len(owners) == 1
    assert owners.pop().email == EMAIL
    assert User.objects.filter(email=EMAIL).count() == 1


def test_documents_follow_the_question_to_the_account():
    account, person = make.user("Amina", email=EMAIL), shell_person("Shell")
    document = make.document(person.conversation)
    session: dict = {}
    addresses.confirm(session, person, asked_code(person, session))
    document.refresh_from_db()
    assert document.owner == account
