"""The whole of processes.toml, the house of the stories: each part, and what the others notice when one is away."""

import json
import re

import psycopg2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from motesplats.processes import fetch_status
from tests.embedded.serving import get

pytestmark = pytest.mark.timeout(300)


def test_everything_is_well_through_the_door(stack):
    status, _, body = get(f"{stack.url}/halsa/redo/")

    assert (status, json.loads(body)["ok"]) == (200, True)


def test_page_names_hashed_files_that_browsers_keep_for_ever(stack):
    _, _, page = get(f"{stack.url}/")
    style = re.search(rb'href="(/static/[^"]+\.css)"', page)[1].decode()

    status, headers, _ = get(f"{stack.url}{style}")

    assert re.search(r"\.[0-9a-f]{12}\.css$", style)
    assert (status, headers["cache-control"]) == (200, "max-age=315360000, public, immutable")


def test_sockets_are_answered_by_the_socket_processes(stack):
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{stack.websocket_url}/ws/nothing/", open_timeout=10)

    assert refused.value.response.status_code == 403
    assert get(f"{stack.address('ws')}/")[0] == 404


def test_killed_page_process_is_not_noticed_and_comes_back(stack):
    stack.kill("web", 0)

    seen = {fetch_status(f"{stack.url}/") for _ in range(10)}
    stack.start_one("web", 0)

    assert seen == {200}
    assert stack.is_running("web", 0)


def test_redis_away_pages_go_on_and_health_tells(stack):
    stack.stop_one("redis")

    page, health = fetch_status(f"{stack.url}/"), get(f"{stack.url}/halsa/redo/")
    stack.start_one("redis")

    assert page == 200
    assert (health[0], json.loads(health[2])["layer"]) == (503, False)
    stack.wait_ready()


def test_socket_processes_ask_the_database_for_short_waits(stack):
    wanted = "import django; django.setup(); from django.db import connection as c; k = c.cursor(); "
    wanted += "k.execute('SHOW lock_timeout'); print(k.fetchone()[0])"
    environment = stack.parts["ws", 0].environment

    said = stack.run_python(wanted, environment)

    assert (environment["PROCESS"], said.strip()) == ("ws", "2s")


def test_the_database_is_durable(stack):
    connection = psycopg2.connect(stack.postgres.url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            assert cursor.fetchone() == ("on", "on")
    finally:
        connection.close()
