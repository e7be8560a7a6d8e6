"""Ads in the chat: what is found for whoever asked, and one of them shown to the other side as a card."""

from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from chat import cards, conversations
from chat.access import Person
from chat.models import Message
from chat.writer import Post
from motesplats import municipalities, occupations
from seekers.models import HelpRequest
from vacancies.demands import say_date
from vacancies.models import Vacancy

SHOWN = 10
WORDS_AT_MOST = 6


def fitting(question: HelpRequest) -> list[Vacancy]:
    """Ads in the occupation that the question names, the newest first; without one, the newest of all. One query."""
    group = question.occupation_group
    return _first(Vacancy.objects.shown().filter(occupation_group=group) if group else Vacancy.objects.shown())


def looked_for(words: str) -> list[Vacancy]:
    """Ads that have every word in their title, tasks, employer, town or occupation, the newest first. One query."""
    found = Vacancy.objects.shown()
    for word in words.split()[:WORDS_AT_MOST]:
        towns = [town.code for town in municipalities.search(word)]
        jobs = [occupation.id for occupation in occupations.search(word, limit=50)]
        said = Q(title_sv__icontains=word) | Q(tasks_sv__icontains=word) | Q(employer__name__icontains=word)
        found = found.filter(said | Q(municipality__in=towns) | Q(occupation__in=jobs))
    return _first(found)


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
