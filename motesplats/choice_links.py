"""Filters as plain links: each choice is an address, pressed again it is no longer chosen."""

from collections.abc import Iterable
from urllib.parse import urlencode

Kind = tuple[str, str, Iterable[tuple[str, str]]]  # name in the address, heading, choices: (value, words)


def links(chosen: dict[str, str], kinds: Iterable[Kind]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """-> (heading, [(words, address, is chosen)]). `chosen`: what the address says now, by name."""
    found = []
    for name, heading, choices in kinds:
        made = []
        for value, words in choices:
            is_chosen = chosen.get(name) == value
            others = {key: said for key, said in chosen.items() if key != name}
            made.append((words, f"?{urlencode(others if is_chosen else {**others, name: value})}", is_chosen))
        found.append((heading, made))
    return found
