"""Many at once, in few queries: people who wait, volunteers on duty. For benches and for tests of how costs grow."""

from datetime import timedelta
from random import Random

from django.utils import timezone

from chat.models import Conversation, Participant, Promise, Side
from motesplats.models import Office, User
from seekers.models import HelpRequest
from tests import make
from volunteers import conduct
from volunteers.models import Volunteer

READ = (["sv"], ["sv", "en"], ["sv", "ar"], ["en", "ar"], ["sv", "uk"], ["so", "sv"], ["fa", "en"])
TOPICS = ("cv", "letter", "interview")
TAKEN = ([], [], ["cv", "letter"], ["interview"])


def waiting(number: int, *, seed: int = 4) -> list[HelpRequest]:
    """So many questions that wait, with their chats and promises; a third of the askers are in the chat now."""
    dice, now, office = Random(seed), timezone.now(), Office.objects.default() or make.office()
    owners = User.objects.bulk_create(User(display_name=f"Amina {n}", language="sv") for n in range(number))
    questions = HelpRequest.objects.bulk_create(
        HelpRequest(
            owner=owner, office=office, topic=dice.choice(TOPICS), languages=dice.choice(READ), is_adult=True,
            need="Jag söker jobb som kock. Kan du titta på mitt CV?", created_at=at, queued_at=at,
            answer_by=now + timedelta(hours=20),
        )
        for owner in owners
        for at in [now - timedelta(seconds=dice.randrange(5, 6 * 3600))]
    )  # fmt: skip
    talks = Conversation.objects.bulk_create(Conversation(request=one, promise_by_staff=True) for one in questions)
    Participant.objects.bulk_create(
        Participant(
            conversation=talk, user=talk.request.owner, side=Side.SEEKER, can_write=True,
            seen_at=now if dice.random() < 1 / 3 else None,
        )
        for talk in talks
    )  # fmt: skip
    Promise.objects.bulk_create(
        Promise(conversation=talk, answer_by=talk.request.answer_by, by_staff=True) for talk in talks
    )
    return questions


def on_duty(number: int, *, seed: int = 4) -> list[Volunteer]:
    """So many approved volunteers who have just pressed "Här nu"; the first reads Swedish and takes every topic."""
    dice, now = Random(seed), timezone.now()
    first = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    users = User.objects.bulk_create(
        User(display_name=f"Björn {n}", email=f"bjorn{first + n}@example.org") for n in range(number)
    )
    return Volunteer.objects.bulk_create(
        Volunteer(
            user=user, state=Volunteer.State.APPROVED, approved_at=now, switched_on_at=now, heartbeat_at=now,
            conduct_version=conduct.VERSION, conduct_accepted_at=now,
            languages=dice.choice(READ) if n else ["sv"], topics=dice.choice(TAKEN) if n else [],
        )
        for n, user in enumerate(users)
    )  # fmt: skip
