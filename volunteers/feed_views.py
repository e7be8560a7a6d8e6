"""The volunteer's calendar: the page with its address, and what a calendar fetches there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from volunteers import access, feed
from volunteers.models import Volunteer


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_volunteers
def show_feed(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The secret address and how to use it. POST makes one, a new one, or (`end`) none."""
    if request.method == "POST":
        if "end" not in request.POST:
            feed.open_feed(volunteer)
        elif feed.close_feed(volunteer):
            messages.success(request, _("The address has ended. Your calendar shows no new shifts."))
        return redirect("volunteers:feed_show")
    url = feed.url_for(volunteer)
    webcal = f"webcal:{url.partition(':')[2]}" if url else ""
    return render(request, "volunteers/feed_show.html", {"url": url, "webcal": webcal})


@require_safe
def read_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar fetches. Whoever has the address may read; 304 when nothing is new."""
    volunteer = feed.volunteer_for(token)
    if volunteer is None:
        raise Http404
    content = feed.calendar_of(volunteer)
    etag = quote_etag(feed.etag_of(content))
    headers = {"ETag": etag, "Cache-Control": "private, max-age=0, must-revalidate", "X-Robots-Tag": "noindex"}
    if etag in (word.strip().removeprefix("W/") for word in request.headers.get("If-None-Match", "").split(",")):
        return HttpResponse(status=304, headers=headers)
    headers["Content-Disposition"] = 'inline; filename="pass.ics"'
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
