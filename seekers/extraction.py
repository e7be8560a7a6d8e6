"""What the confined child does: read one version's files, write its pages, say what is private. Imports no Django.

`python -m seekers.extraction <folder>` reads job.json {"format": "pdf" | "docx" | "odt" | "photos", "files": [[path,
format], …], "tesseract": path or "", "seconds": for all words of pictures} and writes page-<n>.webp, masked-<n>.webp,
kept-<n> (a photo without its hidden data) and, last, result.json:

    {"refusal": a code of intake.REFUSALS or "", "is_active_content", "text", "masked_text", "found": {kind: count},
     "pages": [{"width", "height", "has_text", "is_released", "lines", "masks"}]}
"""

import errno
import json
import sys
import time
from pathlib import Path

from seekers import extraction_masks, extraction_parts, extraction_pdf, extraction_photos
from seekers.extraction_lines import ReadPage
from seekers.extraction_pdf import Unreadable
from seekers.extraction_pictures import burnt, webp
from seekers.extraction_words import WordReader

NO_ROOM = errno.ENOSPC  # exit status: the disk is full


def main(folder: Path) -> int:
    """-> exit status: 0 when result.json is there, a refusal included."""
    job = json.loads((folder / "job.json").read_text())
    try:
        result = extract(job, folder)
    except Unreadable as problem:
        result = {"refusal": str(problem)}
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        return NO_ROOM
    (folder / "result.json").write_text(json.dumps(result))
    return 0


def extract(job: dict, folder: Path) -> dict:
    """Read the files of `job`, write pictures into `folder`. -> what result.json says. Raises Unreadable."""
    words_in = WordReader(job["tesseract"], folder, time.monotonic() + job["seconds"])
    is_active = False
    if job["format"] == "photos":
        pages = [
            extraction_photos.read(Path(path), kind, folder / f"kept-{number}", words_in)
            for number, (path, kind) in enumerate(job["files"], 1)
        ]
    elif (folder / "converted.pdf").exists():
        pages = extraction_pdf.read(folder / "converted.pdf", words_in)
    elif job["format"] == "pdf":
        path = Path(job["files"][0][0])
        pages, is_active = extraction_pdf.read(path, words_in), extraction_pdf.holds_active_content(path)
    else:
        pages = extraction_parts.read(folder / f"copy.{job['format']}", job["format"])
    return {"refusal": "", "is_active_content": is_active, **_laid_out(pages, folder)}


def _laid_out(pages: list[ReadPage], folder: Path) -> dict:
    laid = extraction_masks.lay_out(pages)
    rows = []
    for number, (page, lines, masks) in enumerate(zip(pages, laid.lines, laid.masks, strict=True), 1):
        if page.picture:
            _write_pictures(page, [mask["box"] for mask in masks], folder, number)
        rows.append(
            {
                "width": page.picture.width if page.picture else 0,
                "height": page.picture.height if page.picture else 0,
                "has_text": bool(lines),
                "is_released": page.is_released,
                "lines": lines,
                "masks": masks,
            }
        )
    return {"text": laid.text, "masked_text": laid.masked_text, "found": laid.found, "pages": rows}


def _write_pictures(page: ReadPage, boxes: list[list[float]], folder: Path, number: int) -> None:
    seen = webp(page.picture)
    (folder / f"page-{number}.webp").write_bytes(seen)
    masked = webp(burnt(page.picture, boxes)) if boxes else seen
    (folder / f"masked-{number}.webp").write_bytes(masked)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
