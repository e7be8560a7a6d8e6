"""Never the same two again: either side of a chat may say so, for good. Nobody is told.

Blocked are two people, not two roles: the rule looks both ways. `claiming.claim` asks it with the volunteer's row
locked, and `block` locks the same row first, so that nobody is let in between the two.
"""

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from chat import matching
from chat.access import Person
from chat.models import Block, Participant, Side
from motesplats import audit
from motesplats.models import User
from seekers.models import HelpRequest
from volunteers.models import Volunteer

Part = Participant.Part


def other_of(person: Person) -> User | None:
    """Whom this person can block here: for a volunteer the one who asked; for that one the latest volunteer.

    That is who has the question, or had it last; who came first may have come back after another.
    """
    if person.side != Side.SEEKER:
        return person.request.owner
    rows = person.conversation.participants.filter(side=Side.VOLUNTEER, part=Part.HELPER, is_barred=False)
    helpers = {row.user_id: row.user for row in rows.select_related("user").order_by("joined_at", "pk")}
    latest = next(reversed(helpers.values()), None)
    return helpers.get(person.request.helper_id) or helpers.get(person.request.last_helper_id) or latest


def block(person: Person, other: User) -> None:
    """These two never meet again: no new question, and every chat they share ends for the volunteer now.

    What is going on goes back to the queue, first in line. Safe to repeat.
    """
    volunteer_user, owner = (other, person.user) if person.side == Side.SEEKER else (person.user, other)
    with transaction.atomic():
        Volunteer.objects.select_for_update(of=("self",)).filter(user=volunteer_user).first()
        _row, made = Block.objects.get_or_create(by=person.user, against=other)
        if made:
            audit.record("pair.blocked", actor=person.user, about=("request", person.request.public_id))
        shared = HelpRequest.objects.filter(
            owner=owner,
            conversation__participants__user=volunteer_user,
            conversation__participants__side=Side.VOLUNTEER,
        )
        for question in shared.select_related("owner", "office").order_by("pk"):
            matching.part(question, volunteer_user, actor=person.user)


def follow(shell: User, account: User) -> None:
    """The shell was `account` all along: whom it blocked, and who blocked it, stays so."""
    for row in Block.objects.filter(Q(by=shell) | Q(against=shell)):
        by = account if row.by_id == shell.pk else row.by
        against = account if row.against_id == shell.pk else row.against
        if by != against:
            Block.objects.get_or_create(by=by, against=against, defaults={"at": row.at})


def often_blocked(*, by_at_least: int) -> QuerySet[User]:
    """People whom at least so many do not want to meet, with `blocks`: how many. For staff, who see no pairs."""
    met = User.objects.filter(is_active=True).annotate(blocks=Count("blocks_met"))
    return met.filter(blocks__gte=by_at_least).order_by("-blocks", "pk")


def export(person: User) -> list[str]:
    """When this person said of somebody: never again. Not of whom, and nothing of who said it of them."""
    return [row.at.isoformat() for row in Block.objects.filter(by=person).order_by("pk")]


def erase(person: User) -> None:
    """Nobody meets them any more: what they said, and what was said of them, is not needed. Safe to run twice."""
    Block.objects.filter(Q(by=person) | Q(against=person)).delete()
