"""The filters of the list as the page shows them: links with counts, and what is chosen in words."""

from collections import Counter
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from motesplats import municipalities
from motesplats.choice_links import Choice, choice, without
from vacancies.models import Extent, Kind, Swedish

YES = "1"


def groups(chosen: dict[str, str], counts: dict[str, Counter]) -> list[tuple[str, list[Choice]]]:
    """(heading, choices) of each filter that something is left of. `counts`: of finding.page()."""
    wanted = [
        (_("What kind?"), [("typ", *one) for one in Kind.choices]),
        (_("How much Swedish do you know?"), [("svenska", *one) for one in Swedish.choices]),
        (_("Where?"), _places(chosen)),
        (_("Working time"), [("tid", *one) for one in Extent.choices]),
        (_("More"), [(name, YES, label) for name, label in _flags().items()]),
    ]
    found = []
    for heading, choices in wanted:
        links = [_choice(chosen, counts, *one) for one in choices]
        if kept := [link for link in links if link.count or link.is_chosen]:
            found.append((heading, kept))
    return found


def chosen_ones(chosen: dict[str, str]) -> list[tuple[str, str]]:
    """(in words, the address without it) of each filter that is chosen."""
    return [(label, urlencode(without(chosen, name, *_also(name)))) for name, label in _said(chosen)]


def say(chosen: dict[str, str]) -> str:
    """'kock · Praktik · Göteborg'"""
    return " · ".join(label for _name, label in _said(chosen)) or _("All jobs and internships")


def _said(chosen: dict[str, str]) -> list[tuple[str, str]]:
    flags, found = _flags(), []
    for name, value in chosen.items():
        if name == "q":
            found.append((name, value))
        elif name in flags:
            found.append((name, flags[name]))
        elif name == "kommun":
            found.append((name, str(municipalities.by_code(value) or value)))
        elif name == "lan":
            found.append((name, municipalities.regions().get(value, value)))
        else:
            found.append((name, str({"typ": Kind, "svenska": Swedish, "tid": Extent}[name](value).label)))
    return found


def _flags() -> dict[str, str]:
    return {
        "hemma": _("Can be done from home"),
        "engelska": _("English is fine at work"),
        "sprakstod": _("Help with the language is included"),
        "utankorkort": _("No driving licence is needed"),
    }


def _places(chosen: dict[str, str]) -> list[tuple[str, str, str]]:
    """The regions; with one chosen, it and its municipalities."""
    region = chosen.get("lan")
    if not region:
        return [("lan", code, name) for code, name in municipalities.regions().items()]
    towns = [("kommun", one.code, one.name) for one in municipalities.of_region(region)]
    return [("lan", region, municipalities.regions()[region]), *towns]


def _choice(chosen: dict[str, str], counts: dict[str, Counter], name: str, value: str, label) -> Choice:
    count = counts[name][value if value != YES else True]
    return choice(chosen, name, value, label, also=_also(name), count=count)


def _also(name: str) -> tuple[str, ...]:
    """A municipality goes with its region."""
    return ("kommun",) if name == "lan" else ()
