"""Message catalogues without GNU gettext: finding what is to be translated, updating .po, compiling .mo."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

DOMAIN = "django"
APPS = ("motesplats", "volunteers", "seekers", "chat", "library", "vacancies")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "_now": None,  # gettext, in files where `_` is the lazy one
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# CLDR's rules, written out: babel knows some of these languages only in part.
PLURALS = {
    "sv": "nplurals=2; plural=(n != 1);",
    "en": "nplurals=2; plural=(n != 1);",
    "so": "nplurals=2; plural=(n != 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "prs": "nplurals=2; plural=(n > 1);",
    "ti": "nplurals=2; plural=(n > 1);",
    "uk": (
        "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
        "n%10==0 || n%10>=5 || (n%100>=11 && n%100<=14) ? 2 : 3);"
    ),
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
}


def catalogue_file(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def sources(root: Path) -> Iterator[Path]:
    """Python files and templates that may hold words, in a fixed order."""
    for app in APPS:
        yield from sorted(p for p in (root / app).rglob("*.py") if "migrations" not in p.parts)
    folders = [root / "templates", *(root / app / "templates" for app in APPS)]
    for folder in folders:
        yield from sorted(p for p in folder.rglob("*") if p.suffix in (".html", ".txt"))


def extracted(root: Path) -> Catalog:
    """Everything marked for translation, without line numbers: a moved line is no change of the words."""
    found = Catalog(domain=DOMAIN)
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=place)
        for _line, words, comments, context in extract(
            "python",
            io.BytesIO(text.encode()),
            keywords=KEYWORDS,
            comment_tags=["Translators:"],
            strip_comment_tags=True,
        ):
            found.add(words, locations=[(place, None)], auto_comments=_tidy(comments), context=context)
    return found


def _tidy(comments: list[str]) -> list[str]:
    return [re.sub(r"\s+", " ", comment).strip() for comment in comments if comment.strip()]


def _empty(language: str) -> Catalog:
    made = datetime(2026, 11, 22, tzinfo=UTC)
    catalogue = Catalog(
        locale=None,
        domain=DOMAIN,
        project="Mötesplats",
        charset="utf-8",
        fuzzy=False,
        creation_date=made,
        revision_date=made,
        header_comment=f"# Mötesplats: {language}. Change the words here, then `make messages`.",
    )
    catalogue._plural_expr = _plural_expression(language)
    catalogue._num_plurals = _plural_count(language)
    return catalogue


def _plural_count(language: str) -> int:
    return int(re.search(r"nplurals=(\d)", PLURALS[language])[1])


def _plural_expression(language: str) -> str:
    return re.search(r"plural=(.+);$", PLURALS[language])[1]


def read(path: Path, language: str) -> Catalog:
    """A catalogue as it stands in the repository; empty when there is none yet."""
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, domain=DOMAIN)


def updated(root: Path, language: str, template: Catalog) -> Catalog:
    """What the file should hold: every message of the code, with the translations we have, and no guesses."""
    known = read(catalogue_file(root, language), language)
    fresh = _empty(language)
    for message in template:
        if not message.id:
            continue
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        old = known.get(key, message.context)
        made = fresh.add(
            message.id,
            string=_kept(message, old, language),
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
        made.flags |= ({"python-format"} & message.flags) | ({"fuzzy"} & old.flags if old else set())
    return fresh


def _kept(message, old, language: str):
    empty = tuple([""] * _plural_count(language)) if message.pluralizable else ""
    if old is None or old.pluralizable != message.pluralizable:
        return empty
    if message.pluralizable and len(old.string) != len(empty):
        return empty
    return old.string


def as_text(catalogue: Catalog, language: str) -> bytes:
    """The .po file: no dates (they only make conflicts), places without lines, sorted."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False)
    header = (
        f"# Mötesplats: {language}. Change the words here; `make messages` adds what is new.\n"
        'msgid ""\nmsgstr ""\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Language: {language}\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n\n'
    )
    return header.encode() + out.getvalue().lstrip()


def update(root: Path, language: str, template: Catalog) -> bool:
    """Write the catalogue of one language. -> True when the file changed."""
    path = catalogue_file(root, language)
    new = as_text(updated(root, language, template), language)
    if path.exists() and path.read_bytes() == new:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(new)
    return True


def compile_one(path: Path) -> Path:
    """django.po -> django.mo beside it. Untranslated messages are left out: they fall back to Swedish."""
    catalogue = read(path, path.parts[-3])
    for message in [m for m in catalogue if m.id and not _is_whole(m)]:
        catalogue.delete(_first(message), message.context)
    target = path.with_suffix(".mo")
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return target


def placeholders(words: str) -> list[str]:
    """The names in "%(name)s"."""
    return re.findall(r"%\((\w+)\)[sd]", words)


def missing(catalogue: Catalog) -> list[str]:
    """The msgids without a whole translation, and the fuzzy ones."""
    return [_first(message) for message in catalogue if message.id and (message.fuzzy or not _is_whole(message))]


def _first(message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def _is_whole(message) -> bool:
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(strings)
