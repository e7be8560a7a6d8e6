"""The gate at the door for files that people bring: name, first bytes and container must agree before anything is kept.

Cheap enough for a page: nothing is unpacked and no picture decoded here. What only a real reading shows (a password,
a broken page, a macro hidden in a part) is found by the confined child and refused with the same words.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from motesplats.uploads import DroppedUpload
from seekers import packed_files

NAME_MAX_CHARACTERS = 100
SOUND_MAX_BYTES = 1024**2
HEAD_BYTES = 4096

# Every reason why something is not taken, in the words its owner reads. Each says what to do.
REFUSALS = {
    # at the door
    "no_file": _("Choose a file first."),
    "empty": _("The file is empty. Choose it again, or take a photo."),
    "too_large": _("The file is too large (at most 10 MB). Take a photo instead, or paste the text."),
    "wrong_kind": _("We cannot open this kind of file. Send a PDF, a Word file or a photo."),
    "name_differs": _("The file is not what its name says. Save it again as a PDF, or take a photo."),
    "heic": _("Your phone saved the photo as HEIC. Take a screenshot of the photo and send that instead."),
    "old_word": _("This is an old Word file. Save it as PDF or DOCX and send it again."),
    "rtf": _("We cannot open RTF files. Save it as PDF or DOCX and send it again."),
    "picture": _("We cannot open this picture. Send a photo as JPG or PNG."),
    "packed": _("We cannot open packed files (ZIP). Send the CV alone, as PDF, Word or photo."),
    "not_together": _("Send one file at a time. Only photos can be sent together."),
    "not_sound": _("We cannot play this recording. Record again."),
    "sound_too_large": _("The recording is too large. Record again, at most 60 seconds."),
    "sound_too_long": _("The recording is too long. Record again, at most 60 seconds."),
    # how much one person may keep
    "too_many": _("You have too many files here (at most 20). Take one away first."),
    "too_much": _("Your files are too large together (at most 50 MB). Take one away first."),
    "no_room": _("We cannot save files right now. Try again later, or paste the text."),
    # text and boxes
    "empty_text": _("Write or paste your text first."),
    "text_too_long": _("The text is too long. Send the most important part."),
    "bad_box": _("The box was not on the page. Draw it again."),
    "too_many_boxes": _("There are too many boxes on the page. Draw fewer and larger ones."),
    "gone": _("This document is not here any more. Go back to the chat."),
    # while it is prepared
    "could_not_read": _("We could not read the file. Save it as a PDF and send it again, or take a photo."),
    "password": _("The file has a password. Take the password away and send the file again."),
    "unsafe": _("The file holds more than text and pictures. Save it as a PDF and send that."),
    "too_many_pages": _("The file has too many pages (at most 50). Send only your CV."),
    "too_many_pixels": _("The photo is too large. Take it again with a lower quality, or take a screenshot of it."),
    "virus": _("Our check found a virus in the file. Take a photo of your CV instead, or paste the text."),
}


class Refused(Exception):
    """Not taken. `code` is a key of REFUSALS; `words` what its owner reads."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        return str(REFUSALS[self.code])


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may come in. format: pdf, docx, odt, jpg, png, webm, ogg or m4a. size: bytes. name: cleaned."""

    format: str
    name: str
    size: int


FORMATS = {"pdf": "pdf", "docx": "docx", "odt": "odt", "jpg": "jpg", "jpeg": "jpg", "jpe": "jpg", "png": "png"}
SOUND_FORMATS = {"webm": "webm", "weba": "webm", "ogg": "ogg", "oga": "ogg", "opus": "ogg", "m4a": "m4a", "mp4": "m4a"}
WITHOUT_ENDING = {"pdf", "jpg", "png"}  # some phones hand over files without a name's end
KNOWN_OTHERS = {
    "heic": "heic",
    "heif": "heic",
    "doc": "old_word",
    "dot": "old_word",
    "rtf": "rtf",
    **dict.fromkeys(["svg", "gif", "webp", "bmp", "tif", "tiff", "avif"], "picture"),
    **dict.fromkeys(["zip", "rar", "7z", "gz", "tar"], "packed"),
    **dict.fromkeys(["docm", "dotm"], "unsafe"),
}


def inspect(upload: UploadedFile, *, as_sound: bool = False) -> Inspected:
    """Look at name, size, first bytes and, for Word files, the container's table of contents. Raises Refused(code).

    Leaves `upload` at its beginning. as_sound: only recordings of at most 1 MB are taken, else only documents.
    """
    if isinstance(upload, DroppedUpload):
        raise Refused("sound_too_large" if as_sound and upload.reason == "too_large" else upload.reason)
    if not upload.size:
        raise Refused("empty")
    name = clean_file_name(upload.name or "")
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    found = _sound_format(name, head, upload.size) if as_sound else _document_format(name, head, upload)
    upload.seek(0)
    return Inspected(found, name, upload.size)


def _document_format(name: str, head: bytes, upload: UploadedFile) -> str:
    if upload.size > settings.FILE_MAX_BYTES:
        raise Refused("too_large")
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    shown = _kind_of(head)
    if shown == "heic" or ending in KNOWN_OTHERS:
        raise Refused("heic" if shown == "heic" else KNOWN_OTHERS[ending])
    if ending not in FORMATS and not (ending == "" and shown in WITHOUT_ENDING):
        raise Refused("wrong_kind")
    wanted = FORMATS.get(ending, shown)
    if shown == "compound" and wanted == "docx":
        raise Refused("password")  # Word packs a document with a password like its oldest files
    if shown == "zip":
        return _archive_format(wanted, upload)
    if shown != wanted:
        raise Refused("name_differs")
    return wanted


def _archive_format(wanted: str, upload: UploadedFile) -> str:
    if wanted not in ("docx", "odt"):
        raise Refused("name_differs")
    upload.seek(0)
    problem = packed_files.problem_of(upload, upload.size, wanted)
    if problem:
        raise Refused(problem)
    return wanted


def _kind_of(head: bytes) -> str:
    """What the first bytes say: a format, "zip", "compound", "heic", or "" for everything else."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "compound"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"):
        return "heic"
    start = head[:1024].find(b"%PDF-")
    if start >= 0 and not re.search(rb"<\s*(!doctype|html|script|svg|\?xml)", head[:start], re.IGNORECASE):
        return "pdf"
    return ""


def _sound_format(name: str, head: bytes, size: int) -> str:
    if size > SOUND_MAX_BYTES:
        raise Refused("sound_too_large")
    ending = PurePosixPath(name).suffix.lstrip(".").lower()
    shown = _sound_kind_of(head)
    if not shown or ending and SOUND_FORMATS.get(ending) != shown:
        raise Refused("not_sound")
    return shown


def _sound_kind_of(head: bytes) -> str:
    if head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head[:64] and not re.search(rb"V_(VP[89]|AV1|MPEG)", head):
        return "webm"
    if head.startswith(b"OggS") and (b"OpusHead" in head[:64] or b"\x01vorbis" in head[:64]):
        return "ogg"
    is_sound_box = head[8:12] in (b"M4A ", b"mp42", b"mp41", b"isom", b"iso5", b"iso6", b"dash")
    return "m4a" if head[4:8] == b"ftyp" and is_sound_box else ""


KEPT_INVISIBLE = "\u200c\u200d"  # joiners: words in Persian and some emoji need them
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # names that Windows cannot save


def clean_file_name(name: str) -> str:
    """The name as it may be shown and sent: no path, no control or direction marks, NFC, at most 100 characters.

    Keeps letters of every script, spaces, and the ending. "" becomes "fil".
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        c for c in name if c in KEPT_INVISIBLE or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    kept = " ".join(unicodedata.normalize("NFC", kept).split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    if RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem += "_"
    ending = f".{ending}"[:12] if ending else ""
    return (stem[: NAME_MAX_CHARACTERS - len(ending)].rstrip(". ") or "fil") + ending
