"""Every mail of the corpus, read and cut: how many come out word for word, by program and by language."""

from collections import defaultdict

import pytest

from motesplats.mail_reading import Kind, read_mail
from motesplats.reply_text import cut_answer
from tests.motesplats import mail_corpus, mail_oddities

MAILS = [*mail_corpus.mails(), *mail_oddities.mails()]
ENOUGH_EXACT = 0.97


def answer(mail, said):
    return cut_answer(read_mail(mail.raw).text, reply_address=mail_corpus.REPLY_ADDRESS, said_before=said).text


def test_corpus_is_cut_exactly_by_program_and_language():
    shares = defaultdict(lambda: [0, 0])
    wrong = []
    for mail in MAILS:
        for said in {mail.said} if mail.needs_said else {"", mail.said}:
            is_exact = answer(mail, said) == mail.expected
            for key in ("all", mail.client, mail.language):
                shares[key][0] += is_exact
                shares[key][1] += 1
            if not is_exact:
                wrong.append(str(mail))

    print(*(f"{key}: {exact}/{number} = {exact / number:.1%}" for key, (exact, number) in shares.items()), sep="\n")
    assert len(MAILS) >= 120
    assert len({str(mail) for mail in MAILS}) == len(MAILS)
    assert shares["all"][0] / shares["all"][1] >= ENOUGH_EXACT, wrong


def test_corpus_loses_no_line_that_a_person_wrote():
    lost = []
    for mail in MAILS:
        for said in {mail.said} if mail.needs_said else {"", mail.said}:
            kept = answer(mail, said).split("\n")
            lost += [(str(mail), line) for line in mail.expected.split("\n") if line.strip() and line not in kept]

    assert lost == []


@pytest.mark.parametrize("mail", MAILS[::7], ids=str)
def test_corpus_mail_is_a_letter_from_its_writer(mail):
    read = read_mail(mail.raw)

    assert (read.kind, len(read.senders), read.recipients) == (Kind.LETTER, 1, (mail_corpus.REPLY_ADDRESS,))
    assert not read.is_shortened
