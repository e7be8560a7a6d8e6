"""The ask pages, one thing a page, and the list of one's own questions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motesplats import access, agreed_times, limits, sources
from seekers import asking, help_requests
from seekers.access import own_documents
from seekers.drafts import Draft
from seekers.forms import FIRST, LAST, READ_BEFORE, STEPS, ChoicePages, answers_before_last, several
from seekers.models import HelpRequest

DRAFT = "utkast"  # in the address: which draft this tab writes on
NEW = ""  # the name of no draft
ASKED = "asked"  # draft id -> public id of what this browser sent, so that Back and Send again finds the chat
ADDRESS = "address"  # public id -> an address nobody has confirmed yet; the chat page asks for the code
KEPT = 10
ORDER = list(STEPS)
PER_PAGE = 20


def ask(request: HttpRequest, slug: str = FIRST) -> HttpResponse:
    """One step. Every POST keeps what was typed, also Back and a text that is refused."""
    if slug not in STEPS or (slug == FIRST and request.resolver_match.url_name == "ask_step"):
        raise Http404
    if request.method == "POST":
        return _take(request, slug, _draft_of(request, slug))
    draft = Draft(request.session, request.GET.get(DRAFT))
    if slug != FIRST and (sent := _became(request, request.GET.get(DRAFT, ""))):
        return redirect("chat:conversation_show", sent)
    if slug != FIRST and not draft.typed(FIRST):
        return _start_over(request, draft)
    typed = draft.typed(slug)
    read = {name: request.GET[name] for name in READ_BEFORE if name in request.GET}
    if slug == FIRST and read:  # from a tip or an ad: a new question, about that
        return _show(request, slug, Draft(request.session, NEW), _form(request, slug, initial=read))
    return _show(request, slug, draft, _form(request, slug, **{"initial" if slug == LAST else "data": typed}))


def _draft_of(request: HttpRequest, slug: str) -> Draft:
    """The draft of the tab that sends. Another topic on a first page that was opened anew is another question."""
    draft = Draft(request.session, request.POST.get("draft"))
    began_anew = slug == FIRST and ("draft" not in request.POST or "anew" in request.POST)
    topic = (draft.typed(FIRST) or {}).get("topic")
    if began_anew and topic and request.POST.get("topic") not in (None, topic):
        return Draft(request.session, NEW)
    return draft


def _became(request: HttpRequest, draft_name: str) -> str | None:
    """The public id of what this draft of this browser became."""
    return request.session.get(ASKED, {}).get(draft_name)


def _take(request: HttpRequest, slug: str, draft: Draft) -> HttpResponse:
    if sent := _became(request, request.POST.get("draft", "")):
        return redirect("chat:conversation_show", sent)
    form = _form(request, slug, data=request.POST)
    skipped = "skip" in request.POST and slug not in (FIRST, LAST)
    if draft.is_new and not limits.allow(f"draft:{limits.client_network(request)}", times=100, seconds=3600):
        return _show(request, slug, draft, form)  # nothing is kept for somebody who fills the database
    draft.keep(slug, request.POST, several(form), skipped=skipped)
    sources.begun(request.session, request.POST.get(sources.RIDES, ""))
    if "back" in request.POST and slug != FIRST:
        return _go(ORDER[ORDER.index(slug) - 1], draft)
    if slug != FIRST and not draft.typed(FIRST):
        return _start_over(request, draft)
    if not skipped and not form.is_valid():
        return _show(request, slug, draft, form)
    if slug == LAST:
        return _send(request, draft, form)
    return _go(ORDER[ORDER.index(slug) + 1], draft)


def _send(request: HttpRequest, draft: Draft, form: ChoicePages) -> HttpResponse:
    answers, wrong = answers_before_last(draft)
    if wrong is not None:
        return _go(wrong, draft)
    user = request.user if request.user.is_authenticated else None
    if user is None and not limits.allow(f"ask:{limits.client_network(request)}", times=20, seconds=3600):
        form.add_error(None, _("Many questions come from here just now. Wait an hour. What you wrote is kept."))
        return _show(request, LAST, draft, form)
    try:
        made = asking.ask(user, draft.id, answers | form.cleaned_data, language=get_language())
    except help_requests.TooMany:
        form.add_error(None, _("You have several questions already. Open one of them, or come back tomorrow."))
        return _show(request, LAST, draft, form)
    _open_for_this_browser(request, draft, made, form.cleaned_data)
    sources.asked(request.session)
    return redirect("chat:conversation_show", made.public_id)


def _open_for_this_browser(request: HttpRequest, draft: Draft, made: HelpRequest, said: dict) -> None:
    session = request.session
    if not request.user.is_authenticated:
        access.grant(session, made.public_id, user_id=made.owner_id, link_version=1)
        if said.get("email"):
            session[ADDRESS] = _newest({**session.get(ADDRESS, {}), made.public_id: {"email": said["email"]}})
    session[ASKED] = _newest({**session.get(ASKED, {}), str(draft.id): made.public_id})
    draft.forget()
    if said["not_my_phone"]:
        session.set_expiry(0)  # until the browser closes


def _newest(kept: dict) -> dict:
    return dict(list(kept.items())[-KEPT:])


def _form(request: HttpRequest, slug: str, **given) -> ChoicePages:
    return STEPS[slug](user=request.user if request.user.is_authenticated else None, **given)


def _go(slug: str, draft: Draft) -> HttpResponse:
    path = reverse("seekers:ask_step", args=[slug]) if slug else reverse("seekers:ask_start")
    return redirect(path if draft.is_new else f"{path}?{DRAFT}={draft.name}")


def _start_over(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.info(request, _("Start here. What you have written is kept."))
    return _go(FIRST, draft)


def _show(request: HttpRequest, slug: str, draft: Draft, form: ChoicePages) -> HttpResponse:
    number = ORDER.index(slug) + 1
    context = {
        "form": form,
        "number": number,
        "steps": range(1, len(ORDER) + 1),
        "is_last": slug == LAST,
        "draft_id": draft.id,
        "anew": slug == FIRST and DRAFT not in request.GET,
        "has_ad": slug != FIRST and bool((draft.typed(FIRST) or {}).get("jobb")),
        "topic": dict(STEPS[FIRST].base_fields["topic"].choices).get((draft.typed(FIRST) or {}).get("topic")),
    }
    return render(request, "seekers/ask.html", context)


def question_list(request: HttpRequest) -> HttpResponse:
    """One's own questions: all of them when logged in, otherwise those this browser was granted."""
    found = {
        public_id: access.granted(request.session, public_id) for public_id in request.session.get(access.GRANTS, {})
    }
    grants = {public_id: grant["user"] for public_id, grant in found.items() if grant}
    questions = HelpRequest.objects.asked_by(request.user, grants).select_related("helper", "summary")
    page = Paginator(questions, PER_PAGE).get_page(request.GET.get("sida"))
    agreed = agreed_times.of_questions([question.public_id for question in page])
    for question in page:
        question.meets_at = agreed.get(question.public_id)
    context = {"page": page, "has_documents": own_documents(request).exists()}
    return render(request, "seekers/question_list.html", context)
