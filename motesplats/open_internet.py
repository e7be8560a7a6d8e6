"""Which addresses of the network lie outside: the only ones we may call when somebody else has chosen the address."""

import ipaddress

_UNICAST = ipaddress.ip_network("2000::/3")  # of IPv6; NAT64 and the old ways to write IPv4 lie elsewhere


def is_open_internet(address: str) -> bool:
    """Not a private, local or otherwise special address, also not one hidden in another (IPv4 in IPv6). ValueError."""
    found = ipaddress.ip_address(address)
    inner = [getattr(found, name, None) for name in ("ipv4_mapped", "sixtofour", "teredo")]
    special = found.is_multicast or found.is_reserved or any(inner)
    return found.is_global and not special and (found.version == 4 or found in _UNICAST)
