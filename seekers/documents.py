"""What a person brings and how much of it others see: files, photos, texts, sounds, boxes over what is private.

The owner alone brings, shows and hides. What a file holds is found out by preparation.py, outside the page.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import isfinite
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone

from motesplats import audit, files
from motesplats.models import User
from seekers import carrying, covering, identifiers, intake, pasted, preparation, quotes
from seekers.intake import Refused
from seekers.models import Document, DocumentFile, DocumentPage, DocumentUse, DocumentVersion, HelpRequest

Source, State = DocumentVersion.Source, DocumentVersion.State
Box = tuple[float, float, float, float]  # x, y, width, height: 0–1 of the page

PHOTOS = {"jpg", "png"}
TEXT_MAX_CHARACTERS = 20_000
TEXTS_PER_PERSON = 200
SOUND_MAX_SECONDS = 60
BOXES_PER_PAGE = 60


@dataclass(frozen=True, slots=True)
class Original:
    """A file that passed the door and lies on the disk: its name there, its cleaned name, its format, its bytes."""

    stored_name: str
    name: str
    format: str
    size: int


# --- bringing --------------------------------------------------------------------------------------------------------


def bring_files(
    *,
    owner: User,
    request: HelpRequest,
    kind: str,
    uploads: list[UploadedFile],
    draft_id: UUID,
    document: Document | None = None,
) -> DocumentVersion:
    """Take one file, or several photos in their order, as a new document or as the next version of `document`.

    The version is prepared later, by a worker. The same `draft_id` twice gives the same version. Raises
    Refused(code): of intake, or "no_file", "not_together", "too_many", "no_room"; then nothing is left behind.
    """
    with stored(uploads) as originals:
        return add_files(
            owner=owner, request=request, kind=kind, originals=originals, draft_id=draft_id, document=document
        )


@contextmanager
def stored(uploads: list[UploadedFile], *, as_sound: bool = False) -> Iterator[list[Original]]:
    """Look at each file at the door, write them to the disk; whatever goes wrong inside takes them away again.

    Done before the transaction, so that no lock is held while bytes are written. Raises Refused.
    """
    if not uploads:
        raise Refused("no_file")
    if len(uploads) > settings.FILES_PER_PERSON:
        raise Refused("too_many")
    looked_at = [intake.inspect(upload, as_sound=as_sound) for upload in uploads]
    if len(uploads) > 1 and not {found.format for found in looked_at} <= PHOTOS:
        raise Refused("not_together")
    originals: list[Original] = []
    try:
        for upload, found in zip(uploads, looked_at, strict=True):
            upload.seek(0)
            originals.append(Original(files.store(upload.chunks()), found.name, found.format, found.size))
        yield originals
    except files.NoRoom as problem:
        _throw_away(originals)
        raise Refused("no_room") from problem
    except BaseException:
        _throw_away(originals)
        raise


def _throw_away(originals: Iterable[Original]) -> None:
    for original in originals:
        files.remove(original.stored_name)


def add_files(
    *,
    owner: User,
    request: HelpRequest,
    kind: str,
    originals: list[Original],
    draft_id: UUID,
    document: Document | None = None,
    **fields,
) -> DocumentVersion:
    """The rows for what `stored` wrote. Call inside `stored`. fields: of the version. Raises Refused."""
    source = Source.PHOTOS if originals[0].format in PHOTOS else Source.FILE
    with transaction.atomic():
        _lock(owner)
        known, draft_id = _known(owner, draft_id)
        if known:
            transaction.on_commit(partial(_throw_away, originals))
            return known
        _stop_at_limits(owner, originals)
        given = {"source": source, **fields}
        title = (
            "" if kind == Document.Kind.SOUND else title_of(originals[0].name)
        )  # a recorder's file name says nothing
        version = _add(owner, request, kind, document, title=title, draft_id=draft_id, **given)
        DocumentFile.objects.bulk_create(
            DocumentFile(
                version=version,
                position=position,
                stored_name=original.stored_name,
                original_name=original.name,
                format=original.format,
                size=original.size,
            )
            for position, original in enumerate(originals, 1)
        )
        if version.state == State.PREPARING:
            transaction.on_commit(partial(preparation.ask_for, version.pk), robust=True)
    return version


def title_of(file_name: str) -> str:
    """The name that helpers read too: "CV_070-1234567.pdf" is "CV_[telefon].pdf"."""
    stem, dot, ending = file_name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (ending, "")
    found = identifiers.find(stem.replace("_", " "))
    return identifiers.mask(stem, found)[: intake.NAME_MAX_CHARACTERS - len(ending)] + ending


def bring_text(
    *,
    owner: User,
    request: HelpRequest,
    kind: str,
    text: str,
    draft_id: UUID,
    document: Document | None = None,
    title: str = "",
) -> DocumentVersion:
    """Take a text that was pasted or written; it is ready at once, what is private in it hidden.

    text: cleaned by motesplats.text. Raises Refused("empty_text", "text_too_long", "too_many").
    """
    if not text.strip():
        raise Refused("empty_text")
    if len(text) > TEXT_MAX_CHARACTERS:
        raise Refused("text_too_long")
    read = pasted.read(text)
    with transaction.atomic():
        _lock(owner)
        known, draft_id = _known(owner, draft_id)
        if known:
            return known
        _stop_at_limits(owner, [])
        version = _add(
            owner, request, kind, document, title=title, draft_id=draft_id, source=Source.TEXT, state=State.READY,
            text=text, masked_text=read.masked_text, found=read.found, prepared_at=timezone.now(),
        )  # fmt: skip
        DocumentPage.objects.bulk_create(
            DocumentPage(version=version, number=number, has_text=True, lines=lines)
            for number, lines in enumerate(read.pages, 1)
        )
        carrying.carry_over(version)
    return version


def bring_sound(
    *, owner: User, request: HelpRequest, upload: UploadedFile, seconds: int, draft_id: UUID
) -> DocumentVersion:
    """Take a recording of at most 60 s. seconds: as the recorder says. Raises Refused."""
    with stored([upload], as_sound=True) as originals:
        return add_sound(owner=owner, request=request, originals=originals, seconds=seconds, draft_id=draft_id)


def add_sound(
    *, owner: User, request: HelpRequest, originals: list[Original], seconds: int, draft_id: UUID
) -> DocumentVersion:
    """The rows of a recording that `stored` wrote. Call inside `stored`. Raises Refused("sound_too_long")."""
    if seconds > SOUND_MAX_SECONDS:
        raise Refused("sound_too_long")
    return add_files(
        owner=owner, request=request, kind=Document.Kind.SOUND, originals=originals, draft_id=draft_id,
        source=Source.SOUND, seconds=max(seconds, 1),
    )  # fmt: skip


def _lock(owner: User) -> None:
    """Two windows of one person count one after the other."""
    User.objects.select_for_update(of=("self",)).get(pk=owner.pk)


def _known(owner: User, draft_id: UUID) -> tuple[DocumentVersion | None, UUID]:
    """(what this draft became already, the id to use). An id that is somebody else's is not taken over."""
    version = DocumentVersion.objects.filter(draft_id=draft_id).select_related("document").first()
    if version is None:
        return None, draft_id
    is_same = version.document.owner_id == owner.pk and version.document.removed_at is None
    return (version, draft_id) if is_same else (None, uuid4())


def _stop_at_limits(owner: User, originals: list[Original]) -> None:
    kept = DocumentFile.objects.filter(version__document__owner=owner, version__document__removed_at=None)
    now = kept.aggregate(count=Count("pk"), size=Sum("size", default=0))
    if originals and now["count"] + len(originals) > settings.FILES_PER_PERSON:
        raise Refused("too_many")
    if originals and now["size"] + sum(original.size for original in originals) > settings.FILES_MAX_BYTES:
        raise Refused("too_much")
    versions = DocumentVersion.objects.filter(document__owner=owner, document__removed_at=None)
    if not originals and versions.filter(source=Source.TEXT).count() >= TEXTS_PER_PERSON:
        raise Refused("too_many")


def _add(
    owner: User, request: HelpRequest, kind: str, document: Document | None, *, title: str, **fields
) -> DocumentVersion:
    if document is None:
        document = Document.objects.create(owner=owner, kind=kind, title=title)
    elif document.owner_id != owner.pk or not Document.objects.kept().filter(pk=document.pk).exists():
        raise Refused("gone")
    DocumentUse.objects.get_or_create(document=document, request=request)
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = DocumentVersion.objects.create(document=document, number=last + 1, **fields)
    audit.record(
        "document.brought", actor=owner, about=("document", document.public_id),
        number=version.number, source=version.source, request=request.public_id,
    )  # fmt: skip
    return version


def use(document: Document, request: HelpRequest) -> None:
    """Show a document of the asker in the chat of another question of theirs. Again is fine. Raises Refused("gone")."""
    with transaction.atomic():
        if document.owner_id != request.owner_id or not Document.objects.kept().filter(pk=document.pk).exists():
            raise Refused("gone")
        _use, made = DocumentUse.objects.get_or_create(document=document, request=request)
        if made:
            about = ("document", document.public_id)
            audit.record("document.used", actor=request.owner, about=about, request=request.public_id)


def try_again(version: DocumentVersion, actor: User) -> bool:
    """Prepare once more what was refused. -> False when it was not refused any more."""
    with transaction.atomic():
        refused = DocumentVersion.objects.filter(pk=version.pk, state=State.REFUSED)
        changed = refused.update(state=State.PREPARING, refusal="", tries=0, lease_until=None)
        if changed:
            _record("document.tried_again", version, actor)
            transaction.on_commit(partial(preparation.ask_for, version.pk), robust=True)
    return bool(changed)


# --- what others may see ---------------------------------------------------------------------------------------------


def show_all(version: DocumentVersion, actor: User) -> bool:
    """ "Visa allt för volontären": nothing of this version is hidden any more. -> False when it was so already."""
    return _shows(version, actor, shows_all=True, action="document.shown_all")


def hide(version: DocumentVersion, actor: User) -> bool:
    """What is private is hidden again, boxes too. -> False when it was so already."""
    return _shows(version, actor, shows_all=False, action="document.hidden")


def _shows(version: DocumentVersion, actor: User, *, shows_all: bool, action: str) -> bool:
    with transaction.atomic():
        ready = DocumentVersion.objects.filter(pk=version.pk, state=State.READY, shows_all=not shows_all)
        changed = ready.update(shows_all=shows_all)
        if changed:
            _record(action, version, actor)
            if not shows_all:
                quotes.hide(version)
    version.shows_all = shows_all if changed else version.shows_all
    return bool(changed)


def set_masks(page: DocumentPage, boxes: list[Box], actor: User) -> None:
    """The owner's own boxes on this page are these and no others; what the house found stays hidden. Releases the page.

    A line of text under a box is hidden too. Whoever draws a box means it: a version that showed all hides again.
    Raises Refused("bad_box", "too_many_boxes", "gone").
    """
    if len(boxes) > BOXES_PER_PAGE:
        raise Refused("too_many_boxes")
    if not all(_is_on_page(box) for box in boxes):
        raise Refused("bad_box")
    _cover(page, boxes, actor, action="document.masked", keeps_found=True)


def release_page(page: DocumentPage, actor: User) -> None:
    """ "Visa hela bilden": no box stands on this page any more; its picture and its words are shown as they are."""
    _cover(page, [], actor, action="document.page_released", keeps_found=False)


def _is_on_page(box: Box) -> bool:
    x, y, width, height = box
    inside = all(isfinite(value) and 0 <= value <= 1 for value in box)
    return inside and width > 0 and height > 0 and x + width <= 1.0001 and y + height <= 1.0001


def _cover(page: DocumentPage, boxes: list[Box], actor: User, *, action: str, keeps_found: bool) -> None:
    with transaction.atomic():
        version = DocumentVersion.objects.select_for_update(of=("self",)).get(pk=page.version_id)
        if version.state != State.READY:
            raise Refused("gone")
        try:
            page.refresh_from_db()
        except DocumentPage.DoesNotExist:  # taken away in this very moment
            raise Refused("gone") from None
        if boxes:
            hide(version, actor)
        found = covering.found_masks(page.masks, are_hidden=keeps_found)
        page.masks = found + [{"box": list(box), "kind": covering.DRAWN} for box in boxes]
        page.lines = covering.covered_lines(page.lines, boxes) if keeps_found else covering.bare_lines(page.lines)
        page.is_released = True
        page.save(update_fields=["masks", "lines", "is_released"])
        pages = list(version.pages.all())
        version.masked_text, version.found = covering.masked_text(pages), covering.still_found(pages, version.found)
        version.save(update_fields=["masked_text", "found"])
        quotes.follow(page)
        if page.picture:
            preparation.burn(page)
        _record(action, version, actor, page=page.number, boxes=len(boxes))


def _record(action: str, version: DocumentVersion, actor: User, **data) -> None:
    audit.record(action, actor=actor, about=("document", version.document.public_id), number=version.number, **data)
