import pytest

from motesplats.open_internet import is_open_internet

OUTSIDE = ["142.250.74.110", "8.8.8.8", "2a00:1450:400f:80c::200a", "2606:2800:220:1::1"]
INSIDE = [
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.255.255.254", "0.0.0.0", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fe80::1", "fd00::1",
    "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "2002:7f00:1::", "64:ff9b::7f00:1",
    "2001:0:7f00:1::", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_open_internet_may_be_called(address):
    assert is_open_internet(address)


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_may_be_called(address):
    assert not is_open_internet(address)
