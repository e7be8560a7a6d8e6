"""What a question is about besides its topic: something the person read when they asked. Resolved here, by its kind."""

from dataclasses import dataclass

from django.urls import reverse

from library.models import Resource
from seekers.models import HelpRequest

TIP = "tip"


@dataclass(frozen=True, slots=True)
class About:
    """What it is called in the reader's language, and where it is."""

    title: str
    url: str


def of(question: HelpRequest) -> About | None:
    """None when nothing was read, or it is no longer shown. One query at most."""
    if question.about_kind != TIP:
        return None
    tip = Resource.objects.published().filter(slug=question.about_id).first()
    return About(tip.title, reverse("library:resource_show", args=[tip.slug])) if tip else None
