"""HTML of a mail to plain text: no script, no style, no hidden text; quotes get a ">" or the sign where they begin."""

import re
from html.parser import HTMLParser

from motesplats.reply_text import QUOTE_BEGINS

HTML_MAX_CHARACTERS = 1024 * 1024
_MAX_DEPTH = 200
_SKIPPED = {"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select", "textarea"}
_BLOCKS = {
    "address",
    "article",
    "blockquote",
    "body",
    "div",
    "dl",
    "dt",
    "dd",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "main",
}
_BLOCKS |= {"ol", "p", "pre", "section", "table", "tr", "ul", "center"}
_SPACED = {"p", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"}
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
# Elements that hold nothing but a quote.
_QUOTES = re.compile(
    r"(?:^|\s)(?:ecx|x_)?(?:gmail_quote_container|gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix"
    r"|ms-outlook-mobile-reference-message|tutanota_quote|zmail_extra|AOLMsgPart|aolReplacedBody)"
)
# Marks behind which everything is quoted, in elements that close before it or hold only its head.
_HEADS = re.compile(r"(?:^|\s)(?:x_)?(?:divRplyFwdMsg|appendonsend|stopSpelling|zwchr|OLK_SRC_BODY_SECTION)(?:\s|$)")
_OWN_INDENT = re.compile(r"border\s*:\s*none", re.IGNORECASE)
_OUTLOOK_LINE = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid\s+#(?:E1E1E1|B5C4DF)", re.IGNORECASE)


def html_to_text(html: str) -> str:
    """The words of a mail's HTML as text for `reply_text.cut_answer`. Reads at most `HTML_MAX_CHARACTERS`."""
    reader = _Reader()
    try:
        reader.feed(_without_declarations(html[:HTML_MAX_CHARACTERS]))
        reader.close()
    except (AssertionError, ValueError, RecursionError):  # the standard parser gives up on some broken declarations
        pass
    return reader.text()


def _without_declarations(html: str) -> str:
    """HTML without comments and declarations, each "<" closed: on the unclosed the standard parser takes for ever."""
    for begins, ends in (("<!--", "-->"), ("<!", ">"), ("<?", ">")):
        kept, at = [], 0
        while (start := html.find(begins, at)) >= 0:
            kept.append(html[at:start])
            end = html.find(ends, start)
            if end < 0:
                html, at = html[start:].replace(begins, ""), 0
                break
            at = end + len(ends)
        html = "".join(kept) + html[at:]
    closed = html.rfind(">") + 1
    return html[:closed] + html[closed:].replace("<", "&lt;")


class _Reader(HTMLParser):
    """Walks the elements once; keeps a stack only of those that matter for the text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.open: list[tuple[str, str]] = []  # (element, what it is: "" or one of `counts`)
        self.counts = {"skip": 0, "quote": 0, "pre": 0, "tight": 0}

    def text(self) -> str:
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def handle_starttag(self, tag, attrs):
        named = {name: value or "" for name, value in attrs}
        if not self.counts["skip"]:
            self._begin(tag, named)
        if tag in _EMPTY or len(self.open) >= _MAX_DEPTH:
            return
        what = self._what(tag, named)
        self.open.append((tag, what))
        if what:
            self.counts[what] += 1

    def handle_startendtag(self, tag, attrs):
        if not self.counts["skip"]:
            self._begin(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag):
        if not self.counts["skip"] and tag in _BLOCKS:
            self._end_line()
            if tag in _SPACED and not self.counts["tight"]:
                self._blank()
        if tag not in (name for name, _what in self.open):
            return
        while self.open:
            name, what = self.open.pop()
            if what:
                self.counts[what] -= 1
            if name == tag:
                return

    def handle_data(self, data):
        if self.counts["skip"]:
            return
        if not self.counts["pre"]:
            data = re.sub(r"[ \t\r\n\f]+", " ", data)
            if not self.line or self.line[-1].endswith(" "):
                data = data.removeprefix(" ")
            if data:
                self.line.append(data)
            return
        first, *more = data.split("\n")
        self.line.append(first)
        for line in more:
            self._end_line(is_break=True)
            self.line.append(line)

    def _begin(self, tag: str, named: dict[str, str]) -> None:
        if tag == "br":
            self._end_line(is_break=True)
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        elif tag in _BLOCKS or tag == "hr":
            self._end_line()
        if tag == "li":
            self.line.append("- ")
        names = f"{named.get('id', '')} {named.get('class', '')}"
        is_outlook_line = tag == "div" and _OUTLOOK_LINE.search(named.get("style", ""))
        if (_HEADS.search(names) or is_outlook_line) and not self.counts["quote"]:
            self._end_line()
            self.lines.append(QUOTE_BEGINS)

    def _what(self, tag: str, named: dict[str, str]) -> str:
        names = f"{named.get('id', '')} {named.get('class', '')}"
        style = named.get("style", "").replace(" ", "").lower()
        if tag in _SKIPPED or "hidden" in named or "display:none" in style or "mso-hide:all" in style:
            return "skip"
        if tag == "blockquote":
            is_cited = "cite" in named or named.get("type") == "cite" or _QUOTES.search(names)
            return "quote" if is_cited or not _OWN_INDENT.search(style) else ""
        if tag == "div" and "moz-cite-prefix" not in names and "gmail_quote" not in names and _QUOTES.search(names):
            return "quote"
        if tag == "p" and "Mso" in names:  # Outlook writes each line as a paragraph without space round it
            return "tight"
        return "pre" if tag == "pre" else ""

    def _end_line(self, *, is_break: bool = False) -> None:
        written = "".join(self.line)
        line = written.replace("\xa0", " ").rstrip()
        self.line = []
        if line.strip() or is_break or "\xa0" in written:  # Outlook's empty line is a paragraph with such a space
            # Anything in a row of ">" says the same to the reader of the text.
            self.lines.append(f"> {line}" if self.counts["quote"] else line)

    def _blank(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(">" if self.counts["quote"] else "")
