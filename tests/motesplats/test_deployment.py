import json
import subprocess

import pytest

from motesplats.daemons import find_program
from motesplats.deployment import caddyfile
from motesplats.management.commands.generate_deployment import files
from motesplats.processes import ROOT, native, read_processes

APP_PROCESSES = {"web", "ws", "worker", "beat"}


@pytest.mark.parametrize("name", ["docker-compose.yml", "Caddyfile"])
def test_committed_file_is_the_generated_one(name):
    assert (ROOT / name).read_text(encoding="utf-8") == files()[name], (
        "run: .venv/bin/python manage.py generate_deployment"
    )


def test_processes_are_the_four_of_the_house():
    assert set(read_processes()["process"]) == APP_PROCESSES


def test_every_service_restarts_and_shows_its_health():
    blocks = files()["docker-compose.yml"].split("services:\n")[1].split("\nvolumes:")[0]
    services = {block.split(":")[0]: block for block in _split_services(blocks)}

    assert set(services) == APP_PROCESSES | {"prepare", "postgres", "redis", "caddy"}
    for name in set(services) - {"prepare"}:
        assert 'restart: "unless-stopped"' in services[name]
        assert "healthcheck:" in services[name]


def _split_services(blocks: str) -> list[str]:
    lines, found = blocks.splitlines(), []
    for line in lines:
        if line.startswith("  ") and not line.startswith("   "):
            found.append([])
        found[-1].append(line[2:])
    return ["\n".join(block) for block in found]


def test_our_image_runs_as_nobody_special():
    assert 'user: "1000:1000"' in files()["docker-compose.yml"]
    assert (ROOT / "Dockerfile").read_text().rstrip().endswith("USER 1000:1000")


def test_native_command_fills_in_python_host_and_port():
    command = native(read_processes()["process"]["ws"]["command"], 4711)

    assert command[0].endswith(("python", "python3", "python3.11", "python3.12", "python3.13"))
    assert command[command.index("--host") + 1 : command.index("--host") + 4] == ["127.0.0.1", "--port", "4711"]


@pytest.mark.parametrize("upstreams", [None, {"web": ["127.0.0.1:1", "127.0.0.1:2"], "ws": ["127.0.0.1:3"]}])
def test_caddy_understands_its_file(tmp_path, upstreams):
    caddy = find_program("caddy")
    if caddy is None:
        pytest.skip("needs Caddy")
    path = tmp_path / "Caddyfile"
    path.write_text(caddyfile("http://localhost:8000", upstreams))

    done = subprocess.run([caddy, "adapt", "--config", path], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    routes = json.loads(done.stdout)["apps"]["http"]["servers"]["srv0"]["routes"]
    assert "/ws/*" in json.dumps(routes)
