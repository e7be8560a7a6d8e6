"""The addresses of tips and of others who help: which of them still answer, and what readers get when one does not.

Each is asked once a week, one at a time; one that fails is asked again the day after, and after two failures in a row
readers no longer meet it: of an address inside a text the words stay, and lead nowhere. What is on its way is marked in
the row itself: whoever dies meanwhile has done nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from library import link_check, rendering
from library.link_check import Found, Network
from library.models import FAILING, Answer, LinkState, Partner, Resource
from motesplats import audit

DEAD_AFTER = 2  # failures in a row
AGAIN, SOON, LATER = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
LEASE = timedelta(minutes=10)
URL_MAX = LinkState._meta.get_field("url").max_length
CODES = [code for code, _name in settings.LANGUAGES]
_NOBODY = {Answer.SILENT, Answer.NO_HOST}  # as it would be if we ourselves had no network


def addresses_of(owner: Resource | Partner) -> dict[str, str]:
    """{language: address}, of the languages that have one of their own; {"": address} of a partner."""
    if isinstance(owner, Partner):
        return {"": owner.url}
    return {code: url for code in CODES if (url := getattr(owner, f"url_{code}"))}


def dead_in_texts(resource: Resource) -> set[str]:
    """The addresses inside its texts that readers do not meet. At most one query; none while nothing is asked."""
    if not settings.LINK_CHECK:
        return set()
    dead = resource.links.filter(in_text=True, failures__gte=DEAD_AFTER)
    return set(dead.values_list("url", flat=True))


def _in_texts(owner: Resource | Partner) -> list[str]:
    """The addresses inside what is written. A partner has only its own; one too long for a row is not asked."""
    if isinstance(owner, Partner):
        return []
    htmls = owner.editions.order_by("pk").values_list("html", flat=True)
    return [url for html in htmls for url in rendering.addresses_in(html) if len(url) <= URL_MAX]


def _of(owner: Resource | Partner) -> dict:
    return {"partner": owner} if isinstance(owner, Partner) else {"resource": owner}


def address_for(resource: Resource, languages: list[str]) -> str:
    """The address for a reader of `languages`, best first; when all theirs are dead, any other. "" without one."""
    found = addresses_of(resource)
    usable = {code: url for code, url in found.items() if not settings.LINK_CHECK or code not in resource.dead}
    return next((usable[code] for code in [*languages, *CODES] if code in usable), "")


@transaction.atomic
def follow(owner: Resource | Partner) -> None:
    """It was saved: a new address begins without failures, one that is gone is forgotten. Safe to repeat."""
    wanted = [(code, url, False) for code, url in addresses_of(owner).items()]
    wanted += [("", url, True) for url in dict.fromkeys(_in_texts(owner))]
    known = {(row.language, row.url, row.in_text): row.pk for row in LinkState.objects.filter(**_of(owner))}
    LinkState.objects.filter(pk__in=[pk for key, pk in known.items() if key not in wanted]).delete()
    new = [
        LinkState(**_of(owner), language=code, url=url, in_text=in_text)
        for code, url, in_text in wanted
        if (code, url, in_text) not in known
    ]
    LinkState.objects.bulk_create(new, ignore_conflicts=True)
    _settle(owner)


def check_next(network: Network | None = None) -> Found | None:
    """Ask the address that has waited longest, and write down what came of it. None: none is due."""
    link = _take()
    if link is None:
        return None
    found = link_check.ask(link.url, network=network)
    if found.answer in _NOBODY and not _are_we_online(link, network):
        _held(link).update(due_at=timezone.now() + LATER)
        return found
    _write(link, found)
    return found


def _take() -> LinkState | None:
    """Mark the next one as being asked. None also when another worker was faster."""
    now = timezone.now()
    shown = Q(resource__state=Resource.State.PUBLISHED) | Q(partner__is_active=True)
    waiting = LinkState.objects.filter(shown, due_at__lte=now)
    link = waiting.order_by("due_at", "pk").first()
    if link is None or not _held(link).update(due_at=now + LEASE):
        return None
    link.due_at = now + LEASE
    return link


def _held(link: LinkState):
    """The row, as long as it is what we saw: the same address, and nobody else has taken it."""
    return LinkState.objects.filter(pk=link.pk, url=link.url, due_at=link.due_at)


def _are_we_online(link: LinkState, network: Network | None) -> bool:
    """Whether a page that answered last time does so now. Else silence says nothing about the others."""
    known = LinkState.objects.filter(answer=Answer.WORKS).exclude(pk=link.pk).order_by("-checked_at").first()
    return known is not None and link_check.ask(known.url, network=network).answer not in _NOBODY


@transaction.atomic
def _write(link: LinkState, found: Found) -> None:
    model, pk = (Resource, link.resource_id) if link.resource_id else (Partner, link.partner_id)
    owner = model.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    now, fails = timezone.now(), found.answer in FAILING
    said = {"answer": found.answer, "status": found.status, "leads_to": found.leads_to, "checked_at": now}
    if fails:
        said["failures"] = F("failures") + 1
    elif found.answer in (Answer.WORKS, Answer.MOVED):
        said["failures"] = 0
    is_well = said.get("failures", link.failures) == 0
    if _held(link).update(**said, due_at=now + (AGAIN if is_well else SOON)):
        _settle(owner)


def _settle(owner: Resource | Partner) -> None:
    """What readers get follows from the rows."""
    own = owner.links.filter(failures__gte=DEAD_AFTER, in_text=False)
    dead = set(own.values_list("language", flat=True))
    has_other = bool(set(addresses_of(owner)) - dead)
    same, kind = type(owner).objects.filter(pk=owner.pk), "partner"
    if isinstance(owner, Resource):
        same.update(dead=[code for code in CODES if code in dead])
        has_other, kind = has_other or not dead or owner.kind != Resource.Kind.LINK, "resource"
    if same.filter(is_reachable=not has_other).update(is_reachable=has_other):
        deed = "back" if has_other else "unreachable"
        audit.record(f"{'library' if kind == 'resource' else kind}.{deed}", actor=None, about=(kind, owner.slug))
