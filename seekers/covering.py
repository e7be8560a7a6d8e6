"""Lines of text under the boxes an owner has drawn: what is hidden in the picture is hidden in the text as well."""

from collections.abc import Iterable

from seekers.models import DocumentPage

DRAWN = "drawn"  # the kind of a mask that the owner drew
COVERED = "[dolt]"
SHARE = 0.25  # a line is covered when a box hides this much of its height


def covered_lines(lines: list[dict], boxes: Iterable[tuple]) -> list[dict]:
    """`lines` of DocumentPage with those under `boxes` hidden and those no longer under one shown again.

    A hidden line keeps what its "masked" was in "under", so that Undo gives it back.
    """
    boxes = list(boxes)
    return [_covered(line, boxes) for line in lines]


def _covered(line: dict, boxes: list[tuple]) -> dict:
    line = dict(line)
    if "under" in line:
        line |= line.pop("under")
    if line.get("box") and any(_share(line["box"], box) >= SHARE for box in boxes):
        cells = {"masked_cells": line["masked_cells"]} if "masked_cells" in line else {}
        line |= {"under": {"masked": line["masked"], **cells}, "masked": COVERED}
        if cells:
            line["masked_cells"] = [COVERED for _cell in cells["masked_cells"]]
    return line


def bare_lines(lines: list[dict]) -> list[dict]:
    """`lines` with nothing hidden. What was hidden is remembered in "under": a box drawn later hides it again."""
    shown = []
    for line in covered_lines(lines, []):
        cells = {"masked_cells": line["masked_cells"]} if "masked_cells" in line else {}
        line |= {"under": {"masked": line["masked"], **cells}, "masked": line["text"]}
        if cells:
            line["masked_cells"] = line["cells"]
        shown.append(line)
    return shown


def found_masks(masks: list[dict], *, are_hidden: bool) -> list[dict]:
    """What the house found. Shown, it is remembered with "is_shown": the next box hides it again, picture as text."""
    found = [{"box": mask["box"], "kind": mask["kind"]} for mask in masks if mask["kind"] != DRAWN]
    return found if are_hidden else [{**mask, "is_shown": True} for mask in found]


def hidden_boxes(masks: list[dict]) -> list[list[float]]:
    """The boxes to paint over on the picture."""
    return [mask["box"] for mask in masks if not mask.get("is_shown")]


def still_found(pages: Iterable[DocumentPage], found: dict[str, int]) -> dict[str, int]:
    """What of `found` (kind of identifier -> how many) is still hidden somewhere: nothing, when no line hides any."""
    is_hidden = any(mask["kind"] != DRAWN and not mask.get("is_shown") for page in pages for mask in page.masks) or any(
        line["masked"] != line["text"] for page in pages for line in page.lines
    )
    return found if is_hidden else {}


def _share(line: Iterable[float], box: Iterable[float]) -> float:
    """How much of the line's height `box` hides where it lies on it, 0–1: over one word is over its line, for nobody
    knows here where in the text that word stands."""
    x, y, width, height = line
    left, top, wide, high = box
    across = min(x + width, left + wide) - max(x, left)
    down = min(y + height, top + high) - max(y, top)
    if min(across, down, width, height) <= 0:
        return 0
    return down / height if width >= height else across / width  # a line of a page that lies on its side


def masked_text(pages: Iterable[DocumentPage]) -> str:
    """The version's text with everything hidden that is hidden on its pages."""
    return "\n".join(line["masked"] for page in pages for line in page.lines)
