"""The only doors to the bytes of documents: a picture of a page, an original to save, a sound to hear.

Each asks chat.document_access first and writes a Viewing for everybody but the owner. No address leads to FILES_DIR.
"""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from chat.document_access import Sight, in_document
from chat.models import Side
from motesplats import files
from motesplats.streaming import FileSent
from seekers import viewings
from seekers.models import DocumentFile, DocumentPage, DocumentVersion, Viewing

# What a stored byte may do in a browser: nothing. Sent with every file, whatever it is.
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{0,12})")
_UNKNOWN = "application/octet-stream"
SOUND_TYPES = {"webm": "audio/webm", "ogg": "audio/ogg", "m4a": "audio/mp4"}


@require_GET
@in_document()
def page_picture(request: HttpRequest, sight: Sight, page: int) -> FileSent:
    """A page as WebP: masked for a helper, unless the owner shows all. Not released: only its owner.

    `?gomd=1`: masked for the owner too, to see what the volunteer sees.
    """
    found = DocumentPage.objects.filter(version=sight.version, number=page).first()
    if found is None or not (found.is_released or sight.is_owner):
        raise Http404
    name = found.picture
    if (sight.is_masked or "gomd" in request.GET) and (found.masks or found.masked_picture):
        name = found.masked_picture  # empty until the boxes are burnt in: then nothing is shown
    if not name:
        raise Http404
    _note(sight, Viewing.What.READ)
    return _bytes(name, "image/webp", called=f"sida-{page}.webp")


@in_document()
def original_download(request: HttpRequest, sight: Sight, position: int) -> HttpResponse:
    """An original as it came. A helper gets it when the owner shows all; staff let in with a reason, always.

    A helper who wants one with active content sees a page that says so; its button (POST) fetches the file.
    """
    if sight.is_masked and sight.person.side != Side.STAFF:
        raise Http404
    found = _file(sight.version, position)
    if sight.version.is_active_content and not sight.is_owner and request.method != "POST":
        context = {"person": sight.person, "question": sight.person.request, "sight": sight, "file": found}
        return render(request, "chat/version_download.html", context)
    _note(sight, Viewing.What.DOWNLOAD)
    return _bytes(found.stored_name, _UNKNOWN, called=found.original_name, is_saved=True)


@require_GET
@in_document()
def sound_play(request: HttpRequest, sight: Sight) -> HttpResponse:
    """A recording, to play on the page. Players ask for parts of it (Range): they get them."""
    if sight.version.source != DocumentVersion.Source.SOUND:
        raise Http404
    found = _file(sight.version, 1)
    _note(sight, Viewing.What.SOUND)
    answer = _bytes(found.stored_name, SOUND_TYPES.get(found.format, _UNKNOWN), called=f"ljud.{found.format}")
    return _part_of(answer, request.headers.get("Range", ""))


def _file(version: DocumentVersion, position: int) -> DocumentFile:
    found = DocumentFile.objects.filter(version=version, position=position).first()
    if found is None:
        raise Http404
    return found


def _note(sight: Sight, what: Viewing.What) -> None:
    viewings.note(sight.version, viewer=sight.person.user, side=sight.person.side, what=what)


def _bytes(name: str, content_type: str, *, called: str, is_saved: bool = False) -> FileSent:
    """404 when the row is there and the bytes are not: taken away in this very moment."""
    try:
        stream = files.path_of(name).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileSent(stream, content_type=content_type, as_attachment=is_saved, filename=called, headers=HARMLESS)


def _part_of(answer: FileSent, wanted: str) -> HttpResponse | FileSent:
    """`bytes=a-b` of a whole file as 206; anything else a browser may ask for is answered with the whole."""
    answer["Accept-Ranges"] = "bytes"
    asked = RANGE.fullmatch(wanted)
    if asked is None:
        return answer
    size = int(answer["Content-Length"])
    start, end = int(asked[1]), min(int(asked[2] or size), size - 1)
    with answer.file_to_stream as stream:
        if start > end:
            return HttpResponse(status=416, headers={**HARMLESS, "Content-Range": f"bytes */{size}"})
        stream.seek(start)
        data = stream.read(end - start + 1)
    headers = {**HARMLESS, "Accept-Ranges": "bytes", "Content-Range": f"bytes {start}-{end}/{size}"}
    return HttpResponse(data, status=206, content_type=answer["Content-Type"], headers=headers)
