"""The volunteer is done and leaves a summary: where it is shown, the mail without its words, and its end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import finishing, matching
from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from seekers import privacy, retention
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest, Summary
from tests import make
from tests.chat.house import html, logged_in
from tests.chat.state_of import fresh, here

pytestmark = pytest.mark.django_db
SAID = {"done": "Vi skrev ditt CV.", "done_too": "Vi tittade på en annons.", "next_step": "Skicka <b>CV:t</b>."}
ON_PAGE = ["Vi skrev ditt CV.", "Vi tittade på en annons.", "Skicka &lt;b&gt;CV:t&lt;/b&gt;."]


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind="summary"))


def test_the_summary_is_in_the_chat_on_paper_and_among_the_questions(chat, url, amina, bjorn):
    assert 'name="done"' in html(bjorn.get(f"{url}avsluta/")) and 'name="done"' not in html(amina.get(f"{url}avsluta/"))
    assert bjorn.post(f"{url}avsluta/", SAID).status_code == 302

    assert fresh(chat).request.state == HelpRequest.State.RESOLVED
    for page in (url, f"{url}lage/", f"{url}utskrift/", "/mina-fragor/"):
        assert all(words in html(amina.get(page)) for words in ON_PAGE), page


def test_it_may_be_skipped(chat, url, bjorn):
    bjorn.post(f"{url}avsluta/", {"done": " ", "next_step": ""})
    assert fresh(chat).request.state == HelpRequest.State.RESOLVED
    assert not Summary.objects.exists() and mails() == []


def test_too_long_a_line_ends_nothing_and_is_kept(chat, url, bjorn):
    answer = bjorn.post(f"{url}avsluta/", {"done": "x" * 201})
    assert answer.status_code == 400 and "x" * 201 in html(answer)
    assert fresh(chat).request.state == HelpRequest.State.ACTIVE


def test_the_mail_says_that_there_is_one_and_not_what_it_says(chat):
    finishing.resolve(fresh(chat).request, actor=make.helper_of(chat).user, **SAID)
    (mail,) = mails()
    letter = outbox._kinds["summary"].render(mail)
    assert not any(words in " ".join([letter.subject, *letter.lines]) for words in SAID.values())
    assert outbox._kinds["summary"].still_wanted(mail)
    matching.reopen(fresh(chat).request, actor=None)
    assert not outbox._kinds["summary"].still_wanted(mail)


def test_no_mail_to_who_is_in_the_chat(chat):
    here(chat)
    finishing.resolve(fresh(chat).request, actor=make.helper_of(chat).user, **SAID)
    assert mails() == [] and Summary.objects.exists()


def test_done_again_the_new_one_counts_and_late_is_refused(chat):
    bjorn = make.helper_of(chat).user
    finishing.resolve(fresh(chat).request, actor=bjorn, **SAID)
    with pytest.raises(StateConflict):
        finishing.resolve(fresh(chat).request, actor=bjorn, done="Två gånger")
    matching.reopen(fresh(chat).request, actor=None)
    finishing.resolve(fresh(chat).request, actor=bjorn, next_step="Ring")
    kept = Summary.objects.get()
    assert (kept.done, kept.done_too, kept.next_step) == ("", "", "Ring")
    assert AuditEntry.objects.filter(action="summary.written").count() == 2


def test_it_is_given_out_erased_and_goes_with_the_text(chat):
    finishing.resolve(fresh(chat).request, actor=make.helper_of(chat).user, **SAID)
    owner = chat.request.owner
    assert privacy.export(owner)["summaries"][0]["done"] == SAID["done"]
    HelpRequest.objects.filter(pk=chat.request_id).update(ended_at=timezone.now() - timedelta(days=91))
    assert (retention.remove_old_words(), retention.remove_old_words()) == (1, 0)
    assert not Summary.objects.get()
    Summary.objects.update(done="Ord")
    privacy.erase(owner)
    assert not Summary.objects.get()


def test_the_list_asks_as_many_queries_for_three_as_for_one(django_assert_num_queries):
    make.office()
    owner = make.user("Amina")
    browser = logged_in(owner)
    for _number in range(3):
        talk = make.claimed(owner=owner)
        finishing.resolve(fresh(talk).request, actor=make.helper_of(talk).user, **SAID)
        browser.get("/mina-fragor/")
        with django_assert_num_queries(7):
            browser.get("/mina-fragor/")
