"""The words that carry a warning sign, in Swedish and English with their endings: code of red_flags.WORDS -> patterns.

Read against text in small letters with single spaces. A few words may stand between two parts ("betalar du 6 000 kronor
tillbaka"), so that an ending or an order more or less does not hide the sign. Tuned against tests/vacancies/ad_corpus.py.
"""

import re
import unicodedata

# ruff: noqa: E501 a pattern reads best on one line

_FEW = r"(?:[^\s.!?]+ ){0,%d}"  # so many words of the same sentence between two parts


def _any(*patterns: str) -> re.Pattern:
    """One pattern of several; "~4" in them is: up to four words between."""
    whole = "|".join(f"(?:{one})" for one in patterns)
    return re.compile(re.sub(r"~(\d)", lambda number: _FEW % int(number[1]), whole))


_HOURS = r"(?:1[1-9]|2[0-4]|elva|tolv|tretton|fjorton|femton|sexton|sjutton|arton)"
_PERMIT = r"(?:uppehållstillstånd|arbetstillstånd|visum|migrationsverket|(?:work|residence) permit|visa)"
_HOME = r"(?:boende|bostad|rum|lägenhet|logi|sovplats|sängplats)(?:et|en|er)?"
_PAPER = r"(?:pass(?:et)?|id-?(?:kort|handling)\w*|bankkort\w*|uppehållstillståndskort\w*)"
_ENGLISH_PAPER = r"(?:passport|id card|bank card|residence card|bank details)"
_PAY = r"(?:lön|lönen|löner|betalning|ersättning)"
_ENGLISH_PAY = r"(?:salary|wages?|pay)"
_TRIAL = r"(?:prov\w*|upplärning\w*|introduktion\w*)"
_UNPAID = r"(?:utan (?:lön|betalning|ersättning)|oavlöna\w+|obetal\w+|gratis)"

SIGNS = {
    "fee": _any(
        r"köp\w* ~2(?:utrustning|arbetskläder|uniform)\w* ~2(?:av|från|hos) oss|(?:tar|kostar) \d[\d ]*kr\w* ~4för att",
        r"\bsend \d+ (?:kronor|kr|sek|dollars?|euros?)",
        r"\bsätta? in ~2(?:\d|pengar)|\binsats på \d",
        r"\b(?:du|ni) ~1(?:måste |behöver |ska )?betala?r? ~3(?:\d|in\b|för|till oss)",
        r"\bbetala ~1\d|\bpay ~1\d|you (?:must |have to |need to )?pay\b",
        r"\bbackground check fee|transfer ~3(?:first|before)",
        r"(?:registrerings|anmälnings|ansöknings|administrations|handläggnings|utbildnings|start|kurs)avgift",
        r"avgift\w* ~4(?:för att|innan|mot|före)",
        r"(?:mot|tar|kräver|betalar?|betalas) ~3avgift",
        r"\b(?:deposition|handpenning)\w*",
        r"\bswisha",
        r"köp\w* ~2(?:startpaket|startkit|material|lager)",
        r"\bstart(?:paket|kit)",
        r"betal\w+ ~2(?:av dig|själv) ~3(?:före|innan|för|kurs|utbildning)",
        r"själv ~1betala\w* ~3(?:kurs|utbildning|uniform|kläder|avgift)",
        r"(?:registration|application|training|processing|administration|starter|sign-?up|visa) fee",
        r"\bpay ~4(?:fee|deposit|upfront|in advance)",
        r"\bdeposit of",
        r"\bbuy ~3(?:starter|kit|package)",
    ),
    "pay_back": _any(
        r"kostnad\w* ~3(?:på|från) lönen|lönen ~4(?:till|på) (?:vårt|chefens|någon annans) konto",
        r"(?:halva|hälften|del av|resten|mellanskillnaden) ~5(?:i handen|kontant\w*|tillbaka)",
        r"(?:wages?|salary|pay) ~3(?:handed|given|paid|sent) back",
        r"betala\w* ~6tillbaka",
        rf"{_PAY} ~6(?:lämna|betala|ge|går|skicka)\w* ~2tillbaka",
        r"återbetala\w*",
        r"\bdra(?:s|r)?\b ~6(?:från|av|på) ~1(?:lönen|lön)\b",
        r"löneavdrag",
        rf"(?:give|pay|return|hand)\w* ~1back ~6{_ENGLISH_PAY}",
        rf"(?:return|refund) ~4{_ENGLISH_PAY}",
        r"kick-?back",
        rf"deduct\w* from ~1{_ENGLISH_PAY}",
    ),
    "no_contract": _any(
        r"(?:tomt|blankt) papper|egen företagare ~4(?:bara|heltid)|blank (?:paper|contract)",
        r"\butan ~1anställningsbevis|\bi handen\b",
        r"(?:skriva?|pratar?) ~2(?:kontrakt|avtal) (?:senare|sen|sedan)",
        r"\b(?:utan|inga|inget|ingen|behövs inte) ~1(?:kontrakt|anställningsavtal|avtal|papper|skatt|lönespec\w*)\b",
        r"\bsvart(?:jobb|arbet|betal)\w*",
        r"(?:betal\w+|lön\w*|jobba\w*) ~2svart\b",
        r"pengar\w* (?:rakt )?i handen",
        r"muntlig\w* (?:avtal|kontrakt|överenskommelse)",
        r"(?:betal\w+|lön\w*) ~4kontant\w*",
        r"\bno (?:written )?(?:contract|paperwork|papers|payslips?|tax)\b",
        r"without ~1(?:contract|paperwork|payslips?|tax)\b",
        r"cash (?:in hand|only)|paid ~2cash|off the books|under the table",
    ),
    "trial_unpaid": _any(
        r"(?:training|trial|week|weeks|month) ~2without (?:salary|pay)|\bno (?:salary|pay) ~2(?:during|the first|until)",
        r"\bingen (?:lön|betalning|ersättning) ~2(?:under|första|för|innan|tills|medan)",
        r"lön\w* ~2(?:först|börjar) ~2(?:efter|när)",
        rf"\b{_TRIAL} ~5{_UNPAID}",
        rf"{_UNPAID} ~2{_TRIAL}",
        r"(?:jobba|arbeta)\w* ~1gratis|gratis ~3(?:vecka|veckor|dagar|månad)",
        rf"första ~3(?:vecka|veckan|veckorna|dagarna|månaden) ~4{_UNPAID}",
        r"unpaid ~1(?:trial|training|week|month|days)",
        r"(?:trial|training) ~4(?:unpaid|without pay|for free)",
        r"work\w* for free",
    ),
    "papers": _any(
        r"(?:hold|keep|take)s? ~2(?:your )(?:documents|papers|id)\b|ditt id-?kort|id-?kortet ~3(?:till|hos) (?:chefen|oss)",
        r"\bpass(?:et)?\b ~7(?:kassaskåp\w*|låser|förvar\w*|behåller|håller)",
        r"\b(?:ditt|dina) pass\b|\byour passport",
        rf"(?:skicka|mejla|maila|sms:?a|fota|lämna|visa upp|bild på|kopi\w+ av) ~4{_PAPER}\b",
        rf"(?:förvara|behåll|håll|spara|tar hand om)\w* ~3{_PAPER}\b",
        r"\bbank-?id\b|\bbankkort|\bkontonummer|\bbankdosa|\bkortnummer",
        rf"(?:send|copy|copies|photo|scan) ~4{_ENGLISH_PAPER}",
        rf"(?:keep|hold|take)s? ~3{_ENGLISH_PAPER}",
    ),
    "housing": _any(
        r"\bdelar? ~2(?:lägenhet|rum|säng)\w* med|\bsleep\w* ~3(?:van|car|office|barracks?)\b",
        r"\bbor ~2(?:i|på) ~1(?:källaren|vinden|huset|restaurangen|villan|baracken?|husvagn\w*)",
        r"\bsov\w* ~3(?:hos oss|på jobbet|i restaurangen|på arbetsplatsen|i samma)|\bsleep\w* ~1(?:in|at) ~1(?:restaurant|workplace|house|farm|shop)",
        rf"\b{_HOME} ~2(?:ingår|ordnas|erbjuds|hos oss|mot avdrag|mot hyra)",
        rf"(?:ordnar|erbjuder|fixar|hyr ut) ~3{_HOME}\b",
        r"\bsovplats\w*|\bhyran?\b ~5(?:dras|från lönen)",
        r"\bbor? ~2(?:hos (?:oss|familjen|chefen)|på gården|i lokalen|ovanpå)",
        r"(?:provide|offer|arrange)s? ~2(?:housing|accommodation|a room|a bed|an apartment)",
        r"(?:housing|accommodation|room|bed) ~2(?:is )?(?:included|provided)",
        r"\blive-in\b|\blive with (?:us|the family)",
    ),
    "off_platform": _any(
        r"(?:på|via|i|on|by) signal\b",
        r"whats ?app|\btelegram\b|\bviber\b|\bmessenger\b|\bwechat\b|\bsnap(?:chat)?\b|\bwa\.me\b|\bt\.me/",
        r"(?:skriv|kontakta|dm:?a|pm:?a) ~4(?:instagram|insta|facebook|tiktok)\b",
    ),
    "long_days": _any(
        r"\b(?:twelve|thirteen|fourteen|fifteen|sixteen|1[2-6]) hours\b",
        r"från ~1morgon\w* till ~1(?:kväll|natt)\w*|until the last guest",
        r"(?:ingen|inga) ~1semester|så länge det behövs",
        rf"\b{_HOURS} ?(?:timmar|tim|h|hours)\b ~2(?:om dagen|per dag|varje dag|långa|a day|per day|daily)",
        rf"(?:passen|shifts) ~2{_HOURS} (?:timmar|hours)",
        rf"\b{_HOURS} ?-?(?:timmarspass|timmars (?:pass|arbetsdag)|hour shifts?)",
        r"(?:arbet|jobb|plock)\w* ~3(?:sju|7|alla) dagar (?:i|om) veckan",
        r"\b(?:inga|utan|ingen) (?:lediga dagar|ledighet|raster?|vila|fridagar)|rast\w* finns inte",
        r"(?:tillgänglig|nåbar|jobba|arbeta)\w* ~7dygnet runt",
        r"(?:ständigt|alltid) ~1(?:tillgänglig|nåbar)",
        r"(?:seven|7) days a week|no (?:days off|day off|breaks?)\b|without (?:days off|breaks)",
        r"\b[6-9]\d (?:timmar|hours) (?:i|per|a) (?:veckan|vecka|week)",
    ),
    "permit": _any(
        r"\bmigrationsverket",
        r"\bstanna (?:kvar )?i (?:sverige|landet)|\bstay in (?:sweden|the country)|\bfå papper\b",
        rf"(?:ordna|fixa|lova|garantera|sälj|köp|hjälper dig|ger dig|får du|förlora|mista)\w* ~5{_PERMIT}",
        rf"{_PERMIT}\w* ~3(?:garantera|ordna|fixa|dras in|försvinner|ingår|återkalla)\w*",
        r"(?:anmäl|ring|kontakta)\w* ~4(?:migrationsverket|polisen)",
        r"\butvis\w*",
        rf"(?:arrange|get you|guarantee|provide|sponsor|lose|cancel)\w* ~3{_PERMIT}",
        r"call the police|\bdeport\w*",
    ),
    "sexual": _any(
        r"\bunga (?:tjejer|kvinnor|flickor)|snyggt utseende|good looking (?:girl|wom)\w*",
        r"\bmassage(?:tjej|flick|kvinn)\w*|\bdiskret\b|diskretion utlovas|\bdiscreet",
        r"\berotisk\w*|\beskort\w*|\bescort\w*|\bsensuell\w*|\bsexuell\w*|\bsexig\w*|\blättkläd\w*|\bnaken\w*|\bnakna\b",
        r"\bintim\w* (?:massage|tjänst\w*|sällskap)|happy ending|\bsugar ?(?:dadd|bab)\w*|\bonlyfans\b|\bstripp?\w*",
        r"(?:webcam|webbkamera|kamera)-?\w* ?(?:model\w*|show)|adult (?:content|entertainment|model\w*)|\bnude\b",
        r"(?:snygg|vacker|attraktiv)\w* ~1(?:tjej|kvinn|flick)\w*",
    ),
    "no_company": _any(
        r"privat (?:familj|person)|\bprivatperson\w*|\banonym\w*",
        r"\binget ~1(?:organisationsnummer|företagsnamn|företag)\b",
        r"no company(?: name)?\b|private family",
    ),
    "endless": _any(
        r"praktik[^!?]{0,120}anställer ingen",
        r"praktik[^!?]{0,200}(?:i stället för|ersätter|ersätta) ~2(?:anställd|ordinarie|personal)\w*",
        r"praktik\w* ~2(?:utan slut\w*|tills vidare)",
        r"intern\w* ~6(?:no end date|without end|replace\w*)",
    ),
}
_AN_HOUR = re.compile(
    r"\b(\d{2,3})(?:[,.]\d\d)? ?(?:kr|kronor|sek|:-) ?(?:/ ?|i |per |an |a )(?:tim\w*|h\b|hour)"
    r"|timlön\w* (?:på |är )?(\d{2,3})\b"
)
# Cyrillic and Greek letters that look Latin, against those that stand there instead.
_LOOKS_LATIN = str.maketrans("авеікмнорѕстухјԁһԛԝӏνορτυχικα", "abeikmhopsctyxjdhqwlvoptuxika")
_UNSEEN = {"Cc", "Cf", "Mn", "Me"}
LEAST_AN_HOUR = 100  # kronor; no collective agreement for adults is near it, some for those under 18 are


def codes_in(text: str) -> list[str]:
    """The codes whose words stand in the text."""
    text = _as_an_eye_reads_it(text)
    found = [code for code, sign in SIGNS.items() if sign.search(text)]
    is_low = any(int(one or other) < LEAST_AN_HOUR for one, other in _AN_HOUR.findall(text))
    return [*found, "low_pay"] if is_low else found


def _as_an_eye_reads_it(text: str) -> str:
    """Small letters and single spaces; what is not seen is gone, and letters that look Latin are."""
    plain = unicodedata.normalize("NFKC", " ".join(text.split())).casefold()
    seen = "".join(letter for letter in plain if unicodedata.category(letter) not in _UNSEEN)
    return " ".join(seen.translate(_LOOKS_LATIN).split())
