"""The chat page and its forms. Every one works without JavaScript; the socket only makes it quicker."""

import json
import uuid
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat import (
    about,
    addresses,
    beside,
    bounces,
    care,
    conversations,
    documents,
    easier,
    fadders,
    lines,
    links,
    matching,
    meetings,
    notes,
    phrases,
    practice,
    presence,
    status,
    tips,
)
from chat.access import NO_CHAT, Person, person_for, reads_rules_first
from chat.forms import REFUSED, AddressForm, AwayForm, CodeForm, MessageForm, StaffForm, StopForm
from chat.models import Participant, Side
from chat.writer import Refused
from motesplats import access, limits, qr
from motesplats.languages import own_names
from motesplats.moments import clock_pattern, time_pattern
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from volunteers import joining_views


def in_chat(*sides: str, readers_write: bool = False):
    """The view gets the Person this browser is in the chat, or the answer is 404. `sides`: who may; empty is all.

    A fadder, who only reads, gets what is open to all, by GET; `readers_write`: may also send this form.
    """

    def decorate(view):
        @wraps(view)
        def inner(request: HttpRequest, public_id: str, **kwargs) -> HttpResponse:
            person = _person(request, public_id)
            if (
                person is None
                and request.method == "GET"
                and reads_rules_first(request.session, request.user, public_id)
            ):
                return redirect(joining_views.rules_path(back=request.path))
            if person is None or sides and person.side not in sides:
                raise Http404
            if person.only_reads and not readers_write and (sides or request.method != "GET"):
                raise Http404
            return view(request, person, **kwargs)

        return inner

    return decorate


def _person(request: HttpRequest, public_id: str) -> Person | None:
    person = person_for(request.session, request.user, public_id)
    if person is None and not HelpRequest.objects.filter(public_id=public_id, conversation__isnull=False).exists():
        question = _own_unrouted(request, public_id)
        if question is not None:
            matching.route(question)
            person = person_for(request.session, request.user, public_id)
    return person


def _own_unrouted(request: HttpRequest, public_id: str) -> HelpRequest | None:
    """A question just asked from this browser or account: its first page view makes the chat (design §4)."""
    grant = access.granted(request.session, public_id)
    owners = [grant["user"]] if grant else []
    owners += [request.user.pk] if request.user.is_authenticated else []
    return (
        HelpRequest.objects.filter(public_id=public_id, owner_id__in=owners).select_related("owner", "office").first()
    )


@require_GET
@in_chat()
def conversation_show(request: HttpRequest, person: Person) -> HttpResponse:
    """The chat.

    `?fore=N`: older messages; `?skriv=1`: without JavaScript, a page that stands still while one writes.
    """
    presence.visited(person.participant)
    fadders.note_reading(person.participant)
    access.prolong(request.session, person.request.public_id)
    _send_first_code(request, person)
    return _chat_page(request, person)


def _chat_page(request: HttpRequest, person: Person, *, status_code: int = 200, **forms) -> HttpResponse:
    before = request.GET.get("fore", "")
    shown = conversations.messages_for(person, before=int(before) if before.isdecimal() and len(before) < 10 else None)
    last_seq = person.conversation.last_seq
    if shown and not before:  # presence, one of the two things a GET may write (design §4): without a socket this reads
        presence.read_up_to(person.participant.pk, last_seq)
    first_line = _first_line(person)
    context = {
        **_state(request, person),
        "shown": shown,
        "older": shown[0].seq if shown and shown[0].seq > 1 else None,
        "is_old": bool(before),
        "last_seq": last_seq,
        "read": about.of(person.request),
        "while_waiting": None if before else tips.while_waiting(person),
        "words": lines.words_for(person.side),
        "leads": links.of_lines(person.request),
        "time_pattern": time_pattern(),
        "clock_pattern": clock_pattern(),
        "form": MessageForm(initial={"client_id": uuid.uuid4(), "body": first_line if "hej" in request.GET else ""}),
        "phrases": [] if before else phrases.choices_for(person.user, person.side),
        "hard_words": None if person.side == Side.SEEKER or before else json.dumps(easier.words(), ensure_ascii=True),
        "phrase_client_id": uuid.uuid4(),
        "writes": "skriv" in request.GET or request.method == "POST",
        "first_line": "" if before or any(line.mine for line in shown) else first_line,
        **forms,
    }
    return render(request, "chat/conversation_show.html", context, status=status_code)


def _first_line(person: Person) -> str:
    """What a helper may begin with; one tap puts it in the box."""
    if person.side == Side.SEEKER:
        return ""
    return _("Hi! My name is %(name)s. I am reading your question now.") % {"name": person.user.display_name}


def _state(request: HttpRequest, person: Person) -> dict:
    """What both the page and its fragment show around the messages. One query for the participants."""
    here = person.conversation.participants.exclude(side=Side.SYSTEM).select_related("user__volunteer")
    others = list(bounces.with_reach(here))
    question = person.request
    is_seeker = person.side == Side.SEEKER
    waiting = addresses.pending(request.session, question.public_id) if is_seeker else None
    may_swap = is_seeker and any(p.user_id == question.helper_id and p.side == Side.VOLUNTEER for p in others)
    others_here = [p for p in others if p.left_at is None and not p.only_reads]
    other_side = [p for p in others_here if (p.side == Side.SEEKER) != is_seeker]
    return {
        "person": person,
        "question": question,
        "status": status.of(person, others, timezone.now()),
        "has_socket": question.state not in NO_CHAT,
        "is_seeker": is_seeker,
        "is_helper": question.helper_id == person.participant.user_id,
        "may_swap": may_swap,
        "is_away": bool(person.participant.away_until and person.participant.away_until > timezone.now()),
        "helper_gone": is_seeker and may_swap and presence.is_helper_gone(question, timezone.now()),
        "address": waiting,
        "code_form": CodeForm(),
        "address_form": AddressForm(initial={"email": waiting["email"] if waiting else ""}),
        "no_mail_to": next((p.user.email for p in others if p == person.participant and p.is_silent), ""),
        "needs_address": is_seeker and question.is_open and person.user.is_shell,
        **_way_back(person, is_needed=is_seeker and question.is_open and person.user.is_shell and not waiting),
        "other_read_seq": max((p.read_seq for p in other_side), default=0),
        "asker_reads": own_names(question.languages),
        "names": conversations.names_of(others_here, reader=person),
        "shows_names": person.side == Side.STAFF or person.only_reads or conversations.shows_names(others),
        **beside.around(person, others, timezone.now()),
        "doors": practice.doors_for(person),
        "shared_answers": practice.shared_count(person),
        "documents": documents.for_chat(person),
        "may_block": question.state == HelpRequest.State.RESOLVED
        and any(p.side == Side.VOLUNTEER and not p.is_barred and not p.part for p in others),
        "notes": [] if is_seeker else notes.for_helper(person.conversation, reader=person.user),
        "times": meetings.standing(person),
        "may_bring": documents.may_bring(person),
        **_afterwards(person),
    }


def _afterwards(person: Person) -> dict:
    """When it is over: who is asked how it felt, who whether it helped. No query before that."""
    question, side = person.request, person.side
    if question.ended_at is None:
        return {}
    if side == Side.SEEKER:
        return {"may_thank": care.may_be_asked_for_thanks(question)}
    volunteer = getattr(person.user, "volunteer", None) if side == Side.VOLUNTEER else None
    return {"asks_care": volunteer and care.to_ask(volunteer, timezone.now(), about=question)}


def _way_back(person: Person, *, is_needed: bool) -> dict:
    """The link to save and its picture, for who gets no mail."""
    link = links.url_for(person.participant) if is_needed else ""
    return {"link": link, "qr_code": qr.picture(link) if link else ""}


def _send_first_code(request: HttpRequest, person: Person) -> None:
    """The address given when asking gets its code when the chat opens; part of routing, once."""
    waiting = addresses.pending(request.session, person.request.public_id)
    if waiting and "sent" not in waiting and person.side == Side.SEEKER and person.user.is_shell:
        try:
            addresses.send_code(request.session, person.request, waiting["email"])
        except addresses.TooManyCodes:
            messages.warning(request, _("We have sent many codes. Wait an hour and try again."))


@require_GET
@in_chat()
def conversation_state(request: HttpRequest, person: Person) -> HttpResponse:
    """What stands around the messages, as a fragment: fetched by the page when a `state` frame comes."""
    return render(request, "chat/_around.html", _state(request, person))


@require_GET
@in_chat()
def conversation_transcript(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything said, on one page that prints well."""
    fadders.note_reading(person.participant)
    context = {
        "person": person,
        "question": person.request,
        "shown": conversations.messages_for(person, everything=True),
        "shows_names": conversations.shows_names(person.conversation.participants.all()),
    }
    return render(request, "chat/conversation_transcript.html", context)


@require_POST
@in_chat()
def message_post(request: HttpRequest, person: Person) -> HttpResponse:
    """Write without a socket: the same message, the same numbering, the same answer when sent twice."""
    form = MessageForm(request.POST)
    presence.visited(person.participant)
    if form.is_valid():
        try:
            said = form.cleaned_data
            post = conversations.post_message(person, client_id=said["client_id"], body=said["body"])
            return redirect(f"{_chat_url(person)}#m{post.seq}")
        except Refused as refusal:
            form.add_error("body", REFUSED.get(refusal.args[0], REFUSED["retry"]))
            return _chat_page(
                request, person, status_code=STATUS_OF_REFUSAL.get(refusal.args[0], 400), form=_kept(form)
            )
    return _chat_page(request, person, status_code=400, form=_kept(form))


STATUS_OF_REFUSAL = {"slow": 429, "retry": 503}  # the page's script tries these again with the same id


def _kept(form: MessageForm) -> MessageForm:
    """The same form with what was typed and a fresh id, so that sending it again is a new message."""
    form.data = {**form.data.dict(), "client_id": str(uuid.uuid4())}
    return form


def _chat_url(person: Person) -> str:
    return links.chat_path(person.request)


@require_POST
@in_chat()
def message_flag(request: HttpRequest, person: Person, seq: int) -> HttpResponse:
    """ "Jag förstår inte"."""
    conversations.flag_not_understood(person, seq=seq)
    return redirect(_chat_url(person))


# --- moves -----------------------------------------------------------------------------------------------------------


def moved(request: HttpRequest, person: Person, move, *args, said: str = "", **kwargs) -> HttpResponse:
    """Do a move and go back to the chat; somebody faster is a friendly word, not an error."""
    try:
        move(person.request, *args, actor=person.user, **kwargs)
        if said:
            messages.success(request, said)
    except StateConflict:
        messages.warning(request, _("Someone was faster. This is how it is now."))
    still_here = person_for(request.session, request.user, person.request.public_id)
    return redirect(_chat_url(person) if still_here else "chat:desk_show")


@in_chat(Side.SEEKER)
def conversation_swap(request: HttpRequest, person: Person) -> HttpResponse:
    """Byt volontär: no reason asked, never the same again. Not from IM, who answer what no volunteer may see."""
    if person.request.helper_id and not matching.has_volunteer(person.request):
        messages.info(request, _("IM answers this question. Is it not good? Press Something is wrong."))
        return redirect(_chat_url(person))
    if request.method != "POST":
        return render(request, "chat/conversation_swap.html", {"person": person, "question": person.request})
    return moved(request, person, matching.swap_volunteer)


@in_chat(readers_write=True)
def conversation_stop(request: HttpRequest, person: Person) -> HttpResponse:
    """Något är fel: stops the chat and tells IM."""
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not limits.allow(f"stop:{person.participant.pk}", times=5, seconds=86_400):  # IM must not drown
            messages.warning(request, _("IM has your report and reads it."))
            return redirect(_chat_url(person))
        return moved(request, person, matching.stop, text=form.cleaned_data["text"])
    context = {"person": person, "question": person.request, "form": form}
    return render(request, "chat/conversation_stop.html", context)


@require_POST
@in_chat()
def conversation_reopen(request: HttpRequest, person: Person) -> HttpResponse:
    """Open a done question again. Safe to press twice."""
    return moved(request, person, matching.reopen)


@require_POST
@in_chat(Side.VOLUNTEER, Side.STAFF)
def conversation_away(request: HttpRequest, person: Person) -> HttpResponse:
    """ "Jag läser", "Strax tillbaka", "Vi fortsätter i morgon", "Jag är tillbaka"."""
    form = AwayForm(request.POST)
    if form.is_valid() and person.participant.can_write:
        kind = form.cleaned_data["kind"]
        if kind == Participant.Away.NO:
            presence.come_back(person.participant)
        else:
            presence.go_away(person.participant, Participant.Away(kind))
    return redirect(_chat_url(person))


@require_POST
@in_chat(Side.VOLUNTEER, Side.STAFF)
def conversation_release(request: HttpRequest, person: Person) -> HttpResponse:
    """Låt en annan volontär ta över."""
    if person.request.helper_id != person.participant.user_id:
        raise Http404
    return moved(
        request, person, matching.release, said=_("Thank you. The question is first in line for the next volunteer.")
    )


# --- the address -------------------------------------------------------------------------------------------------


@require_POST
@in_chat(Side.SEEKER)
def address_edit(request: HttpRequest, person: Person) -> HttpResponse:
    """Give or change the address, or ask for a new code."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _chat_page(request, person, status_code=400, address_form=form)
    try:
        addresses.send_code(request.session, person.request, form.cleaned_data["email"])
        messages.success(request, _("We have sent a code. Look in your email."))
    except addresses.TooManyCodes:
        messages.warning(request, _("We have sent many codes. Wait an hour and try again."))
    except addresses.HasAddress:  # sent from a page that is old
        pass
    return redirect(_chat_url(person))


@require_POST
@in_chat(Side.SEEKER)
def address_confirm(request: HttpRequest, person: Person) -> HttpResponse:
    """The code from the mail."""
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            addresses.confirm(request.session, person, form.cleaned_data["code"])
            messages.success(request, _("Done. You get an email when there is an answer."))
            return redirect(_chat_url(person))
        except addresses.HasAddress:
            return redirect(_chat_url(person))
        except addresses.CodeOver:  # the card says so and has the button for a new one
            messages.warning(request, _("That was not the right code. Send a new code."))
        except addresses.WrongCode:
            form.add_error("code", _("The code is wrong or too old. Look again, or ask for a new code."))
        except addresses.AddressTaken:
            form.add_error("code", _("This address cannot be used here. Write another address."))
    return _chat_page(request, person, status_code=400, code_form=form)


@access.staff_required
def conversation_open_as_staff(request: HttpRequest, public_id: str) -> HttpResponse:
    """IM opens a chat: only with a reason, which is written down and which both sides can see."""
    question = get_object_or_404(HelpRequest.objects.select_related("owner", "office"), public_id=public_id)
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        matching.route(question)
        matching.let_staff_in(question, staff=request.user, reason=form.cleaned_data["reason"])
        return redirect(links.chat_path(question))
    return render(request, "chat/conversation_open_as_staff.html", {"question": question, "form": form})
