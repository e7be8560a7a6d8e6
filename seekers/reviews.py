"""What helpers say about a document: drafts, sent together, answered one by one by the owner. Rules of issue 3, part 4.

A comment is a draft (only its author sees it), then sent, then answered. At most three changes are open at a time.
Who may is asked before (chat/reviews.py); who was faster is found out here, with the version's row locked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from motesplats import audit
from motesplats.models import User
from seekers import anchors, identifiers, pasted
from seekers.anchors import Place
from seekers.extraction_masks import find, parts_within
from seekers.identifiers import Found
from seekers.models import Comment, DocumentVersion

Reason, Answer = Comment.Reason, Comment.Answer
MOST_OPEN = 3  # changes that are with the owner at a time; praise is not counted
MOST_DRAFTS = 30  # of one helper in one version
GOES_TO = {  # answer -> those it may follow
    Answer.DONE: (Answer.OPEN, Answer.UNCLEAR),
    Answer.UNCLEAR: (Answer.OPEN, Answer.DONE),
    Answer.USED: (Answer.OPEN, Answer.UNCLEAR),
}


class ReviewConflict(Exception):
    """It could not be done; nothing was changed. args[0] says why:

    "sent": no draft any more · "old_version": there is a newer one · "too_many": of drafts · "nothing_good": the first
    is always something good · "three": three are open already · "answered": by somebody faster · "changed": the text
    is another now · "no_wording": there is none to use.
    """


@dataclass(frozen=True, slots=True)
class Sent:
    """What one sending did: how many comments went, how many changes stay drafts until there is room."""

    count: int = 0
    kept: int = 0


@dataclass(slots=True)
class Count:
    """What the owner has left of one version. first: the number of the first open change, 0 when there is none."""

    unread: int = 0  # open changes, and praise that is not read
    changes: int = 0
    first: int = 0


@dataclass(slots=True)
class Things:
    """What the owner has to read. changes: numbered from 1 in this order, also when answered."""

    good: list[Comment] = field(default_factory=list)
    changes: list[Comment] = field(default_factory=list)
    older: list[Comment] = field(default_factory=list)  # open ones of earlier versions whose words are gone

    @property
    def open(self) -> list[Comment]:
        return [comment for comment in self.changes if comment.answer == Answer.OPEN]

    @property
    def new_praise(self) -> list[Comment]:
        return [comment for comment in self.good if comment.answer == Answer.OPEN]

    def place_of(self, comment: Comment) -> int | None:
        """The number of a change, from 1."""
        return next((place for place, one in enumerate(self.changes, 1) if one.pk == comment.pk), None)

    def next_open(self, place: int) -> int | None:
        """The number of the next unanswered change after `place`, then from the start."""
        numbers = [number for number, one in enumerate(self.changes, 1) if one.answer == Answer.OPEN]
        return next((number for number in numbers if number > place), None) or next(
            (number for number in numbers if number != place), None
        )


# --- drafts ----------------------------------------------------------------------------------------------------------


def add(
    version: DocumentVersion, *, author: User, place: Place, reason: str, note="", before="", after="", public_id=""
) -> Comment:
    """Keep a draft. The same `public_id` twice is one draft.

    before: words that stand in the place, as the helper sees them; then the comment is about just them.
    Raises ReviewConflict("old_version", "too_many") and anchors.BadPlace.
    """
    with transaction.atomic():
        _stop_unless_newest(_locked(version))
        mine = Comment.objects.filter(version=version, author=author)
        known = mine.filter(public_id=public_id).first() if public_id else None
        if known:
            return known
        if mine.filter(sent_at=None).count() >= MOST_DRAFTS:
            raise ReviewConflict("too_many")
        place = _exact(place, version, before, after)
        words = {"reason": reason, "note": note, "before": before, "after": after}
        taken = not public_id or Comment.objects.filter(public_id=public_id).exists()
        made = Comment(version=version, author=author, **place.fields, **words)
        made.public_id = made.public_id if taken else public_id
        made.save()
        _record("comment.drafted", made, author)
    return made


def change(comment: Comment, *, actor: User, place: Place | None, reason: str, note="", before="", after="") -> None:
    """Other words, or another place, for one's own draft. Raises ReviewConflict("sent"), BadPlace."""
    with transaction.atomic():
        if place is None:
            place = Place(**{name: getattr(comment, name) for name in Place().fields})
        place = _exact(place, comment.version, before, after)
        words = {"reason": reason, "note": note, "before": before, "after": after}
        if not _drafts(actor).filter(pk=comment.pk).update(**words, **place.fields):
            raise ReviewConflict("sent")
        _record("comment.changed", comment, actor)


def remove(comment: Comment, *, actor: User) -> None:
    """Throw one's own draft away. Raises ReviewConflict("sent") when it is none any more."""
    with transaction.atomic():
        gone, _tables = _drafts(actor).filter(pk=comment.pk).delete()
        if not gone:
            raise ReviewConflict("sent")
        _record("comment.removed", comment, actor)


def _exact(place: Place, version: DocumentVersion, before: str, after: str) -> Place:
    """Where a wording can be put in place, `before` must stand there; elsewhere it is only shown."""
    is_text = version.source == DocumentVersion.Source.TEXT
    return anchors.narrowed(place, version, before) if is_text and before and after else place


def _drafts(author: User) -> QuerySet[Comment]:
    return Comment.objects.filter(author=author, sent_at=None)


# --- sending ---------------------------------------------------------------------------------------------------------


def send(version: DocumentVersion, *, author: User) -> Sent:
    """All drafts of `author` go to the owner together, good ones first; changes only as long as there is room.

    Sent again: nothing more goes, Sent(0, …). Raises ReviewConflict("old_version", "nothing_good", "three"): then
    every draft is still there.
    """
    with transaction.atomic():
        _stop_unless_newest(_locked(version))
        drafts = list(_drafts(author).filter(version=version).order_by("pk"))
        if not drafts:
            return Sent()
        good = [draft for draft in drafts if draft.reason == Reason.GOOD]
        if not good and not _has_good(version):
            raise ReviewConflict("nothing_good")
        changes = [draft for draft in drafts if draft.reason != Reason.GOOD]
        room = max(0, MOST_OPEN - open_changes(version).count())
        going = good + changes[:room]
        if not going:
            raise ReviewConflict("three")
        now = timezone.now()
        Comment.objects.filter(pk__in=[draft.pk for draft in going]).update(sent_at=now)
        audit.record(
            "comments.sent", actor=author, about=("document", version.document.public_id),
            number=version.number, count=len(going), good=len(good),
        )  # fmt: skip
    return Sent(count=len(going), kept=len(changes[room:]))


def _has_good(version: DocumentVersion) -> bool:
    return sent(version).filter(reason=Reason.GOOD).exists()


def sent(version: DocumentVersion) -> QuerySet[Comment]:
    """Whatever the owner may see of this version, answered or not."""
    return Comment.objects.filter(version=version).exclude(sent_at=None)


def open_changes(version: DocumentVersion) -> QuerySet[Comment]:
    """Changes that are with the owner and have no answer."""
    return sent(version).filter(answer=Answer.OPEN).exclude(reason=Reason.GOOD)


# --- drafts and a new version ----------------------------------------------------------------------------------------


def left_behind(version: DocumentVersion, author: User) -> QuerySet[Comment]:
    """Drafts of `author` on earlier versions of the same document."""
    earlier = Q(version__document=version.document_id, version__number__lt=version.number)
    return _drafts(author).filter(earlier).select_related("version").order_by("pk")


def take_along(version: DocumentVersion, *, author: User) -> tuple[int, int]:
    """Move the drafts left on earlier versions to this one, where their words still stand. -> (moved, left)."""
    with transaction.atomic():
        _stop_unless_newest(_locked(version))
        drafts = list(left_behind(version, author))
        moved = 0
        for draft in drafts:
            place = anchors.place_again(version, draft.quote)
            if place is not None:
                moved += _drafts(author).filter(pk=draft.pk).update(version=version, **place.fields)
        if moved:
            about = ("document", version.document.public_id)
            audit.record("comments.moved", actor=author, about=about, number=version.number, count=moved)
    return moved, len(drafts) - moved


# --- answering -------------------------------------------------------------------------------------------------------


def answer(comment: Comment, *, actor: User, answer: str) -> None:
    """The owner's answer: done, unclear or used. The same answer again is fine. Raises ReviewConflict("answered")."""
    with transaction.atomic():
        here = Comment.objects.filter(pk=comment.pk).exclude(sent_at=None).exclude(reason=Reason.GOOD)
        if here.filter(answer__in=GOES_TO[answer]).update(answer=answer, answered_at=timezone.now()):
            _record(f"comment.{answer}", comment, actor)
        elif not here.filter(answer=answer).exists():
            raise ReviewConflict("answered")


def read_praise(version: DocumentVersion, *, actor: User) -> int:
    """The owner has read what is good in this version. -> how many that were new; 0 when read before."""
    with transaction.atomic():
        praise = sent(version).filter(reason=Reason.GOOD, answer=Answer.OPEN)
        read = praise.update(answer=Answer.DONE, answered_at=timezone.now())
        if read:
            about = ("document", version.document.public_id)
            audit.record("praise.read", actor=actor, about=about, number=version.number, count=read)
    return read


def newest_copy(comment: Comment) -> Comment:
    """The comment itself, or what it was carried over to, in the newest version that has it. Needs version loaded."""
    while (copy := comment.carried_to.select_related("version__document").order_by("-pk").first()) is not None:
        comment = copy
    return comment


def can_use_wording(comment: Comment) -> bool:
    """There is a wording for a place in a text that was written or pasted, and no answer stands in its way."""
    is_text = comment.version.source == DocumentVersion.Source.TEXT
    is_open = comment.answer in GOES_TO[Answer.USED] and comment.reason != Reason.GOOD
    return bool(is_text and is_open and comment.after and comment.start is not None)


def with_wording(comment: Comment) -> str:
    """The whole text of its version with the suggested words in place. Call with the document's row locked.

    What is hidden from the helper stays: a placeholder in the suggestion becomes what stood there, and a suggestion
    that would show it in the new version is none. Raises ReviewConflict("no_wording"), ("changed") when there is a
    newer version or other words stand there.
    """
    version = comment.version
    if not can_use_wording(comment):
        raise ReviewConflict("no_wording")
    text, start, end = version.text, comment.start, comment.end
    is_newest = not version.document.versions.filter(number__gt=version.number).exists()
    if not is_newest or end > len(text):
        raise ReviewConflict("changed")
    stood = text[start:end]
    changed = text[:start] + _unmasked(comment.after, stood, parts_within(find(text), start, end)) + text[end:]
    if pasted.lets_out(text, changed):
        raise ReviewConflict("no_wording")
    return changed


def _unmasked(wording: str, stood: str, hidden_there: list[Found]) -> str:
    """`wording` with each placeholder replaced by the next of its kind in `stood`, the words it takes the place of."""
    for found in hidden_there:
        hidden = stood[found.start : found.end]
        placeholder = identifiers.mask(hidden, [Found(found.kind, 0, len(hidden))])
        wording = wording.replace(placeholder, hidden, 1)
    return wording


# --- reading ---------------------------------------------------------------------------------------------------------


def things_of(version: DocumentVersion) -> Things:
    """What the owner sees of this version. Two queries."""
    things = Things()
    for comment in sent(version).select_related("author").order_by("sent_at", "pk"):
        (things.good if comment.reason == Reason.GOOD else things.changes).append(comment)
        comment.version = version
    earlier = Q(version__document=version.document_id, version__number__lt=version.number)
    open_still = Q(answer__in=(Answer.OPEN, Answer.UNCLEAR), carried_to=None) & ~Q(reason=Reason.GOOD)
    older = Comment.objects.filter(earlier & open_still).exclude(sent_at=None)
    things.older = list(older.select_related("author", "version").order_by("-version__number", "sent_at", "pk"))
    return things


def counts_of(versions: Iterable[DocumentVersion]) -> dict[int, Count]:
    """version's pk -> what its owner has left; every version has one. One query."""
    counts = {version.pk: Count() for version in versions}
    comments = Comment.objects.filter(version__in=counts).exclude(sent_at=None).order_by("sent_at", "pk")
    for pk, reason, answer in comments.values_list("version", "reason", "answer"):
        count, is_open = counts[pk], answer == Answer.OPEN
        count.unread += is_open
        if reason != Reason.GOOD:
            count.changes += 1
            count.first = count.first or (count.changes if is_open else 0)
    return counts


def drafts_of(author: User, version: DocumentVersion) -> QuerySet[Comment]:
    """Not sent yet, oldest first."""
    return _drafts(author).filter(version=version).order_by("pk")


# --- shared ----------------------------------------------------------------------------------------------------------


def _locked(version: DocumentVersion) -> DocumentVersion:
    return DocumentVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def _stop_unless_newest(version: DocumentVersion) -> None:
    ready = DocumentVersion.objects.filter(document=version.document_id, state=DocumentVersion.State.READY)
    if ready.filter(number__gt=version.number).exists():
        raise ReviewConflict("old_version")


def _record(action: str, comment: Comment, actor: User) -> None:
    audit.record(action, actor=actor, about=("comment", comment.public_id), reason=comment.reason)
