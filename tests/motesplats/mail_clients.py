"""How mail programs quote, in the languages of our readers. Written for these tests; names and addresses are invented.

`{who}` is the display name of our mail, `{address}` our reply address. Attributions of one program differ by language
as the program's own translation does; where a program has no Somali or Tigrinya the reader has it in English.
"""

LANGUAGES = ("sv", "en", "ar", "fa", "uk", "so", "ti")

ANSWERS = {
    "sv": "Hej Lars!\nJag har ändrat i mitt CV nu. Kan du titta?\n\nTack!\nAmina",
    "en": "Hello Lars,\nI have changed my CV. Could you look at it?\n\nThanks,\nAmina",
    "ar": "مرحبا لارس،\nلقد عدلت سيرتي الذاتية. هل يمكنك أن تنظر إليها؟\n\nشكرا\nأمينة",
    "fa": "سلام لارس\nرزومه‌ام را تغییر دادم. می‌توانی نگاه کنی؟\n\nممنون\nامینه",
    "uk": "Вітаю, Ларсе!\nЯ змінила своє резюме. Можеш подивитися?\n\nДякую\nАміна",
    "so": "Salaan Lars,\nWaan beddelay CV-gayga. Ma eegi kartaa?\n\nMahadsanid\nAmina",
    "ti": "ሰላም ላርስ\nሲቪየይ ቀይረዮ ኣለኹ። ክትርእዮ ትኽእል ዶ?\n\nየቐንየለይ\nኣሚና",
}

# What our mail said below its delimiter, in every language alike: the volunteer writes Swedish.
SAID = (
    "Hej Amina!\nKan du skicka ditt CV en gång till?\n\nSkriv också vilka dagar du kan arbeta, så tittar vi på"
    " annonsen från förskolan tillsammans.\n\nHälsningar\nLars, volontär\n\nIM, Individuell Människohjälp"
)

GMAIL = {
    "sv": "Den sön 22 nov. 2026 kl 19:58 skrev {who} <{address}>:",
    "en": "On Sun, 22 Nov 2026 at 19:58, {who} <{address}> wrote:",
    "ar": "في الأحد، 22 نوفمبر 2026 في 7:58 م تمت كتابة ما يلي بواسطة \u202a{who}\u202c\u200f <\u202a{address}\u202c\u200e>:",
    "fa": "در تاریخ یکشنبه ۲۲ نوامبر ۲۰۲۶ ساعت ۱۹:۵۸ \u202a{who}\u202c\u200f <\u202a{address}\u202c\u200e> نوشت:",
    "uk": "нд, 22 лист. 2026\u202fр. о 19:58 {who} <{address}> пише:",
    "so": "Axd, 22 Nof 2026 saacadda 19:58 {who} <{address}> ayaa qoray:",
    "ti": "ኣብ ሰንበት 22 ሕዳር 2026 19:58 {who} <{address}> ጽሒፉ:",
}
GMAIL_WRAPPED = {code: words.replace(" <", " <\n") for code, words in GMAIL.items()}

IPHONE = {
    "sv": "22 nov. 2026 kl. 19:58 skrev {who} <{address}>:",
    "en": "On 22 Nov 2026, at 19:58, {who} <{address}> wrote:",
    "ar": "في ٢٢ نوفمبر ٢٠٢٦، الساعة ٧:٥٨ م، كتب/كتبت {who} <{address}>:",
    "fa": "در ۲۲ نوامبر ۲۰۲۶، ساعت ۱۹:۵۸، {who} <{address}> نوشت:",
    "uk": "22 лист. 2026 р. о 19:58 {who} <{address}> пише:",
    "so": "On 22 Nov 2026, at 19:58, {who} <{address}> wrote:",
    "ti": "On 22 Nov 2026, at 19:58, {who} <{address}> wrote:",
}
YAHOO = {
    "sv": "Den söndag 22 november 2026 19:58:12 CET skrev {who} <{address}>:",
    "en": "On Sunday, 22 November 2026 at 19:58:12 CET, {who} <{address}> wrote:",
    "ar": "في الأحد، 22 نوفمبر 2026 في 07:58:12 م غرينتش+1، كتب {who} <{address}>:",
    "fa": "در یکشنبه 22 نوامبر 2026، 19:58:12 (CET)، {who} <{address}> نوشت:",
    "uk": "неділя, 22 листопада 2026 р. о 19:58:12 CET, {who} <{address}> написав(-ла):",
    "so": "On Sunday, 22 November 2026 at 19:58:12 CET, {who} <{address}> wrote:",
    "ti": "On Sunday, 22 November 2026 at 19:58:12 CET, {who} <{address}> wrote:",
}
THUNDERBIRD = {
    "sv": "Den 2026-11-22 kl. 19:58, skrev {who}:",
    "en": "On 22/11/2026 19:58, {who} wrote:",
    "ar": "في 22/11/2026 7:58 م، كتب {who}:",
    "fa": "در ۲۲/۱۱/۲۰۲۶ ۱۹:۵۸، {who} نوشت:",
    "uk": "22.11.26 19:58, {who} пише:",
    "so": "On 22/11/2026 19:58, {who} wrote:",
    "ti": "On 22/11/2026 19:58, {who} wrote:",
}

# Header blocks of Outlook: from, sent, to, subject.
OUTLOOK = {
    "sv": (
        "Från: {who} <{address}>",
        "Skickat: den 22 november 2026 19:58",
        "Till: amina@example.org",
        "Ämne: Ditt CV",
    ),
    "en": ("From: {who} <{address}>", "Sent: 22 November 2026 19:58", "To: amina@example.org", "Subject: Ditt CV"),
    "ar": (
        "من: {who} <{address}>",
        "تم الإرسال: الأحد، 22 نوفمبر 2026 07:58 م",
        "إلى: amina@example.org",
        "الموضوع: Ditt CV",
    ),
    "fa": (
        "از: {who} <{address}>",
        "ارسال شده: یکشنبه 22 نوامبر 2026 19:58",
        "به: amina@example.org",
        "موضوع: Ditt CV",
    ),
    "uk": (
        "Від: {who} <{address}>",
        "Надіслано: неділя, 22 листопада 2026 р. 19:58",
        "Кому: amina@example.org",
        "Тема: Ditt CV",
    ),
    "so": ("Ka: {who} <{address}>", "La diray: 22 Nofembar 2026 19:58", "Ku: amina@example.org", "Mawduuc: Ditt CV"),
    "ti": ("ካብ: {who} <{address}>", "ዝተላእከሉ: 22 ሕዳር 2026 19:58", "ናብ: amina@example.org", "ኣርእስቲ: Ditt CV"),
}
ORIGINAL = {
    "sv": "Ursprungligt meddelande",
    "en": "Original Message",
    "ar": "الرسالة الأصلية",
    "fa": "پیام اصلی",
    "uk": "Вихідне повідомлення",
    "so": "Fariinta asalka ah",
    "ti": "መበቆላዊ መልእኽቲ",
}
SAMSUNG_ORIGINAL = {**ORIGINAL, "sv": "Originalmeddelande", "en": "Original message", "uk": "Оригінальне повідомлення"}

GET_OUTLOOK = {
    "sv": "Hämta Outlook för Android<https://aka.ms/AAb9ysg>",
    "en": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "ar": "الحصول على Outlook لـ Android<https://aka.ms/AAb9ysg>",
    "fa": "دریافت Outlook برای Android<https://aka.ms/AAb9ysg>",
    "uk": "Отримати Outlook для Android<https://aka.ms/AAb9ysg>",
    "so": "Hel Outlook ee Android<https://aka.ms/AAb9ysg>",
    "ti": "Get Outlook for Android<https://aka.ms/AAb9ysg>",
}
IPHONE_SIGNATURE = {
    "sv": "Skickat från min iPhone",
    "en": "Sent from my iPhone",
    "ar": "أُرسلت من الـ iPhone",
    "fa": "ارسال شده از iPhone من",
    "uk": "Надіслано з iPhone",
    "so": "Waxaa laga soo diray iPhone-kayga",
    "ti": "ካብ iPhone ዝተላእከ",
}
SAMSUNG_SIGNATURE = {
    "sv": "Skickat från min Samsung Galaxy-smarttelefon.",
    "en": "Sent from my Galaxy",
    "ar": "تم الإرسال من هاتف Galaxy الخاص بي",
    "fa": "ارسال شده از گوشی هوشمند Samsung Galaxy من",
    "uk": "Надіслано з мого смартфону Samsung Galaxy",
    "so": "Laga soo diray Samsung Galaxy-gayga",
    "ti": "Sent from my Galaxy",
}
YAHOO_SIGNATURE = {
    "sv": "Skickat från Yahoo Mail på Android",
    "en": "Sent from Yahoo Mail on Android",
    "ar": "تم الإرسال من Yahoo Mail على Android",
    "fa": "ارسال شده از Yahoo Mail در Android",
    "uk": "Надіслано з Yahoo Mail для Android",
    "so": "Sent from Yahoo Mail on Android",
    "ti": "Sent from Yahoo Mail on Android",
}
