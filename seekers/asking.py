"""A draft becomes a question: the person who asks, what helping needs to know about them, the question."""

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from motesplats.models import User
from seekers import help_requests
from seekers.models import HelpRequest, Seeker


def ask(user: User | None, draft_id: UUID, answers: dict, *, language: str) -> HelpRequest:
    """Make the question of the draft `draft_id`, once: sent again it is the same question.

    `user` None: a shell is made, a person without address; this browser's grant opens the chat. `answers`: the cleaned
    values of the ask pages. `language`: of the pages, for mails and when no language was ticked.
    Raises help_requests.TooMany.
    """
    sent_before = HelpRequest.objects.filter(draft_id=draft_id)
    try:
        return sent_before.first() or _ask_once(user, draft_id, answers, language)
    except IntegrityError:  # the same press twice at the same moment: the other one was faster
        return sent_before.get()


def _ask_once(user: User | None, draft_id: UUID, answers: dict, language: str) -> HelpRequest:
    with transaction.atomic():
        owner = user or User.objects.create_user(display_name=answers.get("name", ""), language=language)
        seeker = _remember(owner, answers, language)
        return help_requests.create(
            owner=owner,
            draft_id=draft_id,
            topic=answers["topic"],
            ad=answers.get("ad", ""),
            when=answers.get("when", ""),
            need=answers.get("need", ""),
            languages=seeker.languages,
            swedish_level=seeker.swedish_level,
            is_adult=seeker.is_adult,
            occupation=answers.get("occupation", ""),
            about=answers.get("about") or ("", ""),
            wants_woman=answers.get("wants_woman", False),
            wants_same_helper=answers.get("same_volunteer", False),
        )


def _remember(owner: User, answers: dict, language: str) -> Seeker:
    """What this person has said about themselves; what was skipped now stays as it was."""
    seeker = Seeker.objects.filter(user=owner).first() or Seeker(user=owner)
    # Nothing ticked would fit no volunteer at all. They read this page, and every volunteer writes easy Swedish.
    without = seeker.languages or list(dict.fromkeys([language, settings.LANGUAGE_CODE]))
    seeker.languages = answers.get("languages") or without
    seeker.swedish_level = answers.get("swedish_level") or seeker.swedish_level
    if answers.get("is_adult") is not None:
        seeker.is_adult = answers["is_adult"]
    seeker.consented_at = timezone.now()
    seeker.save()
    if answers.get("name") and not owner.display_name:
        owner.display_name = answers["name"]
        owner.save(update_fields=["display_name"])
    return seeker
