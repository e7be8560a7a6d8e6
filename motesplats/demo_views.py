"""`/demo/`: become an invented person, read the mails they got. 404 wherever a real person could be."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motesplats import demo, demo_mail


def only_in_demo(view: Callable) -> Callable:
    """The page does not exist without DEMO=1 and DEBUG."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not demo.is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@only_in_demo
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with one button each; a POST with `who` makes this browser that person."""
    if request.method == "POST":
        person = demo.find(request.POST.get("who", ""))
        if person is None:
            raise Http404
        return redirect(demo.become(request, person))
    me = demo.me(request.user)
    shown = {"groups": demo.groups(), "me": me, "start": demo.start_page(me) if me else ""}
    return render(request, "demo/people.html", shown)


@only_in_demo
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """The newest mails as they were read, with codes and links; `?till=` shows one person's."""
    to = request.GET.get("till", "")
    return render(request, "demo/mails.html", {"mails": demo_mail.kept(to=to), "to": to, "here": reverse("demo:mails")})
