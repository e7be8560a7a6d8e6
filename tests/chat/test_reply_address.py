"""The address of an answer: whose it is, that nobody can make one up, and when it stops to work."""

import base64
import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from chat import blocks, reply_address
from chat.models import Participant
from tests import make

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.REPLY_DOMAIN = "svar.example"


@pytest.fixture
def amina(db):
    make.office()
    return make.seeker_of(make.claimed())


def test_an_address_leads_back_to_its_participant(amina):
    address = reply_address.address_of(amina)
    assert re.fullmatch(r"svar\+[a-z2-7]{13}\.\d+\.[a-z2-7]{26}@svar\.example", address)
    assert len(address.partition("@")[0]) <= 64
    assert reply_address.participant_of(address) == amina
    assert reply_address.participant_of(f" {address.upper()} ") == amina
    assert reply_address.address_of(make.helper_of(amina.conversation)) != address


def test_without_a_domain_nobody_is_asked_to_answer(amina, settings):
    address = reply_address.address_of(amina)
    settings.REPLY_DOMAIN = ""
    assert reply_address.address_of(amina) == ""
    assert reply_address.participant_of(address) is None


def test_every_other_sign_makes_it_nobody(amina):
    address = reply_address.address_of(amina)
    local, _at, domain = address.partition("@")
    for at in range(local.index("+") + 1, len(local)):
        other = next(sign for sign in ALPHABET if sign != local[at])
        assert reply_address.participant_of(f"{local[:at]}{other}{local[at + 1 :]}@{domain}") is None
    for wrong in (f"{local}@elsewhere.example", f"{local}@{domain}.example", f"info@{domain}", local, "", "@", "+@"):
        assert reply_address.participant_of(wrong) is None


def test_a_hundred_thousand_made_up_tokens_open_nothing(settings):
    chance, hits = random.Random(20261128), 0
    day = base64.b32encode((7).to_bytes(6, "big") + (331).to_bytes(2, "big")).decode().rstrip("=").lower()
    for number in range(100_000):
        token = day if number % 2 else "".join(chance.choices(ALPHABET, k=13))
        signature = "".join(chance.choices(ALPHABET, k=26))
        hits += reply_address.signed_in(f"svar+{token}.1.{signature}@svar.example") is not None
    print(f"made-up tokens: 100,000, hits: {hits}")
    assert hits == 0


def test_it_works_for_ninety_days(amina):
    address = reply_address.address_of(amina)
    with time_machine.travel(timezone.now() + timedelta(days=90), tick=False):
        assert reply_address.participant_of(address) == amina
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert reply_address.participant_of(address) is None


def test_a_changed_secret_key_keeps_it_while_the_old_key_is_known(amina, settings):
    address, old = reply_address.address_of(amina), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 60, [old]
    assert reply_address.participant_of(address) == amina
    settings.SECRET_KEY_FALLBACKS = []
    assert reply_address.participant_of(address) is None


def test_a_block_ends_the_helpers_address_for_good(amina):
    helper = make.helper_of(amina.conversation)
    old, own = reply_address.address_of(helper), reply_address.address_of(amina)
    blocks.block(make.person_of(amina), helper.user)
    assert reply_address.participant_of(old) is None
    Participant.objects.filter(pk=helper.pk).update(left_at=None)  # even if somebody let them in again
    assert reply_address.participant_of(old) is None
    assert reply_address.participant_of(own) == amina


def test_void_ends_every_address_and_a_new_one_works(amina):
    old = reply_address.address_of(amina)
    reply_address.void(Participant.objects.filter(pk=amina.pk))
    amina.refresh_from_db()
    assert reply_address.participant_of(old) is None
    assert reply_address.participant_of(reply_address.address_of(amina)) == amina
