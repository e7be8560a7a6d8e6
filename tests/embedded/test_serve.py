import asyncio
import os
import signal
import time

import pytest
import websockets

from motesplats.daemons import answers
from tests.embedded.serving import Serve, get

pytestmark = [pytest.mark.story, pytest.mark.timeout(300), pytest.mark.xdist_group("serve")]


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    with Serve(tmp_path_factory.mktemp("serve")) as running:
        yield running


def test_first_page_and_its_style_come(serve):
    status, headers, body = get(f"{serve.url}/")

    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"].split("; ")
    assert b'<html lang="sv"' in body


def test_static_file_comes_with_type_and_validator(serve):
    status, headers, body = get(f"{serve.url}/static/admin/css/base.css")
    unchanged, _, nothing = get(f"{serve.url}/static/admin/css/base.css", **{"If-None-Match": headers["etag"]})

    assert (status, headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert headers["x-content-type-options"] == "nosniff"
    assert (unchanged, nothing) == (304, b"")


@pytest.mark.parametrize("path", ["../manage.py", "%2e%2e/manage.py", "..%2f..%2fmanage.py", "nothing.css", "%00"])
def test_static_outside_its_folder_is_not_found(serve, path):
    status, _, _ = get(f"{serve.url}/static/{path}")

    assert status == 404


async def test_unknown_socket_address_is_refused_before_the_handshake(serve):
    with pytest.raises(websockets.InvalidStatus) as refused:
        await asyncio.wait_for(websockets.connect(f"ws://localhost:{serve.port}/ws/nothing/"), 10)

    assert refused.value.response.status_code == 403


def test_ctrl_c_ends_at_once_and_leaves_nothing(tmp_path):
    with Serve(tmp_path) as running:
        group = running.process.pid
        began = time.monotonic()

        code = running.stop(signal.SIGINT)

        assert (code, time.monotonic() - began < 5) == (0, True)
        assert not answers(running.port)
        with pytest.raises(ProcessLookupError):
            os.killpg(group, 0)
        assert "Stopped." in running.log_file.read_text()
