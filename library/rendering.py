"""Markdown that staff write -> HTML that is safe to show, and plain text to search."""

import re
from collections.abc import Container
from html import unescape

import markdown
import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = {
    "p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_LINK = re.compile(r'<a href="(https?://[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)  # as nh3 writes it


def to_html(text: str) -> str:
    """Only the tags above, links to the web, mail and phone: whatever else was written is gone."""
    made = markdown.markdown(text, extensions=["sane_lists", "nl2br", "tables"], output_format="html")
    return nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )


def to_plain(html: str) -> str:
    """The words of safe HTML, one line a block."""
    broken = re.sub(r"</?(?:p|h2|h3|ul|ol|li|blockquote|br|hr|tr|td|th)\b[^>]*>", "\n", html)
    text = nh3.clean(broken, tags=set(), attributes={})
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def addresses_in(html: str) -> list[str]:
    """Where the links of safe HTML lead on the web, each once, in order."""
    return list(dict.fromkeys(unescape(found[1]) for found in _LINK.finditer(html)))


def without_links_to(html: str, addresses: Container[str]) -> str:
    """The same with the words of those links left, and no longer links."""
    return _LINK.sub(lambda found: found[2] if unescape(found[1]) in addresses else found[0], html)


def with_prefix(html: str, prefix: str) -> str:
    """The same with links to our own pages leading to those in the reader's language. `prefix`: "/ar" or ""."""
    return re.sub(r'href="/(?=(?:tips|fraga)/)', f'href="{prefix}/', html)


def as_safe(html: str) -> SafeString:
    """For the template: `html` has come out of to_html."""
    return mark_safe(html)  # allowed: to_html has cleaned it  # noqa: S308
