"""Numbers that name or reach a person, told apart from dates, hours, money and organisation numbers.

Works on folded text (identifier_letters.py): digits are 0-9, dashes "-", line ends "\\n".
Sources: Skatteverket on personnummer and samordningsnummer; Migrationsverket (2022): the case number under the photo of
an LMA card is XX-XXXXXX, perhaps with /1 for the card; PTS: Swedish numbers have 8-10 digits with their area code.
"""

import re
from collections.abc import Iterator

from seekers.identifier_letters import Ranges

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_HOUR = r"(?:[01]?\d|2[0-4])"
_UNIT = r"(?:kr|kronor|sek|eur|euro|usd|\$|€|kg|tkr|mkr|ton|st|km|m2|personer|kunder|people|hours|timmar|%)"
_HARMLESS = re.compile(
    rf"""
      (?<![\d-]) {_YEAR} - {_MONTH} (?: - {_DAY} )? (?!\d|-\n?\d\d-|-\n?\d{{3}})
      (?: \ ?-\ ? {_YEAR} - {_MONTH} (?: - {_DAY} )? (?!\d) )?
    | (?<![\d/.-]) {_YEAR} [./] {_MONTH} (?: [./] {_DAY} )? (?![\d])
    | (?<![\d+-]) {_YEAR} \ ?[-/]\ ? (?: {_YEAR} | \d\d ) (?![\d-])
    | (?<![\d.-]) {_YEAR} {_MONTH} (?:{_DAY})? \ ?-\ ? {_YEAR} {_MONTH} (?:{_DAY})? (?!\d)
    | (?<![\d.-]) {_YEAR} {_MONTH} \ ?-\ ? {_YEAR} (?!\d)
    | (?<![\d./-]) \d\d?[./]\d\d?[./](?:{_YEAR}|\d\d) \ ?-\ ? \d\d?[./]\d\d?[./](?:{_YEAR}|\d\d) (?!\d)
    | (?<![\d./-]) (?:{_DAY}|[1-9]) ([./-]) (?:{_MONTH}|[1-9]) \1 (?:{_YEAR}|(?<=[./])\d\d) (?![\d]|[./-]\d)
    | (?<![\d./-]) (?:{_DAY}|[1-9]) / (?:{_MONTH}|[1-9]) \ {_YEAR} (?!\d)
    | (?<![\d./-]) (?:{_MONTH}|[1-9]) \ ?[./-]\ ? {_YEAR} (?![\d]|[./-]\d)
    | (?<![\d.-]) {_HOUR} [.:] [0-5]\d \ ?-\ ? {_HOUR} [.:] [0-5]\d (?![\d]|[.:]\d)
    | (?<![\d-]) (?:[01]\d|2[0-4])[0-5]\d \ ?-\ ? (?:[01]\d|2[0-4])[0-5]\d (?![\d]|[ -]\d)
    | (?<![\d:]) {_HOUR} : [0-5]\d (?![\d:])
    | (?i: \bkl\.?\ ? ) {_HOUR} [.:]? (?:[0-5]\d)? (?!\d)
    | (?<![\d+-]) (?:16|46-)? [1-9]\d[2-9]\d{{3}} - \d{{4}} (?![\d-])
    | (?<!\w) SE \ ? [1-9]\d[2-9]\d{{7}} 01 (?!\d)
    | (?i: \b(?:org(?:anisations?)?\.?[ -]?(?:nr|nummer|no|number)|vat(?:[ -]?no)?|momsreg\w*|issn|doi|ssyk
      |bankgiro|plusgiro|postgiro|bg|pg|iban|diarienummer|dnr|kurskod|ocr) ) [.: -]{{0,3}} (?:SE\ ?)? \d[\d-]{{2,20}}\d
    | (?i: \bisbn(?:-1[03])? ) [.: -]{{0,3}} \d[\d -]{{7,16}}\d
    | (?<!\d) 97[89]-? \d[\d-]{{8,14}}\d (?!\d)
    | (?<![\d+]) [1-9]\d{{0,2}} (?:[ .]\d{{3}}){{1,4}} (?![\d-]) (?=\ ?{_UNIT}(?!\w)|,\d\d(?!\d)|:-)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def harmless(text: str) -> Ranges:
    """Dates, spans of years, hours, sums of money and organisation numbers: what no finder may touch."""
    return [match.span() for match in _HARMLESS.finditer(text)]


_JOIN = r"[ ]?\n?[ ]?[-+./]?[ ]?\n?[ ]?"
_PERSONAL_NUMBER = re.compile(
    rf"(?<![\d+]) (?P<date>(?:(?:1[89]|20)[ ]?)?\d\d(?P<gap>[ .]|-\n?)?\d\d(?:(?P=gap)|-\n?)?\d\d) (?P<join>{_JOIN}) "
    r"(?P<last>\d{4}|[A-HJ-NPR-UX-Z]{2}\d\d|[A-HJ-NPR-UX-Z]\d{3}) (?![\w]|-\d)",
    re.VERBOSE,
)
_PERSONAL_LABEL = re.compile(
    r"(?i:person(?:al)?[ -]?(?:nr|nummer|number|identity|id)|person-?\n?nummer|samordning\w*|coordination|pnr|p-?nr"
    r"|social security|ssn|födelsenummer|birth number|identity number|reservnummer|tf-nummer"
    r"|الرقم الشخصي|رقم شخصي|رقم الهوية|رقم التنسيق|شماره ملی|شماره شخصی|کد ملی|персональний номер|особистий номер"
    r"|персональный номер|личный номер|lambarka shaqsiga|ቁጽሪ መለለዪ|መለለዪ ቁጽሪ|personligt nummer)"
)
_SPACED = re.compile(r"(?<!\d)(?<!\d )(?:\d[ ]){5,11}[-+]?[ ]?(?:\d[ ]){3}\d(?! ?\d)")
_LABELLED_NUMBER = re.compile(
    r"[^\w\n]{0,4}(?:\((?:\w|[ -]){1,30}\))?[^\w\n]{0,4}\n?[ ]?"
    r"((?:\d[ .-]?){6,8}[ .+-]{0,2}\n?[ ]?\d[ ]?\d[ ]?\d[ ]?\d)(?!\d)"
)


def personal_numbers(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Personnummer, samordningsnummer and temporary numbers: with a hyphen by their date, else by their check digit."""
    for match in _PERSONAL_NUMBER.finditer(text):
        if not _touches(quiet, *match.span()) and _is_personal(text, match):
            yield match.span()
    for match in _SPACED.finditer(text):  # letters set apart by the layout
        digits = re.sub(r"\D", "", match[0])
        if len(digits) in (10, 12) and _is_birth_date(digits[-10:-4]) and _has_check_digit(digits[-10:]):
            yield match.span()
    for label in _PERSONAL_LABEL.finditer(text):
        number = _LABELLED_NUMBER.match(text, label.end())
        if number and not _touches(quiet, *number.span(1)):
            yield number.span(1)


def _touches(ranges: Ranges, start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in ranges)


def _is_personal(text: str, match: re.Match) -> bool:
    date, join, last = match["date"], match["join"], match["last"]
    digits = re.sub(r"\D", "", date)
    if not _is_birth_date(digits[-6:]):
        return False
    if not last.isdigit():
        return "-" in join or len(digits) == 8 and not join and last[0] in "TRKMX"
    is_labelled = bool(_PERSONAL_LABEL.search(text, max(0, match.start() - 40), match.start()))
    has_hyphen = join.strip() in ("-", "+")
    if is_labelled:
        return True
    if re.fullmatch(_YEAR, last) and (not has_hyphen or re.fullmatch(f"{_YEAR}{_MONTH}", digits)):
        return False  # a date and then a year
    if match["gap"] and not (has_hyphen and "-" in join):
        return False
    if "\n" in join and not has_hyphen:
        return _has_check_digit(digits[-6:] + last) and "." not in join
    return has_hyphen or join.strip() == "" and _has_check_digit(digits[-6:] + last)


def _is_birth_date(six: str) -> bool:
    day = int(six[4:])
    return 1 <= int(six[2:4]) <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _has_check_digit(ten: str) -> bool:
    """Luhn: every second digit doubled, digits of all added up, a multiple of ten."""
    return sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(ten)) % 10 == 0


_CASE_LABEL = re.compile(
    r"(?i:(?<!\w)LMA(?!\w)(?:[ -]?(?:kort(?:et)?|card))?(?:s?[ -]?(?:nummer|nr|number|no))?|dossier(?:nummer|nr"
    r"|[ ]number)?"
    r"|kontrollnummer|control number|(?:migrationsverket|migration agency)\S{0,3}(?:[ ](?:ärende\w*|beteckning"
    r"|case|ref\w*|dnr))?"
    r"(?:[ ](?:nr|nummer|number|no))?|beteckningsnummer|UT-kort(?:et)?(?:s?[ -]?(?:nummer|nr))?"
    r"|uppehållstillståndskort\w*"
    r"|ärende(?:nummer|nr)|case (?:number|no)|رقم الملف|رقم القضية|بطاقة LMA|شماره پرونده|номер справи|ቁጽሪ ፋይል)"
    r"[^\w\n]{0,4}(?:(?:är|is|هو|num(?:mer|ber)|nr|no)\b)?[^\w\n]{0,3}\n?[ ]?"
    r"((?:[A-Z]{2,3}[ -]?)?\d(?:[ /-]?\d){5,11}(?:/\d{1,2})?)(?![\d])"
)
_CASE_NUMBER = re.compile(r"(?<![\d./+-])(?<!\d )[1-9]\d-\d{6}(?:/\d{1,2})?(?![\d]|[./-]\d| ?\w*kr)")


def case_numbers(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Migrationsverket's number on an LMA card: two digits, a hyphen, six digits; or what a label says it is."""
    for match in _CASE_LABEL.finditer(text):
        if not _touches(quiet, *match.span(1)):
            yield match.span(1)
    for match in _CASE_NUMBER.finditer(text):
        yield match.span()


_PHONE_LABEL = re.compile(
    r"(?i:(?<![^\W_])(?:tel(?:e(?:fon|phone|foon|fono|efan))?(?:nummer|nr|[ ]?no)?|tfn|tlf|mob(?:il|ile"
    r"|iltelefon)?(?:nummer|nr)?"
    r"|phone(?:[ ](?:number|no))?|cell|handy|hemtel\w*|whats ?app|viber|imo|signal|sms|ring|kontakt|contact"
    r"|numero|gsm|taleefan\w*|nambar\w*"
    r"|тел(?:ефон)?|моб(?:ільний|ильный)?|номер)(?![^\W_])"
    r"|(?:ال)?(?:هاتف|جوال|موبايل|محمول|خلوي|تليفون|تلفون)|واتس ?اب|واتساب|تلفن|موبایل|همراه|شماره تماس|ስልኪ?"
    r"|ተሌፎን|ቴሌፎን|ሞባይል|📞|☎|📱)"
    r"[^\w\n+(]{0,5}(?:(?:nr|no|number|nummer|is|är|på|هو|رقم)\b)?[^\w\n+(]{0,3}\n?[ ]{0,3}(?=[+(0-9])"
)
_FIRST = re.compile(r"(?<![\w+])(?<![\d][.,:-])(?:\+[ ]?\(?(?=[1-9])|\(\+|00[ ]?(?=[1-9])|\(?(?=0[ -]?[1-9]))")
_BARE_COUNTRY = re.compile(
    r"(?<![\d+])(?<!\d[ .,:-])(?=(?:46|93|98|90|961|962|963|964|249|251|252|254|256|291|380|48"
    r"|49)[ -]?\d[\d -]{7,14})"
)
_GROUP = re.compile(r"\d+")
_GAP = re.compile(r"[ ]?[ ]?\(?[ ./-]{0,3}\)?[ ./-]{0,2}(?:\n[ ]{0,3}[-(]?[ ]?)?(?=\d)")
_AMERICAN = re.compile(r"(?<![\d+])\(\d{3}\)[ ]?\n?\d{3}[- .]\n?\d{4}(?!\d)")
_WHOLE = {  # country code -> digits of a whole number, with the code
    "46": 11, "963": 12, "251": 12, "380": 12, "252": 11, "98": 12, "93": 11, "90": 12, "291": 10, "964": 13, "962": 12,
    "961": 11, "249": 12, "254": 12, "256": 12, "20": 12, "44": 12, "49": 12, "7": 11, "1": 11,
    "47": 10, "45": 10, "48": 11,
}  # fmt: skip


def phones(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Phone numbers of Sweden and of other countries, in groups of any size, also over a line's end."""
    hushed = {place for start, end in quiet for place in range(start, end)}
    for match in _PHONE_LABEL.finditer(text):
        yield from _whole_phone(text, match.end(), hushed, least=6)
    for starts in (_FIRST, _BARE_COUNTRY):
        for match in starts.finditer(text):
            if match.start() not in hushed:
                yield from _whole_phone(text, match.start(), hushed, least=11 if starts is _BARE_COUNTRY else 8)
    for match in _AMERICAN.finditer(text):
        if hushed.isdisjoint(range(*match.span())):
            yield match.span()


def _whole_phone(text: str, start: int, hushed: set[int], *, least: int) -> Iterator[tuple[int, int]]:
    """The number that begins at `start`, with at least `least` digits; nothing when it is none."""
    at = start
    while at < len(text) and text[at] in "+( ":
        at += 1
    digits, end = "", at
    has_plus = "+" in text[start:at]
    while (group := _GROUP.match(text, at)) and not _stops(text, end, group, digits, has_plus, hushed):
        digits += group[0]
        end = group.end()
        gap = _GAP.match(text, end)
        if not gap:
            break
        at = gap.end()
    if least <= len(digits) <= 16:
        yield start, end


def _stops(text: str, end: int, group: re.Match, digits: str, has_plus: bool, hushed: set[int]) -> bool:
    """Does `group` belong to something else than the number whose `digits` were read up to `end`?"""
    if group.start() in hushed:
        return True
    if not digits:
        return False
    whole, enough = _lengths(digits, has_plus)
    if len(digits) >= whole or len(digits) + len(group[0]) > max(whole + 1, 11):
        return True
    if len(digits) < enough:
        return False
    gap = text[end : group.start()]
    if "\n" in gap:
        is_rest = len(group[0]) == 2 and not re.match(r" ?\w", text[group.end() : group.end() + 2])
        return not is_rest or len(digits) + 2 > min(whole, 10 if digits[0] == "0" else whole)
    return "/" in gap or len(gap.strip(" ")) == 0 and bool(re.fullmatch(_YEAR, group[0]))


def _lengths(digits: str, has_plus: bool) -> tuple[int, int]:
    """(digits of a whole number, digits that can be enough) for a number that begins like this."""
    if digits.startswith("00") or has_plus or digits[0] != "0":
        bare = digits.removeprefix("00")
        code = next((code for code in _WHOLE if bare.startswith(code)), "")
        extra = 2 if digits.startswith("00") else 0
        trunk = 1 if code and bare[len(code) :].startswith("0") else 0
        whole = _WHOLE.get(code, 12)
        return whole + extra + trunk, whole + extra - 2
    if digits.startswith("07"):
        return 10, 10
    return 11, 8
