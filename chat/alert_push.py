"""The notice "somebody waits" on a volunteer's devices: sent by a worker, tried again, else a mail.

Sent at least once: a worker that dies between sending and writing it down repeats a notice, which takes the place of
the first on the screen. It names the topic and nothing else.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _

from chat import alert_mail, fit, seconds
from chat.models import Alert
from motesplats.letters import written_language
from seekers.models import HelpRequest
from volunteers import push
from volunteers.models import Volunteer
from volunteers.push import Outcome

LEASE = timedelta(minutes=1)
AGAIN_AFTER = timedelta(seconds=30)
ATTEMPTS = 3
A_SWEEP = 100


def push_due() -> int:
    """What a lost task, a dead worker or a push service that was away has left. -> how many were tried."""
    due = Alert.objects.filter(push_next_at__lte=timezone.now()).order_by("push_next_at")
    return sum(push_alert(pk) for pk in list(due.values_list("pk", flat=True)[:A_SWEEP]))


def push_alert(alert_id: int) -> bool:
    """Send this notice to all its devices, unless it was sent or nobody waits any more. -> whether it was its turn."""
    now = timezone.now()
    mine = Alert.objects.filter(pk=alert_id, push_next_at__lte=now)
    if not mine.update(push_next_at=now + LEASE, push_attempts=F("push_attempts") + 1):
        return False
    alert = Alert.objects.select_related("volunteer__user", "conversation__request").get(pk=alert_id)
    question = _still_wanted(alert)
    outcomes = _sent(alert, question) if question and _is_free(alert.volunteer) else [Outcome.TAKEN]
    if Outcome.TAKEN in outcomes:
        _end(alert)
    elif Outcome.LATER in outcomes and alert.push_attempts < ATTEMPTS:
        Alert.objects.filter(pk=alert.pk).update(push_next_at=timezone.now() + AGAIN_AFTER)
    else:
        _mail_instead(alert)
    return True


def _still_wanted(alert: Alert) -> HelpRequest | None:
    """The question, while it waits for this volunteer, or its helper waits for a second one."""
    public_id = alert.conversation.request.public_id
    waiting = alert_mail.still_waits_for(alert.volunteer, public_id)
    asking = None if waiting else seconds.still_asks(alert.volunteer, public_id)
    return asking.conversation.request if asking else waiting


def _is_free(volunteer: Volunteer) -> bool:
    """Still a volunteer, and not in a chat since."""
    approved = Volunteer.objects.approved().filter(pk=volunteer.pk)
    return fit.with_live(approved, timezone.now()).filter(live=0).exists()


def _sent(alert: Alert, question: HelpRequest) -> list[Outcome]:
    payload = notice(question, alert.volunteer.user.language)
    return [push.send(device, payload) for device in alert.volunteer.push_subscriptions.all()]


def notice(question: HelpRequest, language: str) -> dict:
    """What the service worker shows: words in the volunteer's language, the topic, and where a press leads."""
    waits = question.helper_id is None
    with override(written_language(language)):
        return {
            "title": _("Somebody waits for help") if waits else _("A volunteer asks for your help"),
            "body": str(question.get_topic_display()),
            "url": reverse("chat:desk_show"),
            "tag": "waiting",
            "dir": "rtl" if get_language_bidi() else "ltr",
        }


def _end(alert: Alert) -> None:
    Alert.objects.filter(pk=alert.pk).update(push_next_at=None, push_ended_at=timezone.now())


@transaction.atomic
def _mail_instead(alert: Alert) -> None:
    """E-mail last, and at most one in an hour."""
    since = timezone.now() - settings.CLOCKS["alert_mail_gap"]
    mailed = Alert.objects.filter(volunteer=alert.volunteer, door=Alert.Door.EMAIL, at__gt=since)
    if not mailed.exists() and Alert.objects.filter(pk=alert.pk, push_ended_at=None).update(door=Alert.Door.EMAIL):
        alert_mail.somebody_waits(alert)
    _end(alert)
