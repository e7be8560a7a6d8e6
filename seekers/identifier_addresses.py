"""Where somebody lives: streets of Sweden and of the countries people come from, boxes, c/o, postcodes.

Works on folded text (identifier_letters.py). A street without a house number is not an address, unless a label says so.
"""

import re
from collections.abc import Iterator

from seekers.identifier_letters import Ranges

_CAPITAL = r"[^\W\d_a-zåäöéüßа-яёіїєґ]"  # the first letter of a name, also in scripts without capitals
_POSTCODE = re.compile(
    r"(?<![\w+./,-])(?<!\d[ ])(?:(?:SE|S|s|se)[ -]{0,3})?([1-9]\d\d[ ]?\d\d)(?![\d-])"
    rf"(?=(?:[ ]?,?[ ]{{0,3}}\n?[ ]?({_CAPITAL}[\w-]+))?)"  # and the town, if there is one
)
_POSTCODE_LABEL = re.compile(
    r"(?i:post(?:nummer|nr\.?|kod|[ ]?code)|zip(?:[ ]code)?|الرمز البريدي|رمز بريدي|کد ?پستی"
    r"|(?:поштовий )?індекс|индекс)"
    r"[^\w\n]{0,4}\n?[ ]?((?:SE|S)?[ -]?\d{3}[ ]?\d{2})(?!\d)"
)
_NOT_TOWNS = re.compile(
    r"(?i)(?:kr|kronor|sek|eur|euro|usd|kunder|timmar|personer|barn|anställda|elever|poäng|hp|tkr|nok|dkk|nakfa"
    r"|ليرة|دينار|ريال|دولار|تومان|ریال|افغانی|грн|гривень|руб\w*|ናቕፋ|ብር|ዶላር)$"
)

_BEFORE = (
    "Västra|Östra|Norra|Södra|Övre|Nedre|Stora|Lilla|Gamla|Nya|Sankt|S:t|S:ta|St|Sankta|Första|Andra|Tredje|Fjärde|Femte"
    "|Inre|Yttre|Carl|Karl|Olof|Anders|Lars|Per|Nils|Johan|Erik|Gustaf|Gustav|Sven|Axel|Drottning|Kung|Doktor|Dr|Dag|August"
)
_NUMBER = (
    r"(?!(?:19|20)\d\d(?!\d))"
    r"[a-hA-H]?\d{1,4}(?:[ ]?[A-H](?![\w])|[a-zA-Z](?!\w))?(?:[ ]?[-/][ ]?\d{1,4}[A-Za-z]?(?!\w))?"
    r"(?:[ ]?[,/]?[ \n]?(?:(?:lgh|läg|lägenhet|lght|apt|vån|våning|uppg|uppgång|ing|port|rum|room|floor|flat"
    r"|st\.)[ .:\n]{0,2}\w{1,5}"
    r"|\d{1,2}[ ]?(?:tr|trappor)(?!\w)|(?:bv|nb|ög|[nö]\.?b\.)(?!\w)))*"
)
_GAP = r"(?:[ ]{1,3}|[ ]?,[ ]?|[ ]?\n[ ]?)(?:nr[ .]{1,2}|no[ .]{1,2}|nummer[ ])?"
_ROAD = "gatan|gata|vägen|väg|gränden|gränd|stigen|stig|allén|allé|torget"  # of these every word is an address
_PLACE = (  # of these only a name is: "Odenplan 3", but "arbetsplats 3" and "plan 3" stay
    "torg|platsen|plats|backen|backe|leden|kajen|kaj|esplanaden|esplanad|promenaden|parken|hamnen|stranden|strand|kullen"
    "|höjden|ringen|slingan|svängen|liden|lyckan|rundan|gången|dalen|berget|planen|plan|bron|brinken|brink|gärdet|gården"
    "|viken|udden|åsen|ängen|lunden|hagen|skogen|vret|vreten|tåget"
)
_NO_PLACE = (
    r"(?!(?i:arbets|projekt|lektions|vånings|affärs|tids|handlings|utvecklings|studie|åtgärds|mötes|praktik)pla)"
)
_STREETS = (
    # Storgatan 12 B, lgh 1203 · Västra Hamngatan 5 · STORGATAN 12
    rf"(?<!\w)(?:(?:{_BEFORE})[ ])?[^\W\d_][\w:-]{{0,30}}?(?i:{_ROAD}){_GAP}{_NUMBER}(?!\w)",
    (
        rf"(?<!\w)(?:(?:{_BEFORE})[ ])?{_NO_PLACE}{_CAPITAL}[\w:-]{{1,30}}?(?i:{_PLACE})"
        rf"(?:[ ]{_NUMBER}(?!\w)|\n{_NUMBER}(?!\w|[ ][a-zåäö]))"
    ),
    # Olof Palmes gata 12 · Gamla vägen 3
    (
        rf"(?<!\w)(?:{_CAPITAL}[\w:-]{{1,40}}[ ]){{1,3}}(?i:gatan|gata|vägen|väg|gränd|plats|torg|allé|stig|plan|backe"
        rf"|led|kaj|park){_GAP}"
        rf"{_NUMBER}(?!\w)"
    ),
    # c/o Andersson · Box 123 · ص.ب 123
    r"(?<!\w)[cC]\s?/\s?[oO][ :]{0,2}\n?[^\W\d_][\w.'-]*(?:[ ][^\W\d_][\w.'-]*){0,2}",
    (
        r"(?<!\w)(?:[Pp]ost[ ]?)?(?:[Bb]ox|BOX)[ \n]\d{1,5}(?!\w)|(?<!\w)P\.?[ ]?O\.?[ ]?[Bb](?:ox"
        r"|OX)\.?[ :\n]{0,2}\d{1,6}|ص\.? ?ب\.?[ :\n]{0,2}\d{1,6}"
    ),
    # 12 Main Street · Flat 5, 12 King Street · 2712 Broadway St
    (
        r"(?<![\w.,/-])(?:(?:[Ff]lat|[Aa]pt\.?|[Aa]partment"
        r"|[Uu]nit)[ \n]\w{1,5},?[ \n])?\d{1,5}[A-Za-z]?,?[ \n](?:(?:[A-Z][\w.'-]{0,40}|of|the|al)[ ]){1,4}"
        r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Boulevard|Blvd|Way|Court|Square|Terrace|Close|Crescent"
        r"|Highway)(?!\w)\.?"
        r"(?:,?[ ](?:[Ff]lat|[Aa]pt\.?|[Aa]partment|[Ff]loor|[Bb]uilding|[Bb]ldg\.?|[Hh]ouse"
        r"|[Uu]nit)(?:[ ]?(?:[Nn]o\.?|#))?[ ]?\w{1,5})*"
    ),
    # Al-Thawra Street 12, Building 5 · Bole Road, House No. 12 · Atatürk Caddesi No: 12
    (
        r"(?<!\w)(?:[A-Z][\w.'-]{0,40}[ ]){1,4}(?:Street|St\.|Road|Rd\.?|Avenue|Ave\.?|Lane|Boulevard|Blvd|Caddesi"
        r"|Cad\.|Sokak|Sokağı|Sk\.|Mahallesi"
        r"|Cd\.|Mah\.|Wadada)[, \n]{1,2}(?:(?:[Bb]uilding|[Bb]ldg\.?|[Hh]ouse|[Ff]loor|[Ff]lat"
        r"|[Aa]pt\.?)[ ]?)?(?:(?:[Nn]o|[Nn]r|#)[.: \n]{0,2})?"
        r"\d{1,5}\w?(?!\w)(?:,?[ ](?:[Ff]loor|[Ff]lat|[Aa]pt\.?|[Bb]uilding|[Bb]ldg\.?|D(?:aire)?:?|Kat:?)[ ]?\w{1,5})*"
    ),
    (
        r"(?<!\w)(?:Shari'?a?'?|Sharia|Share[ea]'?|Shar[ie]'|Rue|Calle|Via|Wadada|Jadda|Kuche|Khiaban|Khiyaban"
        r"|Khyaban|Kocheye?|Vul\.|vul\.|ul\.|Ul\.)"
        r"[ ](?:[^\W\d_][\w'-]*[ ,]{1,2}){1,4}(?:(?:[Nn]o|[Bb]ud|[Bb]uilding|[Pp]elak|kv|d)[.: ]{0,2})?\d{1,5}\w?(?!\w)"
        r"(?:,?[ ](?:kv|apt|bud|building|floor)\.?[ ]?\d{1,4})*"
    ),
    r"(?<!\w)\d{1,4},?[ ]rue[ ](?:d[eu]s?[ ]|de[ ]la[ ]|de[ ]l')?[A-Z][\w'-]+",
    r"(?<!\w)[A-Z][\w-]{0,40}(?:straße|strasse|str\.|straat|weg)[ ]\d{1,4}[a-z]?(?!\w)",
    (
        r"(?i:(?<!\w)house[ ](?:no\.?|number|nr\.?|#)[ :\n]{0,2}\d{1,5}\w?)(?:,?[ ](?i:street|kebele"
        r"|road)[ ]\d{1,4})?|(?<!\w)[Kk]ebele[ ]\d{1,3}"
        r"(?:,?[ ][Hh](?:ouse|\.)[ ]?(?:[Nn]o\.?)?[ ]?\d{1,5})?"
    ),
    # شارع الثورة 12، بناء 5 · خیابان ولیعصر، پلاک ۱۲
    (
        r"(?<!\w)(?:شارع|زقاق|جادة|حارة|خیابان|خيابان|کوچه|كوچه|بلوار)[ ](?:[^\W\d]+[ ]?){1,4}"
        r"(?:[ ,\n-]{0,3}(?:(?:بناء|بناية|عمارة|شقة|طابق|الطابق|رقم|مبنى|منزل|دار|بيت|پلاک|واحد|طبقه|کوچه"
        r"|ساختمان)[ \n])?(?:رقم[ \n])?\d{1,5})*"
    ),
    (
        r"(?<!\w)(?:حي|طريق|بناء|بناية|محله|چهارراه)[ ](?:[^\W\d]+[ ]?){1,3}[ ,\n]{0,2}(?:(?:بناء|بناية|شقة|رقم"
        r"|پلاک|منزل|دار)[ \n])?\d{1,5}(?!\d)"
        r"|(?<!\w)(?:پلاک|شقة رقم|بناء رقم|منزل رقم)[ ]\d{1,5}"
    ),
    # вул. Хрещатик, буд. 12, кв. 5 · ул. Ленина 12
    (
        r"(?<!\w)(?i:вул\.|вулиця|ул\.|улица|просп\.|проспект|пр-т|пров\.|провулок|бульвар|бул\.|пл\."
        r"|площа)[ ]?[^\n,\d]{2,40}"
        r"(?:[ ,\n]{1,3}(?i:(?:буд|д|кв|дом|корп)\.?)?[ \n]?\d{1,4}[а-яА-Яa-zA-Z]?(?!\w))+"
    ),
    # ጎደና ሓርነት 12 · ቁ. ገዛ 123 · ቀበሌ 05
    (
        r"(?:ጎደና|ጐደና|መንገድ|ጎዳና)[ ][^\n,\d]{2,30}[ ,\n]{0,2}(?:ቁ\.?[ ]?ገዛ[ ]?|ቁጽሪ[ ]?)?\d{1,5}|(?:ቁ\.?[ ]?ገዛ|ቁጽሪ ገዛ"
        r"|የቤት ቁጥር|ቀበሌ)[ .:]{0,2}\d{1,5}"
    ),
)
_STREET = re.compile("|".join(f"(?:{one})" for one in _STREETS))
_LABEL = re.compile(
    r"(?i:(?<![\w-])(?:(?:hem|bostads|post|gatu|folkbokförings|besöks)?adress|gata|(?:home |street "
    r"|postal )?address|cinwaan\w*|ciwaan)|العنوان|عنوان"
    r"|السكن|آدرس|ادرس|نشانی|(?<!\w)(?:адреса|адрес)|ኣድራሻ|አድራሻ)[ ]?[:=-][ ]{0,3}([^\n|·•]{3,90})"
)
_STOP = re.compile(
    r"(?i:[ ,;]{0,3}(?<!\w)(?:tel|tfn|mob|phone|mejl|e-?post|e-?mail|mail|هاتف|جوال|تلفن|тел|ስልኪ?)\w*[.:]?[ ]|[ ]{3,}"
    r"|[ ,]{0,3}(?<!\w)(?:SE-|S-)?[1-9]\d\d[ ]?\d\d[ ])"
)


def postcodes(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Five digits before a town (which stays), behind SE- or a label, or alone on a line as "411 17"."""
    for match in _POSTCODE_LABEL.finditer(text):
        yield match.span(1)
    for match in _POSTCODE.finditer(text):
        if _is_postcode(text, match):
            yield match.start(), match.end(1)


def _is_postcode(text: str, match: re.Match) -> bool:
    number, town = match[1], match[2]
    if match.start() < match.start(1):
        return match[0][0] == "S" or bool(town)
    begins_line = match.start() == 0 or text[match.start() - 1] == "\n"
    if town:
        between = text[match.end(1) : match.start(2)]
        is_close = between.count("\n") == 0 and len(between) <= 3
        just_before = text[max(0, match.start() - 4) : match.start()].rstrip(" \n")
        after_comma = just_before.endswith((",", "·", "|", ":", "]", "-"))
        if _NOT_TOWNS.match(town) or not between.strip(",") or not (is_close or begins_line or after_comma):
            return False
        return " " in number or begins_line or after_comma or is_close and bool(_TOWN.match(town))
    ends_line = text[match.end(1) : match.end(1) + 2].lstrip(" ")[:1] in ("", "\n")
    return " " in number and begins_line and ends_line


_TOWN = re.compile(
    r"(?i)(?:göteborg|goteborg|gothenburg|malmö|malmo|stockholm|uppsala|västerås|örebro|linköping|helsingborg"
    r"|jönköping|norrköping|lund|umeå|gävle|borås|södertälje|eskilstuna|halmstad|växjö|karlstad|sundsvall"
    r"|östersund|trollhättan|luleå|kalmar|falun|kristianstad|karlskrona|skövde|skellefteå|uddevalla|varberg"
    r"|motala|landskrona|trelleborg|nyköping|borlänge|mölndal|kungälv|partille|lerum|alingsås|angered"
    r"|hisings|västra|vänersborg|lidköping|sävsjö|nässjö|vetlanda|ystad|huddinge|solna|sundbyberg|täby"
    r"|nacka|kista|spånga|tensta|rinkeby|botkyrka|norsborg|märsta|bromma|hägersten"
    r"|يوتوبوري|يوتبوري|غوتنبرغ|غوتبورغ|مالمو|ستوكهولم|گوتنبرگ|استکهلم|гетеборг|ґетеборг|стокгольм|мальме|лунд"
    r"|ጎተቦርግ|ስቶክሆልም)$"
)


def addresses(text: str, quiet: Ranges) -> Iterator[tuple[int, int]]:
    """Street and house number, boxes, c/o; behind a label such as "Adress:" the whole line, when it has a number."""
    hushed = {place for start, end in quiet for place in range(start, end)}
    for start, end in [*_labelled(text), *(match.span() for match in _STREET.finditer(text))]:
        before_date = next((place for place in range(start, end) if place in hushed), end)
        if any(map(str.isdigit, text[start:before_date])) or before_date == end:
            yield start, before_date


def _labelled(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABEL.finditer(text):
        stop = _STOP.search(text, match.start(1), match.end(1))
        start, end = match.start(1), stop.start() if stop else match.end(1)
        if any(map(str.isdigit, text[start:end])):
            yield start, end
