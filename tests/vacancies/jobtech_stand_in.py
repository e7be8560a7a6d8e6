"""JobTech on 127.0.0.1: `count` invented ads in one answer, then changes and removals; can be told to misbehave."""

import json
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOWNS = [("1480", "PVZL_BQT_XtL"), ("1280", "oYPt_yRA_Smm"), ("0180", "AvNB_uwa_6n6")]
JOBS = [("5120", "apaJ_2ja_LuF"), ("9111", "MVqp_eS8_kDZ"), ("5311", "GazW_2TU_kJw")]
FIELD = JOBS[0][1]


def ad(number: int, *, change: int = 0, **more) -> dict:
    """The ad with this number; `change` makes its words and its timestamp others."""
    (code, town), (group, field) = TOWNS[number % 3], JOBS[number // 3 % 3]
    return {
        "id": str(10_000_000 + number),
        "headline": f"Jobb nummer {number}" + (f", ändring {change}" if change else ""),
        "application_deadline": "2099-05-08T23:59:59",
        "webpage_url": f"https://arbetsformedlingen.se/platsbanken/annonser/{10_000_000 + number}",
        "description": {"text": f"Vi söker dig. Ring Anna Ek, 070-174 06 05, eller skriv till anna@firma{number}.example.\n" * 8},
        "employer": {"name": f"Firma {number} AB", "email": "hemlig@firma.example", "phone_number": "070-174 06 05"},
        "application_contacts": [{"name": "Anna Ek", "telephone": "070-174 06 05"}],
        "working_hours_type": {"label": "Heltid"},
        "duration": {"label": "Tills vidare"},
        "experience_required": number % 2 == 0,
        "driving_license_required": number % 5 == 0,
        "driving_license": [{"label": "B"}],
        "occupation_group": {"legacy_ams_taxonomy_id": group},
        "occupation_field": {"concept_id": field},
        "workplace_address": {"municipality_code": code, "municipality_concept_id": town},
        "must_have": {"languages": [{"label": "Svenska"}]},
        "publication_date": "2026-11-01T08:00:00",
        "removed": False,
        "timestamp": 1_790_000_000_000 + number + change * 1000,
        **more,
    }  # fmt: skip


def removal(number: int) -> dict:
    """As sparse as theirs."""
    return {"id": str(10_000_000 + number), "removed": True, "removed_date": "2026-11-20T10:00:00", "municipality": "x"}


class StandIn:
    """`asked`: the paths, in order. `snapshot`, `stream`: lines to send. The rest: how to misbehave."""

    def __init__(self, count: int):
        self.asked: list[str] = []
        self.snapshot = [json.dumps(ad(number)).encode() for number in range(count)]
        self.stream = [
            *(json.dumps(ad(number, change=1)).encode() for number in range(0, count, 10)),
            *(json.dumps(removal(number)).encode() for number in range(1, count, 10)),
            *(json.dumps(ad(count + number)).encode() for number in range(count // 20)),
        ]
        self.ads: dict[str, object] = {}  # id -> what JobSearch says
        self.as_array = False
        self.etag = '"1"'
        self.status = 200
        self.cut_after: int | None = None  # bytes of the snapshot
        self.sent = threading.Event()  # something of a snapshot is on its way
        self.pace: threading.Event | None = None  # set: half is sent, and the rest when this is set


def _answer(stand_in: StandIn, handler: BaseHTTPRequestHandler) -> None:
    path = urlsplit(handler.path)
    stand_in.asked.append(handler.path)
    if path.path.startswith("/ad/"):
        found = stand_in.ads.get(path.path.removeprefix("/ad/"))
        return _send(
            handler,
            stand_in.status if found is not None else 404,
            json.dumps(found).encode() if found is not None else b"",
        )
    name = path.path.rpartition("/")[2]
    if stand_in.status != 200 or name not in ("snapshot", "stream"):
        return _send(handler, stand_in.status if stand_in.status != 200 else 404, b"")
    if name == "stream":
        query = parse_qs(path.query)
        if not (query.get("updated-after") or query.get("date")):
            return _send(handler, 400, b"")
    lines = stand_in.snapshot if name == "snapshot" else stand_in.stream
    body = b"[" + b",".join(lines) + b"]" if stand_in.as_array else b"\n".join(lines) + b"\n"
    if name == "snapshot" and stand_in.cut_after is not None:
        body = body[: stand_in.cut_after]
    return _send(handler, 200, body, stand_in if name == "snapshot" else None)


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, stand_in: StandIn | None = None) -> None:
    handler.send_response(status)
    if stand_in and stand_in.etag:
        handler.send_header("ETag", stand_in.etag)
    handler.send_header("Connection", "close")  # without a length: as theirs, its end is the end of the connection
    handler.end_headers()
    half = len(body) // 2 if stand_in and stand_in.pace else len(body)
    handler.wfile.write(body[:half])
    handler.wfile.flush()
    if stand_in:
        stand_in.sent.set()
        if stand_in.pace:
            stand_in.pace.wait(30)
            handler.wfile.write(body[half:])


@contextmanager
def running(count: int):
    """-> (the StandIn, its address)."""
    stand_in = StandIn(count)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            with suppress(OSError):  # whoever asked was killed
                _answer(stand_in, self)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield stand_in, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
