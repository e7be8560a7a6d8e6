"""Mails of the corpus that are like no other: each with the exact words that must come out."""

from collections.abc import Iterator

from motesplats.reply_text import delimiter_line
from tests.motesplats.mail_clients import GMAIL, SAID
from tests.motesplats.mail_corpus import REPLY_ADDRESS, Mail, envelope, filled, marked, said

SHORT = "Ja, på torsdag kan jag."
QUOTED = f"{filled(GMAIL['sv'])}\n\n{marked(said('sv'))}\n"
EMPLOYER = (
    "Från: Eva Ek <eva@forskolan.example>\nSkickat: den 20 november 2026 10:12\nTill: amina@example.org\n"
    "Ämne: Intervju\n\nHej Amina, välkommen på intervju på tisdag."
)


def mails() -> Iterator[Mail]:
    for case, text, expected in _texts():
        yield Mail("any", "sv", case, envelope(text, "text/plain"), expected, said("sv"))
    for case, raw, expected in _raws():
        yield Mail("any", "sv", case, raw, expected, said("sv"))
    for case, page, expected in _pages():
        yield Mail("any", "sv", case, envelope(page, "text/html"), expected, said("sv"))


def _texts():
    """Plain text, from a person who writes as people do."""
    chief = "Hej!\nMin chef skrev: du kan börja på måndag.\nFrån: den 1 december ska jag jobba heltid."
    yield "somebody wrote", chief, chief
    journey = "Jag reser så här.\nFrån: Göteborg\nTill: Malmö\nDatum: fredag 27 november\n\nPassar det?"
    yield "a journey is no header block", journey, journey
    month = "Den 3 mars skrev min chef:\n\nDu är duktig. Du får fast jobb.\n\nÄr det sant?"
    yield "what a chief wrote", month, month
    yield (
        "own address in a sentence",
        f"Jag skrev till {REPLY_ADDRESS} i går.\nKom det fram?",
        (f"Jag skrev till {REPLY_ADDRESS} i går.\nKom det fram?"),
    )
    yield "text close above the quote", f"Tack!\nVi ses kl 19:58\n{QUOTED}", "Tack!\nVi ses kl 19:58"
    dashes = "Två frågor.\n--\nVad heter ett CV på svenska?\n--\nOch ett brev?"
    yield "dashes between questions", dashes, dashes
    yield "signature", f"{SHORT}\n\n-- \nAmina Test\n070-174 06 05\n\n{QUOTED}", SHORT
    yield "signature below the quote", f"{SHORT}\n\n{QUOTED}\n-- \nAmina Test\n", SHORT
    yield (
        "phone in a sentence",
        "Det är skickat från min telefon och det gick bra.",
        ("Det är skickat från min telefon och det gick bra."),
    )
    letter = f"Titta vad jag fick!\n\n---------- Vidarebefordrat meddelande ----------\n{EMPLOYER}"
    yield "forwarded", letter, letter
    yield "forwarded, Outlook", f"Titta vad jag fick!\n\n{EMPLOYER}", f"Titta vad jag fick!\n\n{EMPLOYER}"
    apple = f"Titta!\n\nBörjan på vidarebefordrat brev:\n\n{marked(EMPLOYER)}"
    yield "forwarded, Apple", apple, apple
    yield "forwarded above our quote", f"{letter}\n\n{QUOTED}", letter
    yield "only the quote", QUOTED.strip(), QUOTED.strip()
    yield "only a phone's line", "Skickat från min iPhone", "Skickat från min iPhone"
    yield "nothing at all", "", ""
    yield "one word", f"Ja\n\n{QUOTED}", "Ja"
    yield "emoji", f"👍🏽\n\n{QUOTED}", "👍🏽"
    yield "delimiter alone", f"{SHORT}\n\n{delimiter_line('sv')}\n{SAID}", SHORT
    yield "delimiter in another language", f"{SHORT}\n\n{delimiter_line('ar')}\n{SAID}", SHORT
    yield "delimiter that a browser turned", f"{SHORT}\n\n##- Напишіть відповідь над цим рядком -##\n{SAID}", SHORT
    yield "delimiter without its signs", f"{SHORT}\n\n{delimiter_line('sv').strip('#- ')}\n{SAID}", SHORT
    old = REPLY_ADDRESS.replace("a.1.", "b.2.")
    yield "an older reply address", f"{SHORT}\n\n{QUOTED.replace(REPLY_ADDRESS, old)}", SHORT
    yield "upper-case address", f"{SHORT}\n\n{QUOTED.replace(REPLY_ADDRESS, REPLY_ADDRESS.upper())}", SHORT
    nested = f"{filled(GMAIL['sv'])}\n\n{marked(said('sv') + chr(10) + QUOTED)}"
    yield "quote in a quote", f"{SHORT}\n\n{nested}", SHORT
    listed = "Jag kan:\n- måndag\n- tisdag\n* onsdag\n1. förmiddag\n2. kväll"
    yield "a list", listed, listed
    yield "windows line ends", f"{SHORT}\r\n\r\n{QUOTED}".replace("\n", "\r\n").replace("\r\r", "\r"), SHORT


def _pages():
    """HTML only."""
    yield (
        "html with script",
        (
            "<title>x</title><style>p{}</style><script>alert(1)</script><p onclick='x()'>Hej <b>Lars</b></p>"
            "<img src='http://tracker.example/x.gif'><p>3 &lt; 4 &amp; å</p>"
        ),
        "Hej Lars\n\n3 < 4 & å",
    )
    indented = "<div>Jag kan:</div><blockquote style='margin:0 0 0 40px;border:none;padding:0px'><div>måndag</div></blockquote>"
    yield "html, own indent", indented, "Jag kan:\nmåndag"
    yield (
        "html list and table",
        "<ul><li>måndag</li><li>tisdag</li></ul><table><tr><td>kl</td><td>10</td></tr></table>",
        ("- måndag\n- tisdag\n\nkl 10"),
    )
    yield "html, hidden", "<div style='display: none'>spåra</div><p>Hej</p><!-- > dold -->", "Hej"
    yield "html, unclosed", "<p>Hej <b>Lars<p>Vi ses <i>snart", "Hej Lars\nVi ses snart"
    yield "html, pre", "<pre>rad ett\n  rad två</pre>", "rad ett\n  rad två"


def _raws():
    """Charsets, encodings and missing parts."""
    latin = "Hej! Jag kan på fredag. Hälsningar Åsa"
    head = f"From: asa@example.org\r\nTo: {REPLY_ADDRESS}\r\nSubject: Sv: hej\r\n"
    yield "latin-1", envelope(latin, "text/plain", charset="iso-8859-1"), latin
    yield "windows-1256", envelope("مرحبا، شكرا", "text/plain", charset="windows-1256"), "مرحبا، شكرا"
    yield "koi8-u", envelope("Привіт, дякую", "text/plain", charset="koi8-u"), "Привіт, дякую"
    yield "utf-7", envelope(b"Hej p+AOU dig", "text/plain", charset="utf-7"), "Hej på dig"
    yield "utf-16", envelope(latin, "text/plain", charset="utf-16"), latin
    yield "says utf-8, is latin-1", envelope(latin.encode("latin-1"), "text/plain"), latin
    yield "says us-ascii, is utf-8", envelope(latin.encode(), "text/plain", charset="us-ascii"), latin
    yield "unknown charset", envelope(latin.encode(), "text/plain", charset="x-klingon"), latin
    yield "charset that is none", envelope(b"Hej", "text/plain", charset="punycode"), "Hej"
    yield "no content type", f"{head}\r\n{latin}".encode(), latin
    yield "no charset", f"{head}Content-Type: text/plain\r\n\r\n{latin}".encode("latin-1"), latin
    yield (
        "quoted-printable",
        (
            f"{head}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
            "Hej! Jag kan p=E5 fre=\r\ndag.\r\n"
        ).encode(),
        "Hej! Jag kan på fredag.",
    )
    yield (
        "base64",
        (
            f"{head}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVqIHDDpSBkaWchCg==\r\n"
        ).encode(),
        "Hej på dig!",
    )
    flowed = "Det här är en lång mening som \r\nfortsätter här.\r\n\r\n> Kan du skicka ditt \r\n> CV?\r\n\r\nJa.\r\n-- \r\nAmina\r\n"
    yield (
        "flowed",
        f"{head}Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n{flowed}".encode(),
        ("Det här är en lång mening som fortsätter här.\n\nJa."),
    )
    both = (
        '{head}Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
        "{plain}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hej då</p>\r\n--b--\r\n"
    )
    yield "text before html", both.format(head=head, plain="Hej").encode(), "Hej"
    yield "empty text, html", both.format(head=head, plain="  ").encode(), "Hej då"
    yield "boundary never closed", both.format(head=head, plain="Hej").encode()[:-60], "Hej"
    mixed = f'{head}Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHär är mitt CV.\r\n'
    picture = "--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    yield (
        "text round a picture",
        f"{mixed}{picture}--b\r\nContent-Type: text/plain\r\n\r\nOch mer.\r\n--b--\r\n".encode(),
        ("Här är mitt CV.\n\nOch mer."),
    )
