"""Finding a job or an internship: the list, one ad, what to look out for, something is wrong. No login needed."""

import re
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import translate_url
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from motesplats import limits
from motesplats.browser_cache import briefly_kept
from motesplats.letters import absolute
from vacancies import complaints, figures, filter_words, finding, job_posting
from vacancies.finding_forms import ComplaintForm, FilterForm, PlaceForm
from vacancies.models import Vacancy


@require_safe
def vacancy_list(request: HttpRequest) -> HttpResponse:
    """`/jobb/`: what employers offer now, the newest first; with filters or words in the address, what fits."""
    chosen = FilterForm(request.GET).chosen()
    page = finding.page(chosen, **PlaceForm(request.GET).place())
    context = {
        "chosen": chosen,
        "page": page,
        "groups": filter_words.groups(chosen, page.counts),
        "chosen_ones": filter_words.chosen_ones(chosen),
        "mended": ", ".join(page.mended),
        "older": urlencode({**chosen, **page.older}) if page.older else "",
        "newer": urlencode({**chosen, **page.newer}) if page.newer else "",
        "same": urlencode(chosen),
        "has_imported": settings.JOBTECH,
        **_head(request),
    }
    return briefly_kept(request, render(request, "vacancies/vacancy_list.html", context))


@require_safe
def vacancy_show(request: HttpRequest, public_id: str) -> HttpResponse:
    """One ad. What has ended is gone (410)."""
    vacancy = get_object_or_404(_once_shown(), public_id=public_id)
    context = {"vacancy": vacancy}
    if not vacancy.is_shown:
        return render(request, "vacancies/vacancy_show.html", context, status=410)
    if request.method == "GET":
        figures.opened(vacancy, user=request.user, headers=request.headers)
    head = _head(request)
    context |= {
        "mail_url": _mail_url(vacancy),
        "posting": job_posting.of(vacancy, url=head["canonical"]),
        "apply_host": urlsplit(vacancy.apply_url).hostname or "",
        "tel": re.sub(r"[^\d+]", "", vacancy.apply_phone),
        **head,
    }
    return briefly_kept(request, render(request, "vacancies/vacancy_show.html", context))


@require_safe
def warning_show(request: HttpRequest) -> HttpResponse:
    """`/jobb/se-upp/`: the signs of a job that is not okay, and where to turn."""
    return briefly_kept(request, render(request, "vacancies/vacancy_warning.html", _head(request)))


def vacancy_report(request: HttpRequest, public_id: str) -> HttpResponse:
    """Something is wrong with this ad."""
    vacancy = get_object_or_404(_once_shown(), public_id=public_id)
    if not vacancy.is_shown:
        return redirect("vacancies:vacancy_show", public_id)
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reporter = request.user if request.user.is_authenticated else None
        try:
            made = complaints.complain(vacancy, **form.cleaned_data, reporter=reporter, ip=limits.client_ip(request))
        except complaints.TooMany:
            form.add_error(None, _("Many reports come from here just now. Try again in an hour."))
        else:
            return _thank(request, vacancy, made)
    return render(request, "vacancies/vacancy_report.html", {"form": form, "vacancy": vacancy})


def _thank(request: HttpRequest, vacancy: Vacancy, made) -> HttpResponse:
    if made is None:
        messages.success(request, _("Thank you. IM knows about this ad already."))
        return redirect("vacancies:vacancy_list")
    request.session["reported"] = made.public_id
    return redirect("pages:report_thanks")


def _once_shown() -> QuerySet[Vacancy]:
    return Vacancy.objects.exclude(published_at=None).select_related("employer")


def _head(request: HttpRequest) -> dict:
    """What search engines want to know of a page: its one address, and the same page in the other languages."""
    codes = settings.MENU_LANGUAGES
    return {
        "canonical": absolute(request.path),
        "alternates": [(code, absolute(translate_url(request.path, code))) for code in codes],
    }


def _mail_url(vacancy: Vacancy) -> str:
    """Opens the person's own mail program, with a letter begun in Swedish. "" when one applies in another way."""
    if not vacancy.apply_email:
        return ""
    with override("sv"):
        subject = _("Application: %(title)s") % {"title": vacancy.title}
        lines = [
            _("Hello!"),
            _("I would like to apply: %(title)s.") % {"title": vacancy.title},
            _("Write here who you are and why you want the job. Add your CV as a file."),
            _("Kind regards"),
        ]
    said = {"subject": subject, "body": "\r\n\r\n".join(lines)}
    return f"mailto:{quote(vacancy.apply_email, safe='@')}?{urlencode(said, quote_via=quote)}"
