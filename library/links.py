"""The addresses of tips and of others who help: which of them still answer, and what readers get when one does not.

Each is asked once a week, one at a time; one that fails is asked again the day after, and after two failures in a row
readers no longer meet it. What is on its way is marked in the row itself: whoever dies meanwhile has done nothing.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from library import link_check
from library.link_check import Found, Network
from library.models import FAILING, Answer, LinkState, Partner, Resource
from motesplats import audit

DEAD_AFTER = 2  # failures in a row
AGAIN, SOON, LATER = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
LEASE = timedelta(minutes=10)
CODES = [code for code, _name in settings.LANGUAGES]
_NOBODY = {Answer.SILENT, Answer.NO_HOST}  # as it would be if we ourselves had no network


def addresses_of(owner: Resource | Partner) -> dict[str, str]:
    """{language: address}, of the languages that have one of their own; {"": address} of a partner."""
    if isinstance(owner, Partner):
        return {"": owner.url}
    return {code: url for code in CODES if (url := getattr(owner, f"url_{code}"))}


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
    wanted = addresses_of(owner)
    rows = {row.language: row for row in LinkState.objects.filter(**_of(owner))}
    old = [row.pk for row in rows.values() if wanted.get(row.language) != row.url]
    LinkState.objects.filter(pk__in=old).delete()
    new = [LinkState(**_of(owner), language=code, url=url) for code, url in wanted.items()
           if code not in rows or rows[code].pk in old]  # fmt: skip
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
    dead = set(owner.links.filter(failures__gte=DEAD_AFTER).values_list("language", flat=True))
    has_other = bool(set(addresses_of(owner)) - dead)
    same, kind = type(owner).objects.filter(pk=owner.pk), "partner"
    if isinstance(owner, Resource):
        same.update(dead=[code for code in CODES if code in dead])
        has_other, kind = has_other or not dead or owner.kind != Resource.Kind.LINK, "resource"
    if same.filter(is_reachable=not has_other).update(is_reachable=has_other):
        deed = "back" if has_other else "unreachable"
        audit.record(f"{'library' if kind == 'resource' else kind}.{deed}", actor=None, about=(kind, owner.slug))
