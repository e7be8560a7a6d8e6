"""Rules that hold for the whole house, checked by reading it (conventions.md, design §3)."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOOR_1 = {"volunteers", "seekers", "library", "vacancies", "circles"}
APPS = [name for name in ("motesplats", *sorted(FLOOR_1), "chat") if (ROOT / name).is_dir()]
MAY_IMPORT = {"motesplats": set(), "chat": FLOOR_1 | {"motesplats"}} | {app: {"motesplats"} for app in FLOOR_1}
# May import every app; they decide nothing.
ROOF = re.compile(
    r"motesplats/(settings/|management/|urls|asgi|wsgi|celery|pages|privacy|demo|admin_site|desk|embedded)"
)


def python_files() -> list[str]:
    return [p.relative_to(ROOT).as_posix() for app in APPS for p in sorted((ROOT / app).rglob("*.py"))]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def templates() -> list[str]:
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in APPS)]
    return [
        p.relative_to(ROOT).as_posix() for f in folders for p in sorted(f.rglob("*")) if p.suffix in (".html", ".txt")
    ]


def static(suffix: str) -> list[str]:
    return [p.relative_to(ROOT).as_posix() for app in APPS for p in sorted((ROOT / app).glob(f"static/**/*{suffix}"))]


# --- the map -----------------------------------------------------------------------------------------------------------
def imported_apps(name: str) -> set[str]:
    modules = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module or "")
    return {module.partition(".")[0] for module in modules} & {*FLOOR_1, "chat", "motesplats"}


def referred_apps(name: str) -> set[str]:
    """Apps named in strings of models and migrations: "volunteers.Shift", ("chat", "0001_initial")."""
    strings = {n.value for n in ast.walk(tree(name)) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    whole = strings & {*FLOOR_1, "chat"} if "/migrations/" in name else set()
    dotted = {s.partition(".")[0] for s in strings if re.fullmatch(r"[a-z]+\.[A-Za-z]+", s)}
    return (whole | dotted) & {*FLOOR_1, "chat"}


@pytest.mark.parametrize("name", python_files())
def test_imports_follow_the_map(name):
    app = name.partition("/")[0]
    if ROOF.match(name):
        return
    found = imported_apps(name)
    if name.endswith("models.py") or "/models/" in name or "/migrations/" in name:
        found |= referred_apps(name)

    assert found - {app} - MAY_IMPORT[app] == set()


def test_the_map_would_catch_an_arrow():
    assert "seekers" in imported_apps("chat/models/conversations.py")
    migrations = [name for name in python_files() if name.startswith("chat/migrations/0")]
    assert "seekers" in set().union(*map(referred_apps, migrations))


def test_imports_are_absolute_and_inner_ones_say_why():
    wrong = []
    for name in python_files():
        lines = text(name).splitlines()
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.ImportFrom) and node.level and "/settings/" not in name:
                wrong.append(f"{name}:{node.lineno} relative")
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [n for n in node.body if isinstance(n, ast.Import | ast.ImportFrom)]
                if inner and not any("#" in lines[n.lineno - 1] or "#" in lines[n.lineno - 2] for n in inner):
                    wrong.append(f"{name}:{inner[0].lineno} import in a function without a reason")

    assert wrong == []


# --- where things are written ----------------------------------------------------------------------------------------
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}


def test_views_write_nothing():
    wrong = [
        f"{name}:{node.lineno} .{node.func.attr}()"
        for name in python_files()
        if re.search(r"(/|_)(views|pages)(/\w+)?\.py$", name)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
    ]

    assert wrong == []


FORBIDDEN = {
    r"\butcnow\(|datetime\.now\(\)": "timezone.now()",
    r"\.delay\(|apply_async\(.*(eta|countdown)": "the outbox, or a sweep over timestamps",
    r"mark_safe\(": "format_html or a template",
    r"task_always_eager": "a real worker",
    r"@receiver\(|post_save|pre_save": "a call: no signals between our own apps",
}


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_forbidden_calls_are_absent(pattern):
    wrong = [
        f"{name}:{number} use {FORBIDDEN[pattern]}"
        for name in python_files()
        for number, line in enumerate(text(name).splitlines(), 1)
        if re.search(pattern, line.partition("#")[0]) and "# allowed:" not in line
    ]

    assert wrong == []


# --- size and words ----------------------------------------------------------------------------------------------------
def test_functions_are_at_most_45_lines_and_files_400():
    names = [name for name in python_files() if "/migrations/" not in name]
    wrong = [f"{name}: {text(name).count(chr(10))} lines" for name in names if text(name).count("\n") > 400]
    for name in names:
        wrong += [
            f"{name}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
            for node in ast.walk(tree(name))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 45
        ]

    assert wrong == []


def test_todo_names_a_person_and_a_condition():
    wrong = [
        f"{name}:{number}"
        for name in [*python_files(), *templates(), *static(".js"), *static(".css")]
        for number, line in enumerate(text(name).splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX)\b", line) and not re.search(r"TODO\(\w+\): \w+", line)
    ]

    assert wrong == []


# --- templates, CSS, JavaScript ----------------------------------------------------------------------------------------
# Mail programs know no style sheets: the one mail template may style its lines.
MAY_STYLE = {"templates/mail/letter.html"}


@pytest.mark.parametrize("name", [n for n in templates() if n.endswith(".html") and n not in MAY_STYLE])
def test_template_holds_no_inline_script_or_style(name):
    page = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text(name), flags=re.S)

    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", page) == []
    assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//[^\"']*\.(?:js|css|woff2?)", page) == []
    assert re.findall(r"\|\s*safe\b|{% autoescape off", page) == []


PHYSICAL = re.compile(
    r"(?<![-\w])((margin|padding)-(left|right)|border-(left|right)(-\w+)?|(left|right)\s*:|"
    r"(text-align|float|clear)\s*:\s*(left|right)|border-(top|bottom)-(left|right)-radius)"
)


@pytest.mark.parametrize("name", static(".css"))
def test_css_has_logical_properties_only(name):
    css = re.sub(r"/\*.*?\*/", "", text(name), flags=re.S)

    assert [line.strip() for line in css.splitlines() if PHYSICAL.search(line) and "rtl-ok" not in line] == []


@pytest.mark.parametrize("name", static(".js"))
def test_javascript_builds_no_html_from_strings(name):
    assert re.findall(r"\.innerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", text(name)) == []
    assert "http://" not in text(name).replace("http://www.w3.org", "")


def used_template_names() -> set[str]:
    words = "\n".join([*map(text, python_files()), *map(text, templates())])
    return set(re.findall(r"[\"']([\w./-]+\.(?:html|txt))[\"']", words))


# Found by name by Django or a library.
BY_NAME = re.compile(
    r"^(40[034]|429|500|503)\.html$|^(admin|account|mfa|allauth|usersessions|django|registration)/|^robots"
)


def test_every_template_is_used():
    used = used_template_names()
    names = [re.sub(r"^(\w+/)?templates/", "", name) for name in templates()]

    assert [name for name in names if name not in used and not BY_NAME.match(name)] == []


# --- words -------------------------------------------------------------------------------------------------------------
def messages_of_the_code():
    from motesplats import catalogues  # reads templates: after the settings

    return [message for message in catalogues.extracted(ROOT) if message.id]


def test_msgids_are_plain_english_with_named_placeholders():
    wrong = []
    for message in messages_of_the_code():
        for words in message.id if isinstance(message.id, tuple) else (message.id,):
            if re.search("[åäöÅÄÖ]", words.replace("Mötesplats", "")):
                wrong.append(f"Swedish: {words}")
            if re.search(r"%[sd]", words):
                wrong.append(f"placeholder without a name: {words}")
            if "\n" in words.strip("\n"):
                wrong.append(f"not trimmed: {words!r}")

    assert wrong == []
