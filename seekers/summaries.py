"""A question is done: what we did and the next step, for the one who asked to come back to."""

from django.utils import timezone

from motesplats import audit
from motesplats.models import User
from seekers.models import HelpRequest, Summary

EMPTY = {"done": "", "done_too": "", "next_step": ""}


def write(request: HelpRequest, *, author: User, done: str, done_too: str, next_step: str) -> Summary:
    """Keep the summary of `request`; one from before is written over. Call in the transaction that ends it."""
    said = {"done": done, "done_too": done_too, "next_step": next_step, "written_at": timezone.now()}
    made, _is_new = Summary.objects.update_or_create(request=request, defaults=said)
    audit.record("summary.written", actor=author, about=("request", request.public_id))
    return made


def export(person: User) -> list[dict]:
    """The summaries of this person's questions, ready for JSON."""
    rows = Summary.objects.filter(request__owner=person).select_related("request").order_by("pk")
    return [
        {
            "about": row.request.public_id,
            **{name: getattr(row, name) for name in EMPTY},
            "at": row.written_at.isoformat(),
        }
        for row in rows
    ]


def erase(person: User) -> None:
    """Empty the summaries of this person's questions. Safe to run twice."""
    Summary.objects.filter(request__in=HelpRequest.objects.filter(owner=person)).update(**EMPTY)
