"""How many queries each page asks, as constants: a page that asks one more must say so here.

The desk, the chat, a batch, connecting, the session check and the resync have theirs beside their own tests; lists with
one row and with three too. Counted is the second visit: what is kept between visits (content types) is not of the page.
"""

from copy import deepcopy

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import roles
from tests.addresses import every_address
from tests.seekers.test_ask import FILLED, STEPS

pytestmark = pytest.mark.django_db

# letter of tests/roles.py -> name of the page -> queries
QUERIES = {
    "A": {
        "vacancies:vacancy_list": 2, "vacancies:vacancy_show": 2, "vacancies:vacancy_report": 1, "vacancies:warning_show": 0,
        "vacancies_feed": 1, "vacancies_feed_json": 1,
        "library:resource_list": 1, "library:partner_list": 3, "library:resource_show": 2, "library_feed": 1, "library_feed_json": 1,
        "pages:home": 2, "pages:privacy": 0, "pages:report": 0, "account_login": 0, "account_inactive": 0,
        "account_invitation": 1, "seekers:ask_start": 0, "seekers:question_list": 2, "volunteers:volunteer_show": 0,
        "chat:link_show": 1, "mail_stop": 1,
    },
    "O": {
        "vacancies:vacancy_list": 5, "vacancies:vacancy_show": 5, "vacancies:watch_list": 4, "vacancies:vacancy_report": 4,
        "library:resource_list": 4, "library:partner_list": 6, "library:resource_show": 6, "library:kept_list": 4,
        "pages:home": 5, "pages:privacy": 3, "pages:report": 3, "account_show": 5, "mail_choose": 4, "mail_stop": 4, "account_logout": 3,
        "account_inactive": 3, "account_email": 3, "account_invitation": 4, "usersessions_list": 4, "mfa_index": 5,
        "mfa_list_webauthn": 4, "mfa_reauthenticate_webauthn": 13, "seekers:ask_start": 3, "seekers:question_list": 7,
        "volunteers:volunteer_show": 4, "chat:conversation_transcript": 6,
        "chat:conversation_finish": 4, "chat:conversation_swap": 5, "chat:conversation_stop": 4, "chat:link_save": 4,
        "chat:links_end": 4, "chat:links_end_all": 4, "chat:link_show": 4, "chat:meeting_show": 7,
    },
    "G": {
        "pages:home": 3, "pages:privacy": 1, "pages:report": 1, "account_login": 1, "account_inactive": 1,
        "account_invitation": 2, "seekers:ask_start": 1, "seekers:question_list": 6,
        "volunteers:volunteer_show": 1, "chat:conversation_transcript": 4, "chat:conversation_finish": 2,
        "chat:conversation_swap": 3, "chat:conversation_stop": 2, "chat:link_save": 2, "chat:links_end": 2,
        "chat:links_end_all": 2, "chat:link_show": 2, "chat:mail_choose": 2,
    },
    "B": {
        "pages:home": 5, "pages:privacy": 3, "pages:report": 3, "account_show": 5, "mail_choose": 4, "mail_stop": 4, "account_logout": 3,
        "account_inactive": 3, "account_reauthenticate": 5, "account_invitation": 4, "usersessions_list": 4,
        "mfa_index": 5, "mfa_generate_recovery_codes": 7, "mfa_list_webauthn": 4, "seekers:ask_start": 3,
        "seekers:question_list": 5, "volunteers:volunteer_show": 5, "volunteers:shift_list": 8, "volunteers:course_show": 5,
        "volunteers:course_read": 5, "volunteers:rehearsal_show": 4,
        "volunteers:about_edit": 5, "volunteers:conduct_show": 6, "volunteers:certificate_check": 3,
        "chat:certificate_make": 11, "chat:help_show": 9, "chat:meeting_show": 8, "chat:note_list": 5,
        "chat:second_ask": 7, "chat:phrase_list": 5, "chat:colleague_list": 8, "chat:coverage_show": 24,
        "chat:conversation_transcript": 6, "chat:conversation_finish": 4, "chat:conversation_stop": 4,
        "chat:link_show": 4,
    },
    "M": {
        "vacancies:employer_home": 6, "vacancies:employer_apply": 3, "vacancies:employer_edit": 4,
        "vacancies:employer_members": 6, "vacancies:employer_visit": 4, "vacancies:ad_write": 4,
        "vacancies:ad_preview": 4, "vacancies:ad_outcome": 4,
    },
    "I": {
        "pages:home": 5, "pages:privacy": 3, "pages:report": 3, "account_show": 5, "mail_choose": 4, "mail_stop": 4, "account_logout": 3,
        "account_inactive": 3, "account_email": 3, "account_invitation": 4, "usersessions_list": 4, "mfa_index": 5,
        "mfa_reauthenticate": 9, "mfa_list_webauthn": 4, "seekers:ask_start": 3, "seekers:question_list": 5,
        "volunteers:volunteer_show": 4, "chat:conversation_transcript": 6, "chat:conversation_finish": 4,
        "chat:conversation_stop": 4, "chat:link_show": 4, "chat:conversation_open_as_staff": 4,
    },
}  # fmt: skip
QUERIES_OF_ASKING = dict.fromkeys(STEPS, 1) | {STEPS[0]: 0}  # the session, once there is one
QUERIES_OF_CODE = 2


@pytest.fixture(scope="module")
def built(for_the_file):
    return for_the_file(roles.build)


@pytest.fixture
def house(built, db):
    return deepcopy(built)


def queries_of(browser: Client, path: str) -> int:
    """Of a visit to a page that answers 200."""
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = roles.read(browser.get(path))
    assert answer.status_code == 200, (path, answer.status_code)
    return len(asked)


@pytest.mark.parametrize("letter", QUERIES)
def test_each_page_asks_its_number_of_queries(house, letter):
    addresses = {one.name: one for one in every_address()}
    browsers = {name: house.sit_down(Client(), letter) for name in QUERIES[letter]}
    found = {name: queries_of(browser, addresses[name].path(house, letter)) for name, browser in browsers.items()}
    assert found == QUERIES[letter]


def test_each_page_of_asking_asks_its_number_of_queries(house):
    browser, found = Client(), {}
    for url in STEPS:
        found[url] = queries_of(browser, url)
        browser.post(url, FILLED[url] if url != STEPS[-1] else {})  # the last one would ask
    assert found == QUERIES_OF_ASKING


def test_the_pages_of_a_code_on_its_way_ask_their_number_of_queries(house):
    browser = Client()
    browser.post("/konto/logga-in/", {"email": house.people["O"].email})
    assert queries_of(browser, "/konto/kod/") == QUERIES_OF_CODE
