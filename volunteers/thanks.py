"""What those who asked said of the help: one tap, and a sentence if they like. The volunteer sees it without a name."""

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from motesplats import audit
from motesplats.models import User
from volunteers.models import Thanks, Volunteer

Helped = Thanks.Helped
SHOWN = 20


@transaction.atomic
def tap(volunteer: Volunteer, *, about_id: str, giver: User, helped: Thanks.Helped) -> Thanks:
    """ "Did it help?" for the chat `about_id` (public id). Tapped again: the last tap counts, the sentence stays."""
    said = {"volunteer": volunteer, "giver": giver, "helped": helped}
    thanks, is_new = Thanks.objects.select_for_update().get_or_create(about_id=about_id, defaults=said)
    if not is_new and (thanks.helped, thanks.volunteer_id, thanks.giver_id) == (helped, volunteer.pk, giver.pk):
        return thanks
    Thanks.objects.filter(pk=thanks.pk).update(**said)
    audit.record("thanks.tapped", actor=giver, about=("request", about_id), helped=helped)
    thanks.refresh_from_db()
    return thanks


@transaction.atomic
def say(thanks: Thanks, words: str) -> None:
    """The sentence, at most 300 characters, masked by the caller. Written again: the new one counts."""
    Thanks.objects.filter(pk=thanks.pk).update(words=words)
    audit.record("thanks.said", actor=thanks.giver, about=("request", thanks.about_id), characters=len(words))


def counted(volunteer: Volunteer) -> dict[str, int]:
    """How many said what: {"yes": 5, "little": 1, "no": 0}."""
    rows = Thanks.objects.filter(volunteer=volunteer).order_by().values_list("helped").annotate(n=Count("pk"))
    return dict.fromkeys(Helped.values, 0) | dict(rows)


def sentences(volunteer: Volunteer) -> list[str]:
    """What those who were helped wrote, newest first. What went badly is for IM to read."""
    kind = Thanks.objects.filter(volunteer=volunteer, helped__in=(Helped.YES, Helped.LITTLE)).exclude(words="")
    return list(kind.values_list("words", flat=True)[:SHOWN])


def forget_giver(person: User) -> None:
    """The one who thanked asked to be erased: no words, no name; the tap stays as a count. Safe to run twice."""
    Thanks.objects.filter(giver=person).update(giver=None, words="")


def remove_old() -> int:
    """Words and giver go as the chats' text does, counted from the tap. -> how many. Safe to run twice."""
    old = Thanks.objects.filter(at__lt=timezone.now() - settings.CLOCKS["text_removed"], giver__isnull=False)
    return old.update(giver=None, words="")
