"""Lines of a DOCX or ODT without its look: headings, lists, tables row by row. When there is no LibreOffice here.

Imports no Django. XML of strangers goes through defusedxml or through python-docx, which resolves no entities.
"""

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import docx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from seekers.extraction_lines import Line, ReadPage, line_of
from seekers.extraction_pdf import Unreadable

LINES_PER_PAGE = 60
LINES_MAX = 3000
CELL_SEPARATOR = " | "


def read(path: Path, format: str) -> list[ReadPage]:
    """Pages of lines, without pictures. Raises Unreadable("could_not_read")."""
    try:
        lines = list(_docx_lines(docx.Document(str(path))) if format == "docx" else _odt_lines(path))
    except (KeyError, ValueError, SyntaxError, OSError, zipfile.BadZipFile, ParseError, DefusedXmlException) as problem:
        raise Unreadable("could_not_read") from problem
    except docx.opc.exceptions.PackageNotFoundError as problem:
        raise Unreadable("could_not_read") from problem
    lines = [line for line in lines if line.text][:LINES_MAX]
    return [ReadPage(lines[at : at + LINES_PER_PAGE]) for at in range(0, max(len(lines), 1), LINES_PER_PAGE)]


def _docx_lines(document: Document) -> Iterator[Line]:
    sections = document.sections
    yield from _once(part for section in sections for part in _docx_blocks(section.header))
    yield from _docx_blocks(document)
    yield from _once(part for section in sections for part in _docx_blocks(section.footer))


def _docx_blocks(holder) -> Iterator[Line]:
    for block in holder.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield _row(list(_docx_cells(row)))
        else:
            yield from _docx_paragraph(block)


def _docx_cells(row) -> Iterator[str]:
    """Each cell once, also where it was merged over several columns."""
    before = None
    for cell in row.cells:
        if cell._tc is not before:
            yield " ".join(paragraph.text for paragraph in cell.paragraphs)
        before = cell._tc


def _docx_paragraph(paragraph: Paragraph) -> Iterator[Line]:
    style = (paragraph.style.name if paragraph.style is not None else "") or ""
    is_listed = style.startswith("List") or paragraph._p.find(f".//{qn('w:numPr')}") is not None
    kind = "h" if style.startswith(("Heading", "Title", "Rubrik")) else "li" if is_listed else "p"
    for text in _with_boxes(paragraph):
        yield _line(text, kind)


def _with_boxes(paragraph: Paragraph) -> Iterator[str]:
    """The paragraph's lines, and those of a text box that hangs on it."""
    yield from paragraph.text.split("\n")
    for inner in paragraph._p.iter(qn("w:txbxContent")):
        if any(True for above in inner.iterancestors() if above.tag.endswith("}Fallback")):
            continue  # the same box once more, for older programs
        for one in inner.iter(qn("w:p")):
            yield "".join(text.text or "" for text in one.iter(qn("w:t")))


def _line(text: str, kind: str) -> Line:
    line = line_of((letter, None) for letter in text)
    line.kind = kind
    return line


def _row(cells: list[str]) -> Line:
    plain = [_line(cell.replace("\n", " "), "row").text for cell in cells]
    line = Line(CELL_SEPARATOR.join(plain), [], "row", plain)
    line.boxes = [None] * len(line.text)
    return line if any(plain) else Line("", [])


def _once(lines: Iterable[Line]) -> Iterator[Line]:
    """Heads and feet stand in every section; each is said once."""
    seen = set()
    for line in lines:
        if line.text not in seen:
            seen.add(line.text)
            yield line


# --- ODT -------------------------------------------------------------------------------------------------------------

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
DEPTH_MAX = 60


def _odt_lines(path: Path) -> Iterator[Line]:
    with zipfile.ZipFile(path) as archive:
        content = fromstring(archive.read("content.xml"), forbid_dtd=True)
        styles = fromstring(archive.read("styles.xml"), forbid_dtd=True) if "styles.xml" in archive.namelist() else None
    if styles is not None:
        yield from _once(line for head in styles.iter(f"{STYLE}header") for line in _odt_blocks(head))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise ValueError("no text")
    yield from _odt_blocks(body)
    if styles is not None:
        yield from _once(line for foot in styles.iter(f"{STYLE}footer") for line in _odt_blocks(foot))


def _odt_blocks(holder: Element, kind: str = "p", depth: int = 0) -> Iterator[Line]:
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    for block in holder:
        if block.tag == f"{TEXT}h":
            yield _line(_odt_text(block), "h")
        elif block.tag == f"{TEXT}p":
            yield from (_line(text, kind) for text in _odt_text(block).split("\n"))
            yield from (line for box in block.iter() if box.tag.endswith("}text-box") for line in _odt_blocks(box))
        elif block.tag == f"{TABLE}table-row":
            yield _row([" ".join(_odt_text(p) for p in cell.iter(f"{TEXT}p")) for cell in block if _is_cell(cell)])
        elif block.tag == f"{TEXT}list":
            yield from _odt_blocks(block, "li", depth + 1)
        elif block.tag != f"{TEXT}tracked-changes":
            yield from _odt_blocks(block, kind, depth + 1)


def _is_cell(element: Element) -> bool:
    return element.tag == f"{TABLE}table-cell"


def _odt_text(element: Element) -> str:
    """The words of a paragraph; a frame inside it (a picture, a box) is no part of its line."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag == f"{TEXT}line-break":
            pieces.append("\n")
        elif child.tag in (f"{TEXT}s", f"{TEXT}tab"):
            pieces.append(" ")
        elif not child.tag.endswith(("}frame", "}annotation", "}note")):
            pieces.append(_odt_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
