"""A browser without JavaScript: cookies, forms, CSRF. Follows nothing by itself and remembers every status."""

import re
import urllib.error
import urllib.request
from html import unescape
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urlsplit


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments):
        return None


class Browser:
    """`status`, `text`, `location`: of the last answer."""

    def __init__(self, url: str, *, cookie: str = ""):
        self.url, self.cookie = url, cookie
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(_Stay, urllib.request.HTTPCookieProcessor(self.jar))
        self.statuses: list[tuple[int, str]] = []

    def get(self, path: str) -> str:
        """-> the page's text."""
        return self._open(urllib.request.Request(self.url + path))

    def post(self, path: str, *, page: str, **fields) -> str:
        """Fill in the first form of `page` that goes to `path`, hidden fields kept. -> where the answer leads."""
        data = {**self._hidden(page, path), **fields}
        headers = {"Origin": self.url, "Referer": self.url + path}
        self._open(urllib.request.Request(self.url + path, urlencode(data, doseq=True).encode(), headers))
        return urlsplit(self.location).path

    def _open(self, request: urllib.request.Request) -> str:
        if self.cookie and not any(cookie.name == "session" for cookie in self.jar):
            others = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
            request.add_header("Cookie", "; ".join(filter(None, [f"session={self.cookie}", others])))
        try:
            with self.opener.open(request, timeout=15) as answer:
                return self._took(request, answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return self._took(request, answer)

    def _took(self, request, answer) -> str:
        self.status, self.location = answer.status, answer.headers.get("Location", "")
        self.text = answer.read().decode()
        self.statuses.append((self.status, f"{request.get_method()} {urlsplit(request.full_url).path}"))
        return self.text

    @staticmethod
    def _hidden(page: str, path: str) -> dict[str, str]:
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            action = re.search(r'<form[^>]*\saction="([^"]*)"', form)
            if action is None or not action[1] or urlsplit(unescape(action[1])).path == path:
                inputs = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
                found = {_value(tag, "name"): _value(tag, "value") for tag in inputs}
                if "csrfmiddlewaretoken" in found:
                    return found
        raise AssertionError(f"no form for {path} in the page")


def _value(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""
