"""The document's page says the day by the rule that takes it away (seekers/retention.py)."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from motesplats.moments import say_day
from seekers.models import Document, DocumentUse, HelpRequest
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(settings, tmp_path):
    """A document of a question that ended today."""
    settings.FILES_DIR = tmp_path / "files"
    chat = make.claimed()
    document = make.document(chat)
    HelpRequest.objects.filter(pk=chat.request_id).update(state="resolved", ended_at=timezone.now())
    return document


def taken_away(moment) -> str:
    with override("en"):
        return f"It is taken away {say_day(moment)}."


def page_of(client, document) -> str:
    request = document.uses.order_by("pk").first().request
    client.force_login(document.owner)
    return client.get(f"/en/chatt/{request.public_id}/dokument/{document.public_id}/").content.decode()


def test_thirty_days_after_the_end(client, ended):
    assert taken_away(timezone.now() + timedelta(days=30)) in page_of(client, ended)


def test_no_day_while_another_question_shows_it(client, ended):
    DocumentUse.objects.create(document=ended, request=make.claimed(owner=ended.owner).request)
    assert "It is taken away" not in page_of(client, ended)


def test_as_long_as_its_owner_keeps_it(client, ended):
    until = timezone.now() + timedelta(days=300)
    Document.objects.filter(pk=ended.pk).update(kept_until=until)
    assert taken_away(until) in page_of(client, ended)
