"""The paper: every letter has a shape, Arabic is joined and stands in its direction, all of it on one A4."""

import io

import pypdfium2
import pytest
import uharfbuzz
from pypdf import PdfReader

from motesplats import paper
from tests import make
from volunteers import certificate_paper, certificates
from volunteers.certificate_forms import CertificateForm
from volunteers.models import Reference

pytestmark = pytest.mark.django_db
NAMES = ["Sara سارة الحسن", "سارة Sara Åberg", "ትርሃስ ገብረሚካኤል", "Олена Ковальчук", "Nguyễn Thị Ánh", "ژاله پەیمان ګل"]


def shaped(text: str, family: str) -> list[str]:
    """The names of the shapes HarfBuzz chooses for it in this font."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(paper.font_path(family)))))
    line = uharfbuzz.Buffer()
    line.add_str(text)
    line.guess_segment_properties()
    uharfbuzz.shape(font, line)
    return [font.glyph_to_string(info.codepoint) for info in line.glyph_infos]


def page_of(name: str, **facts):
    made = make.certificate(make.volunteer(), name=name, **facts)
    return pypdfium2.PdfDocument(certificate_paper.pdf_of(made))[0], made


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_on_the_paper_in_its_own_letters(name):
    page, _made = page_of(name)
    text = page.get_textpage().get_text_range()
    assert all(letter in text for letter in name if letter.isalpha())
    assert paper.unwritable(name) == set()
    assert "\ufffd" not in text and "\x00" not in text


def test_the_fonts_join_what_is_to_be_joined_and_leave_no_box():
    joined, alone = shaped("سارة", "NotoSansArabic"), [shaped(letter, "NotoSansArabic") for letter in "سارة"]
    assert len(joined) == 4 and joined[::-1] != [shape for shapes in alone for shape in shapes]
    for text, family in (("سارة الحسن", "NotoSansArabic"), ("ትርሃስ", "NotoSansEthiopic"), ("Олена Å", "NotoSans")):
        assert ".notdef" not in shaped(text, family)


@pytest.mark.parametrize(("name", "first"), [("Sara سارة", "Sara"), ("سارة Sara", "Sara"), ("سارة Олена", "Олена")])
def test_each_script_stands_on_its_side_of_a_mixed_name(name, first):
    """Left to right stands in both what is written so: the other begins at the right, or follows on the left."""
    page, _made = page_of(name)
    found = page.get_textpage()
    text = found.get_text_range()
    places = {letter: found.get_charbox(text.index(letter))[0] for letter in (first[0], "س", "ة")}
    assert places[first[0]] < places["ة"] < places["س"]


def test_letters_no_font_has_are_said_before_the_paper_is_made():
    assert paper.unwritable("Sara 王 ა\u200c") == {"王", "ა"}
    assert "王" in str(CertificateForm({"name": "王 Sara"}).errors["name"])
    assert CertificateForm({"name": "  Sara   سارة "}).is_valid()


def test_it_is_one_a4_with_the_facts_in_swedish_and_english_and_the_code():
    bjorn = make.volunteer(office=make.office("IM Göteborg"))
    certificates.ask_reference(bjorn)
    certificates.agree(Reference.objects.get(), by=make.staff("Disa Ek"))
    made = make.certificate(bjorn, name="Björn Ek", kinds=["cv", "letter", "pitch", "interview", "network", "business"])
    made_paper = certificate_paper.pdf_of(made)
    read = PdfReader(io.BytesIO(made_paper))
    assert [round(float(side)) for side in read.pages[0].mediabox[2:]] == [595, 842] and len(read.pages) == 1
    text = pypdfium2.PdfDocument(made_paper)[0].get_textpage().get_text_range()
    for said in ("Intyg · Certificate", "Björn Ek", "42", "12 januari 2026", "12 January 2026", "Personligt brev"):
        assert said in text
    assert "Disa Ek" in text and "goteborg@im.example" in text and made.grouped_code in text
    assert bjorn.user.email not in text
    assert len(made_paper) < 60_000


def test_a_name_as_long_as_it_may_be_stays_on_the_page_above_the_square():
    page, made = page_of("Wolfeschlegelsteinhausen " * 3 + "Berge")
    assert made.grouped_code in page.get_textpage().get_text_range()
    found = page.get_textpage()
    text = found.get_text_range()
    assert found.get_charbox(text.index("Utfärdat"))[1] > found.get_charbox(text.index(made.grouped_code))[3]
