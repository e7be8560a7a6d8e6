import threading

import pytest
import time_machine
from django.db import connection

from motesplats.limits import allow, client_ip

pytestmark = pytest.mark.django_db


def test_allow_more_than_the_limit_is_refused():
    assert [allow("ask:1", times=3, seconds=60) for _ in range(5)] == [True, True, True, False, False]


def test_allow_other_key_is_counted_alone():
    allow("ask:1", times=1, seconds=60)

    assert allow("ask:2", times=1, seconds=60)
    assert not allow("ask:1", times=1, seconds=60)


def test_allow_place_is_free_again_after_its_seconds():
    with time_machine.travel("2026-11-24 21:30", tick=False) as clock:
        assert allow("ask", times=2, seconds=60)
        clock.shift(40)
        assert allow("ask", times=2, seconds=60)
        clock.shift(15)
        assert not allow("ask", times=2, seconds=60)
        clock.shift(10)  # the first is 65 s old, the second 25 s: a window that slides
        assert [allow("ask", times=2, seconds=60) for _ in range(2)] == [True, False]


def test_allow_large_limit_is_cheap(django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        assert allow("much", times=6000, seconds=60)


def test_allow_key_does_not_stand_in_the_table():
    allow("code:amina@example.org", times=1, seconds=60)

    with connection.cursor() as cursor:
        cursor.execute("select cache_key from cache")
        keys = [row[0] for row in cursor.fetchall()]
    assert any("limit:" in key for key in keys)
    assert not any("amina" in key for key in keys)


@pytest.mark.django_db(transaction=True)
def test_allow_eight_at_once_pass_exactly_the_limit(on_postgres):
    answers, start = [], threading.Barrier(8)

    def use():
        start.wait()
        answers.append(allow("race", times=3, seconds=60))
        connection.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 5 + [True] * 3


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "6.6.6.6", "10.0.0.9"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (1, "192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 198.51.100.1", "192.0.2.7"),
        (2, "192.0.2.7", "10.0.0.9"),
        (1, "", "0.0.0.0"),
        (1, "<script>", "0.0.0.0"),
        (1, "6.6.6.6, 2001:db8::1", "2001:db8::1"),
    ],
)
def test_client_ip_trusts_only_what_our_proxies_wrote(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", HTTP_X_FORWARDED_FOR=forwarded, REMOTE_ADDR="10.0.0.9")

    assert client_ip(request) == expected


def test_client_ip_of_a_socket_without_address_is_known_as_nobody(rf):
    assert client_ip(rf.get("/", REMOTE_ADDR="")) == "0.0.0.0"
