"""Who somebody is in a chat: a login before a grant, at two queries, and nobody after the right has ended."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import matching
from chat.access import person_for
from chat.models import Participant, Side
from motesplats import access
from tests import make

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


@pytest.fixture
def chat():
    make.office()
    return make.claimed()


def holding_grant(participant, *, link_version: int | None = None) -> dict:
    session: dict = {}
    public_id = participant.conversation.request.public_id
    version = participant.link_version if link_version is None else link_version
    access.grant(session, public_id, user_id=participant.user_id, link_version=version)
    return session


def who(chat, user=NOBODY, session=None) -> tuple | None:
    person = person_for(session or {}, user, chat.request.public_id)
    return person and (person.user.display_name, person.side, person.by_grant)


def test_those_in_the_chat_by_login(chat):
    assert who(chat, make.seeker_of(chat).user) == ("Amina", Side.SEEKER, False)
    assert who(chat, make.helper_of(chat).user) == ("Björn", Side.VOLUNTEER, False)


def test_everybody_else_is_nobody(chat):
    other = make.claimed()
    for user in (
        NOBODY,
        None,
        make.user(),
        make.staff(),
        make.volunteer().user,
        make.seeker_of(other).user,
        make.helper_of(other).user,
    ):
        assert who(chat, user) is None
    assert who(chat, session=holding_grant(make.seeker_of(other))) is None
    assert person_for({}, make.seeker_of(chat).user, "nothing-here") is None


def test_a_grant_opens_this_chat_for_who_asked(chat):
    session = holding_grant(make.seeker_of(chat))
    assert who(chat, session=session) == ("Amina", Side.SEEKER, True)
    assert who(chat, make.user("Sara"), session) == ("Amina", Side.SEEKER, True)


def test_a_login_wins_over_a_grant(chat):
    session = holding_grant(make.seeker_of(chat))
    assert who(chat, make.helper_of(chat).user, session) == ("Björn", Side.VOLUNTEER, False)


def test_a_grant_never_makes_a_volunteer(chat):
    assert who(chat, session=holding_grant(make.helper_of(chat))) is None


def test_a_grant_ends_by_time_by_version_and_by_blocking(chat):
    seeker = make.seeker_of(chat)
    session = holding_grant(seeker)
    assert who(chat, session=session)
    with time_machine.travel(timezone.now() + settings.GRANT_LIFETIME + timedelta(minutes=1)):
        assert who(chat, session=session) is None
    Participant.objects.filter(pk=seeker.pk).update(link_version=2)
    assert who(chat, session=session) is None
    session = holding_grant(seeker, link_version=2)
    assert who(chat, session=session)
    type(seeker.user).objects.filter(pk=seeker.user_id).update(is_active=False)
    assert who(chat, session=session) is None


@pytest.mark.parametrize("end", ["released", "swapped", "stopped", "paused", "ended", "blocked"])
def test_a_volunteer_sees_only_while_helping(chat, end):
    bjorn = make.helper_of(chat).user
    assert who(chat, bjorn)
    if end == "released":
        matching.release(chat.request, actor=None)
    elif end == "swapped":
        matching.swap_volunteer(chat.request, actor=chat.request.owner)
    elif end == "stopped":
        matching.stop(chat.request, actor=None)
    elif end == "blocked":
        type(bjorn).objects.filter(pk=bjorn.pk).update(is_active=False)
        bjorn.refresh_from_db()
    else:
        type(bjorn.volunteer).objects.filter(user=bjorn).update(state=end)
    assert who(chat, bjorn) is None
    assert who(chat, make.seeker_of(chat).user)  # the one who asked stays


def test_staff_without_their_second_key_are_nobody(chat):
    disa = make.staff()
    matching.let_staff_in(chat.request, staff=disa, reason="report")
    assert who(chat, disa) is None


def test_two_queries_at_the_most(chat):
    seeker, public_id = make.seeker_of(chat), chat.request.public_id
    for user, session, most in (
        (seeker.user, {}, 1),
        (NOBODY, holding_grant(seeker), 1),
        (make.user(), holding_grant(seeker), 2),
    ):
        with CaptureQueriesContext(connection) as queries:
            person = person_for(session, user, public_id)
            assert person.request.owner and person.conversation and person.request.helper  # all loaded
        assert len(queries) == most
