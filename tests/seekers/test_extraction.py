"""What the confined child reads, hides and refuses; how little it may use; that it fetches nothing."""

import io
import socket
import subprocess
import sys
import threading
import time
import zipfile

import pytest
from PIL import Image

from seekers import child, extraction_masks, extraction_pdf, extraction_pictures, packed_files
from seekers.confinement import TOO_SLOW, Limits, run
from seekers.extraction_lines import ReadPage, line_of
from tests.seekers import bad_files, reading, synthetic_cvs
from tests.seekers.reading import needs_soffice, needs_tesseract, read

MEGABYTE = 1024**2


@pytest.fixture(autouse=True)
def house(settings, tmp_path, monkeypatch):
    """Files in a folder of this test; what its children used is written down."""
    settings.FILES_DIR = tmp_path / "files"
    monkeypatch.setattr(child, "run", reading.watched(run))
    return settings


@pytest.fixture
def without_office(house):
    house.SOFFICE = "no-such-program"


@pytest.fixture
def without_words(house):
    house.TESSERACT = "no-such-program"


def _format_of(case) -> str:
    ending = case.name.rpartition(".")[2].lower()
    return f"cv.{ending}" if ending in ("pdf", "docx", "odt", "jpg", "jpeg", "png") else "cv.jpg"


# --- the corpus ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [c for c in bad_files.CASES if not c.at_door], ids=lambda case: case.id)
def test_read_every_row_of_the_corpus_gets_what_it_should(case):
    began = time.monotonic()
    try:
        said = read(case.make(), name=_format_of(case))
    except child.Unprepared as problem:
        said = {"refusal": problem.code}

    assert said["refusal"] in case.when_read.split("|")
    assert said.get("is_active_content", False) == case.is_active
    assert all(outcome.memory_bytes < 512 * MEGABYTE for outcome in reading.outcomes)
    assert time.monotonic() - began < 30
    if not case.when_read:
        assert said["pages"]


# --- pages and text --------------------------------------------------------------------------------------------------


def _masks_on_ink(picture: bytes, boxes: list) -> bool:
    """Every box is painted over, and nothing but ink is left in it."""
    with Image.open(io.BytesIO(picture)) as page:
        sides = [(x * page.width, y * page.height, (x + w) * page.width, (y + h) * page.height) for x, y, w, h in boxes]
        lights = [page.convert("L").crop(tuple(round(side) for side in box)).getextrema() for box in sides]
    return all(abs(light - extraction_pictures.INK[0]) < 25 for pair in lights for light in pair)


def test_pdf_becomes_a_picture_and_lines_with_boxes(tmp_path):
    result = read(bad_files.pdf(), folder=tmp_path)

    assert result["text"].split("\n") == bad_files.CV_LINES
    assert result["masked_text"].split("\n")[1] == "Telefon [telefon]"
    assert result["found"] == {"phone": 1}
    (page,) = result["pages"]
    assert (page["width"], page["has_text"], page["is_released"]) == (800, True, True)
    assert [line["text"] for line in page["lines"]] == bad_files.CV_LINES
    assert all(result["text"][line["start"] :].startswith(line["text"]) for line in page["lines"])
    assert all(0 < side < 1 for line in page["lines"] for side in line["box"])
    seen, masked = (tmp_path / "page-1.webp").read_bytes(), (tmp_path / "masked-1.webp").read_bytes()
    assert len(seen) < 60_000 and len(masked) < 60_000
    boxes = [mask["box"] for mask in page["masks"]]
    assert len(boxes) == 1 and _masks_on_ink(masked, boxes) and not _masks_on_ink(seen, boxes)


def test_pdf_of_thirty_pages_is_read_whole_in_its_limits():
    result = read(bad_files.pdf(pages=30))

    assert len(result["pages"]) == 30
    assert reading.outcomes[0].seconds < 20


def test_pdf_turned_by_its_page_has_boxes_where_the_words_are_seen(tmp_path):
    turned = bad_files.pdf().replace(b"/MediaBox", b"/Rotate 90 /MediaBox")

    result = read(turned, folder=tmp_path)

    (page,) = result["pages"]
    assert page["height"] < page["width"]
    x, y, width, height = page["masks"][0]["box"]
    assert height > width and x > 0.8  # the second line of a page turned clockwise stands at its right
    assert _masks_on_ink((tmp_path / "masked-1.webp").read_bytes(), [page["masks"][0]["box"]])


def test_what_was_typed_into_a_form_or_written_on_top_is_found_and_hidden(tmp_path):
    result = read(bad_files.form_pdf(), folder=tmp_path)

    (page,) = result["pages"]
    assert result["masked_text"].split()[-2:] == ["[telefon]", "[e-post]"]
    boxes = [mask["box"] for mask in page["masks"]]
    assert len(boxes) == 2 and _masks_on_ink((tmp_path / "masked-1.webp").read_bytes(), boxes)


@needs_tesseract
@pytest.mark.parametrize("is_held", [False, True])
def test_number_in_a_small_picture_beside_text_is_hidden(is_held, tmp_path):
    result = read(bad_files.pdf_with_picture("070-174 06 05", "300 100", is_held=is_held), folder=tmp_path)

    (page,) = result["pages"]
    assert page["is_released"] and [mask["kind"] for mask in page["masks"]] == ["phone"]
    assert _masks_on_ink((tmp_path / "masked-1.webp").read_bytes(), [mask["box"] for mask in page["masks"]])


@pytest.mark.parametrize("is_held", [False, True])
def test_large_picture_beside_text_waits_for_its_owner(is_held, without_words):
    (page,) = read(bad_files.pdf_with_picture("Hej", "500 600", is_held=is_held))["pages"]

    assert page["has_text"] and not page["is_released"]


@needs_tesseract
def test_scan_in_a_pdf_waits_for_its_owner():
    (page,) = read(bad_files.scan_pdf())["pages"]

    assert page["is_released"] is False


@needs_soffice
@pytest.mark.parametrize(("make", "name"), [(bad_files.word, "cv.docx"), (bad_files.odt, "cv.odt")])
def test_office_file_has_pictures_and_hides_the_same_in_both(make, name, tmp_path):
    result = read(make(), name=name, folder=tmp_path)

    assert "070" not in result["masked_text"] and "[telefon]" in result["masked_text"]
    assert "2015-2019" in result["text"] and "Disk, Café Blå" in result["text"]
    (page,) = result["pages"]
    assert [mask["kind"] for mask in page["masks"]] == ["phone"]
    assert _masks_on_ink((tmp_path / "masked-1.webp").read_bytes(), [page["masks"][0]["box"]])


@pytest.mark.parametrize(("make", "name"), [(bad_files.word, "cv.docx"), (bad_files.odt, "cv.odt")])
def test_office_file_without_libreoffice_is_lines_in_order(make, name, without_office, tmp_path):
    (page,) = read(make(), name=name, folder=tmp_path)["pages"]

    lines = [line for line in page["lines"] if line["text"] != "CV"]
    assert [line["kind"] for line in lines] == ["h", "p", "p", "p", "row"]
    assert lines[1]["masked"] == "Telefon [telefon]"
    assert lines[-1]["cells"] == lines[-1]["masked_cells"] == ["2015-2019", "Disk, Café Blå"]
    assert page["is_released"] and not (tmp_path / "page-1.webp").exists()


# --- photos ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", range(1, 9))
def test_photo_stands_upright_and_carries_nothing_but_its_picture(turn, tmp_path, without_words):
    upright = Image.open(io.BytesIO(bad_files.photo())).convert("RGB")
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose that the camera must have done
    taken = upright.transpose(Image.Transpose(undo[turn])) if turn > 1 else upright
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = turn, "PhoneMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (57.0, 42.0, 0.0)})
    taken.save(out, "JPEG", exif=exif)

    (page,) = read(out.getvalue(), name="cv.jpg", folder=tmp_path)["pages"]

    assert page["is_released"] is False and page["has_text"] is False
    for name in ("page-1.webp", "kept-1"):
        with Image.open(tmp_path / name) as kept:
            red, green, _blue = kept.convert("RGB").getpixel((round(kept.width * 0.14), round(kept.height * 0.08)))
            assert kept.height > kept.width and red > 200 and green < 90  # the mark is in its corner
            assert not kept.getexif() and set(kept.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "loop",
                "background",
                "timestamp",
                "duration",
            }
        assert b"PhoneMaker" not in (tmp_path / name).read_bytes()


def test_photos_are_pages_in_order(without_words):
    photos = [bad_files.photo(size=(800, high)) for high in (900, 1000, 1100)]

    pages = read(*photos, name="cv.jpg")["pages"]

    assert [page["height"] for page in pages] == [900, 1000, 1100]


def test_small_photo_is_not_made_larger(without_words):
    (page,) = read(bad_files.photo(size=(400, 500)), name="cv.jpg")["pages"]

    assert page["width"] == 400


def test_large_photo_stays_within_memory(without_words):
    """39 million points, a JPEG and a PNG."""
    for kind, name in (("JPEG", "cv.jpg"), ("PNG", "cv.png")):
        (page,) = read(bad_files.photo(kind, size=(6500, 6000)), name=name)["pages"]

        assert page["width"] == 800
        assert reading.outcomes[0].memory_bytes < 512 * MEGABYTE


@needs_tesseract
def test_words_of_a_photo_are_hidden_and_still_wait_for_the_owner(tmp_path):
    lines = "Amina Warsame|Telefon 070-174 06 05|amina@example.org|Kock, Restaurang Solen"
    page = bad_files.pdf(lines.split("|"))
    picture = _photo_of(page)

    (page,) = read(picture, name="cv.png", folder=tmp_path)["pages"]

    assert page["has_text"] and page["is_released"] is False
    assert len(page["masks"]) == 2  # a misread letter may make another kind of it
    assert _masks_on_ink((tmp_path / "masked-1.webp").read_bytes(), [mask["box"] for mask in page["masks"]])


def _photo_of(pdf: bytes) -> bytes:
    import pypdfium2  # only this test draws one

    out = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[0].render(scale=2.5).to_pil().save(out, "PNG")
    return out.getvalue()


def test_pictures_fit_a_cheap_phone_even_when_they_are_noise():
    noise = Image.frombytes("RGB", (800, 1131), bad_files.noise(800 * 1131 * 3))

    assert len(extraction_pictures.webp(noise.resize((200, 280)).resize((800, 1131)))) <= 60_000


# --- identifiers that are broken over lines --------------------------------------------------------------------------


def _laid(*lines: str):
    box = (0.1, 0.1, 0.2, 0.2)
    return extraction_masks.lay_out([ReadPage([line_of((letter, box) for letter in line) for line in lines])])


@pytest.mark.parametrize(
    "lines",
    [
        ("Ring 070-174", "06 05 efter kl. 17"),
        ("Ring 070-", "174 06 05 efter kl. 17"),
        ("Skriv till amina@", "example.org när du vill"),
        ("Skriv till amina.warsame", "@example.org när du vill"),
        ("Skriv till amina@exam", "ple.org när du vill"),
        ("Se www.linkedin.com/in/amina-", "warsame-123 för mer"),
        ("Född 19900101", "-2392 i Asmara"),
    ],
)
def test_identifier_over_two_lines_is_hidden_in_both(lines):
    laid = _laid(*lines)

    hidden = laid.masked_text.split("\n")
    assert all("[" in line for line in hidden), hidden
    assert not any(piece in laid.masked_text for piece in ("174", "06 05", "amina", "ple.org", "warsame", "2392"))
    assert len(laid.masks[0]) >= 2


@pytest.mark.parametrize(
    "lines",
    [
        ("Kock, Volvo", "info om mig"),
        ("Svetsare 2012", "2019 2022"),
        ("2015-2018", "2018-2020"),
        ("Org.nr 556036-", "0793 Volvo"),
        ("Betyg 5", "12 elever"),
    ],
)
def test_words_on_two_lines_are_not_taken_for_one(lines):
    assert _laid(*lines).masked_text.split("\n") == list(lines)


def _placed(*words: tuple[str, float]):
    """One line: each word with the place of its left edge, in the order the file gives them."""
    letters = []
    for word, left in words:
        letters += [(letter, (left, 0.1, left + 0.01, 0.12)) for letter in word] + [(" ", None)]
    return extraction_masks.lay_out([ReadPage([line_of(letters)])])


def test_number_whose_words_a_file_gives_in_another_order_is_hidden_whole():
    """The number 031-390 06 99 in an Arabic line stands from the right to the left."""
    laid = _placed(("يوتوبوري", 0.6), ("99", 0.2), ("الهاتف:", 0.5), ("06", 0.3), ("031-390", 0.4))

    assert not any(piece in laid.masked_text for piece in ("99", "06", "031"))
    assert "الهاتف" in laid.masked_text
    boxes = [mask["box"] for mask in laid.masks[0]]
    assert all(any(x <= left <= x + wide for x, _y, wide, _h in boxes) for left in (0.2, 0.3, 0.4))


def test_postcode_in_arabic_digits_is_hidden_in_either_direction():
    laid = _placed(("Göteborg", 0.1), ("٤٧", 0.3), ("S-٢١١", 0.4))

    assert "٤٧" not in laid.masked_text and "٢١١" not in laid.masked_text and "Göteborg" in laid.masked_text


@pytest.mark.skipif(not synthetic_cvs.cv_paper.has_fonts(), reason="needs the fonts of invented CVs")
def test_what_was_planted_is_hidden_in_text_and_pictures_of_real_pdfs(tmp_path):
    planted, hidden = 0, 0
    for seed in range(20):
        cv, path = synthetic_cvs.make(seed), tmp_path / "cv.pdf"
        path.write_bytes(cv.pdf())
        laid = extraction_masks.lay_out(extraction_pdf.read(path, lambda picture: []))
        masked = _letters(laid.masked_text)
        planted += len(cv.identifiers)
        hidden += sum(_letters(text) not in masked for _kind, text in cv.identifiers)
        assert sum(map(len, laid.masks)) >= sum(laid.found.values())  # each has a box, or one on each of its lines
    print(f"hidden {hidden} of {planted}")

    assert planted > 100 and hidden / planted >= 0.98


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum()).lower()


def test_word_above_an_address_stays():
    assert _laid("Referens: Volvo", "info@firma.se", "Kock").masked_text == "Referens: Volvo\n[e-post]\nKock"


def test_letters_that_cannot_be_stored_are_gone():
    line = line_of((letter, None) for letter in "A\0\ud800b\ufb01\u00a0c\u202ed\u0308 \uf0b7")

    assert line.text == "Abfi cd\u0308 •".replace("d\u0308", "d\u0308")


# --- confinement -----------------------------------------------------------------------------------------------------


def _confined(code: str, tmp_path, **limits):
    given = {"cpu_seconds": 5, "memory_bytes": 512 * MEGABYTE, "wall_seconds": 5.0, **limits}
    return run([sys.executable, "-c", code], Limits(**given), tmp_path)


def test_confined_program_gets_no_more_memory_than_allowed(tmp_path):
    outcome = _confined("x = bytearray(600 * 2**20)", tmp_path)

    assert outcome.status != 0 and outcome.memory_bytes < 100 * MEGABYTE


def test_confined_program_that_never_rests_is_ended(tmp_path):
    outcome = _confined("while True: pass", tmp_path, cpu_seconds=1)

    assert outcome.status < 0 and outcome.seconds < 4


def test_confined_program_that_sleeps_is_ended_with_its_children(tmp_path):
    code = "import subprocess; subprocess.run(['sleep', '4711'])"
    outcome = _confined(code, tmp_path, wall_seconds=1.0)

    assert outcome.status == TOO_SLOW and outcome.seconds < 4
    assert "sleep\x004711" not in _running()


def test_confined_program_cannot_fill_the_disk(tmp_path):
    outcome = _confined(f"open({str(tmp_path / 'x')!r}, 'wb').write(bytes(100 * 2**20))", tmp_path)

    assert outcome.status != 0 and (tmp_path / "x").stat().st_size <= 64 * MEGABYTE


def test_confined_program_dies_when_its_parent_is_killed(tmp_path):
    code = (
        "from pathlib import Path; from seekers.confinement import Limits, run;"
        f"run(['sleep', '4712'], Limits(5, 2**29, 60), Path({str(tmp_path)!r}))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    _until(lambda: "sleep\x004712" in _running())
    parent.kill()
    parent.wait()

    _until(lambda: "sleep\x004712" not in _running())


def test_confined_program_sees_no_secrets_of_ours(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hemlig")

    assert _confined("import os, sys; sys.exit('SECRET_KEY' in os.environ)", tmp_path).status == 0


def test_child_imports_no_django(tmp_path):
    code = "import sys, seekers.extraction, seekers.extraction_office; sys.exit('django' in sys.modules)"

    assert _confined(code, tmp_path).status == 0


def _running() -> str:
    found = []
    for path in __import__("pathlib").Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_text())
        except OSError:
            continue
    return "\n".join(found)


def _until(holds, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


# --- nothing is fetched ----------------------------------------------------------------------------------------------


@pytest.fixture
def listener():
    """A server on the loopback that counts who knocks."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        knocks, over = [], threading.Event()

        def listen():
            while not over.is_set():
                try:
                    knocks.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", knocks
        over.set()
        thread.join()
        for knock in knocks:
            knock.close()


@needs_soffice
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (bad_files.word_with_remote_picture, "cv.docx"),
        (bad_files.word_with_template, "cv.docx"),
        (bad_files.odt_with_remote_picture, "cv.odt"),
    ],
)
@pytest.mark.parametrize("with_network", [False, True])
def test_nothing_is_fetched_for_a_document(make, name, with_network, listener, monkeypatch):
    """with_network: as where the kernel gives no network of one's own."""
    url, knocks = listener
    if with_network:
        from seekers import confinement  # to read its source

        source = __import__("pathlib").Path(confinement.__file__).read_text()
        path = child.work_folder() / "confinement.py"
        path.parent.mkdir(parents=True)
        path.write_text(source.replace("    _leave_the_network()\n", ""))
        monkeypatch.setattr(confinement, "__file__", str(path))

    read(make(f"{url}/x.png"), name=name)

    time.sleep(0.3)
    assert knocks == []


@pytest.mark.parametrize(
    ("target", "mode"), [("http://127.0.0.1:9/x.png", "Ext&#101;rnal"), ("http://127.0.0.1:9/?a>b", "External")]
)
def test_what_would_be_fetched_is_taken_out_however_it_is_written(target, mode, tmp_path):
    came, copy = tmp_path / "cv.docx", tmp_path / "copy.docx"
    came.write_bytes(bad_files.related("image", target, mode=mode))

    assert packed_files.copy_safely(str(came), str(copy))
    with zipfile.ZipFile(copy) as archive:
        assert not any(b"127.0.0.1" in archive.read(name) for name in archive.namelist())
