"""Files on their way in: kept up to the limit, counted beyond it, and the form arrives whole."""

import asyncio
import base64
import tempfile

import pytest
from django.core.handlers.wsgi import WSGIRequest

from motesplats import uploads
from motesplats.asgi import LimitedBodies
from motesplats.uploads import DroppedUpload

BOUNDARY = "granslinje"
MEGABYTE = 1024**2


class Stream:
    """The body of a form, made while it is read: fields are (name, text) or (name, file name, bytes)."""

    def __init__(self, *fields):
        self.parts = [part for field in fields for part in self._parts(*field)] + [f"--{BOUNDARY}--\r\n".encode()]
        self.length = sum(len(part) if isinstance(part, bytes) else part for part in self.parts)
        self.buffer, self.most_at_once = b"", 0

    def _parts(self, name, *said):
        kind = f'; filename="{said[0]}"\r\nContent-Type: application/pdf' if len(said) == 2 else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{kind}\r\n\r\n'.encode()
        content = said[-1]
        return [head, content.encode() if isinstance(content, str) else content, b"\r\n"]

    readline = None  # Django takes it and never calls it

    def read(self, size: int = 65536) -> bytes:
        """An int among the parts is that many bytes of nothing."""
        while len(self.buffer) < size and self.parts:
            part = self.parts[0]
            if isinstance(part, bytes):
                self.buffer += self.parts.pop(0)
            else:
                now = min(part, MEGABYTE)
                self.buffer += bytes(now)
                self.parts[0] = part - now
                if not self.parts[0]:
                    self.parts.pop(0)
        out, self.buffer = self.buffer[:size], self.buffer[size:]
        return out


@pytest.fixture(autouse=True)
def files_dir(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    yield settings.FILES_DIR
    while _open:
        _open.pop().close()


_open: list[WSGIRequest] = []


def _request(*fields) -> WSGIRequest:
    stream = Stream(*fields)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
            "CONTENT_LENGTH": str(stream.length),
            "wsgi.input": stream,
        }
    )
    _open.append(request)
    return request


def test_ordinary_file_arrives_whole():
    request = _request(("a", "1"), ("files", "cv.pdf", b"hej" * 1000), ("b", "2"))

    (upload,) = request.FILES.getlist("files")

    assert (upload.name, upload.size, upload.read()) == ("cv.pdf", 3000, b"hej" * 1000)
    upload.seek(0)
    assert b"".join(upload.chunks()) == b"hej" * 1000
    assert (request.POST["a"], request.POST["b"]) == ("1", "2")


@pytest.mark.parametrize(("more", "is_kept"), [(0, True), (1, False)])
def test_ten_megabytes_are_kept_and_a_byte_more_is_not(more, is_kept):
    request = _request(("files", "cv.pdf", 10 * MEGABYTE + more))

    (upload,) = request.FILES.getlist("files")

    assert isinstance(upload, DroppedUpload) != is_kept
    assert upload.size == 10 * MEGABYTE + more
    assert len(upload.read()) == (upload.size if is_kept else 0)


def test_form_with_a_dropped_file_arrives_with_its_other_fields():
    request = _request(("a", "1"), ("files", "film.pdf", 40 * MEGABYTE), ("files", "cv.pdf", b"hej"), ("b", "2"))

    film, cv = request.FILES.getlist("files")

    assert (film.reason, film.size, cv.read()) == ("too_large", 40 * MEGABYTE, b"hej")
    assert (request.POST["a"], request.POST["b"]) == ("1", "2")


def test_two_hundred_megabytes_are_cut_and_never_lie_on_the_disk(monkeypatch, files_dir):
    largest = 0
    real = tempfile.SpooledTemporaryFile.write

    def measured(file, *given):
        nonlocal largest
        written = real(file, *given)
        largest = max(largest, file.tell())
        return written

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", measured)
    request = _request(("a", "1"), ("files", "film.pdf", 200 * MEGABYTE))

    assert request.POST["a"] == "1" and request.FILES.getlist("files") == []
    assert largest <= 10 * MEGABYTE
    assert list(files_dir.iterdir()) == []


def test_many_files_together_are_kept_up_to_what_a_person_may_have(settings):
    settings.FILES_MAX_BYTES = 5000

    uploads_ = _request(*[("files", f"{n}.jpg", bytes(2000)) for n in range(4)]).FILES.getlist("files")

    assert [getattr(one, "reason", "") for one in uploads_] == ["", "", "too_much", "too_much"]


def test_of_very_many_files_twenty_are_kept_and_the_form_arrives():
    request = _request(*[("files", f"{n}.jpg", b"x") for n in range(200)], ("b", "2"))

    reasons = [getattr(one, "reason", "") for one in request.FILES.getlist("files")]

    assert reasons == [""] * 20 + ["too_many"] * 180
    assert request.POST["b"] == "2"


def test_full_disk_drops_the_file_and_keeps_the_form(monkeypatch):
    def full(file, *given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    request = _request(("files", "cv.pdf", b"hej"), ("b", "2"))

    assert [one.reason for one in request.FILES.getlist("files")] == ["no_room"]
    assert request.POST["b"] == "2"


# --- the one process of the embedded mode ----------------------------------------------------------------------------


def _answered(path: str, size: int, *, declared: int | None, said: str = "") -> tuple[int, bytes, int]:
    """-> (status, body, how many bytes the page inside was given). 200 when it was reached."""
    given, sent, left = 0, [], size

    async def inner(scope, receive, send):
        nonlocal given
        while True:
            event = await receive()
            given += len(event.get("body", b""))
            if event["type"] == "http.disconnect":
                return
            if not event.get("more_body"):
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive():
        nonlocal left
        now = min(left, MEGABYTE)
        left -= now
        return {"type": "http.request", "body": bytes(now), "more_body": left > 0}

    async def send(event):
        sent.append(event)

    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    headers += [(b"authorization", said.encode())] if said else []
    scope = {"type": "http", "path": path, "method": "POST", "headers": headers}
    asyncio.run(LimitedBodies(inner)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"], given


@pytest.mark.parametrize(
    ("said", "megabytes", "status"),
    [("", 2, 200), ("", 10, 413), ("im:fel", 10, 413), ("im:hemligt", 10, 200), ("im:hemligt", 40, 413)],
)
def test_only_a_mail_provider_sends_a_large_mail(settings, said, megabytes, status):
    settings.ANYMAIL = {"WEBHOOK_SECRET": ["im:hemligt"]}
    size, basic = megabytes * MEGABYTE, f"Basic {base64.b64encode(said.encode()).decode()}" if said else ""

    answered, _page, given = _answered("/krok/mejl/postmark/", size, declared=size, said=basic)

    assert (answered, given) == (status, size if status == 200 else 0)


UPLOAD, OTHER = "/ar/chatt/abc/dokument/", "/chatt/abc/"


@pytest.mark.parametrize(
    ("path", "megabytes", "is_declared", "status"),
    [
        (UPLOAD, 40, True, 200),
        (UPLOAD, 60, True, 413),
        (OTHER, 2, True, 200),
        (OTHER, 40, True, 413),
        ("/chatt/abc/dokument/x/", 40, True, 413),
    ],
)
def test_body_is_taken_or_refused_before_a_byte_is_kept(path, megabytes, is_declared, status):
    size = megabytes * MEGABYTE

    said, _page, given = _answered(path, size, declared=size)

    assert said == status
    assert given == (size if status == 200 else 0)


def test_body_that_does_not_say_its_size_is_cut():
    status, _page, given = _answered(UPLOAD, 200 * MEGABYTE, declared=None)

    assert status == 413 and given <= uploads.FORM_MAX_BYTES


def test_refusal_says_what_to_do_in_the_language_of_the_address():
    _status, page, _given = _answered("/chatt/abc/dokument/", 60 * MEGABYTE, declared=60 * MEGABYTE)
    _status, arabic, _given = _answered(UPLOAD, 60 * MEGABYTE, declared=60 * MEGABYTE)

    assert b'lang="sv"' in page and b"10 MB" in page
    assert b'dir="rtl"' in arabic
