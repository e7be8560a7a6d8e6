"""What many tests of the chat begin with; a file that begins otherwise has fixtures of its own by these names."""

from datetime import timedelta

import pytest
import time_machine
from channels.layers import channel_layers
from django.core.cache import cache
from django.utils import timezone

from tests import make
from tests.chat.house import SocketHouse, logged_in


@pytest.fixture
def house(db):
    """An office, and nobody has been counted yet."""
    cache.clear()
    return make.office()


@pytest.fixture
def chat(house):
    """A question that Björn, on duty, has taken."""
    return make.claimed(make.volunteer(on_duty=True))


@pytest.fixture
def url(chat):
    return f"/chatt/{chat.request.public_id}/"


@pytest.fixture
def amina(chat):
    """The browser of the one who asked."""
    return logged_in(make.seeker_of(chat).user)


@pytest.fixture
def bjorn(chat):
    """The browser of the volunteer."""
    return logged_in(make.helper_of(chat).user)


@pytest.fixture
def clock():
    """`clock(MIN)` moves time on, and says what it is."""
    with time_machine.travel(timezone.now(), tick=False) as travel:

        def forward(by: timedelta = timedelta()):
            travel.shift(by)
            return timezone.now()

        yield forward


@pytest.fixture
def socket_house(transactional_db):
    """Our sockets behind a real server, on the embedded layer."""
    channel_layers.backends = {}
    house = SocketHouse()
    yield house
    house.stop()
    channel_layers.backends = {}
