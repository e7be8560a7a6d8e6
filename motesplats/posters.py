"""The poster: a few big words in two languages, an address and its picture. No personal data, no query."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from motesplats import outbox, sources


class Size(models.TextChoices):
    A4 = "a4", _("A4: for a wall")
    A5 = "a5", _("A5: to give to somebody")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in one language. `direction`: ltr or rtl."""

    language: str
    direction: str
    title: str
    lead: str
    facts: tuple[str, ...]
    scan: str


@dataclass(frozen=True, slots=True)
class Poster:
    """`first`: in the chosen language; `second`: in Swedish, None when that was chosen. `url`: what the code opens."""

    size: str
    first: Words
    second: Words | None
    url: str
    address: str


def poster(language: str, size: str, tag: str = "") -> Poster:
    """`tag`: of a place, "" without one."""
    swedish = settings.LANGUAGE_CODE
    second = None if language == swedish else words_in(swedish)
    url = address_in(language)
    return Poster(
        size=size,
        first=words_in(language),
        second=second,
        url=f"{url}?{urlencode({sources.ARRIVES: tag})}" if tag else url,
        address=settings.PUBLIC_URL.partition("://")[2],
    )


def address_in(language: str) -> str:
    """The start page in a language, as others open it."""
    with override(language):
        return outbox.absolute(reverse("pages:home"))


def words_in(language: str) -> Words:
    with override(language):
        return Words(
            language=language,
            direction="rtl" if get_language_info(language)["bidi"] else "ltr",
            title=_now("Are you looking for a job in Sweden? We help you."),
            lead=_now("Chat with a volunteer about your CV, your personal letter or a job interview."),
            facts=(
                _now("It is free."),
                _now("You do not need an account."),
                _now("We are not an authority. We are IM, an organisation."),
            ),
            scan=_now("Point your phone's camera at the square. Or type the address:"),
        )
