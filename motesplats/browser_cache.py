"""How long the reader's own browser may keep a page that everybody may read."""

from django.http import HttpRequest, HttpResponse


def briefly_kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A minute, so that Back costs nothing: when nobody in particular reads, neither logged in nor with a session."""
    if not request.user.is_authenticated and request.session.is_empty():
        response.headers["Cache-Control"] = "private, max-age=60"
    return response
