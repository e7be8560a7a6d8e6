"""A second volunteer is asked into a chat, comes, and goes."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chat import fit, links, seconds
from chat.access import Person
from chat.desk_views import to_course
from chat.forms import SecondForm
from chat.models import Side
from chat.views import in_chat
from motesplats.languages import own_names
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers import conduct, course
from volunteers.access import for_volunteers
from volunteers.models import Volunteer

WHOEVER = "whoever"


@in_chat()
def second_ask(request: HttpRequest, person: Person) -> HttpResponse:
    """GET: whom to ask; for the one who asked, which of their languages. POST: ask."""
    question, is_seeker = person.request, person.side == Side.SEEKER
    is_helper = question.helper_id == person.participant.user_id
    if question.state != HelpRequest.State.ACTIVE or not (is_seeker or is_helper):
        raise Http404
    languages = {f"language:{code}": code for code in fit.languages_missing(question, question.helper)}
    people = {} if is_seeker else {_key(question, one): one for one in seconds.who_could(question, timezone.now())}
    form = SecondForm(
        request.POST if request.method == "POST" else None, choices=_words(languages, people, is_seeker=is_seeker)
    )
    if form.is_valid():
        said = form.cleaned_data["to"]
        return _asked(request, person, to=people.get(said), language=languages.get(said, ""))
    has_choices = bool(people or is_seeker and languages) or form.is_bound
    context = {"person": person, "question": question, "form": form, "is_seeker": is_seeker, "has_choices": has_choices}
    return render(request, "chat/second_ask.html", context, status=400 if form.is_bound else 200)


def _words(languages: dict[str, str], people: dict[str, Volunteer], *, is_seeker: bool) -> dict[str, str]:
    """What can be chosen, and the words for it."""
    asking = _("A volunteer who knows %(language)s")
    found = {key: asking % {"language": own_names([code])} for key, code in languages.items()}
    found |= {key: one.user.display_name for key, one in people.items()}
    return found if is_seeker else {**found, WHOEVER: _("Whoever can")}


def _asked(request: HttpRequest, person: Person, *, to: Volunteer | None, language: str) -> HttpResponse:
    try:
        seconds.ask(person.request, actor=person.user, to=to, language=language)
    except seconds.NobodyHere:
        messages.info(request, _("No other volunteer who fits is here right now. Try again later."))
    except StateConflict:
        messages.warning(request, _("Someone was faster. This is how it is now."))
    return redirect(links.chat_path(person.request))


def _key(question: HelpRequest, volunteer: Volunteer) -> str:
    """Names a volunteer in this form without the number of a row."""
    return salted_hmac("second", f"{question.public_id}:{volunteer.pk}").hexdigest()[:16]


@require_POST
@in_chat(Side.SEEKER)
def second_refuse(request: HttpRequest, person: Person) -> HttpResponse:
    """ "Nej, bara Björn". No reason asked."""
    return _done(request, person, seconds.refuse, back=links.chat_path(person.request))


@require_POST
@in_chat(Side.VOLUNTEER)
def second_leave(request: HttpRequest, person: Person) -> HttpResponse:
    """The second volunteer has helped."""
    return _done(request, person, seconds.leave, back="chat:desk_show")


def _done(request: HttpRequest, person: Person, move, *, back: str) -> HttpResponse:
    try:
        move(person.request, actor=person.user)
    except StateConflict:
        messages.warning(request, _("Someone was faster. This is how it is now."))
    return redirect(back)


@require_POST
@for_volunteers
def asked_accept(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """ "Ja, öppna chatten": comes as second volunteer."""
    question = _question(public_id)
    try:
        seconds.accept(question, volunteer)
        return redirect(links.chat_path(question))
    except conduct.RulesFirst:
        return redirect("chat:desk_show")  # which leads to the rules, and they lead back
    except course.CourseFirst:
        return to_course(request)
    except StateConflict:
        messages.info(request, _("Thank you! Your help is not needed there any more."))
        return redirect("chat:desk_show")


@require_POST
@for_volunteers
def asked_decline(request: HttpRequest, volunteer: Volunteer, public_id: str) -> HttpResponse:
    """ "Jag kan inte" of the one asked by name."""
    try:
        seconds.decline(_question(public_id), volunteer)
        messages.success(request, _("Thank you for answering."))
    except StateConflict:
        messages.info(request, _("Thank you! Your help is not needed there any more."))
    return redirect("chat:desk_show")


def _question(public_id: str) -> HelpRequest:
    return get_object_or_404(HelpRequest.objects.for_volunteers(), public_id=public_id, conversation__isnull=False)
