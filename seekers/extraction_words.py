"""Words of a photo or a scan with the box of each, by tesseract when it is on the machine. Imports no Django."""

import csv
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from seekers.extraction_lines import Line, line_of

LANGUAGES = ("swe", "eng", "ara")
PAGE_SECONDS = 15
SURE_ENOUGH = 30  # of 100
READABLE_SHARE = 0.5  # of a page's words; less is a pattern, not text


@dataclass
class WordReader:
    """`reader(picture)` gives the lines of a picture, or nothing: no program, no time left, no text.

    program: path of tesseract, "" for none. until: of time.monotonic(); pages after it go without words.
    """

    program: str
    folder: Path
    until: float
    _count: int = field(default=0)

    def __call__(self, picture: Image.Image) -> list[Line]:
        seconds = min(PAGE_SECONDS, self.until - time.monotonic())
        if not self.program or seconds < 1:
            return []
        self._count += 1
        page = self.folder / f"words-{self._count}.png"
        picture.convert("L").save(page, compress_level=1)
        table = page.with_suffix(".tsv")
        command = [self.program, str(page), str(page.with_suffix("")), "-l", self._languages(), "--psm", "3", "tsv"]
        try:
            done = subprocess.run(command, timeout=seconds, capture_output=True, check=False)  # noqa: S603
        except (subprocess.TimeoutExpired, OSError):
            return []
        finally:
            page.unlink(missing_ok=True)
        if done.returncode or not table.exists():
            return []
        return list(_lines(table.read_text("utf-8", "replace"), picture.width, picture.height))

    def _languages(self) -> str:
        """Of the three, what is installed; tesseract refuses to begin when one is missing."""
        listed = subprocess.run(  # noqa: S603
            [self.program, "--list-langs"], timeout=5, capture_output=True, text=True, check=False
        ).stdout.split()
        return "+".join(language for language in LANGUAGES if language in listed) or "eng"


def _lines(table: str, width: int, height: int) -> Iterator[Line]:
    rows = [row for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE) if _is_word(row)]
    sure = [row for row in rows if float(row["conf"]) >= SURE_ENOUGH]
    if len(sure) < READABLE_SHARE * len(rows):
        return
    lines: dict[tuple, list] = {}
    for row in rows:  # the unsure ones too: half a phone number is one
        lines.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    for words in lines.values():
        letters = []
        for row in words:
            left, top, wide, high = (int(row[name]) for name in ("left", "top", "width", "height"))
            box = (left / width, top / height, (left + wide) / width, (top + high) / height)
            letters += [(letter, box) for letter in row["text"]] + [(" ", None)]
        line = line_of(letters)
        if line.text:
            yield line


def _is_word(row: dict) -> bool:
    return row.get("level") == "5" and bool((row.get("text") or "").strip())
