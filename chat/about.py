"""What a question is about besides its topic: something the person read when they asked. Resolved here, by its kind."""

from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from library.models import Resource
from motesplats.moments import local
from seekers import help_requests
from seekers.models import HelpRequest
from vacancies import demands, exchange, figures, platsbanken
from vacancies.demands import Demand
from vacancies.models import ImportedAd, Vacancy

TIP, AD = "tip", "vacancy"


@dataclass(frozen=True, slots=True)
class About:
    """What it is called in the reader's language, and where it is: "" when it is not shown any more.

    Of an ad also who wrote it, where the work is, the last day to apply, what it asks, and which group of occupations;
    whether it comes from Platsbanken, where IM has not looked at it.
    """

    title: str
    url: str
    kind: str = TIP
    employer: str = ""
    town: str = ""
    last_day: date | None = None
    demands: list[Demand] = field(default_factory=list)
    occupation_group: str = ""
    is_imported: bool = False


def of(question: HelpRequest) -> About | None:
    """None when nothing was read, or a tip is no longer shown; of an ad that has ended the title is left. One query."""
    if question.about_kind == TIP:
        tip = Resource.objects.published().filter(slug=question.about_id).first()
        return About(tip.title, reverse("library:resource_show", args=[tip.slug])) if tip else None
    if question.about_kind != AD:
        return None
    ad = _ad(question)
    if isinstance(ad, ImportedAd):
        return _of_imported(ad)
    return _of_ad(ad) if ad else About(question.about_title, "", AD) if question.about_title else None


def remember(question: HelpRequest) -> None:
    """Keep what the ad was called when it was asked about: it may be gone before somebody answers. Safe to repeat.

    The address of an ad in Platsbanken, pasted where one asks, counts as that ad; it is fetched later, if at all.
    """
    source_id = platsbanken.id_in(question.ad) if not question.about_kind else ""
    if source_id:
        help_requests.say_what_it_is_about(question, AD, platsbanken.about_id(source_id))
        exchange.wish(source_id)
    ad = _ad(question) if question.about_kind == AD and not question.about_title else None
    if isinstance(ad, ImportedAd):
        help_requests.name_what_it_is_about(question, f"{ad.headline} · {ad.employer}")
    elif ad:
        help_requests.name_what_it_is_about(question, f"{ad.title} · {ad.employer.name}")
        figures.asked(ad)


def _ad(question: HelpRequest) -> Vacancy | ImportedAd | None:
    if source_id := platsbanken.source_id(question.about_id):
        return ImportedAd.objects.readable().filter(source_id=source_id).first()
    return Vacancy.objects.shown().filter(public_id=question.about_id).select_related("employer").first()


def _of_ad(ad: Vacancy) -> About:
    return About(
        ad.title,
        reverse("vacancies:vacancy_show", args=[ad.public_id]),
        AD,
        employer=ad.employer.name,
        town=ad.town,
        last_day=ad.last_day,
        demands=demands.of(ad),
        occupation_group=ad.occupation_group,
    )


def _of_imported(ad: ImportedAd) -> About:
    return About(
        ad.headline,
        reverse("vacancies:imported_show", args=[ad.source_id]),
        AD,
        employer=ad.employer,
        town=ad.town,
        last_day=local(ad.deadline).date() if ad.deadline else None,
        demands=demands.of_imported(ad),
        occupation_group=ad.occupation_group,
        is_imported=True,
    )
