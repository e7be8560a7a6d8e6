"""How often somebody may do something, counted on the database cache; and where a request comes from."""

import hashlib
import ipaddress
import random

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

LOOKED_AT = 100


def allow(key: str, *, times: int, seconds: int) -> bool:
    """Count one use of `key`; False when it has been used `times` times within the last `seconds`.

    A sliding window without a lock: each use takes one of `times` places, and a place is free again after `seconds`.
    `add` is one INSERT on a unique key, so two processes never get the same place. A refused use costs nothing.
    Limits above 100 look at 100 places by chance, so that they may refuse a little early.
    """
    name = hashlib.sha256(key.encode()).hexdigest()[:40]  # keys may hold an address: never in the table as it stands
    looked_at = range(times) if times <= LOOKED_AT else random.sample(range(times), LOOKED_AT)
    places = [f"limit:{name}:{seconds}:{place}" for place in looked_at]
    taken = cache.get_many(places)
    return any(cache.add(place, 1, timeout=seconds) for place in places if place not in taken)


def network_of(ip: str) -> str:
    """The address; of IPv6 the network that one household has, since each browser there has many addresses."""
    address = ipaddress.ip_address(ip)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if address.version == 6 else ip


def client_network(request: HttpRequest) -> str:
    """What a limit counts of strangers: `network_of` the browser's address."""
    return network_of(client_ip(request))


def client_ip(request: HttpRequest) -> str:
    """The address of the browser, as the nearest proxy we trust saw it.

    `TRUSTED_PROXY_COUNT` proxies each add one entry at the end of X-Forwarded-For; what stands before them was written
    by the browser and is worth nothing. "0.0.0.0" when nobody knows (a Unix socket, a broken header).
    """
    found = request.META.get("REMOTE_ADDR", "")
    count = settings.TRUSTED_PROXY_COUNT
    if count:
        entries = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(entries) >= count:
            found = entries[-count].strip()
    try:
        return str(ipaddress.ip_address(found.partition("%")[0]))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 not a place we listen on
