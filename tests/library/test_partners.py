"""Others who help: the page with its filters, and the table that staff take out and send back."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from library import content, desk, partner_sheet, partners
from library.models import Partner
from library.partner_sheet import NotATable
from motesplats.models import AuditEntry
from tests import make
from tests.motesplats.test_admin import log_in

pytestmark = pytest.mark.django_db
LIST, SHEET = "/tips/partner/", "admin:library_partner_sheet"


def names_on(client, query: str = "", language: str = "") -> list[str]:
    answer = client.get(f"{language}{LIST}{query}")
    assert answer.status_code == 200
    return re.findall(r"<h2><bdi>([^<]+)</bdi></h2>", answer.content.decode())


@pytest.fixture
def three():
    make.partner("Alla", regions=["00"], needs=["mentor"])
    make.partner("Lund", regions=["1281"], needs=["language"])
    make.partner("Väst", regions=["14"], needs=["language", "cv"])
    make.partner("Dold", regions=["00"], needs=["student"], is_active=False)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Alla", "Lund", "Väst"]),
        ("?behov=language", ["Lund", "Väst"]),
        ("?plats=12", ["Alla", "Lund"]),
        ("?plats=14&behov=language", ["Väst"]),
        ("?plats=12&behov=cv", []),
        ("?plats=%00&behov=nonsense&sida=x", ["Alla", "Lund", "Väst"]),
        ("?plats=99", ["Alla", "Lund", "Väst"]),
    ],
)
def test_filters_are_plain_links(client, three, query, names):
    assert names_on(client, query) == names


def test_only_choices_that_lead_to_somebody_are_shown(client, three):
    page = client.get(f"{LIST}?plats=12").content.decode()
    assert re.findall(r'href="\?plats=12&amp;behov=(\w+)"', page) == ["mentor", "language", "cv"]
    assert (
        'href="?" aria-current="true" rel="nofollow"><bdi>Skåne län' in page
        and "?plats=14" in page
        and "plats=01" not in page
    )


def test_the_page_says_what_they_do_in_the_readers_language(client):
    make.partner("Ett", does="På svenska.", does_ar="بالعربية", regions=["1281", "14"], languages=["sv", "ar"])
    swedish, arabic, english = (client.get(f"{at}{LIST}").content.decode() for at in ("", "/ar", "/en"))
    assert "På svenska." in swedish and "Lund, Västra Götalands län" in swedish and "svenska, العربية" in swedish
    assert "بالعربية" in arabic and "På svenska." in english
    assert 'href="https://partner.example/" rel="noreferrer noopener"' in swedish


def test_queries_are_the_same_with_one_and_three(client):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make.partner()
        with CaptureQueriesContext(connection) as asked:
            names_on(client)
        counts.append(len(asked))
    assert counts == [3, 3]


def test_what_comes_with_the_house_is_shown_and_waits_for_ims_eyes(client, monkeypatch):
    every = content.rows
    monkeypatch.setattr(content, "rows", lambda name: every(name) if name == "partners" else [])  # the rest takes long
    make.category("Kontakter", slug="natverk", topic="network")
    make.category("CV", slug="cv", topic="cv")
    content.load_missing()
    Partner.objects.filter(key="yrkesdorren").update(does_sv="IM:s egna ord")
    Partner.objects.filter(key="jobbspranget").delete()
    assert content.load_missing() == 1 and content.load_missing() == 0
    assert Partner.objects.get(key="yrkesdorren").does_sv == "IM:s egna ord"
    assert len(names_on(client)) == 10 and "Yrkesdörren" in names_on(client, "?behov=contacts&plats=14")
    rows = [row.label for row in desk.rows() if "partner" in row.url]
    assert rows == ["10 adresser till andra som hjälper har ingen på IM öppnat"]
    links = client.get("/tips/?behov=natverk").content.decode()
    assert f'href="{LIST}"' in links and f'href="{LIST}"' not in client.get("/tips/?behov=cv").content.decode()


def test_our_own_sentences_are_short_and_every_place_is_known():
    for row in content.rows("partners"):
        for sentence in re.split(r"[.!?]+", row["does"]["sv"]):
            assert len(sentence.split()) <= 15, sentence
        assert set(row["does"]) == {"sv", "en", "ar"} and set(row["needs"]) <= set(partners.needs())
        assert all(map(partners.place_name, row["regions"])) and row["url"].startswith("https://")


# --- staff -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def disa(client) -> Client:
    client.disa = make.staff("Disa")
    log_in(client, client.disa)
    return client


def form_of(**more) -> dict:
    given = {"name": "Ny", "url": "https://ny.example/", "needs": ["mentor", "cv"], "regions": "Lund, Skåne län"}
    return given | {"position": 5, "does_sv": "Hjälper.", "languages": ["sv"]} | more


def test_staff_add_one_open_its_page_and_hide_it(disa):
    assert disa.post(reverse("admin:library_partner_add"), form_of()).status_code == 302
    partner = Partner.objects.get()
    assert (partner.needs, partner.regions, partner.looked_at, partner.is_active) == (
        ["mentor", "cv"], ["1281", "12"], None, True,
    )  # fmt: skip
    do = "admin:library_partner_do"
    disa.post(reverse(do, args=[partner.pk, "note_looked_at"]))
    partner.refresh_from_db()
    assert partner.looked_at and not [row for row in desk.rows() if "partner" in row.url]
    page = reverse("admin:library_partner_change", args=[partner.pk])
    assert "Lund, Skåne län" in disa.get(page).content.decode()
    disa.post(page, form_of(url="https://ny.example/2", regions="hela Sverige"))
    partner.refresh_from_db()
    assert (partner.looked_at, partner.regions) == (None, ["00"])
    disa.post(reverse(do, args=[partner.pk, "hide"]))
    assert names_on(Client()) == [] and not partners.move(partner, is_active=False, by=disa.disa)
    actions = set(AuditEntry.objects.filter(about_id=partner.slug).values_list("action", flat=True))
    assert actions == {"admin.added", "admin.changed", "partner.looked_at", "partner.hidden"}


@pytest.mark.parametrize(
    "wrong", [{"regions": "Atlantis"}, {"needs": []}, {"url": "http://ny.example/"}, {"does_sv": ""}, {"regions": ""}]
)
def test_bad_input_is_said_and_stays(disa, wrong):
    answer = disa.post(reverse("admin:library_partner_add"), form_of(**wrong))
    assert answer.status_code == 200 and not Partner.objects.exists()
    assert "Hjälper." in answer.content.decode() or "does_sv" in wrong


# --- the table ---------------------------------------------------------------------------------------------------------
def cells_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def table(*rows: dict, between: str = ";", encoding: str = "utf-8-sig", **more) -> bytes:
    given = {"name": "Ny", "does_sv": "Hjälper dig.", "needs": "Mentor", "regions": "hela Sverige"}
    given |= {"url": "https://ny.example/", **more}
    out = io.StringIO()
    made = csv.DictWriter(out, list(given), delimiter=between)
    made.writeheader()
    made.writerows([given | row for row in rows or [{}]])
    return out.getvalue().encode(encoding)


def test_what_is_taken_out_comes_back_the_same(three):
    make.partner('=1+1;"x"', does='-Rad, med komma; och "tecken"', does_ar="بالعربية", position=7)
    before, staff = list(Partner.objects.order_by("pk").values()), make.staff()
    data = partner_sheet.write(Partner.objects.all())
    assert cells_of(data)[0]["name"].startswith("'=") or any(row["name"].startswith("'=") for row in cells_of(data))
    assert data.startswith(b"\xef\xbb\xbfname;") and {row["regions"] for row in cells_of(data)} >= {
        "hela Sverige",
        "Lund",
    }
    for _again in range(2):
        came = partner_sheet.read(data, by=staff)
        assert (came.new, came.changed, came.wrong) == (0, 5, ())
    after = list(Partner.objects.order_by("pk").values())
    assert [row | {"changed_at": 0} for row in after] == [row | {"changed_at": 0} for row in before]


@pytest.mark.parametrize(
    "data",
    [
        table(), table(between=","), table(between="\t"), table(encoding="cp1252"), table(encoding="utf-16"),
        table(needs="mentor", regions="00"), table(needs="MENTOR", regions="Hela Sverige"),
    ],
)  # fmt: skip
def test_a_table_is_read_however_a_spreadsheet_saves_it(data):
    assert partner_sheet.read(data, by=make.staff()).new == 1
    partner = Partner.objects.get()
    assert (partner.does_sv, partner.needs, partner.regions) == ("Hjälper dig.", ["mentor"], ["00"])


def test_columns_that_are_not_there_and_partners_that_are_not_stay_as_they_are(three):
    make.partner("Ny", does_en="In English.", languages=["ti"], position=9, is_active=False)
    partner_sheet.read(table({"name": "NY"}), by=make.staff())
    partner = Partner.objects.get(name="NY")
    assert (partner.does_en, partner.languages, partner.position, partner.is_active) == (
        "In English.",
        ["ti"],
        9,
        False,
    )
    assert Partner.objects.count() == 5


def test_one_wrong_cell_and_nothing_is_saved():
    rows = [
        {"name": "Rätt"}, {"name": ""}, {"needs": "Mentor, Trolleri"}, {"name": "C", "regions": "Atlantis"},
        {"name": "D", "url": "javascript:alert(1)"}, {"name": "E", "does_sv": "x" * 301}, {"name": "rätt"},
        {"name": "F", "position": "-1"}, {"name": "G", "is_active": "kanske"}, {"name": "H" * 81},
    ]  # fmt: skip
    came = partner_sheet.read(table(*rows, position="", is_active=""), by=make.staff())
    assert [(wrong.line, wrong.column) for wrong in came.wrong] == [
        (3, "name"), (4, "needs"), (5, "regions"), (6, "url"), (7, "does_sv"), (8, "name"),
        (9, "position"), (10, "is_active"), (11, "name"),
    ]  # fmt: skip
    assert "Trolleri" in came.wrong[1].words and not Partner.objects.exists()
    assert not AuditEntry.objects.filter(action="partner.imported").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\x01\x02", b"name;url\r\nx;y", b"PK\x03\x04" + b"\x00" * 50, b"x" * (partner_sheet.MOST_BYTES + 1),
        b"\xff\xfe\xff", table(*[{}] * 301), b"name;does_sv;needs;regions;url\r\n;;;;\r\n",
        b'name;does_sv;needs;regions;url\r\n"' + b"y" * 200_000,
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(data):
    with pytest.raises(NotATable) as refusal:
        partner_sheet.read(data, by=make.staff())
    assert str(refusal.value).endswith(".") and not Partner.objects.exists()


def test_staff_take_the_list_and_send_it_back(disa):
    make.partner("Gammal")
    taken = disa.post(reverse(SHEET), {"take": "1"})
    assert taken["Content-Type"] == "text/csv; charset=utf-8" and [row["name"] for row in cells_of(taken.content)] == [
        "Gammal"
    ]
    chosen = {"action": "take", "_selected_action": [Partner.objects.get().pk], "index": 0}
    assert disa.post(reverse("admin:library_partner_changelist"), chosen).content == taken.content

    def send(data: bytes):
        return disa.post(reverse(SHEET), {"file": SimpleUploadedFile("lista.csv", data)}, follow=True).content.decode()

    assert "Rad 3, kolumn needs" in send(table({}, {"name": "B", "needs": "Trolleri"}))
    page = send(table(needs="<script>x"))
    assert "<script>x" not in page and "&lt;script&gt;x" in page
    assert "Filen är tom." in send(b"")
    assert "kolumnerna saknas: does_sv, name, needs, regions, url." in send(b"a;b")
    assert Partner.objects.count() == 1
    assert "Sparat: 1 ny" in send(table()) and Partner.objects.count() == 2
    assert disa.post(reverse(SHEET), {}).status_code == 200 and disa.put(reverse(SHEET)).status_code == 405
    log = AuditEntry.objects.filter(action__in=["partner.imported", "partner.exported"]).order_by("pk")
    assert list(log.values_list("action", "data")) == [
        ("partner.exported", {}), ("partner.exported", {}), ("partner.imported", {"new": 1, "changed": 0}),
    ]  # fmt: skip
