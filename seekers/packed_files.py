"""DOCX and ODT are ZIP files: what their table of contents and their parts may hold. Imports no Django."""

import re
import stat
import struct
import zipfile
from typing import IO

UNPACKED_MAX_BYTES = 100 * 1024**2
RATIO_MAX = 100
MEMBERS_MAX = 1000
CONTENTS_MAX_BYTES = 256 * 1024  # of the table of contents itself
TAIL_BYTES = 66_000  # where the end record must stand

NESTED = re.compile(r"\.(zip|jar|docx?|xlsx?|pptx?|od[tsp]|7z|rar|gz|tar|tgz|bz2|xz|cab|iso)$", re.IGNORECASE)
PROGRAM = re.compile(
    r"(vbaproject\.bin|vbadata\.xml|\.(exe|dll|js|vbs|bat|cmd|ps1|scr|com|class|py|bas|xba)$"
    r"|(^|/)activex/|(^|/)embeddings/|oleobject|^basic/|^scripts/|^object \d|^objectreplacements/)",
    re.IGNORECASE,
)
NEEDED = {
    "docx": {"[Content_Types].xml", "word/document.xml"},
    "odt": {"mimetype", "content.xml"},
}
ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def problem_of(file: IO[bytes], size: int, format: str) -> str:
    """A code of intake.REFUSALS, or "" when the table of contents is fine. Reads the end of the file only.

    format: docx or odt. Rules: reliability.md §4.1, "zip-bomb DOCX" and "DOCX with macro".
    """
    if not _has_small_contents(file, size):
        return "could_not_read"
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            problem = _members_problem(members)
            if problem or not NEEDED[format] <= {member.filename for member in members}:
                return problem or "name_differs"
            if format == "odt" and _start(archive, "mimetype") != ODT_TYPE:
                return "name_differs"
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError, struct.error):
        return "could_not_read"
    return ""


def _has_small_contents(file: IO[bytes], size: int) -> bool:
    """The end record promises few members: a list of a hundred thousand is not even read."""
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read(TAIL_BYTES)
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return False
    count, contents_bytes = struct.unpack_from("<HI", tail, at + 10)
    return count <= MEMBERS_MAX and contents_bytes <= CONTENTS_MAX_BYTES


def _members_problem(members: list[zipfile.ZipInfo]) -> str:
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if len(members) > MEMBERS_MAX or unpacked > UNPACKED_MAX_BYTES or unpacked > RATIO_MAX * max(packed, 1):
        return "unsafe"
    if len({m.filename for m in members}) != len(members):
        return "unsafe"  # two members of one name: two readers would see two documents
    for member in members:
        if member.flag_bits & 1:
            return "password"
        if _leads_out(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
            return "unsafe"
        if NESTED.search(member.filename) or PROGRAM.search(member.filename):
            return "unsafe"
    return ""


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in name


def _start(archive: zipfile.ZipFile, name: str, most: int = 64) -> bytes:
    with archive.open(name) as member:
        return member.read(most)


# --- the parts, read in the confined child only ----------------------------------------------------------------------

DECLARATIONS = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
DDE = re.compile(rb"\bDDE(AUTO)?\b|dde-(link|source|connection)", re.IGNORECASE)
EXTERNAL = re.compile(rb"<[^<>]*\bTargetMode\s*=\s*[\"']External[\"'][^<>]*>", re.IGNORECASE)
TEMPLATE = re.compile(rb"attachedTemplate|/oleObject|/frame\b|/subDocument|/aFChunk|/mailMerge", re.IGNORECASE)
HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)
FIELD_THAT_FETCHES = re.compile(rb"INCLUDE(PICTURE|TEXT)", re.IGNORECASE)
ODT_FETCHES = re.compile(
    rb"(<(?!text:a\b|draw:a\b)[^<>]*?\bxlink:href\s*=\s*)([\"'])\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)[^\"'<>]*\2",
    re.IGNORECASE,
)
# &#101; or &#x65; of letters, digits and the signs of an address
REFERENCE = re.compile(
    rb"&#(?:0*(4[5-9]|5[0-8]|6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2])|[xX]0*(2[dDeEfF]|3[0-9aA]|[46][1-9a-fA-F]|[57][0-9aA]));"
)
VALUE = re.compile(rb"=\s*(?:\"[^\"<]*\"|'[^'<]*')")
XML = re.compile(r"\.(xml|rels)$", re.IGNORECASE)


class Unfit(Exception):
    """A part of the archive is not allowed; the argument is a code of intake.REFUSALS."""


def copy_safely(source: str, target: str) -> bool:
    """Write the archive anew with every part that would be fetched from elsewhere taken out. -> whether there was one.

    Counts what is really unpacked, whatever the table of contents says. Raises Unfit, zipfile.BadZipFile.
    """
    fetches, room = False, UNPACKED_MAX_BYTES
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        problem = _members_problem(old.infolist())
        if problem:
            raise Unfit(problem)
        for member in old.infolist():
            part = _read(old, member, room)
            room -= len(part)
            if XML.search(member.filename):
                part, fetched = _without_fetches(part)
                fetches |= fetched
            elif part[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", b"7z\xbc\xaf"):
                raise Unfit("unsafe")
            kind = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(member.filename, part, compress_type=kind)
    return fetches


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> bytes:
    with archive.open(member) as part:
        read = part.read(room + 1)
    if len(read) > room:
        raise Unfit("unsafe")
    return read


def _without_fetches(part: bytes) -> tuple[bytes, bool]:
    """(the XML with what points outside taken out, whether there was something). Raises Unfit."""
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:200]:
        part = part.decode("utf-16").replace("UTF-16", "UTF-8").replace("utf-16", "UTF-8").encode()
    part = _plainly_written(part)
    if DECLARATIONS.search(part) or b"macroEnabled" in part or b"relationships/aFChunk" in part:
        raise Unfit("unsafe")
    if b"manifest:encryption-data" in part:
        raise Unfit("password")
    if _fields_say_dde(part):
        raise Unfit("unsafe")
    found = [one for one in EXTERNAL.findall(part) if not HYPERLINK.search(one)]
    if any(TEMPLATE.search(one) for one in found):
        raise Unfit("unsafe")
    for one in found:
        part = part.replace(one, b"")
    clean, links = ODT_FETCHES.subn(rb"\1\2\2", FIELD_THAT_FETCHES.sub(b"COMMENTS", part))
    return clean, bool(found or links or FIELD_THAT_FETCHES.search(part))


def _plainly_written(part: bytes) -> bytes:
    """The same XML where nobody can hide a word from the searches here: no letter as a number, no ">" in a value."""
    part = REFERENCE.sub(lambda one: chr(int(one[1] or one[2], 10 if one[1] else 16)).encode(), part)
    return VALUE.sub(lambda one: one[0].replace(b">", b"&gt;"), part)


def _fields_say_dde(part: bytes) -> bool:
    """A field may be cut over several runs: its pieces are read together. "DDE" in the text of a CV is only a word."""
    pieces = re.findall(rb"<w:instrText[^>]*>([^<]*)</w:instrText>|w:instr=[\"']([^\"']*)", part)
    instructions = b"".join(a or b for a, b in pieces)
    return bool(DDE.search(instructions) or re.search(rb"<(office|text|table):dde-", part))
