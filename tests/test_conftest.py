"""The ground the tests stand on."""

import socket
import threading

import pytest
import redis
from django.db import connection

from motesplats.models import Office
from volunteers.models import Shift


def test_internet_connect_is_refused():
    with socket.socket() as client, pytest.raises(PermissionError):
        client.connect(("192.0.2.1", 80))


def test_redis_fixture_answers(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


@pytest.mark.django_db(transaction=True)
def test_database_rows_are_seen_from_another_thread():
    Office.objects.create(name="Göteborg")
    seen = []

    def look():
        seen.append(Office.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


def test_update_that_finds_its_rows_by_a_join_is_refused(db):
    with pytest.raises(AssertionError, match="reads its own table"):
        Shift.objects.filter(office__name="Göteborg").update(seats=2)


@pytest.mark.xdist_group("the ground")
def test_group_of_a_test_is_told_to_the_one_who_deals_them_out(request):
    is_dealt_out = getattr(request.config.option, "loadgroup", False)

    assert request.node.nodeid.endswith("@the ground") is is_dealt_out
