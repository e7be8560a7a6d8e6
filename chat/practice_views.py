"""Practising for the interview: the one who asked answers, the helper reads what was shown and marks it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat import practice
from chat.access import Person
from chat.models import Side
from chat.practice_forms import AnswerForm, MarksForm
from chat.views import in_chat
from chat.writing_views import first_error, refusal_words, sent, wants_json
from seekers import documents, intake
from seekers import practice as answers
from seekers.models import AnswerMarks, InterviewAnswer, InterviewQuestion

SHOWN_AT_ONCE = 20


@require_GET
@in_chat()
def practice_start(request: HttpRequest, person: Person) -> HttpResponse:
    """For the one who asked: choose questions. For the helper: what was shown, and questions to send."""
    is_seeker = person.side == Side.SEEKER
    found = answers.answers_of(person.request, only_shared=not is_seeker)
    names = answers.occupations()
    fits = practice.occupation_for(person.request, names)
    context = {
        **_context(request, person),
        "occupations": sorted(names, key=lambda name: name != fits),
        "fits": fits,
        "page": Paginator(found, SHOWN_AT_ONCE).get_page(request.GET.get("sida")),
    }
    if is_seeker:
        context["has_best"] = _best_of(person).exists()
    else:
        context["occupation"] = context["occupation"] if "yrke" in request.GET else fits
        context["bank"] = answers.questions_for(context["occupation"])
    return render(request, "chat/practice_start.html", context)


def _context(request: HttpRequest, person: Person) -> dict:
    """What every page here needs. The occupation follows from page to page in the address."""
    occupation = request.GET.get("yrke", "")[:80]
    return {
        "person": person,
        "question": person.request,
        "is_seeker": person.side == Side.SEEKER,
        "is_over": practice.is_over(person),
        "occupation": occupation,
        "with_occupation": f"?{urlencode({'yrke': occupation})}" if occupation else "",
    }


def _best_of(person: Person):
    """Whoever is logged in sees the answers of all their questions; a link opens one question."""
    return answers.best_of(person.request, owner=None if person.by_grant else person.user)


# --- one question ----------------------------------------------------------------------------------------------------


@in_chat(Side.SEEKER)
def question_practise(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """One question of the chosen ones, counted from 1, and a place for the answer."""
    context = _context(request, person)
    bank = answers.questions_for(context["occupation"])
    if not 1 <= number <= len(bank):
        raise Http404
    asked = bank[number - 1]
    form = AnswerForm(*sent(request), initial={"question": asked.pk})
    if request.method == "POST":
        answered = _answered(person, form, asked)
        if answered:
            return _gone_to(request, _answer_url(answered, person, context["with_occupation"]))
        if wants_json(request):
            return JsonResponse({"said": first_error(form)}, status=400)
    context |= {
        "asked": asked,
        "form": form,
        "number": number,
        "total": len(bank),
        "next": number + 1 if number < len(bank) else None,
        "polite_answer": asked.polite_answer or answers.POLITE_ANSWER,
        "most_seconds": documents.SOUND_MAX_SECONDS,
    }
    return render(request, "chat/practice_question.html", context, status=400 if form.errors else 200)


def _answered(person: Person, form: AnswerForm, asked: InterviewQuestion) -> InterviewAnswer | None:
    """None: the form says why."""
    if practice.is_over(person):
        form.add_error(None, practice.CLOSED)
    if not form.is_valid():
        return None
    said = form.cleaned_data
    if said["question"] not in (None, asked.pk):
        asked = InterviewQuestion.objects.filter(pk=said["question"]).first() or asked
    given = {"draft_id": said["draft_id"], "text": said["text"]}
    try:
        if form.wants == "sound":
            return practice.send_spoken(person, asked, upload=said["sound"], seconds=said["seconds"], **given)
        return answers.answer(person.request, asked, actor=person.user, **given)
    except intake.Refused as refused:
        form.add_error("sound", refusal_words(refused.args[0]))
    except practice.NotNow:
        form.add_error(None, practice.HOLD)
    except answers.TooMany:
        form.add_error(None, _("You have practised a lot. Look at the answers you have."))
    return None


def _gone_to(request: HttpRequest, url: str) -> HttpResponse:
    return JsonResponse({"go": url}) if wants_json(request) else redirect(url)


def _answer_url(answer: InterviewAnswer, person: Person, with_occupation: str = "") -> str:
    return reverse("chat:answer_show", args=[person.request.public_id, answer.public_id]) + with_occupation


# --- one answer ------------------------------------------------------------------------------------------------------


def of_answer(*sides: str) -> Callable:
    """The view gets Person and answer: one's own, or, for a helper, one that was shown. Else 404."""

    def decorate(view):
        def inner(request: HttpRequest, person: Person, answer_id: str) -> HttpResponse:
            found = answers.answers_of(person.request, only_shared=person.side != Side.SEEKER)
            answer = found.filter(public_id=answer_id).first()
            if answer is None:
                raise Http404
            return view(request, person, answer)

        return in_chat(*sides)(inner)

    return decorate


@of_answer()
def answer_show(request: HttpRequest, person: Person, answer: InterviewAnswer) -> HttpResponse:
    """The answer and both sides' marks beside each other. POST: one's own five marks. A helper's look is noted."""
    own = next((marks for marks in answer.marks.all() if marks.author_id == person.user.pk), None)
    form = MarksForm(sent(request)[0], initial={name: getattr(own, name) for name in answers.MARKED} if own else {})
    if request.method == "POST" and form.is_valid():
        try:
            practice.mark_answer(person, answer, form.cleaned_data)
            return redirect(_answer_url(answer, person, _context(request, person)["with_occupation"]))
        except practice.NotNow:
            form.add_error(None, practice.HOLD)
    answers.note_reading(answer, reader=person.user, side=person.side)
    context = {
        **_context(request, person),
        "answer": answer,
        "form": form,
        "own": own,
        "rows": _marks_in_rows(form, list(answer.marks.all())),
        "authors": [_author(marks, person) for marks in answer.marks.all()],
    }
    if context["is_seeker"]:
        context |= _way_on(answer, context["occupation"])
        context["readings"] = answers.readings_of(answer)
    return render(request, "chat/practice_answer.html", context, status=400 if form.errors else 200)


def _marks_in_rows(form: MarksForm, marks: list[AnswerMarks]) -> list[tuple]:
    """(the label of a field, [each author's word and its code])."""
    return [
        (form.fields[name].label, [(getattr(one, f"get_{name}_display")(), getattr(one, name)) for one in marks])
        for name in answers.MARKED
    ]


def _author(marks: AnswerMarks, person: Person) -> str:
    """Whose column it is; "" is the reader's own."""
    return "" if marks.author_id == person.user.pk else marks.author.display_name


def _way_on(answer: InterviewAnswer, occupation: str) -> dict:
    """The number of this question among the chosen ones, for "Try again", and of the next."""
    bank = [question.pk for question in answers.questions_for(occupation)]
    number = bank.index(answer.question_id) + 1 if answer.question_id in bank else None
    return {"number": number, "next": number + 1 if number and number < len(bank) else None}


@require_POST
@of_answer(Side.SEEKER)
def answer_share(request: HttpRequest, person: Person, answer: InterviewAnswer) -> HttpResponse:
    """ "Visa för volontären"."""
    try:
        practice.show_answer(person, answer)
    except practice.NotNow:
        messages.warning(request, practice.HOLD)
    return redirect(_answer_url(answer, person, _context(request, person)["with_occupation"]))


@require_POST
@of_answer(Side.SEEKER)
def answer_choose(request: HttpRequest, person: Person, answer: InterviewAnswer) -> HttpResponse:
    """Into "Mina svar", or out of it (`out`)."""
    answers.choose(answer, is_best="out" not in request.POST, actor=person.user)
    return redirect(_answer_url(answer, person, _context(request, person)["with_occupation"]))


@require_GET
@in_chat(Side.SEEKER)
def answer_list(request: HttpRequest, person: Person) -> HttpResponse:
    """ "Mina svar": the best answers, one page that prints well."""
    context = {**_context(request, person), "chosen": _best_of(person)[: answers.ANSWERS_PER_REQUEST]}
    return render(request, "chat/practice_best.html", context)


@require_POST
@in_chat(Side.VOLUNTEER, Side.STAFF)
def question_send(request: HttpRequest, person: Person, question_id: int) -> HttpResponse:
    """The helper asks a question of the bank in the chat."""
    asked = InterviewQuestion.objects.filter(pk=question_id, is_active=True).first()
    if asked is None:
        raise Http404
    try:
        practice.send_question(person, asked)
    except practice.NotNow:
        messages.warning(request, practice.HOLD)
    return redirect("chat:conversation_show", person.request.public_id)
