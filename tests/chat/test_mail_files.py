"""Files that come with an answer: into the asker's papers, or named with what to do instead."""

import pytest
from django.core import mail

from chat import conversations, email_in
from chat.models import InboundMail
from motesplats import mail_choice, outbox
from motesplats.models import OutboxMail
from motesplats.reply_text import delimiter_line
from seekers.models import Document
from tests import make
from tests.chat.incoming import State, come, letter, outcome, said_in
from tests.seekers.brought import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(db, settings, tmp_path):
    settings.REPLY_DOMAIN = "svar.example"
    settings.FILES_DIR = tmp_path / "files"
    make.office()
    return make.claimed(make.volunteer(user=make.user("Björn", email="bjorn@example.org")))


@pytest.fixture
def amina(talk):
    return make.seeker_of(talk)


def with_files(participant, *files: tuple[str, bytes], text="Här är mitt CV.", inline: bool = False):
    message = letter(participant, text)
    for name, content in files:
        kind, _slash, sub = ("image/jpeg" if name.endswith("jpg") else "application/octet-stream").partition("/")
        message.add_attachment(
            content,
            maintype=kind,
            subtype=sub,
            filename=name,
            disposition="inline" if inline else "attachment",
            cid="<1@x>" if inline else None,
        )
    return message


def a_photo() -> bytes:
    return photo().read()


def codes(participant) -> list[str]:
    return [shown.code for shown in conversations.messages_for(make.person_of(participant)) if shown.code]


def test_photos_become_one_document_of_the_asker(amina, talk):
    row = come(with_files(amina, ("sida 1.jpg", a_photo()), ("sida 2.jpg", a_photo())))
    assert outcome(row) == (State.POSTED, "") and row.refused == []
    document = Document.objects.get()
    assert (document.owner, document.kind) == (amina.user, talk.request.topic)
    assert document.versions.get().files.count() == 2
    assert said_in(talk) == ["Här är mitt CV."]


def test_a_mail_with_files_only_brings_them_and_says_nothing(amina, talk):
    assert outcome(come(with_files(amina, ("cv.jpg", a_photo()), text=""))) == (State.POSTED, "")
    assert Document.objects.count() == 1 and said_in(talk) == []


def test_the_same_words_with_another_file_are_another_answer(amina):
    come(with_files(amina, ("cv.jpg", a_photo())))
    come(with_files(amina, ("brev.jpg", a_photo() + b"2")))
    come(with_files(amina, ("brev.jpg", a_photo() + b"2")))
    assert Document.objects.count() == 2


def test_a_refused_file_is_named_in_the_chat_and_in_a_kind_mail(amina, talk):
    row = come(with_files(amina, ("070-123 45 67.exe", b"MZ" * 50), ("cv.jpg", a_photo())))
    assert outcome(row) == (State.POSTED, "") and row.refused == [["[telefon].exe", "wrong_kind"]]
    assert "mail_file_refused" in codes(make.helper_of(talk)) and Document.objects.count() == 1
    answer = OutboxMail.objects.get(kind="answer_files")
    outbox.deliver(answer.pk)
    (sent,) = mail.outbox
    assert sent.to == [amina.user.email] and "[telefon].exe" in sent.body and "PDF" in sent.body
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied"
    assert sent.extra_headers["In-Reply-To"] == row.message_id


def test_a_logo_is_no_document_and_a_photo_in_the_text_is_one(amina):
    come(with_files(amina, ("logo.jpg", a_photo()[:500]), inline=True))
    assert not Document.objects.exists()
    big = a_photo() + b"\0" * 40_000
    come(with_files(amina, ("IMG_1.jpg", big), text="En bild", inline=True))
    assert Document.objects.count() == 1


def test_a_volunteers_file_is_refused_kindly_and_the_words_arrive(talk):
    helper = make.helper_of(talk)
    mail_choice.choose(helper.user, pace=mail_choice.Pace.AT_ONCE, has_text=True)
    row = come(with_files(helper, ("cv.jpg", a_photo()), text="Titta på det här."))
    assert outcome(row) == (State.POSTED, "") and said_in(talk) == ["Titta på det här."]
    assert not Document.objects.exists() and "mail_file_refused" not in codes(helper)
    assert OutboxMail.objects.get(kind="answer_files").to_user == helper.user


def test_a_worker_that_dies_after_the_files_brings_them_once(amina, monkeypatch):
    with monkeypatch.context() as dies:
        dies.setattr("chat.answer_mail.say_refused_files", lambda *args: (_ for _ in ()).throw(SystemExit()))
        with pytest.raises(SystemExit):
            come(with_files(amina, ("a.exe", b"MZ" * 50), ("cv.jpg", a_photo())))
    row = InboundMail.objects.get()
    assert row.state == State.QUEUED and Document.objects.count() == 1
    InboundMail.objects.update(due_at=row.received_at)
    email_in.work_due_inbound()
    assert InboundMail.objects.get().state == State.POSTED and Document.objects.count() == 1
    assert codes(amina).count("mail_file_refused") == 1
    assert OutboxMail.objects.filter(kind="answer_files").count() == 1


def test_of_two_files_with_one_name_both_come(amina):
    come(with_files(amina, ("scan.jpg", a_photo()), ("scan.jpg", b"MZ" * 50)))
    row = InboundMail.objects.get()
    assert Document.objects.count() == 1 and [code for _name, code in row.refused] != []


def test_at_most_twenty_files_of_a_mail_are_taken_and_one_line_names_the_rest(amina, talk, monkeypatch):
    monkeypatch.setattr("chat.mail_files.FILES_MAX", 2)
    files = [(f"{number}.exe", b"MZ" * 50) for number in range(2)] + [("cv.jpg", a_photo()), ("brev.jpg", a_photo())]
    row = come(with_files(amina, *files))
    assert row.refused == [["0.exe", "wrong_kind"], ["1.exe", "wrong_kind"]] and not Document.objects.exists()
    row = come(with_files(amina, ("cv.jpg", a_photo()), ("brev.exe", b"MZ" * 50), ("x.jpg", a_photo())))
    assert row.refused == [["brev.exe", "wrong_kind"], ["x.jpg", "too_many_in_mail"]]
    assert Document.objects.count() == 1 and codes(amina).count("mail_files_refused") == 2
    assert "brev.exe, x.jpg" in conversations.messages_for(make.person_of(amina))[-1].body
    outbox.deliver(OutboxMail.objects.filter(kind="answer_files").latest("pk").pk)
    assert "20" in mail.outbox[-1].body and "x.jpg" in mail.outbox[-1].body


def test_files_above_a_quote_of_us_bring_no_words(amina, talk):
    quote = f"Den 28 nov. 2026 kl. 10:00 skrev Mötesplats:\n> {delimiter_line('sv')}\n> När kan du börja?\n"
    assert outcome(come(with_files(amina, ("cv.jpg", a_photo()), text=quote))) == (State.POSTED, "")
    assert Document.objects.count() == 1 and said_in(talk) == []
