"""The mail about new ads for a saved search. Words only; when and about what is decided in watching.py."""

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.moments import say_day
from motesplats.outbox import Letter
from vacancies import filter_words
from vacancies.models import SavedSearch, Vacancy
from vacancies.watching import ENDS_SOON


def register() -> None:
    """Tell the outbox about it. Called by VacanciesConfig.ready()."""
    outbox.kind("saved_search", render=_render, still_wanted=_still_wanted)


def _still_wanted(mail: OutboxMail) -> bool:
    return SavedSearch.objects.filter(pk=mail.data["search"]).exists() and _ads(mail).exists()


def _ads(mail: OutboxMail) -> QuerySet[Vacancy]:
    rows = Vacancy.objects.shown().filter(pk__in=mail.data["ads"])
    return rows.select_related("employer").order_by("-published_at", "-pk")


def _render(mail: OutboxMail) -> Letter:
    saved = SavedSearch.objects.get(pk=mail.data["search"])
    ads = list(_ads(mail))
    lines = [_("New for you: %(search)s") % {"search": filter_words.say(saved.chosen)}]
    for ad in ads:
        url = outbox.absolute(reverse("vacancies:vacancy_show", args=[ad.public_id]))
        lines.append(f"{ad.title}, {ad.employer.name}, {ad.town}\n{url}")
    if saved.ends_at - timezone.now() < ENDS_SOON:
        lines.append(
            _("These mails end on %(day)s. Do you want to go on? Open your saved searches and press More mails.")
            % {"day": say_day(saved.ends_at)}
        )
    url = outbox.absolute(f"{reverse('vacancies:vacancy_list')}?{urlencode(saved.chosen)}")
    own = outbox.absolute(reverse("vacancies:watch_list"))
    return Letter(
        subject=ngettext("%(n)d new job for you", "%(n)d new jobs for you", len(ads)) % {"n": len(ads)},
        lines=lines,
        button=(_("See all of them"), url),
        footer=[_("Stop or change these mails: %(url)s") % {"url": own}],
    )
