"""A question that Björn has taken, and the open pages of both."""

import pytest

from tests import make
from tests.chat.house import logged_in


@pytest.fixture
def chat(transactional_db):
    make.office()
    return make.claimed(make.volunteer(on_duty=True))


@pytest.fixture
def public_id(chat):
    return chat.request.public_id


@pytest.fixture
def amina(socket_house, chat, public_id):
    return socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)


@pytest.fixture
def bjorn(socket_house, chat, public_id):
    return socket_house.chat(logged_in(make.helper_of(chat).user), public_id)


@pytest.fixture
def compares_each_second(settings):
    """The promised 5 s go five times as fast. Name it before whatever opens the first socket."""
    assert settings.RESYNC_EVERY == 5
    settings.RESYNC_EVERY = 1
