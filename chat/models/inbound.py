"""What came by mail: each mail as it came, addresses that take no mail any more, mailboxes we look into."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Participant
from motesplats.models import random_id
from motesplats.moments import say_moment


class InboundMail(models.Model):
    """A mail that came in. Stored whole before anybody looks into it; the bytes go before the row (inbound.py)."""

    class Door(models.TextChoices):
        HOOK = "hook", _("mail provider")
        IMAP = "imap", _("mailbox")
        PIPE = "pipe", _("mail server")

    class State(models.TextChoices):
        QUEUED = "queued", _("waits")
        POSTED = "posted", _("is in the chat")
        QUARANTINED = "quarantined", _("held back")
        DROPPED = "dropped", _("thrown away")
        HANDLED = "handled", _("taken care of")
        FAILED = "failed", _("could not be read")

    class Reason(models.TextChoices):
        NONE = "", "–"
        # held back
        NO_TOKEN = "no_token", _("written to no chat")
        TOKEN = "token", _("the reply address is wrong, old or ended")
        SENDER = "sender", _("came from another address than the person's own")
        SENDERS = "senders", _("has no sender or several")
        SEVERAL = "several", _("written to several chats at once")
        FORGED = "forged", _("the mail server could not prove the sender")
        NOT_CHOSEN = "not_chosen", _("the volunteer has not chosen to answer by mail")
        HOLD = "hold", _("the chat is stopped")
        FORBIDDEN = "forbidden", _("the person may not write there")
        UNREADABLE = "unreadable", _("encrypted or unreadable")
        # thrown away
        AUTO_REPLY = "auto_reply", _("automatic answer")
        CALENDAR = "calendar", _("calendar invitation")
        READ_RECEIPT = "read_receipt", _("read receipt")
        BULK = "bulk", _("mass mail")
        BOUNCE = "bounce", _("bounce")
        OWN = "own", _("our own mail")
        REPEAT = "repeat", _("the same text came just before")
        EMPTY = "empty", _("nothing in it")
        BY_STAFF = "by_staff", _("thrown away by staff")
        # taken care of
        BOUNCED = "bounced", _("an address takes no mail")
        CLOSED = "closed", _("the question is closed")
        TOO_LARGE = "too_large", _("too large (at most 25 MB)")
        TEST = "test", _("our own test mail")
        ANSWERED = "answered", _("answered by staff")
        # on its way
        DELIVER = "deliver", _("staff said: deliver")
        BROKEN = "broken", _("we failed several times")

    public_id = models.CharField(max_length=24, unique=True, default=random_id)
    door = models.CharField(_("came by"), max_length=4, choices=Door)
    received_at = models.DateTimeField(_("came"), default=timezone.now)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.QUEUED)
    reason = models.CharField(_("why"), max_length=12, choices=Reason, blank=True, default="")
    sender = models.CharField(_("from"), max_length=254, blank=True)
    message_id = models.CharField(max_length=250, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField(null=True, editable=False)  # sealed (motesplats/sealing.py); None when its time is out
    is_head_only = models.BooleanField(default=False)  # the mail was too large; staff may change `reason`, never this
    participant = models.ForeignKey(
        Participant, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("whose answer it is")
    )
    seq = models.PositiveIntegerField(_("message number"), null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of what was taken out of it; set when that is in the chat
    refused = models.JSONField(default=list, blank=True)  # [[name of a file, code of intake.REFUSALS], …]
    about = models.CharField(max_length=60, blank=True)  # the test it belongs to
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(default=timezone.now)  # not before; while a worker has it, the end of its lease

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        constraints = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="inbound_message_id"),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="inbound_due", condition=Q(state="queued")),
            models.Index(fields=["received_at"], name="inbound_received"),
        ]

    def __str__(self):
        return say_moment(self.received_at)


class BouncedAddress(models.Model):
    """An address that does not exist, says its own mail server. Until mail comes from it, or staff have seen to it."""

    address = models.EmailField(_("email address"), unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("since"), default=timezone.now)
    status = models.CharField(_("what its server said"), max_length=20, blank=True)  # RFC 3463: 5.1.1
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)

    class Meta:
        verbose_name = _("address without mail")
        verbose_name_plural = _("addresses without mail")

    def __str__(self):
        return self.address


class MailboxPoll(models.Model):
    """How it went when we last looked into a mailbox of IMAP_MAILBOXES."""

    name = models.CharField(max_length=200, primary_key=True)  # user@host/folder, never the password
    tried_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self):
        return self.name
