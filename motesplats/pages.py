"""The frame of every page, and the pages that belong to no app: start, who can read, something is wrong (roof)."""

import re
import sys
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from chat import promise
from chat.access import Person, person_for
from motesplats import limits, office_hours, reports, sources
from motesplats.forms import ReportForm
from motesplats.middleware import database_away
from motesplats.models import Office, Report, User
from motesplats.topics import Topic
from seekers.models import Document
from volunteers.models import Shift, ShiftBooking, Volunteer

LANGUAGE_NAMES = dict(settings.LANGUAGES)
CHAT_ID = re.compile(r"[A-Za-z0-9_-]{1,24}")


def page_frame(request: HttpRequest) -> dict:
    """What base.html needs: menu, languages, where we are. Lazy, so that a page without the frame pays nothing."""
    match = getattr(request, "resolver_match", None)
    return {
        "menu": SimpleLazyObject(lambda: _menu(request)),
        "languages": SimpleLazyObject(lambda: _languages(request)),
        "language_name": LANGUAGE_NAMES.get(get_language(), ""),
        "page_name": match.view_name if match else "",
        "from_place": _from_place(request),
        "chat_here": match.kwargs.get("public_id", "") if match and match.namespace == "chat" else "",
    }


def _menu(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(label, address, is this page): at most four for a deltagare, only what this person has use for."""
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    state, has_documents = _uses(user) if known else ("", False)
    helps = state == Volunteer.State.APPROVED
    items = []
    if helps:
        items += [(_("Desk"), "chat:desk_show"), (_("Shifts"), "volunteers:shift_list")]
    items += [(_("Get help"), "seekers:ask_start")]
    if not helps and (known or request.session.get("grants")):
        items += [(_("My questions"), "seekers:question_list")]
    if not helps and has_documents:
        items += [(_("My documents"), "seekers:document_list")]
    elif not helps and not (known and user.is_staff):
        items += [(_way_to_help(state), "volunteers:volunteer_show")]
    if known and user.is_staff:
        items += [(_("Admin"), "admin:index")]
    items += [(_("My account"), "account_show") if known else (_("Log in"), "account_login")]
    places = [(label, reverse(name), name) for label, name in items]
    rides = f"?{sources.RIDES}={tag}" if (tag := _from_place(request)) else ""
    return [
        (label, url + (rides if name == "seekers:ask_start" else ""), request.path.startswith(url))
        for label, url, name in places
    ]


def _from_place(request: HttpRequest) -> str:
    """The tag of the poster that led here, for the page's own links to a question."""
    tag = request.GET.get(sources.RIDES, "")
    return tag if sources.TAG.fullmatch(tag) else ""


def _way_to_help(state: str) -> str:
    """What the page of somebody who is not an approved volunteer is called."""
    if state == Volunteer.State.APPLIED:
        return _("My application")
    return _("My page") if state == Volunteer.State.PAUSED else _("Become a volunteer")


def _uses(user: User) -> tuple[str, bool]:
    """(what they are as a volunteer: a Volunteer.State or "", has documents here). One query."""
    state = Volunteer.objects.filter(user=OuterRef("pk"), user__is_active=True).values("state")[:1]
    documents = Document.objects.kept().filter(owner=OuterRef("pk"))
    found = User.objects.filter(pk=user.pk).values_list(Subquery(state), Exists(documents)).first()
    return (found[0] or "", found[1]) if found else ("", False)


def _languages(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(code, own name, this page in that language)."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else _page_of(request)
    return [(code, LANGUAGE_NAMES[code], translate_url(here, code)) for code in settings.MENU_LANGUAGES]


def _page_of(request: HttpRequest) -> str:
    """The page a form stands on: what was posted to a form's own address cannot be opened by a link."""
    match = request.resolver_match
    if match and match.namespace == "chat" and "public_id" in match.kwargs:
        return reverse("chat:conversation_show", args=[match.kwargs["public_id"]])
    return request.path


def home(request: HttpRequest) -> HttpResponse:
    """`/`: what this is, whether somebody can answer now, the seven topics."""
    can_answer, at = promise.could_answer_now(), timezone.now()
    shift = None if can_answer else _next_booked_shift(at)
    context = {
        "can_answer_now": can_answer,
        "next_shift": shift,
        "is_shift_running": shift is not None and shift.starts_at <= at,
        "offer": _offered_language(request),
        "topics": list(Topic),
    }
    return render(request, "motesplats/home.html", context)


def _next_booked_shift(at: datetime) -> Shift | None:
    """When volunteers are here: the booked shift that is running, else the first that comes."""
    booking = (
        ShiftBooking.objects.booked()
        .filter(shift__ends_at__gt=at, volunteer__in=Volunteer.objects.approved())
        .select_related("shift")
        .order_by("shift__starts_at")
        .first()
    )
    return booking.shift if booking else None


def _offered_language(request: HttpRequest) -> dict | None:
    """The browser's language when the page is in another: one link, in that language. It never chooses by itself."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        short = code.split("-")[0]
        if short == get_language():
            return None
        if short in settings.MENU_LANGUAGES:
            with override(short):
                words = _("Read this page in %(language)s") % {"language": LANGUAGE_NAMES[short]}
            return {"code": short, "words": words, "url": translate_url(request.path, short)}
    return None


def privacy(request: HttpRequest) -> HttpResponse:
    """`/integritet/`: who can read, what is kept, how long."""
    context = {"clocks": settings.CLOCKS, "text_days": settings.CLOCKS["text_removed"].days}
    return render(request, "motesplats/privacy.html", context)


def report(request: HttpRequest) -> HttpResponse:
    """`/fel/`: somebody says that something is wrong. Says when IM reads it; never loses what was typed.

    `?chatt=`: the chat it was pressed in, when this browser may read that chat.
    """
    form = ReportForm(request.POST or None, initial={"page": request.GET.get("sida"), "chat": request.GET.get("chatt")})
    wanted = form["chat"].value() or ""
    person = person_for(request.session, request.user, wanted) if CHAT_ID.fullmatch(wanted) else None
    if request.method == "POST" and form.is_valid():
        key = f"report:{limits.client_network(request)}"
        if limits.allow(key, times=10, seconds=3600):
            made = _report(request, form.cleaned_data, person)
            request.session["reported"] = made.public_id
            return redirect("pages:report_thanks")
        form.add_error(None, _("Many reports come from here just now. Your text is still here. Try again in an hour."))
    return render(request, "motesplats/report.html", {"form": form, "question": person and person.request})


def _report(request: HttpRequest, said: dict, person: Person | None) -> Report:
    if person is None:
        office, reporter = Office.objects.default(), request.user if request.user.is_authenticated else None
        about = {"about": ("page", said["page"])} if said["page"] else {}
    else:
        office, reporter = person.request.office, person.user
        about = {"about": ("request", person.request.public_id), "title": person.request.get_topic_display()}
    answer_by = office_hours.staffed_until(office, timezone.now())
    return reports.report(said["text"], reporter=reporter, answer_by=answer_by, office=office, **about)


def report_thanks(request: HttpRequest) -> HttpResponse:
    """What was sent, and when IM reads it or that IM has."""
    made = Report.objects.filter(public_id=request.session.get("reported")).first()
    if made is None:
        return redirect("pages:report")
    chat = made.about_id if made.about_kind == "request" else ""
    return render(request, "motesplats/report_thanks.html", {"report": made, "chat": chat})


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 with the typed text when it was the database, in a place no view's exception reaches."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return database_away(request)
    return HttpResponseServerError(render_to_string("500.html"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or cookies are off: what was typed stands in a form that sends it again.

    Only for a form of our own page: another site must not put words in somebody's mouth with one press.
    """
    typed = []
    if _comes_from_here(request):
        typed = typed_fields(request)
    page = render(request, "403_csrf.html", {"typed": typed, "path": request.path})
    return HttpResponseForbidden(page.content)


def _comes_from_here(request: HttpRequest) -> bool:
    """Surely from our own page: the browser says so, or it names one of our origins exactly. "null" is nobody."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in settings.CSRF_TRUSTED_ORIGINS


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What somebody typed, to be sent again: every field but the token."""
    return [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
