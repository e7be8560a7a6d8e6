"""The certificate as a PDF on one A4: Swedish, English below, names in any script the paper's fonts have."""

from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from motesplats import outbox
from motesplats.paper import BRAND, INK, SOFT, Paper
from motesplats.topics import Topic
from volunteers import certificates
from volunteers.models import Certificate

MARGIN_MM, CODE_SIDE_MM = 25, 34


def url_of(certificate: Certificate) -> str:
    """The public page where the code is checked. Its path is Swedish."""
    with override("sv"):
        return outbox.absolute(reverse("volunteers:certificate_show", args=[certificate.grouped_code]))


def say_date(day: date) -> str:
    """'28 november 2026' in the active language."""
    return date_format(day, "j F Y")


def kinds_of(certificate: Certificate) -> str:
    """'CV, Personligt brev' in the active language."""
    known = [str(Topic(code).label) for code in certificate.facts["kinds"] if code in Topic.values]
    return ", ".join(known)


def rows_of(certificate: Certificate) -> list[tuple[str, str]]:
    """(label, value) for each fact, in the active language: the paper and the public page say the same. No query."""
    facts = certificate.facts
    since, until = certificates.period_of(certificate)
    period = _("%(first)s – %(last)s") % {"first": say_date(since), "last": say_date(until)}
    rows = [
        (_("Hours of help"), str(facts["hours"])),
        (_("Period"), period),
        (_("Kinds of help"), kinds_of(certificate)),
        (_("Issued"), say_date(until)),
    ]
    if "reference" in facts:
        at = ", ".join(facts[part] for part in ("office", "office_email") if facts.get(part))
        rows += [(_("Reference"), facts["reference"]), (_("Ask IM"), at)]
    return [(label, value) for label, value in rows if value]


def pdf_of(certificate: Certificate) -> bytes:
    """The paper. Some 20 KB; made anew each time from what is stored."""
    return _CertificatePaper(certificate).as_bytes()


class _CertificatePaper(Paper):
    def __init__(self, certificate: Certificate):
        super().__init__("A4", MARGIN_MM, language="sv", made_at=certificate.made_at)
        self._write(certificate)

    def _write(self, certificate: Certificate) -> None:
        swedish, english = (self._words(certificate, language) for language in ("sv", "en"))
        self.set_title(f"{swedish['title']} {certificate.grouped_code}")
        self.line_of("IM · Mötesplats", 12, BRAND)
        self.ln(8)
        self.line_of(f"{swedish['title']} · {english['title']}", 26, BRAND)
        self.ln(6)
        self.line_of(certificate.facts["name"], 24, INK)
        self.ln(4)
        self.line_of(swedish["about"], 12, INK)
        self.line_of(english["about"], 10, SOFT)
        self.ln(6)
        for (label, value), (label_en, value_en) in zip(swedish["rows"], english["rows"], strict=True):
            self.line_of(label if label == label_en else f"{label} · {label_en}", 9, SOFT)
            self.line_of(value, 13, INK)
            if value_en != value:
                self.line_of(value_en, 10, SOFT)
            self.ln(3)
        self._check(certificate, swedish["check"], english["check"])

    @staticmethod
    def _words(certificate: Certificate, language: str) -> dict:
        with override(language):
            return {
                "title": _("Certificate"),
                "about": _("has helped newly arrived people as a volunteer at IM. The help was given at Mötesplats."),
                "rows": rows_of(certificate),
                "check": _("Is it genuine? Scan the square, or open the page and type the code."),
            }

    def _check(self, certificate: Certificate, swedish: str, english: str) -> None:
        """The code at the foot: as a square for a phone, and to type."""
        top = self.h - MARGIN_MM - CODE_SIDE_MM
        self.draw_square(url_of(certificate), MARGIN_MM, top, CODE_SIDE_MM)
        self.set_left_margin(MARGIN_MM + CODE_SIDE_MM + 6)
        self.set_xy(self.l_margin, top)
        self.line_of(swedish, 10, INK)
        self.line_of(english, 9, SOFT)
        with override("sv"):
            page = outbox.absolute(reverse("volunteers:certificate_check"))
        self.line_of(page, 10, INK)
        self.line_of(certificate.grouped_code, 15, INK)
