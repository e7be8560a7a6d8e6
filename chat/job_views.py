"""Whoever helps shows an ad in the chat."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import jobs, links
from chat.access import Person
from chat.forms import REFUSED
from chat.job_forms import JobForm
from chat.models import Side
from chat.views import STATUS_OF_REFUSAL, in_chat
from chat.writer import Refused
from vacancies.finding_forms import WordsForm
from vacancies.models import Vacancy


@in_chat(Side.VOLUNTEER, Side.STAFF)
def job_choose(request: HttpRequest, person: Person) -> HttpResponse:
    """GET: ads in the occupation of the question, or what was looked for. POST: one of them goes into the chat."""
    if request.method == "POST":
        return _show_in_chat(request, person)
    words = WordsForm(request.GET).words
    context = {
        "question": person.request,
        "q": words,
        "ads": jobs.looked_for(words) if words else jobs.fitting(person.request),
        "client_id": uuid.uuid4(),
    }
    return render(request, "chat/job_choose.html", context)


def _show_in_chat(request: HttpRequest, person: Person) -> HttpResponse:
    form = JobForm(request.POST)
    try:
        if not form.is_valid():
            raise Vacancy.DoesNotExist
        post = jobs.send(person, form.cleaned_data["job"], client_id=form.cleaned_data["client_id"])
    except Vacancy.DoesNotExist:  # it has ended meanwhile
        return _refused(request, person, _("This ad has ended. Choose another one."), 409)
    except Refused as refusal:
        code = refusal.args[0]
        return _refused(request, person, REFUSED.get(code, REFUSED["retry"]), STATUS_OF_REFUSAL.get(code, 400))
    return redirect(f"{links.chat_path(person.request)}#m{post.seq}")


def _refused(request: HttpRequest, person: Person, words: str, status: int) -> HttpResponse:
    return render(request, "chat/phrase_refused.html", {"question": person.request, "words": words}, status=status)
