"""Saved searches: a mail a day about ads that are new, never the same ad twice. The only place that writes them."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motesplats import audit, outbox
from motesplats.models import User
from motesplats.moments import local
from vacancies import finding
from vacancies.models import SavedSearch, Vacancy
from vacancies.retention import SEARCHES_KEPT

AT_MOST = 5  # of one person
FROM_HOUR = 7  # of the day in Sweden: nobody wants a mail at night
IN_A_MAIL = 10
IN_A_ROUND = 200
ENDS_SOON = timedelta(days=14)  # so long before it ends each mail says so


class TooMany(Exception):  # noqa: N818 a refusal
    """This person has saved as many searches as one may."""


@transaction.atomic
def watch(user: User, chosen: dict[str, str]) -> SavedSearch:
    """A mail when something new fits, from now on and for half a year. Saved again: another half year. TooMany."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    theirs, now = SavedSearch.objects.filter(user=user), timezone.now()
    if before := next((row for row in theirs if row.chosen == chosen), None):
        prolong(before, by=user)
        return before
    if theirs.count() >= AT_MOST:
        raise TooMany
    newest = Vacancy.objects.shown().order_by("-published_at", "-pk").first()
    made = SavedSearch.objects.create(
        user=user,
        chosen=chosen,
        made_at=now,
        ends_at=now + SEARCHES_KEPT,
        looked_on=local(now).date(),
        told_at=newest.published_at if newest else now,
        told_pk=newest.pk if newest else 0,
    )
    audit.record("vacancy.search_saved", actor=user, about=("saved_search", made.public_id))
    return made


@transaction.atomic
def prolong(saved: SavedSearch, *, by: User) -> None:
    """Half a year more, from now. Safe to repeat."""
    SavedSearch.objects.filter(pk=saved.pk).update(ends_at=timezone.now() + SEARCHES_KEPT)
    audit.record("vacancy.search_prolonged", actor=by, about=("saved_search", saved.public_id))


@transaction.atomic
def remove(saved: SavedSearch, *, by: User) -> None:
    """No more mails about it. Safe to repeat."""
    if SavedSearch.objects.filter(pk=saved.pk).delete()[0]:
        audit.record("vacancy.search_removed", actor=by, about=("saved_search", saved.public_id))


def tell_about_new() -> int:
    """Look once a day what is new for each saved search. -> how many mails were queued. Safe to run twice at once."""
    now = timezone.now()
    if local(now).hour < FROM_HOUR:
        return 0
    today = local(now).date()
    due = SavedSearch.objects.filter(looked_on__lt=today, ends_at__gt=now, user__is_active=True)
    rows = due.select_related("user").order_by("looked_on", "pk")[:IN_A_ROUND]
    return sum(_look(saved, today) for saved in rows)


@transaction.atomic
def _look(saved: SavedSearch, today) -> bool:
    """Take it for today, and queue a mail when there is something new. -> whether."""
    if not SavedSearch.objects.filter(pk=saved.pk, looked_on__lt=today).update(looked_on=today):
        return False
    new = Q(published_at__gt=saved.told_at) | Q(published_at=saved.told_at, pk__gt=saved.told_pk)
    ads = finding.fitting(saved.chosen).filter(new).order_by("-published_at", "-pk")
    found = list(ads.values_list("pk", "published_at")[:IN_A_MAIL])
    if not found:
        return False
    SavedSearch.objects.filter(pk=saved.pk).update(told_pk=found[0][0], told_at=found[0][1])
    key = f"saved_search:{saved.pk}:{today.isoformat()}"
    mail = outbox.queue("saved_search", to=saved.user, dedupe_key=key, search=saved.pk, ads=[pk for pk, _at in found])
    return mail is not None
