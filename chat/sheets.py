"""The pages of a version as its review shows them: picture, pins, lines; and the cut-out the owner sees of one thing.

Boxes are fractions of a page; pins and cut-outs are whole pixels of its picture, so that an SVG can hold them.
"""

from dataclasses import dataclass, field

from chat.document_access import Sight
from seekers.anchors import BANDS
from seekers.models import Comment, DocumentPage, DocumentVersion
from seekers.reviews import Reason

AT_ONCE = 4  # pages on one web page: four full ones and their comments stay within 15 KB
NARROWEST, MARGIN = 380, 45  # of a cut-out, pixels of the picture: the words stay readable on a phone
DISC, STEP = 20, 42  # radius of a numbered disc, and how far from each other they are kept
EDGE = 4  # the line of a pin stands around the words, not on them
MOST_QUOTED = 300  # characters around the words


@dataclass(frozen=True, slots=True)
class Pin:
    """A numbered box on a picture. at: the middle of its disc, beside the box and clear of the other discs."""

    comment: Comment
    label: str
    at: tuple[int, int]
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is shown. value: of its radio button. at: "x y width height" in thousandths of the page, or "".

    comments: those about it, where there is no picture to hold their pins.
    """

    value: str
    words: str
    kind: str
    at: str
    comments: list[Comment]


@dataclass(slots=True)
class Sheet:
    """One page."""

    page: DocumentPage
    has_picture: bool
    lines: list[Line] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)

    @property
    def bands(self) -> list[str]:
        """How a picture without lines is pointed at by keyboard: values of its fifths, from the top."""
        return [f"{self.page.number}-{band}" for band in range(BANDS)] if self.has_picture and not self.lines else []


def sheets_of(sight: Sight, *, around: int, labels: dict[Comment, str]) -> tuple[list[Sheet], list[tuple[int, int]]]:
    """The pages of the group that holds page `around`, and all groups as (first, last). Two queries."""
    version = sight.version
    count = version.pages.count()
    first = max(1, (min(around, count) - 1) // AT_ONCE * AT_ONCE + 1)
    pages = version.pages.filter(number__gte=first, number__lt=first + AT_ONCE)
    groups = [(start, min(start + AT_ONCE - 1, count)) for start in range(1, count + 1, AT_ONCE)]
    return [_sheet(page, sight, labels) for page in pages], groups


def _sheet(page: DocumentPage, sight: Sight, labels: dict[Comment, str]) -> Sheet:
    if not page.is_released:
        return Sheet(page, has_picture=False)
    name = page.picture if not sight.is_masked or not page.masks else page.masked_picture
    words = "masked" if sight.is_masked else "text"
    lines = [
        Line(f"{page.number}.{number}", row[words], row["kind"], _thousandths(row["box"]), _about(row, labels))
        for number, row in enumerate(page.lines)
        if row[words].strip()
    ]
    pins: list[Pin] = []
    for comment, label in labels.items():
        if _is_on(comment, page):
            pins.append(pin_of(comment, page, label, others=pins))
    return Sheet(page, bool(name), lines, pins)


def _about(row: dict, labels: dict[Comment, str]) -> list[Comment]:
    """The comments whose words stand on this line of a page without picture."""
    if row["box"]:
        return []
    start, end = row["start"], row["start"] + len(row["text"])
    return [comment for comment in labels if comment.start is not None and comment.start < end and start < comment.end]


def _thousandths(box: list[float] | None) -> str:
    return " ".join(str(round(value * 1000)) for value in box) if box else ""


def _is_on(comment: Comment, page: DocumentPage) -> bool:
    return bool(page.width and comment.box and comment.page == page.number and comment.version_id == page.version_id)


def pin_of(comment: Comment, page: DocumentPage, label: str, *, others: list[Pin] = ()) -> Pin:
    x, y, width, height = comment.box
    left, top = max(0, round(x * page.width) - EDGE), max(0, round(y * page.height) - EDGE)
    width, height = round(width * page.width) + 2 * EDGE, round(height * page.height) + 2 * EDGE
    return Pin(comment, label, _disc(left, top, width, height, page, others), left, top, width, height)


def _disc(left: int, top: int, width: int, height: int, page: DocumentPage, others: list[Pin]) -> tuple[int, int]:
    """To the left of the box, further out for each disc that is in the way; to the right of it where the page ends."""
    middle = max(DISC, min(page.height - DISC, top + height // 2))
    taken = {pin.at for pin in others}
    places = [*range(left - DISC - EDGE, DISC, -STEP), *range(left + width + DISC + EDGE, page.width - DISC, STEP)]
    free = (at for at in places if all(abs(at - x) >= STEP or abs(middle - y) >= STEP for x, y in taken))
    return next(free, min(page.width - DISC, max(DISC, left))), middle


def labels_of(comments: list[Comment]) -> dict[Comment, str]:
    """comment -> what stands on its pin: changes by number as the owner counts them, praise +, drafts a, b, c …

    Also put on each comment as `label`, for the lists.
    """
    labels, number, letter = {}, 0, 0
    for comment in comments:
        if comment.sent_at is None:
            labels[comment] = chr(ord("a") + letter % 26)
            letter += 1
        elif comment.reason == Reason.GOOD:
            labels[comment] = "+"
        else:
            number += 1
            labels[comment] = str(number)
        comment.label = labels[comment]
    return labels


@dataclass(frozen=True, slots=True)
class CutOut:
    """What the owner sees of one place: a part of the picture, or the line with its words marked."""

    pin: Pin | None = None
    view_box: str = ""  # of the picture: "x y width height"
    page: DocumentPage | None = None
    before: str = ""
    words: str = ""
    after: str = ""


def cut_out(comment: Comment, version: DocumentVersion) -> CutOut:
    """For the owner: nothing is hidden. One query where there is a page."""
    before, words, after = _around(comment, version.text)
    page = version.pages.filter(number=comment.page).first() if comment.page else None
    if page is None or not page.picture or not _is_on(comment, page):
        return CutOut(before=before, words=words, after=after)
    pin = pin_of(comment, page, "")
    width = min(page.width, max(NARROWEST, pin.width + 2 * MARGIN))
    height = min(page.height, pin.height + 2 * MARGIN)
    x = min(max(0, pin.x + pin.width // 2 - width // 2), page.width - width)
    y = min(max(0, pin.y - MARGIN), page.height - height)
    return CutOut(pin, f"{x} {y} {width} {height}", page, before, words, after)


def _around(comment: Comment, text: str) -> tuple[str, str, str]:
    """The line up to the words, the words, the rest of the line; a very long line is shortened."""
    if comment.start is None or comment.end > len(text):
        return "", comment.quote, ""
    first = text.rfind("\n", 0, comment.start) + 1
    last = text.find("\n", comment.end)
    before, after = text[first : comment.start], text[comment.end : last if last >= 0 else len(text)]
    before = before if len(before) <= MOST_QUOTED else f"… {before[-MOST_QUOTED:]}"
    after = after if len(after) <= MOST_QUOTED else f"{after[:MOST_QUOTED]} …"
    return before, text[comment.start : comment.end], after
