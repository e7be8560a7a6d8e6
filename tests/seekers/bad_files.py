"""Files that people, phones and attackers send, made when a test asks for them (reliability.md §4.1). No malware.

CASES says of each what must become of it: refused at the door, refused while it is read, or shown (perhaps with care).
"""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import docx
import pypdf
from PIL import Image, ImageDraw
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

CV_LINES = ["Amina Warsame", "Telefon 070-174 06 05", "Kock, Restaurang Solen 2019-2024", "Lagade mat till 80 personer"]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass(frozen=True)
class Case:
    """at_door, when_read: codes of intake.REFUSALS; both "" means that it is shown. is_active: flagged as such."""

    name: str
    make: Callable[[], bytes]
    at_door: str = ""
    when_read: str = ""
    is_active: bool = False
    about: str = ""

    @property
    def id(self) -> str:
        return self.about or self.name


# --- PDF -------------------------------------------------------------------------------------------------------------


def pdf(lines: list[str] = CV_LINES, *, pages: int = 1, box: tuple = (0, 0, 595, 842), extra: str = "") -> bytes:
    """A PDF by hand, with a text layer in Helvetica. extra: more entries of its catalogue."""
    text = "BT /F1 12 Tf 14 TL 60 760 Td " + " ".join(f"({_escaped(line)}) Tj T*" for line in lines) + " ET"
    stream = text.encode("cp1252")
    kids = " ".join(f"{5 + n} 0 R" for n in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    size = " ".join(map(str, box))
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    return _assembled([*objects, *[page.encode()] * pages])


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _with_pypdf(change: Callable[[pypdf.PdfWriter], None]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with_password() -> bytes:
    return _with_pypdf(lambda writer: writer.encrypt("hemligt", algorithm="AES-256"))


def pdf_with_script() -> bytes:
    return pdf(extra="/Names << /JavaScript << /Names [(x) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>")


def pdf_with_hidden_script() -> bytes:
    """The script's object lies in a packed list of objects, its name is written with #xx."""
    packed = zlib.compress(b"9 0 << /S /Java#53cript /J#53 (app.alert\\(1\\)) >>")
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
    return pdf() + b"\n8 0 obj\n" + stream % (len(packed), packed) + b"\nendobj\n"


def pdf_with_attachment() -> bytes:
    return _with_pypdf(lambda writer: writer.add_attachment("mer.txt", b"hej"))


def pdf_with_xfa() -> bytes:
    return _with_pypdf(_add_xfa)


def _add_xfa(writer: pypdf.PdfWriter) -> None:
    form = DecodedStreamObject()
    form.set_data(b"<xdp:xdp/>")
    entry = DictionaryObject({NameObject("/XFA"): writer._add_object(form)})
    writer._root_object[NameObject("/AcroForm")] = writer._add_object(entry)


def form_pdf(typed: str = "070-174 06 05", written: str = "amina@example.org") -> bytes:
    """What was typed into the form and what was written on top are no words of the page itself."""
    field = b"/Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (%s) /DA (/F1 12 Tf 0 g) /Rect [300 500 500 520] /F 4"
    note = b"/Type /Annot /Subtype /FreeText /Rect [300 400 560 420] /F 4 /AP << /N 8 0 R >>"
    look = b"BT /F1 12 Tf 2 5 Td (%s) Tj ET" % written.encode()
    font = b"<< /Font << /F1 5 0 R >> >>"
    box = b"<< /Type /XObject /Subtype /Form /BBox [0 0 260 20] /Resources %s /Length %d >>\nstream\n%s\nendstream"
    words = b"BT /F1 12 Tf 60 700 Td (Amina Ali, kock i fem stora restauranger) Tj ET"
    form = b"/AcroForm << /Fields [6 0 R] /NeedAppearances true /DR %s /DA (/F1 12 Tf 0 g) >>" % font
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s /Annots [6 0 R 7 0 R] >>"
    )
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % form,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            page % font,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< %s >>" % (field % typed.encode()),
            b"<< %s >>" % note,
            box % (font, len(look), look),
        ]
    )


def pdf_with_picture(said: str, share: str, *, is_held: bool = False) -> bytes:
    """Words of its own and a picture of words. share: its breadth and height. is_held: by a drawing that enlarges it."""
    drawn, out = Image.new("L", (900, 300), 255), io.BytesIO()
    ImageDraw.Draw(drawn).text((40, 100), said, fill=0, font_size=80)
    drawn.save(out, "JPEG")
    words = b"BT /F1 12 Tf 60 800 Td (Amina Ali, kock i fem stora restauranger) Tj ET\n"
    words += b"q %s 60 20 cm /%s Do Q" % (" 0 0 ".join(share.split()).encode(), b"X" if is_held else b"I")
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /I 7 0 R >> >> /Length 5 >>"
    look = b"<< /Type /XObject /Subtype /Image /Width 900 /Height 300 /ColorSpace /DeviceGray /BitsPerComponent 8"
    page = b"/Resources << /Font << /F1 5 0 R >> /XObject << /X 6 0 R /I 7 0 R >> >>"
    return _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % page,
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            form + b"\nstream\n/I Do\nendstream",
            look + b" /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(out.getvalue()), out.getvalue()),
        ]
    )


def nested_pdf(depth: int = 60_000) -> bytes:
    return _assembled([b"<< /Type /Catalog /Pages " + b"[" * depth + b"]" * depth + b" >>"])


def scan_pdf() -> bytes:
    """A photo in a PDF, without a text layer."""
    out = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(out, "PDF", resolution=100)
    return out.getvalue()


# --- packed documents ------------------------------------------------------------------------------------------------


@cache
def word(lines: tuple[str, ...] = tuple(CV_LINES)) -> bytes:
    document = docx.Document()
    document.add_heading(lines[0], 1)
    for line in lines[1:]:
        document.add_paragraph(line)
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "2015-2019", "Disk, Café Blå"
    document.sections[0].header.paragraphs[0].text = "CV"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def repacked(source: bytes, add: dict[str, bytes] | None = None, change: Callable[[str, bytes], bytes] | None = None):
    """The archive with members added, or each changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = old.read(member)
            new.writestr(member, change(member.filename, part) if change else part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def _in_part(part_name: str, old: bytes, new: bytes) -> bytes:
    return repacked(word(), change=lambda name, part: part.replace(old, new, 1) if name == part_name else part)


def related(kind: str, target: str, *, mode: str = "External", part: str = "word/_rels/document.xml.rels") -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    row = f'<Relationship Id="rId99" Type="{base}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    return repacked(
        word(), change=lambda name, was: was.replace(b"</Relationships>", row.encode()) if name == part else was
    )


def word_with_template(url: str = "http://127.0.0.1:9/mall.dotm") -> bytes:
    return related("attachedTemplate", url)


PICTURE = """<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:extent cx="1000000" cy="1000000"/><wp:docPr id="9" name="x"/><a:graphic
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData
uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic
xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="9" name="x"/><pic:cNvPicPr/>
</pic:nvPicPr><pic:blipFill><a:blip r:link="rId99"/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1000000"
cy="1000000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"""
FIELD = "<w:p><w:fldSimple w:instr=' INCLUDEPICTURE \"{url}\" \\d '><w:r><w:t>bild</w:t></w:r></w:fldSimple></w:p>"


def word_with_remote_picture(url: str = "http://127.0.0.1:9/bild.png") -> bytes:
    linked = related("image", url)
    more = (PICTURE + FIELD.format(url=url)).encode()
    return repacked(
        linked,
        change=lambda name, part: part.replace(b"<w:p>", more + b"<w:p>", 1) if name == "word/document.xml" else part,
    )


def word_with_dde() -> bytes:
    """The word is cut over two runs, as attackers do."""
    cut = b"<w:p><w:r><w:instrText>DDEA</w:instrText></w:r><w:r><w:instrText>UTO c:\\\\x</w:instrText></w:r></w:p><w:p>"
    return _in_part("word/document.xml", b"<w:p>", cut)


def word_with_doctype(entity: str = '<!ENTITY x SYSTEM "file:///etc/passwd">') -> bytes:
    return _in_part("word/document.xml", b"<w:document", f"<!DOCTYPE x [{entity}]><w:document".encode())


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@cache
def zip_bomb(megabytes: int = 1070) -> bytes:
    """A DOCX of one megabyte that unpacks to a thousand."""
    packed, checksum = _packed_nothing(megabytes)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member, old.read(member))
        bomb = zipfile.ZipInfo("word/media/stor.xml")
        new.writestr(bomb, packed)  # as it is; then it is said to be packed, here and at the head of the member
        bomb.compress_type, bomb.file_size, bomb.CRC = zipfile.ZIP_DEFLATED, megabytes * 1024**2, checksum
    head = struct.pack("<H4xIII", zipfile.ZIP_DEFLATED, checksum, len(packed), bomb.file_size)
    return _put(out.getvalue(), bomb.header_offset + 8, head)


def _packed_nothing(megabytes: int) -> tuple[bytes, int]:
    """That many megabytes of zeros, and their checksum. One is packed and repeated: packing all takes seconds."""
    zeros, packer, checksum = bytes(1024**2), zlib.compressobj(wbits=-15), 0
    one = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    for _n in range(megabytes):
        checksum = zlib.crc32(zeros, checksum)
    return one * megabytes + packer.flush(), checksum


def _put(raw: bytes, at: int, head: bytes) -> bytes:
    """`raw` with method, checksum and sizes of a member written anew; its time, between them, stays."""
    return raw[:at] + head[:2] + raw[at + 2 : at + 6] + head[6:] + raw[at + len(head) :]


def lying_bomb() -> bytes:
    """Its table of contents says 1,000 bytes; 120 MB come out. So does each member's own head."""
    raw = bytearray(zip_bomb(120))
    true = struct.pack("<I", 120 * 1024**2)
    while (at := raw.find(true)) >= 0:
        raw[at : at + 4] = struct.pack("<I", 1000)
    return bytes(raw)


def many_members(count: int = 1001) -> bytes:
    return repacked(word(), {f"word/media/{n}.xml": b"x" for n in range(count)})


def slipping() -> bytes:
    return repacked(word(), {"../../../tmp/utanfor.xml": b"x"})


def with_symlink() -> bytes:
    link = zipfile.ZipInfo("word/media/lank.xml")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO(word())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


ODT_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">
<office:body><office:text>{inside}</office:text></office:body></office:document-content>"""
ODT_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def odt(inside: str = "", *, mimetype: str = "application/vnd.oasis.opendocument.text") -> bytes:
    lines = f"<text:h>{CV_LINES[0]}</text:h>" + "".join(f"<text:p>{line}</text:p>" for line in CV_LINES[1:])
    row = "".join(f"<table:table-cell><text:p>{t}</text:p></table:table-cell>" for t in ("2015-2019", "Disk, Café Blå"))
    table = f'<table:table table:name="T"><table:table-column table:number-columns-repeated="2"/><table:table-row>{row}</table:table-row></table:table>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mimetype, compress_type=zipfile.ZIP_STORED)
        archive.writestr("content.xml", ODT_CONTENT.format(inside=lines + table + inside))
        archive.writestr("META-INF/manifest.xml", ODT_MANIFEST)
    return out.getvalue()


def odt_with_remote_picture(url: str = "http://127.0.0.1:9/bild.png") -> bytes:
    return odt(f'<text:p><draw:frame><draw:image xlink:href="{url}" xlink:type="simple"/></draw:frame></text:p>')


# --- pictures --------------------------------------------------------------------------------------------------------


@cache
def photo(
    format: str = "JPEG", mode: str = "RGB", *, gps: bool = False, turn: int = 1, size: tuple = (1200, 1600)
) -> bytes:
    """A light paper on a dark table, with a mark in its upper left corner."""
    picture = Image.new("RGB", size, (60, 50, 40))
    brush = ImageDraw.Draw(picture)
    brush.rectangle((60, 60, size[0] - 60, size[1] - 60), fill="white")
    brush.rectangle((80, 80, 260, 180), fill="red")
    exif = Image.Exif()
    if turn > 1:
        exif[0x0112] = turn
    if gps:
        exif[0x010F] = "PhoneMaker"
        exif.get_ifd(0x8825).update({1: "N", 2: (57.0, 42.0, 0.0), 3: "E", 4: (11.0, 58.0, 0.0)})
    out = io.BytesIO()
    picture.convert(mode).save(out, format, exif=exif)
    return out.getvalue()


def pixel_flood(side: int = 30_000) -> bytes:
    """A PNG of 30,000 x 30,000 white points in about a megabyte."""
    packer = zlib.compressobj(1)
    row = b"\0" + bytes((side + 7) // 8)
    packed = b"".join([*(packer.compress(row) for _n in range(side)), packer.flush()])
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def animated_png() -> bytes:
    frames = [Image.new("RGB", (400, 500), colour) for colour in ("white", "black")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def noise(count: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(count)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
HTML = b"<!doctype html><script>alert(1)</script>"
GIF = b"GIF89a\x01\0\x01\0\0\0\0;"
MEGABYTES_10 = 10 * 1024**2

CASES = [
    # ordinary
    Case("cv.pdf", pdf),
    Case("cv.pdf", lambda: pdf(pages=30), about="30 pages"),
    Case("cv.docx", word),
    Case("cv.odt", odt),
    Case("cv.jpg", photo),
    Case("cv.JPEG", photo),
    Case("cv.png", lambda: photo("PNG")),
    Case("bild", photo, about="photo without an ending"),
    Case("skannad.pdf", scan_pdf),
    # size
    Case("cv.pdf", bytes, "empty", about="0 bytes"),
    Case("cv.pdf", lambda: pdf().ljust(MEGABYTES_10, b"\n"), about="10 MB exactly"),
    Case("cv.pdf", lambda: pdf().ljust(MEGABYTES_10 + 1, b"\n"), "too_large", about="10 MB and a byte"),
    # not what it says
    Case("cv.pdf", lambda: b"MZ" + noise(4000), "name_differs", about="exe as pdf"),
    Case("cv.docx", lambda: HTML, "name_differs", about="html as docx"),
    Case("cv.jpg", pdf, "name_differs", about="pdf as jpg"),
    Case("cv.docx", pdf, "name_differs", about="pdf as docx"),
    Case("cv.odt", word, "name_differs", about="docx as odt"),
    Case("cv.docx", odt, "name_differs", about="odt as docx"),
    Case("cv.pdf.exe", pdf, "wrong_kind"),
    Case("cv\u202efdp.exe", pdf, "wrong_kind", about="turned name"),
    Case("cv.pdf", lambda: HTML + pdf(), "name_differs", about="html before pdf"),
    Case("cv.pdf", lambda: b"%PDF-1.7\n" + HTML, "", "could_not_read", about="html that begins with %PDF"),
    Case("cv.pdf", lambda: pdf() + HTML, about="pdf with html after it"),
    Case("cv.pdf", lambda: pdf() + word(), about="pdf with zip after it"),
    Case("cv.jpg", lambda: photo() + word(), about="jpg with zip after it"),
    # PDF
    Case("cv.pdf", pdf_with_script, is_active=True, about="pdf with a script"),
    Case("cv.pdf", pdf_with_hidden_script, is_active=True, about="pdf with a hidden script"),
    Case("cv.pdf", pdf_with_attachment, is_active=True, about="pdf with a file in it"),
    Case("cv.pdf", pdf_with_xfa, is_active=True, about="pdf with an XFA form"),
    Case(
        "cv.pdf", lambda: pdf(extra="/OpenAction << /S /Launch /F (x.exe) >>"), is_active=True, about="pdf that starts"
    ),
    Case("cv.pdf", lambda: pdf(extra="/OpenAction [5 0 R /Fit]"), about="pdf that opens at a page"),
    Case("cv.pdf", pdf_with_password, "", "password", about="pdf with a password"),
    Case("cv.pdf", lambda: pdf()[:300], "", "could_not_read", about="cut pdf"),
    Case("cv.pdf", lambda: pdf(pages=10_000), "", "too_many_pages", about="10,000 pages"),
    Case("cv.pdf", nested_pdf, "", "could_not_read", about="deeply nested"),
    Case("cv.pdf", lambda: pdf(box=(0, 0, 14_400_000, 10)), about="huge page box"),
    Case("cv.pdf", lambda: pdf(box=(0, 0, 0.001, 14_400)), about="thread-thin page"),
    Case("cv.pdf", lambda: b"%PDF-1.7\n" + noise(200_000), "", "could_not_read", about="noise as pdf"),
    # packed documents
    Case("cv.docx", zip_bomb, "unsafe", about="zip bomb"),
    Case("cv.docx", lying_bomb, "", "unsafe|could_not_read", about="zip bomb whose contents lie"),
    Case("cv.docx", many_members, "could_not_read|unsafe", about="1,000 members"),
    Case("cv.docx", lambda: repacked(word(), {"word/media/mer.zip": word()}), "unsafe", about="zip in zip"),
    Case(
        "cv.docx", lambda: repacked(word(), {"word/media/bild.png": word()}), "", "unsafe", about="zip named png in zip"
    ),
    Case("cv.docx", lambda: repacked(word(), {"word/vbaProject.bin": COMPOUND}), "unsafe", about="docm renamed"),
    Case("cv.docm", word, "unsafe"),
    Case("cv.docx", lambda: repacked(word(), {"word/embeddings/oleObject1.bin": COMPOUND}), "unsafe", about="OLE"),
    Case("cv.docx", slipping, "unsafe", about="zip slip"),
    Case("cv.docx", with_symlink, "unsafe", about="symlink"),
    Case("cv.docx", word_with_template, "", "unsafe", about="external template"),
    Case("cv.docx", word_with_remote_picture, is_active=True, about="remote picture"),
    Case("cv.docx", word_with_dde, "", "unsafe", about="DDE"),
    Case("cv.docx", word_with_doctype, "", "unsafe", about="XXE"),
    Case("cv.docx", lambda: word_with_doctype(LAUGHS), "", "unsafe", about="billion laughs"),
    Case("cv.docx", lambda: COMPOUND, "password", about="docx with a password"),
    Case("cv.docx", lambda: word()[:-40], "could_not_read", about="cut docx"),
    Case(
        "cv.docx", lambda: _in_part("word/document.xml", b"</w:body>", b""), "", "could_not_read", about="broken docx"
    ),
    Case("cv.odt", lambda: odt('<text:p xmlns:x="y"><x:z></text:p>'), "", "could_not_read", about="broken odt"),
    Case("cv.odt", odt_with_remote_picture, is_active=True, about="odt with a remote picture"),
    Case("cv.odt", lambda: odt(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "name_differs", about="ods"),
    Case("cv.zip", word, "packed"),
    Case("cv.doc", lambda: COMPOUND, "old_word"),
    Case("cv.rtf", lambda: rb"{\rtf1 hej}", "rtf"),
    # pictures
    Case("cv.jpg", lambda: photo(gps=True), about="photo with its place"),
    Case("cv.jpg", lambda: photo(turn=6), about="photo turned"),
    Case("cv.png", pixel_flood, "", "too_many_pixels", about="30,000 x 30,000"),
    Case("cv.jpg", lambda: photo(mode="CMYK"), about="CMYK"),
    Case("cv.png", lambda: photo("PNG", "P"), about="palette"),
    Case("cv.png", animated_png, about="moving png"),
    Case("cv.svg", lambda: SVG, "picture"),
    Case("cv.jpg", lambda: SVG, "name_differs", about="svg as jpg"),
    Case("cv.heic", lambda: HEIC, "heic"),
    Case("cv.jpg", lambda: HEIC, "heic", about="heic as jpg"),
    Case("cv.gif", lambda: GIF, "picture"),
    Case("cv.jpg", lambda: photo()[:600], "", "could_not_read", about="cut photo"),
    Case("cv.jpg", lambda: b"\xff\xd8\xff" + noise(50_000), "", "could_not_read", about="noise as photo"),
]

# what a name becomes when it is shown
NAMES = {
    "cv\u202efdp.exe": "cvfdp.exe",
    "cv\0.pdf": "cv.pdf",
    "cv\r\nSet-Cookie: x.pdf": "cvSet-Cookie: x.pdf",
    "../../etc/passwd": "passwd",
    "C:\\Users\\Amina\\cv.pdf": "cv.pdf",
    "a" * 300 + ".pdf": "a" * 96 + ".pdf",
    ".htaccess": "htaccess",
    "con.pdf": "con_.pdf",
    "CV för Åsa.pdf": "CV för Åsa.pdf",
    "CV fo\u0308r A\u030asa.pdf": "CV för Åsa.pdf",
    "سيرة ذاتية.pdf": "سيرة ذاتية.pdf",
    "ናይ ስራሕ ታሪኽ.pdf": "ናይ ስራሕ ታሪኽ.pdf",
    "می\u200cخواهم.pdf": "می\u200cخواهم.pdf",
    "": "fil",
    "...": "fil",
    "....pdf": "pdf",
    "   cv   nytt  .pdf": "cv nytt.pdf",
}

WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"A_OPUS" + bytes(500)
OGG = b"OggS\0\x02" + bytes(20) + b"\x01\x13OpusHead\x01" + bytes(500)
M4A = b"\0\0\0\x1cftypM4A \0\0\x02\0M4A isomiso2" + bytes(500)
