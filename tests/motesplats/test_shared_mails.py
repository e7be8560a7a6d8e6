"""Mails of other programs from `../shared/data/email`: none fails, no line that its writer wrote is lost."""

import pytest
from django.conf import settings

from motesplats.mail_reading import read_mail
from motesplats.reply_text import cut_answer

FOLDER = settings.BASE_DIR.parent / "shared" / "data" / "email"
if not FOLDER.is_dir():  # a worktree lies one folder deeper
    FOLDER = settings.BASE_DIR.parent.parent / "shared" / "data" / "email"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/data/email is not here")
# The lines (from 1) that the writer wrote; read by hand. Files that are not named are read for errors only.
OWN = {
    **dict.fromkeys(["crisp/email_1.txt", "github_zapier/email_1_1.txt"], range(1, 8)),
    **{
        f"crisp/email_{name}.txt": range(1, 6)
        for name in [
            "10",
            "13",
            "16",
            "18",
            "23",
            "9",
            "danish_dash_separator",
            "finnish",
            "gmail_split_line_from",
            "ios_outlook",
            "msn",
            "norwegian_gmail",
            "original_message",
            "outlook_split_line_from",
            "tricky_5_mixed_languages",
        ]
    },
    **dict.fromkeys(["crisp/email_19.txt", "github_zapier/email_1_6.txt"], range(1, 4)),
    **dict.fromkeys(["crisp/email_5.txt", "github_zapier/email_1_5.txt"], range(1, 16)),
    **dict.fromkeys(["github_zapier/email_partial_quote_header.txt", "github_zapier/greedy_on.txt"], range(1, 7)),
    **dict.fromkeys(["crisp/email_20.txt", "crisp/email_iphone.txt", "crisp/email_sent_from.txt"], range(1, 2)),
    **dict.fromkeys(["crisp/email_tricky_9_nested_quotes.txt", "crisp/email_unquoted_reply.txt"], range(1, 2)),
    "crisp/email_reply_header.txt": range(1, 12),
    "crisp/email_tricky_17_forward_header.txt": range(1, 11),
    "crisp/email_tricky_18_inline_reply.txt": (4, 8, 12),
    "crisp/email_tricky_19_quote_without_header.txt": (1, 7, 12),
    "crisp/email_tricky_1_on_false_positive.txt": range(1, 8),
    "crisp/email_tricky_20_html_entities.txt": range(1, 5),
    "crisp/email_tricky_6_regards_in_sentence.txt": range(1, 9),
    "crisp/email_tricky_8_sent_from_in_content.txt": range(1, 7),
    "github_zapier/email_1_2.txt": (1, *range(9, 35)),
    "github_zapier/email_1_3.txt": range(1, 6),
    "github_zapier/email_1_8.txt": (13, 19),
    "github_zapier/email_2_1.txt": range(1, 2),
    "github_zapier/email_gmail.txt": range(1, 2),
    "github_zapier/email_sig_delimiter_in_middle_of_line.txt": range(1, 8),
    "github_zapier/pathological.txt": range(1, 3),
}


def text_of(path):
    raw = path.read_bytes()
    if path.suffix == ".eml":
        return read_mail(raw).text
    kind = b"html" if path.suffix == ".html" else b"plain"
    return read_mail(b"Content-Type: text/" + kind + b"; charset=utf-8\n\n" + raw).text


def test_every_mail_is_read_and_cut():
    paths = [path for path in FOLDER.rglob("*") if path.is_file()]

    assert len(paths) >= 80
    for path in paths:
        text = text_of(path)
        assert bool(cut_answer(text).text) == bool(text.strip()), path.name


def test_no_line_of_the_writers_is_lost():
    lost, exact = [], 0
    for name, numbers in OWN.items():
        lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        own = [lines[number - 1].strip() for number in numbers if lines[number - 1].strip()]
        kept = [line.strip() for line in cut_answer(text_of(FOLDER / name)).text.splitlines() if line.strip()]
        lost += [(name, line[:20]) for line in own if line not in kept]
        exact += own == kept

    print(f"cut exactly: {exact}/{len(OWN)} = {exact / len(OWN):.1%}")
    assert lost == []
