"""What every answer gets: a request id for the log, safe headers, and a kind page when the database is away."""

import logging
import secrets

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
PERMISSIONS = "camera=(self), microphone=(self), geolocation=(), payment=()"


class RequestIdMiddleware:
    """Gives each request an id that stands in every log line it causes and in the answer's X-Request-Id."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(8)
        with structlog.contextvars.bound_contextvars(request=request.id):
            response = self.get_response(request)
            if response.status_code >= 500:
                view = request.resolver_match.view_name if request.resolver_match else ""
                log.error("answered %s in %s", response.status_code, view)
        response["X-Request-Id"] = request.id
        return response


class HeadersMiddleware:
    """Headers that neither Django nor django-csp sets."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html")  # somebody opened a form's address; never a blank page
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        session = getattr(request, "session", None)
        if session is not None and session.accessed and not session.is_empty():
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class DatabaseAwayMiddleware:
    """The database is away: answer 503 in plain words, with what was typed kept in the page. Never a 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        return database_away(request)


def database_away(request: HttpRequest) -> HttpResponse:
    """503 with a form that sends the same text again. Reads nothing from the database."""
    log.error("database away")
    typed = [
        (name, value)
        for name, values in (request.POST.lists() if request.method == "POST" else ())
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    page = render_to_string("503.html", {"typed": typed, "path": request.path, "csrf_token": get_token(request)})
    return HttpResponse(page, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
