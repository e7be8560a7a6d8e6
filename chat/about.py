"""What a question is about besides its topic: something the person read when they asked. Resolved here, by its kind."""

from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from library.models import Resource
from seekers import help_requests
from seekers.models import HelpRequest
from vacancies import demands
from vacancies.demands import Demand
from vacancies.models import Vacancy

TIP, AD = "tip", "vacancy"


@dataclass(frozen=True, slots=True)
class About:
    """What it is called in the reader's language, and where it is: "" when it is not shown any more.

    Of an ad also who wrote it, where the work is, the last day to apply, what it asks, and which group of occupations.
    """

    title: str
    url: str
    kind: str = TIP
    employer: str = ""
    town: str = ""
    last_day: date | None = None
    demands: list[Demand] = field(default_factory=list)
    occupation_group: str = ""


def of(question: HelpRequest) -> About | None:
    """None when nothing was read, or a tip is no longer shown; of an ad that has ended the title is left. One query."""
    if question.about_kind == TIP:
        tip = Resource.objects.published().filter(slug=question.about_id).first()
        return About(tip.title, reverse("library:resource_show", args=[tip.slug])) if tip else None
    if question.about_kind != AD:
        return None
    ad = _ad(question)
    return _of_ad(ad) if ad else About(question.about_title, "", AD) if question.about_title else None


def remember_title(question: HelpRequest) -> None:
    """Keep what the ad was called when it was asked about: it may be gone before somebody answers. Safe to repeat."""
    ad = _ad(question) if question.about_kind == AD and not question.about_title else None
    if ad:
        help_requests.name_what_it_is_about(question, f"{ad.title} · {ad.employer.name}")


def _ad(question: HelpRequest) -> Vacancy | None:
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
