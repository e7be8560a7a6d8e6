"""docker-compose.yml and Caddyfile, made from processes.toml. Nobody edits them by hand."""

import json

from motesplats import hook_limits
from motesplats.processes import read_processes
from motesplats.uploads import WITH_FILES

HEADER = "# Made from processes.toml by `manage.py generate_deployment`. Change that file, not this one.\n"
SECURE = {"read_only": True, "tmpfs": ["/tmp"], "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}  # noqa: S108
# A declared size of 55 million bytes or more is answered by the door itself; uploads.py answers below that.
LARGE = r"^(5[5-9]\d{6}|[6-9]\d{7}|[1-9]\d{8,})$"
TOO_LARGE = (
    '<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>Filen är för stor</title><p>Filen är för stor (högst 10 MB). Gå tillbaka. Ta ett foto i stället, eller"
    ' klistra in texten.<p lang="en">The file is too large (at most 10 MB). Go back. Take a photo instead, or paste'
    ' the text.<p lang="ar" dir="rtl">الملف كبير جدًا (10 ميغابايت كحد أقصى). ارجع. التقط صورة بدلًا من ذلك أو الصق النص.'
)
ALWAYS = {"restart": "unless-stopped"}


def caddyfile(address: str, upstreams: dict[str, list[str]] | None = None) -> str:
    """The door. upstreams: {"web": ["host:port", …], "ws": […]}; None asks Docker's name server who is there."""
    return f"""{HEADER}{{
\tadmin off
\tservers {{
\t\ttimeouts {{
\t\t\tread_body 5m
\t\t}}
\t}}
}}

{address} {{
\t@large header_regexp Content-Length {LARGE}
\thandle @large {{
\t\theader Content-Type "text/html; charset=utf-8"
\t\trespond `{TOO_LARGE}` 413
\t}}
\t@files path_regexp {WITH_FILES}|{hook_limits.PATHS}
\trequest_body @files {{
\t\tmax_size 55MB
\t}}
\t@others not path_regexp {WITH_FILES}|{hook_limits.PATHS}
\trequest_body @others {{
\t\tmax_size 3MB
\t}}
\thandle /ws/* {{
\t\treverse_proxy {_targets("ws", upstreams)} {{
{_dynamic("ws", upstreams)}\t\t\tlb_policy random
\t\t\tlb_try_duration 5s
\t\t\tlb_try_interval 100ms
\t\t}}
\t}}
\thandle {{
\t\tencode gzip
\t\treverse_proxy {_targets("web", upstreams)} {{
{_dynamic("web", upstreams)}\t\t\tlb_policy least_conn
\t\t\tlb_try_duration 5s
\t\t\tlb_try_interval 100ms
\t\t\tfail_duration 2s
\t\t}}
\t}}
}}
""".replace("reverse_proxy  {", "reverse_proxy {")


def _targets(name: str, upstreams: dict[str, list[str]] | None) -> str:
    return " ".join(upstreams[name]) if upstreams else ""


def _dynamic(name: str, upstreams: dict[str, list[str]] | None) -> str:
    port = read_processes()["process"][name]["port"]
    return "" if upstreams else f"\t\t\tdynamic a {name} {port} {{\n\t\t\t\trefresh 5s\n\t\t\t}}\n"


def compose() -> str:
    """docker-compose.yml: every process of processes.toml, the daemons it needs, and the door."""
    plan = read_processes()
    services = {"prepare": _prepare(plan)}
    services |= {name: _service(entry) for name, entry in plan["process"].items()}
    services |= _daemons(plan["images"])
    whole = {"name": "motesplats", "x-app": _app(), "services": services, "volumes": _volumes()}
    text = _yaml(whole).replace("x-app:\n", "x-app: &app\n")
    return f"{HEADER}# What it wants in .env stands in docs/running.md.\n{text}"


def _app() -> dict:
    asked = [
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "DEFAULT_FROM_EMAIL",
        "REPLY_DOMAIN",
        "AUTHSERV_ID",
        "IMAP_MAILBOXES",
        "ANYMAIL_WEBHOOK_SECRET",
        "SNS_TOPICS",
        "MAILGUN_WEBHOOK_SIGNING_KEY",
        "BREVO_API_KEY",
    ]
    defaults = {"EMAIL_PORT": ":-587", "EMAIL_USE_TLS": ":-true", "EMAIL_HOST": ":?", "DEFAULT_FROM_EMAIL": ":?"}
    environment = {
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
        "PUBLIC_URL": "${PUBLIC_URL:?}",
        "SECRET_KEY": "${SECRET_KEY:?}",
        "DATABASE_URL": "postgresql://motesplats:${POSTGRES_PASSWORD:?}@postgres:5432/motesplats",
        "REDIS_URL": "redis://redis:6379/0",
        "TRUSTED_PROXY_COUNT": "1",
    }
    environment |= {name: f"${{{name}{defaults.get(name, ':-')}}}" for name in asked}
    return {
        "image": "motesplats",
        "build": ".",
        "user": "1000:1000",
        "init": True,
        "environment": environment,
        "volumes": ["files:/srv/var"],
        **SECURE,
    }


def _prepare(plan: dict) -> dict:
    wanted = {"postgres": {"condition": "service_healthy"}}
    return {"<<": "*app", "command": plan["prepare"]["command"], "restart": "no", "depends_on": wanted}


def _service(entry: dict) -> dict:
    port = entry.get("port", 0)
    healthy = {"condition": "service_healthy"}
    return {
        "<<": "*app",
        **ALWAYS,
        "command": [part.format(host="0.0.0.0", port=port, shm="/tmp") for part in entry["command"]],  # noqa: S104, S108
        "deploy": {"replicas": entry["count"]},
        "stop_grace_period": f"{entry['stop_seconds']}s",
        "healthcheck": _health(entry),
        "depends_on": {
            "prepare": {"condition": "service_completed_successfully"},
            "postgres": healthy,
            "redis": healthy,
        },
    } | ({"environment": _merged(entry["environment"])} if "environment" in entry else {})


def _merged(extra: dict) -> dict:
    return _app()["environment"] | extra


def _health(entry: dict) -> dict:
    if "health" in entry:
        test = ["CMD", "python", "-m", "motesplats.probe", f"http://127.0.0.1:{entry['port']}{entry['health']}"]
        return {"test": test, "interval": "10s", "timeout": "5s", "retries": 3, "start_period": "30s"}
    test = ["CMD", "python", "manage.py", "check_heartbeat", entry["heartbeat"]]
    return {"test": test, "interval": "60s", "timeout": "30s", "retries": 3, "start_period": "60s"}


def _daemons(images: dict) -> dict:
    redis_command = ["redis-server", "--save", "", "--appendonly", "no"]
    return {
        "postgres": {
            "image": images["postgres"],
            **ALWAYS,
            "environment": {
                "POSTGRES_USER": "motesplats",
                "POSTGRES_DB": "motesplats",
                "POSTGRES_PASSWORD": "${POSTGRES_PASSWORD:?}",
            },
            "volumes": ["database:/var/lib/postgresql/data"],
            "shm_size": "128mb",
            "stop_grace_period": "60s",
            "healthcheck": _every(["CMD", "pg_isready", "-U", "motesplats"]),
        },
        "redis": {
            "image": images["redis"],
            **ALWAYS,
            "user": "redis",
            "command": redis_command,
            **SECURE,
            "healthcheck": _every(["CMD", "redis-cli", "ping"]),
        },
        "caddy": {
            "image": images["caddy"],
            **ALWAYS,
            "environment": {"PUBLIC_URL": "${PUBLIC_URL:?}"},
            "ports": ["80:80", "443:443", "443:443/udp"],
            "volumes": ["./Caddyfile:/etc/caddy/Caddyfile:ro", "certificates:/data"],
            "cap_drop": ["ALL"],
            "cap_add": ["NET_BIND_SERVICE"],
            "depends_on": {name: {"condition": "service_healthy"} for name in ("web", "ws")},
            "healthcheck": _every(["CMD", "nc", "-z", "127.0.0.1", "80"]),
        },
    }


def _every(test: list[str]) -> dict:
    return {"test": test, "interval": "10s", "timeout": "5s", "retries": 5}


def _volumes() -> dict:
    return {"database": {}, "files": {}, "certificates": {}}


def _yaml(value, depth: int = 0) -> str:
    """Maps as YAML blocks, everything else as JSON, which YAML reads too."""
    pad = "  " * depth
    lines = []
    for key, item in value.items():
        if isinstance(item, dict) and item:
            lines.append(f"{pad}{key}:\n{_yaml(item, depth + 1)}")
        elif item == "*app":
            lines.append(f"{pad}{key}: *app\n")
        else:
            lines.append(f"{pad}{key}: {json.dumps(item, ensure_ascii=False)}\n")
    return "".join(lines)
