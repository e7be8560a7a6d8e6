"""Hjälpte det? One tap by the one who asked, when the question is done, and a sentence if they like."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chat import care, links
from chat.access import Person
from chat.care_forms import ThanksForm, ThanksLineForm
from chat.models import Side
from chat.views import in_chat
from seekers import identifiers
from volunteers import thanks
from volunteers.models import Thanks

WORDS_MAX_CHARACTERS = Thanks._meta.get_field("words").max_length


@in_chat(Side.SEEKER)
def thanks_give(request: HttpRequest, person: Person) -> HttpResponse:
    """GET: the three answers, or after the tap the sentence. POST: either. Not done any more: back to the chat."""
    volunteer = care.whom_to_thank(person.request)
    if volunteer is None:
        return redirect(links.chat_path(person.request))
    given = Thanks.objects.filter(about_id=person.request.public_id).first()
    form = ThanksLineForm(initial={"words": given.words if given else ""})
    if request.method == "POST":
        tap, form = ThanksForm(request.POST), ThanksLineForm(request.POST)
        if tap.is_valid():
            helped = tap.cleaned_data["helped"]
            thanks.tap(volunteer, about_id=person.request.public_id, giver=person.user, helped=helped)
            return redirect("chat:thanks_give", person.request.public_id)
        if given and form.is_valid():
            thanks.say(given, identifiers.mask(form.cleaned_data["words"])[:WORDS_MAX_CHARACTERS])
            messages.success(request, _("Thank you!"))
            return redirect(links.chat_path(person.request))
    context = {"question": person.request, "volunteer": volunteer, "given": given, "form": form}
    return render(request, "chat/thanks_give.html", context, status=400 if request.method == "POST" else 200)
