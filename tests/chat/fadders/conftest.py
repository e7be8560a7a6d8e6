"""Björn is new, and Cecilia, who has helped enough, is his fadder."""

import pytest
from django.utils import timezone

from chat import capacity, fadders
from chat.models import FadderReading
from tests import make


@pytest.fixture
def cecilia(house, monkeypatch):
    monkeypatch.setattr(capacity, "CASES_FIRST", 0)  # she has helped enough
    return make.volunteer("Cecilia")


@pytest.fixture
def bjorn(house):
    return make.volunteer()


@pytest.fixture
def pair(bjorn, cecilia):
    return fadders.name(bjorn, cecilia, by=make.staff())


@pytest.fixture
def chat(bjorn, pair):
    """A question that Björn has taken; his fadder Cecilia has opened the chat."""
    chat = make.claimed(bjorn)
    FadderReading.objects.update(read_at=timezone.now())
    return chat
