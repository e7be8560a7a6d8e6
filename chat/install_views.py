"""What lets a phone install the desk and show notices: the manifest and the service worker. Outside the languages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(no_store=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker, from the root, so that it may show the desk. Browsers ask for it anew themselves."""
    return render(request, "chat/service_worker.js", content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_store=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """How the installed desk looks (W3C Web Application Manifest). The same for everybody."""
    icon = {"src": static("motesplats/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    said = {
        "name": "Mötesplats",
        "short_name": "Mötesplats",
        "lang": "sv",
        "id": "/jour/",
        "start_url": reverse("chat:desk_show"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b5a5e",
        "icons": [icon],
    }
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
