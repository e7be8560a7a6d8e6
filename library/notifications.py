"""Mails about the library: what became of a tip that somebody suggested. They hold the title the person wrote."""

from django.urls import reverse
from django.utils.translation import gettext as _

from library.models import Resource
from motesplats import outbox
from motesplats.models import OutboxMail, User
from motesplats.outbox import Letter


def register() -> None:
    """Tell the outbox how to write each kind. Called when the app is ready."""
    outbox.kind("tip_shown", render=_shown, still_wanted=_is(Resource.State.PUBLISHED))
    outbox.kind("tip_refused", render=_refused, still_wanted=_is(Resource.State.HIDDEN))


def tell_suggester(resource: Resource, *, to: User | None, is_shown: bool) -> None:
    """IM has looked at the tip. One mail for each answer, however often staff change their mind."""
    kind = "tip_shown" if is_shown else "tip_refused"
    if to:
        outbox.queue(kind, to=to, dedupe_key=f"{kind}:{resource.slug}", resource=resource.pk)


def _is(state: str):
    """Asked just before it is sent: IM may have thought again, and the person may have left."""
    return lambda mail: _of(mail).filter(state=state).exists()


def _of(mail: OutboxMail):
    return Resource.objects.filter(pk=mail.data["resource"], suggested_by=mail.to_user)


def _shown(mail: OutboxMail) -> Letter:
    resource = _of(mail).get()
    return Letter(
        subject=_("Your tip is shown now"),
        lines=[
            _("Thank you! IM has looked at your tip: %(title)s.") % {"title": resource.title},
            _("Now everybody can read it in Tips and examples."),
        ],
        button=(_("See the tip"), outbox.absolute(reverse("library:resource_show", args=[resource.slug]))),
    )


def _refused(mail: OutboxMail) -> Letter:
    resource = _of(mail).get()
    return Letter(
        subject=_("Thank you for your tip"),
        lines=[
            _("Thank you for thinking of others. IM has looked at your tip: %(title)s.") % {"title": resource.title},
            _("We do not show it this time. Maybe we have a similar page, or the page is hard to read."),
            _("You did nothing wrong. We are happy when you find more."),
        ],
        button=(_("See all tips"), outbox.absolute(reverse("library:resource_list"))),
    )
