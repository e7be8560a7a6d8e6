"""Somebody opens the address of a poster: one visit is counted, and the page follows."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from motesplats import limits, sources

VISITS_PER_HOUR = 200  # from one address of the network: a school counts, a script soon does not


class SourceMiddleware:
    """`?via=` of a place we know: counted, and led on to the same page with `?fran=`. Other tags change nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method != "GET" or sources.ARRIVES not in request.GET or request.path.startswith("/admin/"):
            return None
        tag = sources.known_tag(request.GET[sources.ARRIVES])
        if not tag:
            return None
        network = limits.client_network(request)
        if sources.is_person(request.headers) and limits.allow(f"via:{network}", times=VISITS_PER_HOUR, seconds=3600):
            sources.visited(tag)
        query = request.GET.copy()
        del query[sources.ARRIVES]
        query[sources.RIDES] = tag
        return HttpResponseRedirect(f"?{query.urlencode()}", headers={"Cache-Control": "no-store"})
