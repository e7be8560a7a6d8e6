"""Filters as plain links: each choice is an address, pressed again it is no longer chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Choice:
    """A link. `query`: what stands after ? in its address; `count`: how many there would be, None: nobody counts."""

    label: str
    query: str
    is_chosen: bool
    count: int | None = None


def choice(
    chosen: dict[str, str], name: str, value: str, label, *, also: Iterable[str] = (), count: int | None = None
) -> Choice:
    """One value of the filter `name`. `chosen`: what the address says now; `also`: filters that go when it changes."""
    is_chosen = chosen.get(name) == value
    others = without(chosen, name, *also)
    return Choice(str(label), urlencode(others if is_chosen else {**others, name: value}), is_chosen, count)


def without(chosen: dict[str, str], *names: str) -> dict[str, str]:
    """What the address says when these are chosen no more."""
    return {key: said for key, said in chosen.items() if key not in names}
