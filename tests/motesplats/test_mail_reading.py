"""A mail's bytes to facts: headers, kinds, bounces, files; and that no bytes make it fail or work without end."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motesplats import mail_reading
from motesplats.mail_kinds import Failure, Kind
from motesplats.mail_reading import names_inside, read_mail
from motesplats.reply_text import cut_answer

MB = 1024 * 1024


def mail(extra="", body="Hej", content="text/plain; charset=utf-8"):
    return f"From: Amina <Amina@Example.org>\r\nTo: svar+a@motesplats.example\r\n{extra}Content-Type: {content}\r\n\r\n{body}".encode()


def test_headers_are_read():
    read = read_mail(
        mail(
            "Subject: =?utf-8?q?Sv=3A_M=C3=B6te?=\r\nMessage-ID: <a@b>\r\nIn-Reply-To: <c@d>\r\nReferences: <e@f>\r\n <c@d>\r\n"
            "Authentication-Results: mx.example; dmarc=pass\r\n"
        )
    )

    assert (read.senders, read.recipients) == (("amina@example.org",), ("svar+a@motesplats.example",))
    assert (read.subject, read.message_id, read.in_reply_to) == ("Sv: Möte", "<a@b>", "<c@d>")
    assert read.references == ("<e@f>", "<c@d>")
    assert read.authentication_results == ("mx.example; dmarc=pass",)
    assert (read.kind, read.kind_reason, read.text) == (Kind.LETTER, "", "Hej")


@pytest.mark.parametrize("name", ["Message-ID", "Subject", "References", "Content-Disposition"])
def test_broken_base64_in_a_header_is_read_as_it_stands(name):
    assert read_mail(mail(f"{name}: =?utf-8?b?a?=\r\n")).text == "Hej"


def test_two_senders_are_both_told_and_missing_headers_are_empty():
    assert read_mail(mail("From: b@example.org\r\n")).senders == ("amina@example.org", "b@example.org")
    read = read_mail(b"\r\nHej")

    assert (read.senders, read.message_id, read.subject, read.text) == ((), "", "", "Hej")


@pytest.mark.parametrize(
    ("extra", "kind", "reason"),
    [
        ("Auto-Submitted: auto-replied\r\n", Kind.AUTO_REPLY, "Auto-Submitted"),
        ("Auto-Submitted: no\r\n", Kind.LETTER, ""),
        ("X-Autoreply: yes\r\n", Kind.AUTO_REPLY, "X-Autoreply"),
        ("X-Auto-Response-Suppress: All\r\n", Kind.AUTO_REPLY, "X-Auto-Response-Suppress"),
        ("Precedence: auto_reply\r\n", Kind.AUTO_REPLY, "Precedence"),
        ("Precedence: bulk\r\n", Kind.BULK, "Precedence"),
        ("List-Id: <x.example>\r\n", Kind.BULK, "List-Id"),
        ("Subject: Autosvar: Ditt CV\r\n", Kind.AUTO_REPLY, "Subject"),
        ("Subject: Automatiskt svar: Ditt CV\r\n", Kind.AUTO_REPLY, "Subject"),
        ("Subject: رد تلقائي: CV\r\n", Kind.AUTO_REPLY, "Subject"),
        ("Subject: Autosvar är svårt\r\n", Kind.LETTER, ""),
        ("Return-Path: <>\r\n", Kind.BOUNCE, "Return-Path"),
        ("X-Failed-Recipients: b@example.org\r\n", Kind.BOUNCE, "X-Failed-Recipients"),
        ("Content-Class: urn:content-classes:calendarmessage\r\n", Kind.CALENDAR, "Content-Type"),
    ],
)
def test_kind_is_told_by_its_sign(extra, kind, reason):
    read = read_mail(mail(extra))

    assert (read.kind, read.kind_reason) == (kind, reason)


def test_invitation_and_receipt_are_told_from_a_calendar_file():
    assert read_mail(mail(content="text/calendar; method=REPLY", body="BEGIN:VCALENDAR")).is_calendar
    assert not read_mail(mail(content="text/calendar; name=pass.ics", body="BEGIN:VCALENDAR")).is_calendar
    receipt = 'multipart/report; report-type=disposition-notification; boundary="b"'
    assert read_mail(mail(content=receipt, body="--b\r\n\r\nLäst\r\n--b--")).is_read_receipt


def bounce(status, action="failed"):
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nNej.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; Amina@Example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <ours@motesplats>\r\n\r\nHej\r\n--b--\r\n"
    )
    return read_mail(mail(content='multipart/report; report-type=delivery-status; boundary="b"', body=body))


@pytest.mark.parametrize(
    ("status", "is_hard"), [("5.1.1", True), ("5.2.1", True), ("5.2.2", False), ("4.4.7", False), ("5.7.1", False)]
)
def test_bounce_names_the_recipient_and_whether_it_is_final(status, is_hard):
    read = bounce(status)

    assert read.is_bounce
    assert read.failures == (Failure("amina@example.org", status, is_hard),)
    assert read.about_message_id == "<ours@motesplats>"


def test_delay_is_no_failure():
    assert bounce("4.4.1", action="delayed").failures == ()


def test_files_are_named_and_read_when_asked():
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nHär är mitt CV.\r\n--b\r\nContent-Type: application/pdf\r\n"
        "Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fmitt%20CV%20%C3%A5.pdf\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <x>\r\n\r\nx\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inre\r\n\r\nHej\r\n--b--\r\n"
    )
    read = read_mail(mail(content='multipart/mixed; boundary="b"', body=body))

    assert read.text == "Här är mitt CV."
    assert [(f.name, f.content_type, f.is_inline) for f in read.attachments] == [
        ("mitt CV å.pdf", "application/pdf", False),
        ("4.png", "image/png", True),
        ("5.eml", "message/rfc822", False),
    ]
    assert read.attachments[0].content() == b"%PDF"
    assert b"Subject: inre" in read.attachments[2].content()


def winmail(*attributes):
    packed = b"".join(struct.pack("<BII", 1, name, len(data)) + data + b"\0\0" for name, data in attributes)
    return struct.pack("<IH", 0x223E9F78, 1) + packed


@pytest.mark.parametrize(
    ("attributes", "text", "is_unreadable"),
    [
        ([(0x2800C, "Hej på dig\0".encode("cp1252"))], "Hej på dig", False),
        ([(0x18010, b"cv.docx\0")], "", True),
        ([], "", True),
    ],
)
def test_winmail_gives_its_text_or_says_that_it_cannot(attributes, text, is_unreadable):
    raw = mail(content="application/ms-tnef; name=winmail.dat", body="").replace(
        b"\r\n\r\n", b"\r\n\r\n" + winmail(*attributes), 1
    )
    read = read_mail(raw)

    assert (read.text, read.is_unreadable, [f.name for f in read.attachments]) == (text, is_unreadable, ["winmail.dat"])
    assert names_inside(read.attachments[0]) == (["cv.docx"] if attributes and not text else [])


def test_encrypted_mail_is_unreadable():
    assert read_mail(mail(content="application/pkcs7-mime; name=smime.p7m", body="MIAG")).is_unreadable


def nested(levels):
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels))
    return f"{heads}Content-Type: text/plain\n\nHej\n".encode()


def test_deep_and_broad_mails_are_read_as_far_as_bounded():
    assert read_mail(nested(100)).text == "Hej"
    assert read_mail(nested(5000)).is_shortened
    many = "".join(f"--b\r\nContent-Type: text/plain\r\n\r\n{n}\r\n" for n in range(500))
    assert read_mail(mail(content="multipart/mixed; boundary=b", body=many)).text.split() == [
        str(n) for n in range(500)
    ]


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        (b"rad\n" * 700_000, mail_reading._MAX_LINES + 10),
        (b"--b\n\n" * 20_000, mail_reading._MAX_BOUNDARY_LINES * 2 + 10),
    ],
)
def test_work_is_bounded_by_lines(body, limit):
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + body
    bounded, is_shortened = mail_reading._bounded(raw)

    assert bounded.count(b"\n") <= limit
    assert is_shortened
    assert read_mail(raw).is_shortened


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\xff\xfe",
        b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nHej",
        b"From: " + b"(" * 50_000 + b"\n\nHej",
        b"Content-Type: text/plain; " + b"a*0*=x;" * 20_000 + b"\n\nHej",
        b"Content-Type: text/plain; charset=\xff\xfe\n\nHej",
        b"Content-Type: text/plain; charset=utf-7\n\n+2AA-",
        b"Content-Type: multipart/mixed\n\nHej",
        b"Content-Type: multipart/alternative; boundary=b\n\n--b--\n",
        b"Content-Type: text/html\n\n" + b"<!--" * 20_000,
        b"Content-Type: text/html\n\n" + b"<![CDATA[" * 20_000 + b"<" * 1000,
        b"Content-Type: text/html\n\n" + b"<div>" * 20_000 + b"Hej",
        b"Content-Type: message/rfc822\n\n" * 300 + b"Hej",
    ],
    ids=lambda raw: raw[:40].decode("latin-1"),
)
def test_hostile_mail_is_read_without_an_error(raw):
    read = read_mail(raw)
    cut_answer(read.text)

    assert all(letter in "\n\t" or letter.isprintable() or letter > "\x9f" for letter in read.text)
    assert all(isinstance(file.content(), bytes) for file in read.attachments)


HEADER = st.sampled_from(
    [
        b"Content-Type: text/html; charset=", b"Content-Type: multipart/mixed; boundary=b", b"--b", b"\r\n\r\n", b"From: ", b"<p>",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b", b"Content-Type: message/delivery-status",
        b"Content-Transfer-Encoding: base64", b"Content-Disposition: attachment; filename=", b"=?utf-8?b?", b"Message-ID: <",
        b"Content-Type: application/ms-tnef", b"Content-Type: message/rfc822", b"<blockquote type=cite>", b"> ", b"##- x -##",
    ]
)  # fmt: skip


@given(st.lists(st.one_of(HEADER, st.binary(max_size=20), st.just(b"\r\n")), max_size=25).map(b"".join))
@settings(max_examples=150, deadline=None, database=None)
def test_any_bytes_are_read_without_an_error(raw):
    read = read_mail(raw)
    cut_answer(read.text, reply_address="svar+a@motesplats.example")

    assert all(isinstance(file.content(), bytes) for file in read.attachments)
