"""Serves /static/ in front of Django where there is no other server: the embedded mode. ASGI, files only."""

import asyncio
import mimetypes
import re
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+(\.map)?$")
FOREVER = b"public, max-age=31536000, immutable"
ASK_AGAIN = b"no-cache"


class StaticFiles:
    """`StaticFiles(app)` answers GET and HEAD under STATIC_URL and hands everything else to `app`."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["path"].startswith(settings.STATIC_URL):
            await self.serve(scope, send)
        else:
            await self.app(scope, receive, send)

    async def serve(self, scope, send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            return await answer(send, 405, [(b"allow", b"GET, HEAD")])
        found = await asyncio.to_thread(find, unquote(scope["path"]).removeprefix(settings.STATIC_URL))
        if found is None:
            return await answer(send, 404, [(b"content-type", b"text/plain")], b"Not found")
        asked = dict(scope["headers"])
        headers, path = headers_for(found, asked.get(b"accept-encoding", b""))
        if asked.get(b"if-none-match") == dict(headers)[b"etag"]:
            return await answer(send, 304, headers)
        body = await asyncio.to_thread(path.read_bytes)
        headers.append((b"content-length", str(len(body)).encode()))
        return await answer(send, 200, headers, body if scope["method"] == "GET" else b"")


def find(name: str) -> Path | None:
    """The file behind a name below STATIC_URL. While developing, the source; else what collectstatic made."""
    if "\0" in name or ".." in Path(name).parts:
        return None
    if settings.DEBUG and (source := finders.find(name)):
        return Path(source)
    root = Path(settings.STATIC_ROOT).resolve()
    path = (root / name).resolve()
    return path if path.is_relative_to(root) and path.is_file() else None


def headers_for(path: Path, accepted: bytes) -> tuple[list[tuple[bytes, bytes]], Path]:
    """Headers of a file, and the file to send: its .gz neighbour when the browser takes it."""
    packed = path.with_name(f"{path.name}.gz")
    use_packed = b"gzip" in accepted and packed.is_file()
    sent = packed if use_packed else path
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind in ("application/javascript", "image/svg+xml"):
        kind += "; charset=utf-8"
    stat = sent.stat()
    headers = [
        (b"content-type", kind.encode()),
        (b"etag", f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'.encode()),
        (b"cache-control", FOREVER if HASHED.search(path.name) else ASK_AGAIN),
        (b"vary", b"Accept-Encoding"),
    ]
    return headers + ([(b"content-encoding", b"gzip")] if use_packed else []), sent


async def answer(send, status: int, headers: list, body: bytes = b"") -> None:
    safe = [(b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin")]
    await send({"type": "http.response.start", "status": status, "headers": headers + safe})
    await send({"type": "http.response.body", "body": body})
