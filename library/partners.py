"""Others who help: whom the page shows, and writing them. The only place that does."""

from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from library import links
from library.models import WHOLE_COUNTRY, Need, Partner
from motesplats import audit, municipalities
from motesplats.models import User
from motesplats.topics import Topic

PER_PAGE = 20
SWEDISH = "sv"
CODES = [code for code, _name in settings.LANGUAGES]


# Whether it is shown or answers has moves of its own: who writes must not put back what it was when it was opened.
_MOVED = {"is_reachable", "key", "slug"}
_WRITABLE = [
    field.name for field in Partner._meta.concrete_fields if not field.primary_key and field.name not in _MOVED
]


@dataclass(frozen=True, slots=True)
class Shown:
    """One page, and the choices that lead to somebody: [(code, words)]."""

    page: Page
    needs: list[tuple[str, str]]
    regions: list[tuple[str, str]]


def needs() -> dict[str, str]:
    """code -> words, of all that a partner may help with."""
    return {code: str(label) for code, label in [*Need.choices, *Topic.choices]}


def place_name(code: str) -> str:
    """ "00", "14" or "1480" in words; "" when there is no such place."""
    if code == WHOLE_COUNTRY:
        return _("all of Sweden")
    return municipalities.name_of(code) or municipalities.regions().get(code, "")


def find(chosen: dict[str, str], number: str | None) -> Shown:
    """The page `number` of what fits. `chosen`: behov, plats (forms.PartnerForm). Three queries."""
    rows = Partner.objects.listed()
    every = list(rows.values_list("needs", "regions"))
    helped = {code for codes, _regions in every for code in codes}
    places = {code[:2] for _needs, codes in every for code in codes} - {WHOLE_COUNTRY}
    if "behov" in chosen:
        rows = rows.helping_with(chosen["behov"])
    if "plats" in chosen:
        rows = rows.in_region(chosen["plats"])
    return Shown(
        Paginator(rows.order_by(*Partner._meta.ordering), PER_PAGE).get_page(number),
        [(code, words) for code, words in needs().items() if code in helped],
        [(code, name) for code, name in municipalities.regions().items() if code in places],
    )


@transaction.atomic
def store(partner: Partner) -> Partner:
    """Save what was written. A new address has not been opened by anybody yet."""
    before = Partner.objects.filter(pk=partner.pk).values_list("url", flat=True).first()
    if before != partner.url:
        partner.looked_at = None
    partner.changed_at = timezone.now()
    with override(SWEDISH):  # the column without a language holds the Swedish words
        partner.save(update_fields=None if partner.pk is None else _WRITABLE)
    links.follow(partner)
    return partner


@transaction.atomic
def note_looked_at(partner: Partner, *, by: User) -> bool:
    """Somebody at IM has opened this address, and it leads where it should. -> False when it has changed since."""
    same = Partner.objects.filter(pk=partner.pk, url=partner.url)
    if same.update(looked_at=timezone.localdate()):
        audit.record("partner.looked_at", actor=by, about=("partner", partner.slug))
        return True
    return False


@transaction.atomic
def move(partner: Partner, *, is_active: bool, by: User) -> bool:
    """Show it to everybody, or take it away. -> False when it is so already."""
    moved = Partner.objects.filter(pk=partner.pk, is_active=not is_active).update(is_active=is_active)
    if moved:
        audit.record("partner.shown" if is_active else "partner.hidden", actor=by, about=("partner", partner.slug))
    return bool(moved)
