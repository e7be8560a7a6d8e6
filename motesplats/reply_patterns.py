"""The words that mail programs put round an answer: who wrote what when, header blocks, signatures. No rules here.

Swedish, English, Arabic, Persian and Dari, Ukrainian, Somali and Tigrinya, and the neighbours that cost nothing more.
Source: mails of Gmail, Outlook (web, classic, mobile), iPhone, Samsung, Yahoo and Thunderbird (domain.md §16).
All expressions meet one line of at most `LINE_MAX_CHARACTERS`, so that no text can make them slow.
"""

import re

LINE_MAX_CHARACTERS = 400

ADDRESS = re.compile(r"[^\s<>\"'()\[\],;:]{1,100}@[^\s<>\"'()\[\],;:]{1,150}")
QUOTED = re.compile(r"\s{0,8}>(?!:)")
# Our delimiter, whatever language it was written in or a browser has turned it into.
DELIMITER = re.compile(r"##-.{3,120}-##")
CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
YEAR = re.compile(r"\b(?:20|19|۲۰|٢٠|14|۱۴)\d\d(?!\d)")

WROTE = re.compile(
    r"(?<!\w)(?:skrev|wrote|كتب|كتبت|كتابة|نوشت|نوشته|نوشتند|написав|написала|написали|пише|написал|написала|пишет"
    r"|qoray|qortay|ጽሒፉ|ጽሒፋ|ጸሓፈ|ጸሓፈት|a écrit|schrieb|escribió|yazdı|nivîsand|napisał|kirjoitti)(?!\w)",
    re.IGNORECASE,
)
# How the first line of a wrapped attribution begins.
OPENER = re.compile(
    r"(?:(?:den|on|le|el|am|tir|mån|tis|ons|tors?|fre|lör|sön|mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|нд|вс"
    r"|في|در|ኣብ|maalinta)(?!\w)|\d)",
    re.IGNORECASE,
)

_LABELS = {
    "from": "från|from|من|از|فرستنده|від|от|ka|ka timid|ካብ|fra|von|de|da|kimden|ji|lähettäjä|od",
    "sent": "skickat|skickades|sent|date|datum|تاريخ الإرسال|تم الإرسال|أرسلت|الإرسال|التاريخ|تاریخ|تاریخ ارسال"
    "|ارسال شده|ارسال|надіслано|відправлено|дата|отправлено|la diray|taariikh|taariikhda|ዝተላእከሉ|ዕለት|dato|sendt"
    "|gesendet|envoyé|envoyé le|inviato|enviado|gönderildi|gönderme|message du|lähetetty|wysłano|data",
    "to": "till|to|إلى|الى|به|به‌|گیرنده|кому|до|ku|loo diray|ናብ|til|an|à|a|para|kime|vastaanottaja|do|kopia|cc|kopiya"
    "|copie à|نسخة|رونوشت|копія|копия",
    "subject": "ämne|subject|الموضوع|موضوع|тема|mawduuc|mawduuca|ኣርእስቲ|emne|betreff|objet|oggetto|asunto|konu|aihe"
    "|temat",
}
LABELS = {
    kind: re.compile(rf"[\s>*_]{{0,6}}(?:{words})[\s*_]{{0,4}}[:：][\s*_]{{0,4}}(.*)", re.IGNORECASE)
    for kind, words in _LABELS.items()
}

_ORIGINAL = (
    "ursprungligt meddelande|originalmeddelande|original message|original appointment|reply message|الرسالة الأصلية"
    "|رسالة أصلية|النص الأصلي|پیام اصلی|پیغام اصلی|вихідне повідомлення|оригінальне повідомлення"
    "|початкове повідомлення|исходное сообщение|fariin asal ah|fariinta asalka ah|farriinta asalka ah"
    "|ናይ መጀመርታ መልእኽቲ|መበቆላዊ መልእኽቲ|oprindelig besked|opprinnelig melding|alkuperäinen viesti"
    "|ursprüngliche nachricht|message d'origine|mensaje original|orijinal mesaj|oryginalna wiadomość"
)
ORIGINAL = re.compile(rf"[\s>]{{0,4}}[-–—]{{2,20}}\s{{0,3}}(?:{_ORIGINAL})\s{{0,3}}[-–—]{{2,20}}", re.IGNORECASE)
RULER = re.compile(r"[_=]{4,80}|-{20,80}|[-–—*]{5,80}")

_FORWARDED = (
    "vidarebefordrat meddelande|vidarebefordrat brev|forwarded message|forwarded by|رسالة معاد توجيهها"
    "|رسالة مُعاد توجيهها|پیام بازفرستاده|پیام هدایت شده|переслане повідомлення|пересылаемое сообщение"
    "|fariin la gudbiyay|ዝተሰጋገረ መልእኽቲ"
)
FORWARDED = re.compile(
    rf"[\s>]{{0,4}}(?:-{{2,20}}\s{{0,3}}(?:{_FORWARDED})\s{{0,3}}-{{2,20}}"
    r"|(?:början på vidarebefordrat brev|vidarebefordrat brev|begin forwarded message|بداية الرسالة المُعاد توجيهها"
    r"|بدء الرسالة المعاد توجيهها|شروع پیام بازفرستاده|початок пересланого повідомлення)\s?:)",
    re.IGNORECASE,
)

_DEVICE = (
    r"(?:iphone|ipad|ipod|android|samsung|galaxy|huawei|xiaomi|redmi|oppo|oneplus|nokia|motorola|outlook|gmail|yahoo"
    r"|windows|hotmail|mobil|telefon|surfplatta|mail\b|e-post|smartphone|آیفون|آيفون|أندرويد|اندروید|телефон|смартфон"
    r"|taleefan|mobile|phone|tablet|typeapp|bluemail|protonmail|proton mail)"
)
_LINK = r"(?:\s?[<(\[]\s?https?://[^\s>)\]]{1,200}\s?[>)\]])?"
_SENT_FROM = (
    r"(?:skickat från|skickat fr\.|skickat via|skickades från|sänt från|sent from|sent via|sent with|أرسلت من|أُرسلت من"
    r"|تم الإرسال من|مرسل من|مُرسل من|أرسل من|ارسال شده از|ارسال‌شده از|فرستاده شده از|فرستاده‌شده از|از"
    r"|надіслано з|надіслано із|відправлено з|відправлено із|отправлено с|отправлено из|waxaa laga soo diray"
    r"|laga soo diray|waxaa laga diray|ካብ|envoyé de mon|gesendet von|enviado desde|gönderildi|sendt fra)"
)
_GET = (
    r"(?:hämta|skaffa|get|download|الحصول على|احصل على|دریافت|دانلود|отримати|отримайте|завантажити|завантажте|скачать"
    r"|hel|soo deji|ኣውርድ)"
)
MOBILE_SIGNATURE = re.compile(
    rf"(?:{_SENT_FROM}\s.{{0,60}}{_DEVICE}.{{0,60}}?{_LINK}\.?"
    rf"|{_GET}\s{_LINK}.{{0,3}}outlook.{{0,40}}?{_LINK}\.?)",
    re.IGNORECASE,
)
# "از" (from), "ካብ" (from) and "hel" (find) begin many sentences: such a line must also be as short as a signature.
MOBILE_SIGNATURE_MAX_CHARACTERS = 70
SIGNATURE_MARK = re.compile(r"--\s?|—\s?")
