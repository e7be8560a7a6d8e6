"""Ads of Platsbanken by their id: in addresses that people paste, and in what a question is about.

The address itself is never fetched.
"""

import re

ID = r"\d{1,12}"
_ABOUT = "pb-"  # shorter than any id of our own ads, and none begins so
_ADDRESS = re.compile(
    rf"(?<![\w.-])(?:https?://)?(?:www\.)?arbetsformedlingen\.se/platsbanken/annonser/({ID})(?!\w)", re.IGNORECASE
)


def id_in(text: str) -> str:
    """The id of the first ad whose address stands in `text`; "" when none does."""
    found = _ADDRESS.search(text)
    return found[1] if found else ""


def about_id(source_id: str) -> str:
    """What a question about this ad keeps: "pb-28746073"."""
    return f"{_ABOUT}{source_id}"


def source_id(about_id: str) -> str:
    """The other way round; "" of an ad of our own."""
    found = re.fullmatch(f"{_ABOUT}({ID})", about_id)
    return found[1] if found else ""
