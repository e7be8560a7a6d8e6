"""`/tips/partner/`: others who help. Links that lead away, nothing is sent."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from library import partners
from library.forms import PartnerForm
from library.models import Partner
from motesplats.choice_links import choice


@dataclass(frozen=True, slots=True)
class Card:
    """A partner as the page shows it, codes in words."""

    partner: Partner
    needs: list[str]
    places: str
    host: str


def partner_list(request: HttpRequest) -> HttpResponse:
    """All of them; with `behov` and `plats` in the address, those that fit."""
    chosen = PartnerForm(request.GET).chosen()
    shown = partners.find(chosen, request.GET.get("sida"))
    kinds = [("behov", _("What do you need?"), shown.needs), ("plats", _("Where do you live?"), shown.regions)]
    context = {
        "chosen": chosen,
        "page": shown.page,
        "cards": [_card(partner) for partner in shown.page],
        "filters": [(heading, [choice(chosen, name, *one) for one in some]) for name, heading, some in kinds if some],
        "same": urlencode(chosen),
    }
    return render(request, "library/partner_list.html", context)


def _card(partner: Partner) -> Card:
    words = partners.needs()
    return Card(
        partner,
        [words[code] for code in partner.needs if code in words],
        ", ".join(filter(None, map(partners.place_name, partner.regions))),
        urlsplit(partner.url).hostname or "",
    )
