"""Addresses of ads in Platsbanken, found in what people paste. The address itself is never fetched."""

import re

_ADDRESS = re.compile(
    r"(?<![\w.-])(?:https?://)?(?:www\.)?arbetsformedlingen\.se/platsbanken/annonser/(\d{1,12})(?!\w)", re.IGNORECASE
)


def id_in(text: str) -> str:
    """The id of the first ad whose address stands in `text`; "" when none does."""
    found = _ADDRESS.search(text)
    return found[1] if found else ""
