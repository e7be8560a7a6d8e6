"""Invented CVs for tests: the same seed gives the same CV, as text, PDF, DOCX and photo.

Numbers are out of the series that nobody has (PTS: 070-174 06 05–99, 031-390 06 00–99, 08-465 004 00–99, 040-628 04 00–99)
or belong to no country's real subscriber on purpose; the personal numbers have right check digits and births in the future
or the 1890s. What was planted is found again by its place, not by its look.
"""

import io
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import docx

from tests.seekers import cv_paper

OPEN, BAR, CLOSE = "\ue000", "\ue001", "\ue002"
ARABIC, PERSIAN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
LANGUAGES = ("sv", "sv", "sv", "en", "ar", "ar", "fa", "uk", "ti", "sv")


@dataclass(frozen=True)
class Planted:
    """`text[start:end]` of the CV is an identifier of `kind`, or a decoy: "organisation", "date" or "other"."""

    kind: str
    text: str
    start: int
    end: int


@dataclass
class Cv:
    seed: int
    language: str
    pages: int
    blocks: list[tuple[str, list[str]]] = field(default_factory=list)  # ("h" | "p" | "row", marked cells)

    @cached_property
    def text(self) -> str:
        return self._parsed[0]

    @cached_property
    def planted(self) -> list[Planted]:
        return [one for one in self._parsed[1] if one.kind not in ("organisation", "date", "other")]

    @cached_property
    def decoys(self) -> list[Planted]:
        return [one for one in self._parsed[1] if one.kind in ("organisation", "date", "other")]

    @cached_property
    def _parsed(self) -> tuple[str, list[Planted]]:
        """As a PDF's text layer gives it: cells of a row become lines or columns, long words are broken."""
        chance = random.Random(self.seed * 7 + 1)
        between = chance.choice(["\n", "\r\n", "\n"])
        beside = chance.choice(["\t", "  ", "\n", " | "])
        lines = [beside.join(_broken(cell, chance) for cell in cells) for _kind, cells in self.blocks]
        return _unmarked(between.join(lines))

    @cached_property
    def identifiers(self) -> list[tuple[str, str]]:
        """(kind, text) of what was planted, unbroken: as it stands in the files."""
        found = [one for _kind, cells in self.blocks for cell in cells for one in _unmarked(cell)[1]]
        return [(one.kind, one.text) for one in found if one.kind not in ("organisation", "date", "other")]

    def lines(self) -> list[tuple[str, list[str]]]:
        """(kind, cells) without marks and without broken words: what a word processor holds."""
        return [(kind, [_unmarked(cell)[0] for cell in cells]) for kind, cells in self.blocks]

    def pdf(self) -> bytes:
        return cv_paper.pdf(self.lines(), pages=self.pages)

    def photo(self) -> bytes:
        """The first page as a phone takes it: a little askew, JPEG, with a place and a time in its EXIF."""
        return cv_paper.photo(self.pdf(), seed=self.seed)

    def docx(self) -> bytes:
        made, table = docx.Document(), None
        for kind, cells in self.lines():
            if kind == "row":
                table = table or made.add_table(rows=0, cols=len(cells))
                for cell, words in zip(table.add_row().cells, cells, strict=True):
                    cell.text = words
                continue
            table = None
            made.add_heading(cells[0], 2) if kind == "h" else made.add_paragraph(cells[0])
        written = io.BytesIO()
        made.save(written)
        return written.getvalue()

    def write_to(self, folder: Path) -> list[Path]:
        """The CV as three files, for somebody who wants to look."""
        made = {"pdf": self.pdf(), "docx": self.docx(), "jpg": self.photo()}
        for kind, content in made.items():
            (folder / f"cv-{self.seed}.{kind}").write_bytes(content)
        return [folder / f"cv-{self.seed}.{kind}" for kind in made]


def make(seed: int, *, pages: int | None = None) -> Cv:
    """The CV of that number. Every eighth is long, up to 30 pages."""
    chance = random.Random(seed)
    language = LANGUAGES[seed % len(LANGUAGES)]
    cv = Cv(seed, language, pages or (chance.randint(3, 30) if seed % 8 == 7 else chance.choice([1, 1, 2])))
    words = WORDS[language]
    cv.blocks += _head(chance, words, language)
    for _ in range(2 + cv.pages * 3):
        cv.blocks += _work(chance, words, language)
    cv.blocks += _foot(chance, words, language)
    return cv


def _mark(kind: str, text: str) -> str:
    return f"{OPEN}{kind}{BAR}{text}{CLOSE}"


def _unmarked(marked: str) -> tuple[str, list[Planted]]:
    text, planted = "", []
    for plain, kind, inside in re.findall(rf"([^{OPEN}]*)(?:{OPEN}(\w+){BAR}([^{CLOSE}]*){CLOSE})?", marked):
        text += plain
        if kind:
            planted.append(Planted(kind, inside, len(text), len(text) + len(inside)))
            text += inside
    return text, planted


def _broken(marked: str, chance: random.Random) -> str:
    """Sometimes a line ends in the middle of what was planted, where a layout program would break it."""

    def break_one(match: re.Match) -> str:
        kind, inside = match[1], match[2]
        after = {"email": r"(?<=@)|(?<=\.)", "phone": r"(?<=[ -])", "link": r"(?<=/in/)|(?<=-)", "address": r"(?<= )(?=\d)",
                 "personal_number": r"(?<=-)"}.get(kind)  # fmt: skip
        places = [found.start() for found in re.finditer(after, inside)] if after else []
        if places and chance.random() < 0.12:
            at = chance.choice(places)
            inside = f"{inside[:at].rstrip(' ')}\n{inside[at:]}"
        return _mark(kind, inside)

    return re.sub(rf"{OPEN}(\w+){BAR}([^{CLOSE}]*){CLOSE}", break_one, marked)


# --- what is planted ------------------------------------------------------------------------------------------------------
def email(chance: random.Random, name: str) -> str:
    first, last = (re.sub("[^a-z]", "", part.lower()) or "person" for part in name.split()[:2])
    local = chance.choice(
        [f"{first}.{last}", f"{first}{chance.randint(70, 99)}", f"{first}_{last}", f"{first[0]}-{last}+jobb"]
    )
    domain = chance.choice(["example.org", "example.com", "mejl.example.se", "exämple.se", "student.example.net"])
    return chance.choice(["{}@{}"] * 8 + ["{} @ {}", "{}(at){}"]).format(local, domain)


def phone(chance: random.Random, language: str) -> str:
    mobile = f"{chance.randint(5, 99):02}"
    swedish = [
        f"070-174 06 {mobile}", f"0701740 6{mobile}", f"07017406{mobile}", f"070 - 174 06 {mobile}", f"070/17406{mobile}",
        f"+46 70 174 06 {mobile}", f"+46 (0)70-174 06 {mobile}", f"004670174 06{mobile}", f"+467017406{mobile}",
        f"031-390 06 {mobile}", f"(031) 390 06 {mobile}", f"08-465 004 {mobile}", f"040 628 04 {mobile}", f"0701-74 06 {mobile}",
        f"070.174.06.{mobile}",
    ]  # fmt: skip
    abroad = {
        "ar": [
            f"+963 944 000 0{mobile}",
            f"00963 11 2000 0{mobile}",
            f"+964 770 000 00{mobile}",
            f"0933 000 0{mobile}",
        ],
        "fa": [f"+98 912 000 00{mobile}", f"0912 000 00{mobile}", f"+93 70 000 00{mobile}"],
        "uk": [f"+380 67 000 00 {mobile}", f"+38 (067) 000-00-{mobile}", f"067 000 00 {mobile}"],
        "ti": [f"+291 7 000 0{mobile}", f"+251 91 000 00{mobile}", f"+252 61 50000{mobile}"],
        "en": [f"+44 20 7946 0{9}{mobile}", f"+1 (202) 555-01{mobile}", f"(202) 555-01{mobile}"],
    }.get(language, [])
    return chance.choice(swedish + abroad * 2)


def personal_number(chance: random.Random) -> str:
    """Ten digits whose check digit is right; a third are samordningsnummer (day + 60)."""
    day = chance.randint(1, 28) + (60 if chance.random() < 0.33 else 0)
    year, nine = chance.randint(70, 99), ""
    nine = f"{year}{chance.randint(1, 12):02}{day:02}{chance.randint(100, 999)}"
    total = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(nine))
    date, last = nine[:6], nine[6:] + str(-total % 10)
    while last[:2] in ("19", "20"):  # may be read as a year
        return personal_number(chance)
    return chance.choice(
        [f"{date}-{last}", f"19{date}-{last}", f"19{date}{last}", f"{date}{last}", f"19{date} {last}", f"19{date} - {last}",
         f"19{year}-{date[2:4]}-{date[4:]}-{last}"]
    )  # fmt: skip


def case_number(chance: random.Random) -> str:
    return chance.choice(["{}-{:06}", "{}-{:06}", "{}-{:06}/1"]).format(
        chance.randint(10, 59), chance.randint(0, 999999)
    )


def address(chance: random.Random, language: str) -> str:
    number = chance.choice(
        [f"{chance.randint(1, 140)}", f"{chance.randint(1, 90)} {chance.choice('ABC')}", f"{chance.randint(1, 90)}b"]
    )
    swedish = [
        f"Storgatan {number}", f"Västra Hamngatan {number}", f"Stora Varvsgatan {number}, lgh 1203", f"Kungsgatan {number}",
        f"Hisingsvägen {number}", f"Olof Palmes gata {number}", f"Rymdtorget {number}", f"Björkstigen {number}",
        f"Norra Ågatan {number}", f"Timmergränd {number}", f"Gamla vägen {number}", f"Lindallén {number}, 2 tr",
        f"Bondegatan {number} c/o Exempel", f"Box {chance.randint(100, 9999)}", f"KUNGSGATAN {number}", f"Skolbacken {number}",
    ]  # fmt: skip
    abroad = {
        "ar": [
            f"شارع الثورة {chance.randint(1, 99)}",
            f"شارع النيل، بناء {chance.randint(1, 40)}",
            f"حي المزة بناء {chance.randint(1, 60)}",
        ],
        "fa": [f"خیابان ولیعصر، پلاک {chance.randint(1, 200)}", f"خیابان آزادی {chance.randint(1, 200)}"],
        "uk": [
            f"вул. Хрещатик, буд. {chance.randint(1, 60)}, кв. {chance.randint(1, 90)}",
            f"вул. Сумська {chance.randint(1, 90)}",
        ],
        "ti": [f"ጎደና ሓርነት {chance.randint(1, 99)}", f"Bole Road, House No. {chance.randint(100, 999)}"],
        "en": [
            f"{chance.randint(1, 300)} Main Street",
            f"Flat 5, {chance.randint(1, 99)} King Street",
            f"Al-Thawra Street {chance.randint(1, 99)}",
        ],
    }.get(language, [])
    return chance.choice(swedish + abroad * 3)


def postcode(chance: random.Random) -> str:
    digits = chance.choice(["411 17", "417 05", "903 26", "211 47", "115 24", "756 45", "41117", "58222"])
    return chance.choice(["{}", "{}", "{}", "SE-{}", "S-{}"]).format(digits)


def link(chance: random.Random, name: str) -> str:
    first, last = (re.sub("[^a-z]", "", part.lower()) or "person" for part in name.split()[:2])
    return chance.choice(
        [f"https://www.linkedin.com/in/{first}-{last}-{chance.randint(10, 99)}ab", f"linkedin.com/in/{first}-{last}",
         f"www.{first}{last}.example.se", f"github.com/{first}{last}", f"https://{first}.example.org/cv?id={chance.randint(1, 99)}",
         f"http://{first}{last}.wordpress.com/"]
    )  # fmt: skip


# --- what must not be touched ---------------------------------------------------------------------------------------------
def organisation(chance: random.Random) -> str:
    digits = f"{chance.choice([55, 66, 77, 80, 90])}{chance.randint(20, 99)}{chance.randint(10, 99)}"
    return chance.choice(["{}-{:04}", "{}-{:04}", "16{}-{:04}"]).format(digits, chance.randint(0, 9999))


def span(chance: random.Random) -> str:
    year, month, day = chance.randint(1998, 2022), chance.randint(1, 12), chance.randint(1, 28)
    until = year + chance.randint(1, 4)
    return chance.choice(
        [f"{year}-{until}", f"{year}–{until}", f"{year} – {until}", f"{year}-{month:02} – {until}-{month:02}", f"{month:02}/{year} - {month:02}/{until}",
         f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}", f"{day}/{month} {year}", f"{year}-{month:02}-{day:02} – {until}-{month:02}-{day:02}",
         f"{year}/{str(until)[2:]}", f"{month:02}-{year}", f"{year}{month:02}-{until}{month:02}", f"{month:02}.{year} – {month:02}.{until}",
         f"{day:02}.{month:02}.{str(year)[2:]} - {day:02}.{month:02}.{str(until)[2:]}"]
    )  # fmt: skip


OTHERS = [
    "08.00–17.00", "kl. 16.00", "0700-1600", "25 000 kr", "1 250 000 kr", "SSYK 5311", "ISBN 978-91-27-11880-5", "EN ISO 9606-1",
    "ISO 9001:2015", "MAG 135/136", "SFI D", "betyg 4.0", "16,5", "100 %", "120 hp", "Excel 2016", "Windows 10", "ASP.NET", "Node.js",
    "3–5 år", "28 barn", "40 timmar", "AFS 2006:4", "YKB 2023", "B96", "24/7", "Java 8, 11 och 17", "kurs 1–4", "t.ex.", "1C 8.3",
    "200 varor", "2 300 m2", "Kalkyl 2.0", "C1", "12 345 kunder",
]  # fmt: skip


WORDS = {
    "sv": {"names": ["Amina Exempelsson", "Björn Demosson", "Åsa Prov", "Yonas Tesfay"], "tel": ["Tel:", "Mobil", "Telefon:", "Tfn", ""],
           "mail": ["E-post:", "Mejl", "", "e-mail:"], "home": ["Adress:", "", "Bor:", ""], "town": ["Göteborg", "Malmö", "Umeå", "Västra Frölunda"],
           "pnr": ["Personnummer:", "Personnr", "", "Född"], "work": ["Svetsare", "Barnskötare", "Kock", "Lokalvårdare"],
           "did": "Jag ansvarade för {} och arbetade med {} varje vecka.", "heads": ["Arbetslivserfarenhet", "Utbildning"], "org": "Exempelbolaget AB, org.nr {}"},
    "en": {"names": ["Leila Sample", "Samuel Tekle", "Nadia Sample"], "tel": ["Phone:", "Mobile", "Tel.", ""], "mail": ["E-mail:", "Email", ""],
           "home": ["Address:", "", "Lives:"], "town": ["Gothenburg", "Lund", "Stockholm"], "pnr": ["Personal identity number:", "Personal number", ""],
           "work": ["Welder", "Chef", "Accountant"], "did": "I was responsible for {} and worked with {} every week.",
           "heads": ["Work experience", "Education"], "org": "Sample Ltd, reg. {}"},
    "ar": {"names": ["أمينة Amina الحلبي", "سمير Samir حداد"], "tel": ["هاتف:", "الجوال:", "رقم الهاتف:", ""], "mail": ["البريد الإلكتروني:", ""],
           "home": ["العنوان:", "", "السكن:"], "town": ["يوتوبوري", "مالمو", "Göteborg"], "pnr": ["الرقم الشخصي:", "Personnummer:"],
           "work": ["معلمة", "لحام", "محاسب"], "did": "كنت مسؤولة عن {} وعملت مع {} كل أسبوع.", "heads": ["الخبرة العملية", "التعليم"], "org": "شركة المثال {}"},
    "fa": {"names": ["لیلا Leila احمدی", "رضا Reza کریمی"], "tel": ["تلفن:", "شماره تماس:", "موبایل:"], "mail": ["ایمیل:", ""], "home": ["آدرس:", "نشانی:", ""],
           "town": ["گوتنبرگ", "مالمو"], "pnr": ["شماره شخصی:", "Personnummer:"], "work": ["حسابدار", "آشپز"],
           "did": "من مسئول {} بودم و هر هفته با {} کار می‌کردم.", "heads": ["سابقه کار", "تحصیلات"], "org": "شرکت نمونه {}"},
    "uk": {"names": ["Олена Olena Приклад", "Тарас Taras Зразок"], "tel": ["Телефон:", "Тел.", "Моб.:"], "mail": ["Пошта:", "E-mail:", ""],
           "home": ["Адреса:", "", "Адреса:"], "town": ["Гетеборг", "Umeå", "Лунд"], "pnr": ["Персональний номер:", "Personnummer:"],
           "work": ["Бухгалтер", "Кухар"], "did": "Я відповідала за {} і щотижня працювала з {}.", "heads": ["Досвід роботи", "Освіта"], "org": "ТОВ «Зразок» {}"},
    "ti": {"names": ["ሰናይት Senait ተስፋይ", "ዮናስ Yonas ሃይለ"], "tel": ["ስልኪ:", "ተሌፎን:", "Tel:"], "mail": ["ኢመይል:", ""], "home": ["ኣድራሻ:", ""],
           "town": ["ጎተቦርግ", "Göteborg"], "pnr": ["Personnummer:", "ቁጽሪ መለለዪ:"], "work": ["ሰባቢ ሓጺን", "ከሻኒ"],
           "did": "ሓላፊ ናይ {} ነይረ፡ ምስ {} ድማ ሰሪሐ።", "heads": ["ናይ ስራሕ ተመክሮ", "ትምህርቲ"], "org": "ትካል ኣብነት {}"},
}  # fmt: skip


def _digits(chance: random.Random, language: str, marked: str) -> str:
    """Half of the Arabic and Persian CVs write numbers in their own digits; links and e-mail stay as they are."""
    table = {"ar": ARABIC, "fa": PERSIAN}.get(language)
    return marked.translate(table) if table and chance.random() < 0.6 else marked


def _head(chance: random.Random, words: dict, language: str) -> list:
    name, town = chance.choice(words["names"]), chance.choice(words["town"])
    latin = " ".join(re.findall("[A-Za-zåäöÅÄÖ]+", name)) + " Exempel"
    planted = {
        "phone": _digits(chance, language, _mark("phone", phone(chance, language))),
        "email": _mark("email", email(chance, latin)),
        "home": _mark("address", address(chance, language)),
        "code": f"{_digits(chance, language, _mark('postcode', postcode(chance)))} {town}",
        "link": _mark("link", link(chance, latin)),
        "pnr": _digits(chance, language, _mark("personal_number", personal_number(chance))),
        "lma": _mark("lma", case_number(chance)),
    }
    label = {
        key: f"{chance.choice(words[own])} ".lstrip()
        for key, own in (("phone", "tel"), ("email", "mail"), ("home", "home"), ("pnr", "pnr"))
    }
    label |= {
        "code": "",
        "link": chance.choice(["", "LinkedIn: ", "Webb "]),
        "lma": chance.choice(["LMA-nummer: ", "LMA-kort ", "Dossiernummer: ", ""]),
    }
    keys = [key for key in planted if key not in ("lma", "pnr", "link") or chance.random() < 0.6]
    cells = {key: label[key] + planted[key] for key in keys}
    style = chance.randrange(4)
    if style == 0:
        body = [("p", [cell]) for cell in cells.values()]
    elif style == 1:
        body = [("p", [" · ".join([cells["code"], cells["phone"], cells["email"]])]), ("p", [cells["home"]])]
        body += [("p", [cells[key]]) for key in keys if key in ("link", "pnr", "lma")]
    elif style == 2:
        body = [("row", [label[key].strip() or "–", planted[key]]) for key in keys]
    else:
        body = [("p", [f"{cells['home']}, {cells['code']} | {cells['phone']} | {cells['email']}"])]
        body += [("p", [cells[key]]) for key in keys if key in ("link", "pnr", "lma")]
    return [("h", [name]), *body]


def _work(chance: random.Random, words: dict, language: str) -> list:
    own, other = _mark("other", chance.choice(OTHERS)), _mark("other", chance.choice(OTHERS))
    when = _digits(chance, language, _mark("date", span(chance)))
    head = [("h", [chance.choice(words["heads"])])] if chance.random() < 0.25 else []
    title = (
        ("row", [when, chance.choice(words["work"])])
        if chance.random() < 0.3
        else ("p", [f"{when}: {chance.choice(words['work'])}"])
    )
    lines = [*head, title, ("p", [words["did"].format(own, other)])]
    if chance.random() < 0.4:
        lines.append(("p", [words["org"].format(_mark("organisation", organisation(chance)))]))
    return lines


def _foot(chance: random.Random, words: dict, language: str) -> list:
    """A referee with a phone number and an e-mail address of their own."""
    who = f"Ref: Karin Chef, {_mark('phone', phone(chance, 'sv'))}, {_mark('email', email(chance, 'Karin Chef'))}"
    return [("p", [who])] if chance.random() < 0.5 else []


def today() -> str:
    return datetime.now(UTC).date().isoformat()
