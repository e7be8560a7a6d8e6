"""Ads in the chat: what is found for whoever asked, and one of them shown to the other side as a card."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from chat import cards, conversations
from chat.access import Person
from chat.models import Message
from chat.writer import Post
from motesplats.moments import say_date
from seekers.models import HelpRequest
from vacancies import search
from vacancies.models import Vacancy

SHOWN = 10


def fitting(question: HelpRequest) -> list[Vacancy]:
    """Ads in the occupation that the question names, the newest first; without one, the newest of all. One query."""
    group = question.occupation_group
    return _first(Vacancy.objects.shown().filter(occupation_group=group) if group else Vacancy.objects.shown())


def looked_for(words: str) -> list[Vacancy]:
    """Ads that fit the words, best first, however they are spelt. At most nine queries."""
    found = search.find(words, among=Vacancy.objects.shown()).ids[:SHOWN]
    ads = Vacancy.objects.filter(pk__in=found).select_related("employer").in_bulk()
    return [ads[pk] for pk in found if pk in ads]


def _first(found: QuerySet[Vacancy]) -> list[Vacancy]:
    return list(found.select_related("employer").order_by("-published_at", "-pk")[:SHOWN])


def send(person: Person, public_id: str, *, client_id: UUID) -> Post:
    """Show the ad in the chat, as a card that leads to it. Vacancy.DoesNotExist. Refused: as post_message."""
    ad = Vacancy.objects.shown().select_related("employer").get(public_id=public_id)
    body = cards.body_of(cards.AD, _texts(ad), vacancy=ad.public_id, to=f"jobb/{ad.public_id}/")
    return conversations.post_message(person, client_id=client_id, body=body, kind=Message.Kind.CARD)


def _texts(ad: Vacancy) -> dict[str, str]:
    """The ad in one line, in each language that has whole pages."""
    said = {}
    for code in settings.MENU_LANGUAGES:
        with override(code):
            given = {"title": ad.title, "employer": ad.employer.name, "town": ad.town, "day": say_date(ad.last_day)}
            # Translators: an ad in one line: "Kock", "Solgläntan", "Göteborg", "torsdag 26 november".
            said[code] = _("%(title)s · %(employer)s, %(town)s. Last day to apply: %(day)s.") % given
    return said
