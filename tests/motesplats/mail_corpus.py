"""Answers by mail as mail programs send them, each with the words that must come out: program x language x case.

The mails are put together here, readable, from `mail_clients`; `mail_oddities` has those that are like no other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from html import escape

from motesplats.reply_text import delimiter_line
from tests.motesplats import mail_clients as clients

REPLY_ADDRESS = "svar+k3f9t2m4q7x2a.1.abcdefghij234567abcdefghij@motesplats.example"
WHO = "Lars via Mötesplats"


@dataclass(frozen=True)
class Mail:
    """One mail of the corpus. expected: the exact words. needs_said: they lie within a quote that has no marks."""

    client: str
    language: str
    case: str
    raw: bytes
    expected: str
    said: str = ""
    needs_said: bool = False

    def __str__(self):
        return f"{self.client}-{self.language}-{self.case}"


def envelope(body: str | bytes, content_type: str, *, charset: str = "utf-8", extra: str = "") -> bytes:
    """A mail from Amina to our reply address with this body as it stands (8bit)."""
    content = body.encode(charset) if isinstance(body, str) else body
    head = (
        "From: Amina Test <amina@example.org>\r\n"
        f"To: {REPLY_ADDRESS}\r\n"
        f"Subject: {Header('Sv: Ditt CV', 'utf-8').encode()}\r\n"
        "Message-ID: <answer-1@example.org>\r\nIn-Reply-To: <question-1@motesplats.example>\r\n"
        f"MIME-Version: 1.0\r\n{extra}"
        f"Content-Type: {content_type}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def said(language: str, *, has_delimiter: bool = True) -> str:
    """What our mail said, as a text."""
    return f"{delimiter_line(language)}\n\n{clients.SAID}" if has_delimiter else clients.SAID


def filled(words: str) -> str:
    return words.format(who=WHO, address=REPLY_ADDRESS)


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def block(language: str) -> str:
    return "\n".join(map(filled, clients.OUTLOOK[language]))


# --- plain text: what stands below the answer, by program ------------------------------------------------------------
def gmail(code: str, ours: str) -> str:
    return f"{filled(clients.GMAIL[code])}\n\n{marked(ours)}\n"


def gmail_wrapped(code: str, ours: str) -> str:
    return f"{filled(clients.GMAIL_WRAPPED[code])}\n\n{marked(ours)}\n"


def outlook_web(code: str, ours: str) -> str:
    return f"{'_' * 32}\n{block(code)}\n\n{ours}\n"


def outlook_classic(code: str, ours: str) -> str:
    return f"-----{clients.ORIGINAL[code]}-----\n{block(code)}\n\n{ours}\n"


def outlook_mobile(code: str, ours: str) -> str:
    return f"{clients.GET_OUTLOOK[code]}\n{'_' * 32}\n{block(code)}\n\n{ours}\n"


def iphone(code: str, ours: str) -> str:
    attribution = filled(clients.IPHONE[code])
    return f"{clients.IPHONE_SIGNATURE[code]}\n\n{marked(attribution + chr(10) * 2 + ours)}\n"


def samsung(code: str, ours: str) -> str:
    original = f"-------- {clients.SAMSUNG_ORIGINAL[code]} --------"
    return f"\n{clients.SAMSUNG_SIGNATURE[code]}\n\n{original}\n{block(code)}\n\n{ours}\n"


def yahoo(code: str, ours: str) -> str:
    indented = "\n".join(f"  {line}" for line in ours.split("\n"))
    return f"{clients.YAHOO_SIGNATURE[code]}\n\n  {filled(clients.YAHOO[code])}   \n \n{indented}\n"


def thunderbird(code: str, ours: str) -> str:
    return f"{filled(clients.THUNDERBIRD[code])}\n{marked(ours)}\n"


PLAIN = {
    "Gmail": gmail,
    "Gmail wrapped": gmail_wrapped,
    "Outlook web": outlook_web,
    "Outlook classic": outlook_classic,
    "Outlook mobile": outlook_mobile,
    "iPhone": iphone,
    "Samsung": samsung,
    "Yahoo": yahoo,
    "Thunderbird": thunderbird,
}


# --- HTML only -------------------------------------------------------------------------------------------------------
def divs(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def gmail_html(code: str, answer: str, ours: str) -> str:
    return (
        f'<div dir="auto">{divs(answer)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{escape(filled(clients.GMAIL[code]))}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid">{divs(ours)}</blockquote></div>'
    )


def outlook_html(code: str, answer: str, ours: str) -> str:
    heads = "<br>".join(escape(line) for line in block(code).split("\n"))
    return (
        "<html><head><style>p {margin:0}</style></head><body>"
        f'<div class="elementToProof">{divs(answer)}</div><div id="appendonsend"></div>'
        f'<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font>{heads}</font></div>{divs(ours)}'
    )


def outlook_classic_html(code: str, answer: str, ours: str) -> str:
    words = "".join(f'<p class="MsoNormal">{escape(line) or "<o:p>&nbsp;</o:p>"}</p>' for line in answer.split("\n"))
    heads = "<br>".join(escape(line) for line in block(code).split("\n"))
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><!--[if gte mso 9]><xml>x</xml><![endif]-->'
        f'<body><div class="WordSection1">{words}<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt">'
        f'<p class="MsoNormal">{heads}</p></div>{divs(ours)}</div></body></html>'
    )


def iphone_html(code: str, answer: str, ours: str) -> str:
    return (
        f'<html><body dir="auto">{divs(answer)}<br id="lineBreakAtBeginningOfSignature">'
        f'<div dir="ltr">{escape(clients.IPHONE_SIGNATURE[code])}</div><div dir="ltr"><br><blockquote type="cite">'
        f"{escape(filled(clients.IPHONE[code]))}<br><br></blockquote></div>"
        f'<blockquote type="cite"><div dir="ltr">{divs(ours)}</div></blockquote></body></html>'
    )


def yahoo_html(code: str, answer: str, ours: str) -> str:
    return (
        f'<html><head></head><body><div class="ydp1 yahoo-style-wrap"><div dir="ltr">{divs(answer)}</div></div>'
        f'<div id="yahoo_quoted_123" class="yahoo_quoted"><div>{escape(filled(clients.YAHOO[code]))}</div>{divs(ours)}</div>'
    )


HTML = {
    "Gmail": gmail_html,
    "Outlook web": outlook_html,
    "Outlook classic": outlook_classic_html,
    "iPhone": iphone_html,
    "Yahoo": yahoo_html,
}


# --- the corpus ------------------------------------------------------------------------------------------------------
def mails() -> Iterator[Mail]:
    """Answers on top, written between, written below, in text and in HTML, with our delimiter and without."""
    for code in clients.LANGUAGES:
        answer, ours, bare = clients.ANSWERS[code], said(code), said(code, has_delimiter=False)
        for client, below in PLAIN.items():
            text = f"{answer}\n\n{below(code, ours)}"
            yield Mail(client, code, "top", envelope(text, "text/plain"), answer, ours)
            text = f"{answer}\n{below(code, bare)}"
            yield Mail(client, code, "no delimiter, no space", envelope(text, "text/plain"), answer, bare)
        for client, page in HTML.items():
            yield Mail(client, code, "html", envelope(page(code, answer, ours), "text/html"), answer, ours)
            yield Mail(
                client, code, "html, no delimiter", envelope(page(code, answer, bare), "text/html"), answer, bare
            )
        yield from _written_between(code)


def _written_between(code: str) -> Iterator[Mail]:
    first, *_middle, last = clients.ANSWERS[code].split("\n")
    asking = clients.ANSWERS[code].split("\n")[1]
    ours = said(code)
    question, rest = "Kan du skicka ditt CV en gång till?", clients.SAID.partition("till?\n")[2]
    expected = f"{first}\n\n{asking}\n\n{last}"
    for client, attribution in (("Gmail", clients.GMAIL), ("Thunderbird", clients.THUNDERBIRD)):
        head = f"{delimiter_line(code)}\n\nHej Amina!\n{question}"
        text = f"{first}\n\n{filled(attribution[code])}\n{marked(head)}\n\n{asking}\n\n{marked(rest)}\n\n{last}\n"
        yield Mail(client, code, "between", envelope(text, "text/plain"), expected, ours)
    text = f"{filled(clients.THUNDERBIRD[code])}\n{marked(ours)}\n\n{asking}\n"
    yield Mail("Thunderbird", code, "below", envelope(text, "text/plain"), asking, ours)
    between = f"{delimiter_line(code)}\n\nHej Amina!\n{question}\n{asking}\n{rest}\n{last}\n"
    text = f"{first}\n\n{'_' * 32}\n{block(code)}\n\n{between}"
    yield Mail("Outlook web", code, "between", envelope(text, "text/plain"), expected, ours, needs_said=True)
    page = (
        f"<div>{escape(first)}</div><div class='gmail_quote'><div class='gmail_attr'>{escape(filled(clients.GMAIL[code]))}"
        f"</div><blockquote class='gmail_quote'>{divs(delimiter_line(code))}{divs(question)}</blockquote>"
        f"<div>{escape(asking)}</div><blockquote class='gmail_quote'>{divs(rest)}</blockquote></div><div>{escape(last)}</div>"
    )
    yield Mail("Gmail", code, "html between", envelope(page, "text/html"), expected, ours)
