"""JobTech on 127.0.0.1, and what staff have chosen of it."""

from datetime import timedelta

import pytest

from tests.vacancies import jobtech_stand_in
from vacancies.models import ImportChoice


@pytest.fixture
def jobtech(settings):
    with jobtech_stand_in.running(60) as (stand_in, url):
        settings.JOBTECH, settings.JOBTECH_TO_LOOPBACK = True, True
        settings.JOBTECH_STREAM_URL = settings.JOBTECH_SEARCH_URL = url
        settings.JOBTECH_GAP = settings.JOBTECH_EVERY = timedelta(0)
        yield stand_in


@pytest.fixture
def everything(db):
    for code in ("1480", "1280", "0180"):
        ImportChoice.objects.create(municipality=code)
