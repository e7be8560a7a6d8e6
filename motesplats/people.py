"""Shut somebody out, and let them in again."""

from django.db import transaction

from motesplats import access, audit
from motesplats.layers import nudge
from motesplats.models import User


class CannotBlock(Exception):
    """Nobody shuts themselves out."""


def block(user: User, *, by: User) -> bool:
    """Log this person out everywhere and keep them out. -> False when blocked already. CannotBlock for oneself."""
    if user.pk == by.pk:
        raise CannotBlock
    return _turn(user, is_active=False, by=by)


def unblock(user: User, *, by: User) -> bool:
    """Let this person in again. -> False when not blocked, or erased."""
    return _turn(user, is_active=True, by=by)


@transaction.atomic
def _turn(user: User, *, is_active: bool, by: User) -> bool:
    found = User.objects.filter(pk=user.pk, is_active=not is_active, erased_at=None)
    if not found.update(is_active=is_active):
        return False
    if not is_active:
        access.end_sessions(user)
    audit.record("person.unblocked" if is_active else "person.blocked", actor=by, about=("user", user.pk))
    nudge("desk")
    return True
