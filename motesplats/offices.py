"""Mail to an office: the one way in which the house tells IM that something waits."""

from motesplats import outbox
from motesplats.models import Office, User


def tell(office: Office | None, kind: str, *, key: str, **data) -> None:
    """Queue the mail `kind` to the office's address and to its deputy, each once for `key`.

    Without an office: the usual one. Where no office says who: every member of staff. Call it in the transaction that
    causes the mail. `data`: as for outbox.queue.
    """
    office = office or Office.objects.select_related("deputy").default()
    if office and office.email:
        outbox.queue(kind, to_email=office.email, language="sv", dedupe_key=f"{key}:office", **data)
    for person in _people(office):
        outbox.queue(kind, to=person, dedupe_key=f"{key}:{person.pk}", **data)


def _people(office: Office | None) -> list[User]:
    if office and office.deputy:
        return [office.deputy] if office.deputy.email != office.email else []
    return [] if office and office.email else list(User.objects.filter(is_staff=True, is_active=True))
