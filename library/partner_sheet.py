"""Others who help as a table for a spreadsheet (CSV): written for Excel in Swedish, read however it comes back.

The first line names the columns; `name` says which row it is. A row that is not here is new, one that is gets what its
columns say; whoever is not in the table stays as they are. One wrong cell, and nothing is saved.
"""

import codecs
import csv
import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from library import partners
from library.models import WHOLE_COUNTRY, Partner
from library.partners import CODES, SWEDISH
from motesplats import audit, municipalities
from motesplats.languages import READABLE
from motesplats.models import User

MOST_BYTES, MOST_ROWS, MOST_ERRORS = 1_000_000, 300, 50
DOES = [f"does_{code}" for code in CODES]
COLUMNS = ["name", *DOES, "needs", "regions", "languages", "url", "is_active", "position"]
NEEDED = {"name", "does_sv", "needs", "regions", "url"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_YES, _NO = {"ja", "yes", "1", "true", "sant"}, {"nej", "no", "0", "false", "falskt"}


class NotATable(Exception):  # noqa: N818 a refusal
    """The file cannot be read as a table; args[0] says what to do."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """`line`: as the spreadsheet counts, the names of the columns are line 1. `column`: "" of a whole row."""

    line: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Came:
    """What an import did, or why it did nothing."""

    new: int = 0
    changed: int = 0
    wrong: tuple[Wrong, ...] = ()


def write(rows) -> bytes:
    """The partners as UTF-8 with a byte order mark, semicolons between: what Excel in Swedish opens by a click."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(COLUMNS)
    with override(SWEDISH):
        for partner in rows:
            cells = [partner.name, *(getattr(partner, name) or "" for name in DOES), *_codes_in_words(partner)]
            cells += [partner.url, _("yes") if partner.is_active else _("no"), str(partner.position)]
            table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _codes_in_words(partner: Partner) -> list[str]:
    known = partners.needs()
    said = ([known.get(code, code) for code in partner.needs], [partners.place_name(code) for code in partner.regions])
    return [", ".join(words) for words in (*said, partner.languages)]


def read(data: bytes, *, by: User) -> Came:
    """Save every row of the table, or none. NotATable."""
    try:
        return _read(data, by=by)
    except IntegrityError:  # somebody else has added one of them just now
        raise NotATable(_("Somebody else changed the list just now. Send the file once more.")) from None


@transaction.atomic
def _read(data: bytes, *, by: User) -> Came:
    known = {partner.name.casefold(): partner for partner in Partner.objects.select_for_update(of=("self",))}
    wrong: list[Wrong] = []
    ready: dict[str, Partner] = {}
    for line, row in _rows(data):
        name = row.get("name", "").casefold()
        partner = known.get(name) or Partner()
        bad = _fill(partner, row)
        if name and name in ready:
            bad.append(("name", _("This name stands twice.")))
        ready[name] = partner
        wrong += [Wrong(line, column, words) for column, words in bad]
    if not ready:
        raise NotATable(_("There are no rows in the file."))
    if wrong:
        return Came(wrong=tuple(wrong[:MOST_ERRORS]))
    new = sum(partner.pk is None for partner in ready.values())
    for partner in ready.values():
        partners.store(partner)
    audit.record("partner.imported", actor=by, about=("partner", "-"), new=new, changed=len(ready) - new)
    return Came(new, len(ready) - new)


def _rows(data: bytes) -> list[tuple[int, dict[str, str]]]:
    """(line, {column: cell}); empty rows left out."""
    if len(data) > MOST_BYTES:
        raise NotATable(_("The file is too large."))
    text = _decoded(data)
    first = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=False)
    try:
        named = [cell.strip().casefold() for cell in next(table, [])]
        rows = [(table.line_num, dict(zip(named, map(_clean, cells), strict=False))) for cells in table if any(cells)]
    except csv.Error:
        raise NotATable(_("We cannot read the file. Save it as CSV and try again.")) from None
    if missing := sorted(NEEDED - set(named)):
        raise NotATable(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if len(rows) > MOST_ROWS:
        raise NotATable(_("The file has too many rows."))
    return rows


def _decoded(data: bytes) -> str:
    is_utf16 = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotATable(_("We cannot read the file. Save it as CSV and try again."))


def _clean(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1 else cell


def _fill(partner: Partner, row: dict[str, str]) -> list[tuple[str, str]]:
    """Put the cells of a row into `partner`. -> what is wrong: (column, words), at most one thing a column."""
    bad = {}
    for name in ("name", "url", *DOES):
        if name in row:
            setattr(partner, name, row[name])
    for name in CODES_OF:
        if name in row:
            try:
                setattr(partner, name, codes_of(name, row[name]))
            except ValidationError as problem:
                bad[name] = problem.message
    if word := row.get("is_active", "").casefold():
        partner.is_active = word in _YES
        if word not in _YES | _NO:
            bad["is_active"] = _("Write yes or no.")
    if number := row.get("position"):
        if number.isdecimal() and int(number) <= 999:
            partner.position = int(number)
        else:
            bad["position"] = _("Write a number up to 999.")
    return list((_missing_or_too_long(partner) | bad).items())


def _missing_or_too_long(partner: Partner) -> dict[str, str]:
    found = {}
    try:
        partner.clean_fields(exclude=["slug", "does"])
    except ValidationError as problem:
        found = {name: words[-1] for name, words in problem.message_dict.items()}
    return found | {name: _("This is empty.") for name in sorted(NEEDED) if not getattr(partner, name)}


def codes_of(column: str, words: str) -> list[str]:
    """ "Mentor, Praktik" -> ["mentor", "internship"]; codes may stand there too. ValidationError names the unknown."""
    said = [(word, CODES_OF[column](word)) for word in map(str.strip, words.split(",")) if word]
    if unknown := [word for word, code in said if not code]:
        raise ValidationError(_("We do not know: %(words)s.") % {"words": ", ".join(unknown)})
    return [code for _word, code in said]


def _need(word: str) -> str:
    with override(SWEDISH):
        known = {words.casefold(): code for code, words in partners.needs().items()}
    plain = word.casefold()
    return plain if plain in partners.needs() else known.get(plain, "")


def _place(word: str) -> str:
    if word.casefold() in (WHOLE_COUNTRY, "hela sverige", "all of sweden"):
        return WHOLE_COUNTRY
    if word in municipalities.regions() or municipalities.by_code(word):
        return word
    regions = {name.casefold(): code for code, name in municipalities.regions().items()}
    found = municipalities.by_name(word)
    return regions.get(word.casefold()) or (found.code if found else "")


def _language(word: str) -> str:
    known = {str(name).casefold(): code for code, name in READABLE.items()} | {"svenska": "sv"}
    plain = word.casefold()
    return plain if plain in READABLE else known.get(plain, "")


CODES_OF = {"needs": _need, "regions": _place, "languages": _language}
