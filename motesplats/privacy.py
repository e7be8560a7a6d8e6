"""What floor 0 keeps about a person beside the account itself, and how it is given out and taken away (design §3)."""

from datetime import timedelta

from motesplats import mail_choice
from motesplats.models import MailChoice, User

# table -> how long after the account is gone
RETENTION = {"motesplats.MailChoice": timedelta(0)}


def export(person: User) -> dict:
    """What this person chose about mails, ready for JSON. {} for who never chose."""
    if not MailChoice.objects.filter(pk=person.pk).exists():
        return {}
    choice = mail_choice.of(person)
    return {
        "mails": {
            "pace": choice.pace,
            "text_since": choice.text_since and choice.text_since.isoformat(),
            "stopped_at": choice.stopped_at and choice.stopped_at.isoformat(),
        }
    }


def erase(person: User) -> None:
    """Forget the choice. Safe to run twice."""
    MailChoice.objects.filter(pk=person.pk).delete()
