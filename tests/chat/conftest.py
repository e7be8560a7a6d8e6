import pytest
from channels.layers import channel_layers

from tests.chat.house import SocketHouse


@pytest.fixture
def socket_house(transactional_db):
    """Our sockets behind a real server, on the embedded layer."""
    channel_layers.backends = {}
    house = SocketHouse()
    yield house
    house.stop()
    channel_layers.backends = {}
