"""Organisation numbers: ten digits, the third at least 2, the last a check digit by Luhn (Bolagsverket's form)."""

import re

from motesplats.text import plain_digits

_FORM = re.compile(r"(?:16)?(\d{2}[2-9]\d{7})")


def read(typed: str) -> str | None:
    """The ten digits of what somebody typed ("556677-8899", "16556677 8899"); None when it is no such number.

    A personnummer is none: its month is below 13, so the third digit is 0 or 1. Sole traders have no other number, and
    private persons may not advertise.
    """
    found = _FORM.fullmatch(plain_digits(typed).replace("-", ""))
    return found[1] if found and _luhn(found[1]) else None


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
