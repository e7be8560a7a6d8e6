"""One's own saved searches: save, see, prolong, remove. Logged in."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vacancies import filter_words, watching
from vacancies.access import for_everybody_logged_in
from vacancies.finding_forms import FilterForm
from vacancies.models import SavedSearch


@for_everybody_logged_in
def watch_list(request: HttpRequest) -> HttpResponse:
    """What one gets mails about. With filters in the address: a button that saves them."""
    chosen = FilterForm(request.GET).chosen()
    if request.method == "POST":
        try:
            watching.watch(request.user, FilterForm(request.POST).chosen())
        except watching.TooMany:
            messages.warning(request, _("You have five saved searches. Take one away first."))
        else:
            messages.success(request, _("We mail you when there is a new job."))
        return redirect("vacancies:watch_list")
    rows = SavedSearch.objects.filter(user=request.user).order_by("-made_at", "-pk")
    saved = [(row, filter_words.say(row.chosen), urlencode(row.chosen)) for row in rows]
    context = {"saved": saved, "chosen": chosen, "said": filter_words.say(chosen), "wants_new": bool(request.GET)}
    return render(request, "vacancies/watch_list.html", context)


@require_POST
@for_everybody_logged_in
def watch_prolong(request: HttpRequest, search_id: str) -> HttpResponse:
    """Half a year more."""
    watching.prolong(_own(request, search_id), by=request.user)
    messages.success(request, _("We go on mailing you for half a year."))
    return redirect("vacancies:watch_list")


@require_POST
@for_everybody_logged_in
def watch_remove(request: HttpRequest, search_id: str) -> HttpResponse:
    """No more mails about it."""
    watching.remove(_own(request, search_id), by=request.user)
    messages.success(request, _("Now you get no more mails about it."))
    return redirect("vacancies:watch_list")


def _own(request: HttpRequest, search_id: str) -> SavedSearch:
    return get_object_or_404(SavedSearch, user=request.user, public_id=search_id)
