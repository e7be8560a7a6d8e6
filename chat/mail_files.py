"""Files that come with an answer: through the gate of documents into the asker's papers; what stays out, with words."""

import hashlib
from uuid import UUID, uuid5

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction

from chat import documents, lines, threads
from chat.access import Person
from chat.models import InboundMail, Side
from motesplats.mail_reading import Attachment, IncomingMail, names_inside
from motesplats.uploads import DroppedUpload
from seekers.documents import title_of
from seekers.intake import Refused, clean_file_name
from seekers.models import Document

# Phones put a photo of a CV into the text, signatures a logo: the size tells them apart.
LOGO_MAX_BYTES = 30 * 1024
FILES_MAX = 20
NOT_FROM_HELPERS, TOO_MANY = "not_from_helpers", "too_many_in_mail"
_NAMESPACE = UUID("0e6c2f4b-9b43-4b07-8d6c-6f0c6a0ce1b2")
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
_PHOTOS = (b"\xff\xd8\xff", b"\x89PNG")
_KINDS = {kind.value: kind for kind in (Document.Kind.CV, Document.Kind.LETTER, Document.Kind.PITCH)}


def files_of(mail: IncomingMail) -> list[Attachment]:
    """What the person sent along: not the signature of a mail program, not a logo."""
    return [
        file
        for file in mail.attachments
        if file.content_type not in _SIGNATURES and not (file.is_inline and len(file.content()) < LOGO_MAX_BYTES)
    ]


def digests(mail: IncomingMail) -> list[str]:
    """The same files give the same digests."""
    return [hashlib.sha256(file.content()).hexdigest() for file in files_of(mail)]


def bring(row: InboundMail, mail: IncomingMail, person: Person) -> list[list[str]]:
    """Bring the files of a mail as documents of the one who asked: photos together, every other file alone.

    At most `FILES_MAX` of a mail. -> [[name, code], …] of what was not taken, as far as it is told; the chat says so in
    one line. Safe to run twice: the papers are the same.
    """
    files, refused = files_of(mail), []
    for number, together in enumerate(_groups(files[:FILES_MAX])):
        refused += _bring_together(row, person, f"{number}", together)
    if person.side == Side.SEEKER:
        refused += [[name, TOO_MANY] for file in files[FILES_MAX : 2 * FILES_MAX] for name in _names(file)]
    refused = refused[:FILES_MAX]
    if refused and person.side == Side.SEEKER:
        _say_refused(row, person, ", ".join(name for name, _code in refused), is_one=len(refused) == 1)
    return refused


def _say_refused(row: InboundMail, person: Person, names: str, *, is_one: bool) -> None:
    said = {"name": person.user.display_name, "file": names}
    with transaction.atomic():
        conversation = threads.locked(person.request)
        code = "mail_file_refused" if is_one else "mail_files_refused"
        lines.add(conversation, code, occasion=f"{row.public_id}/files", **said)
        threads.shown_anew(conversation)


def say_shortened(row: InboundMail, person: Person) -> None:
    """The chat says that a mail was longer than what stands there. Call with the chat locked."""
    name = person.user.display_name
    lines.add(person.conversation, "mail_shortened", occasion=row.public_id, name=name)


def _groups(files: list[Attachment]) -> list[list[Attachment]]:
    photos, others = [], []
    for file in files:
        (photos if file.content().startswith(_PHOTOS) else others).append(file)
    return [*([photos] if photos else []), *([file] for file in others)]


def _bring_together(row: InboundMail, person: Person, place: str, files: list[Attachment]) -> list[list[str]]:
    try:
        if person.side != Side.SEEKER:
            raise Refused(NOT_FROM_HELPERS)
        documents.bring_files(
            person,
            kind=_KINDS.get(person.request.topic, Document.Kind.OTHER),
            uploads=[_upload(file) for file in files],
            draft_id=uuid5(_NAMESPACE, f"{row.public_id}/{place}"),
        )
    except Refused as refusal:
        if len(files) == 1:
            return [[name, refusal.code] for name in _names(files[0])]
        apart = [_bring_together(row, person, f"{place}.{number}", [file]) for number, file in enumerate(files)]
        return [one for found in apart for one in found]
    return []


def _upload(file: Attachment) -> UploadedFile:
    content = file.content()
    if len(content) > settings.FILE_MAX_BYTES:
        return DroppedUpload(file.name, len(content), "too_large")
    return SimpleUploadedFile(file.name or "fil", content, file.content_type)


def _names(file: Attachment) -> list[str]:
    """As others may read it: what is private in a name is hidden. Of Outlook's packet, what lies in it."""
    return [title_of(clean_file_name(name)) for name in names_inside(file) or [file.name]]
