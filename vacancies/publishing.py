"""Ads: draft -> review -> published -> ended. The only place that writes them.

Each move is a conditional UPDATE on the allowed states (0 rows = `StateConflict`: somebody was faster), an audit entry
and, where somebody waits for it, a mail, in one transaction.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from motesplats import audit, occupations, office_hours, outbox
from motesplats.models import User
from vacancies import red_flags, search, staff_mail
from vacancies.models import Employer, Vacancy, VacancyApproval
from vacancies.refusals import StateConflict, must_be_another

State = Vacancy.State
SHOWN_AT_MOST = timedelta(days=183)  # domain.md §10: the last day to apply is at most six months away
DRAFTS_AT_MOST, WAITING_AT_MOST = 50, 20  # of one employer
# What IM needs before it reads an ad; "apply" is any of the four ways.
NEEDED = ("kind", "title_sv", "municipality", "tasks_sv", "extent", "pay", "swedish", "last_day")
WAYS_TO_APPLY = ("apply_email", "apply_phone", "apply_url", "apply_said")
# What a copy takes along: all that was written, nothing of what happened.
WRITTEN = (
    *("kind", "municipality", "extent", "hours_said", "pay", "pay_said", "swedish", *WAYS_TO_APPLY),
    *("is_remote", "workplace", "occupation", "occupation_group", "duration", "duration_said", "starts_said"),
    *("places", "experience_said", "english_works", "has_language_support", "licences", "needs_extract"),
    *("supervisor", "agreement", "contact_name", "contact_phone"),
)
_TRANSLATED = ("title", "tasks")
_IN_A_LANGUAGE = tuple(f"{name}_" for name in _TRANSLATED)  # how their columns begin


class ReadAnother(Exception):  # noqa: N818 a refusal
    """The employer has taken the ad back and sent it anew since whoever says yes has read it."""


class Overwritten(Exception):  # noqa: N818 a refusal
    """Somebody, or another window, has saved something else since. `now`: the ad as it is."""

    def __init__(self, now: Vacancy):
        super().__init__(now.pk)
        self.now = now


class TooMany(Exception):  # noqa: N818 a refusal
    """More drafts, or more ads that wait for IM, than one employer may have."""


class Incomplete(Exception):  # noqa: N818 a refusal
    """Something that must be there is not. `missing`: names of fields; "apply" for how to apply."""

    def __init__(self, missing: list[str]):
        super().__init__(missing)
        self.missing = missing


def _about(vacancy: Vacancy) -> tuple[str, str]:
    return "vacancy", vacancy.public_id


# --- what an employer does --------------------------------------------------------------------------------------------


@transaction.atomic
def start(employer: Employer, *, by: User, like: Vacancy | None = None) -> Vacancy:
    """A new draft; `like`: with what was written in an older ad, but for its last day. TooMany, StateConflict."""
    if Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk).state == Employer.State.REFUSED:
        raise StateConflict
    if employer.vacancies.filter(state=State.DRAFT).count() >= DRAFTS_AT_MOST:
        raise TooMany
    made = Vacancy(employer=employer, made_by=by, contact_name=employer.contact_name, contact_phone=employer.phone)
    if like is not None:
        translated = [
            field.name
            for field in Vacancy._meta.fields
            if field.name.startswith(tuple(f"{name}_" for name in _TRANSLATED))
        ]
        for name in (*WRITTEN, *translated):
            setattr(made, name, getattr(like, name))
    made.save()
    audit.record("vacancy.started", actor=by, about=_about(made), copied=like is not None)
    return made


@transaction.atomic
def write(vacancy: Vacancy, *, by: User, seen: datetime | None = None, **said) -> datetime:
    """Keep what is written of a draft, complete or not. Safe to repeat. -> when it was changed last.

    `said`: fields of WRITTEN, last_day, and title and tasks with a language ("title_sv"). `seen`: changed_at as the
    writer saw it. StateConflict when it is no draft any more, Overwritten when something else was saved since `seen`.
    """
    typed = dict(said)
    if "occupation" in said:
        said["occupation_group"] = next(iter(occupations.groups([said["occupation"]])), "")
    for name in _TRANSLATED:
        if f"{name}_sv" in said:
            said[name] = said[f"{name}_sv"]  # the column without a language holds the Swedish words
    now = timezone.now()
    # rewrite(False): "title" is that very column, not the one of the page's language
    draft = Vacancy.objects.rewrite(False).filter(pk=vacancy.pk, state=State.DRAFT)
    if (draft if seen is None else draft.filter(changed_at=seen)).update(changed_at=now, **said):
        return now
    stored = draft.select_related("employer").first()
    if stored is None:
        raise StateConflict
    if any(getattr(stored, name) != value for name, value in typed.items()):
        raise Overwritten(stored)
    return stored.changed_at  # the answer to the first time was lost on its way


def missing(vacancy: Vacancy, *, on: date | None = None) -> list[str]:
    """What must be there before IM reads it, and is not. [] when it can be sent."""
    today = on or timezone.localdate()
    absent = [name for name in NEEDED if not getattr(vacancy, name)]
    if vacancy.last_day and not today <= vacancy.last_day <= today + SHOWN_AT_MOST:
        absent.append("last_day")
    if not any(getattr(vacancy, name) for name in WAYS_TO_APPLY):
        absent.append("apply")
    return absent


@transaction.atomic
def submit(vacancy: Vacancy, *, by: User) -> None:
    """Send it to IM, with a time when they answer. Incomplete, TooMany; StateConflict, also when IM has refused it.

    What is written while its words are looked at is a StateConflict too: nothing is sent that nobody has looked at.
    """
    employer = Employer.objects.select_for_update(of=("self",)).get(pk=vacancy.employer_id)
    vacancy.refresh_from_db()
    if employer.state == Employer.State.REFUSED:
        raise StateConflict
    if absent := missing(vacancy):
        raise Incomplete(absent)
    if vacancy.employer.vacancies.filter(state=State.REVIEW).count() >= WAITING_AT_MOST:
        raise TooMany
    now = timezone.now()
    office = vacancy.employer.office
    by_then = office_hours.staffed_until(office, now)
    change = {"submitted_at": now, "answer_by": by_then, "note": "", "flags": red_flags.of_vacancy(vacancy)}
    as_read = {"changed_at": vacancy.changed_at}
    _move(vacancy, State.REVIEW, since=(State.DRAFT,), only=as_read, by=by, mail="vacancy_submitted", **change)
    staff_mail.tell(office)


def withdraw(vacancy: Vacancy, *, by: User) -> None:
    """Take it back to write more: it is not shown until IM has read it again. StateConflict.

    Not while it is hidden: somebody has said that it is serious, and its words stay until IM has looked.
    """
    as_it_is = {"hidden_at": None}
    _move(vacancy, State.DRAFT, since=(State.REVIEW, State.PUBLISHED), only=as_it_is, by=by, answer_by=None)


def end(vacancy: Vacancy, *, by: User | None) -> None:
    """It is over: nobody sees it any more. `by` None: its last day has gone by. StateConflict."""
    over = {"ended_at": timezone.now(), "answer_by": None}
    _move(vacancy, State.ENDED, since=(State.PUBLISHED,), by=by, mail="vacancy_ended", **over)


@transaction.atomic
def remind(vacancy: Vacancy) -> bool:
    """Tell its members that the last day comes near. -> False when they know, or it is not shown."""
    unsaid = Vacancy.objects.filter(pk=vacancy.pk, state=State.PUBLISHED, reminded_at=None)
    if not unsaid.update(reminded_at=timezone.now()):
        return False
    audit.record("vacancy.reminded", actor=None, about=_about(vacancy))
    _mail(vacancy, "vacancy_reminder", State.PUBLISHED)
    return True


@transaction.atomic
def say_outcome(vacancy: Vacancy, outcome: str, *, by: User) -> None:
    """ "Hur gick det?" The last answer stands. StateConflict while it is shown."""
    if not Vacancy.objects.filter(pk=vacancy.pk, state=State.ENDED).update(outcome=outcome):
        raise StateConflict
    audit.record("vacancy.outcome", actor=by, about=_about(vacancy), outcome=outcome)


@transaction.atomic
def discard(vacancy: Vacancy, *, by: User) -> None:
    """Throw a draft away that was never shown. StateConflict."""
    if not Vacancy.objects.filter(pk=vacancy.pk, state=State.DRAFT, published_at=None).delete()[0]:
        raise StateConflict
    audit.record("vacancy.discarded", actor=by, about=_about(vacancy))


# --- what staff do ----------------------------------------------------------------------------------------------------


def approvals_needed(vacancy: Vacancy) -> int:
    """Two people when something is flagged, else one."""
    return 2 if vacancy.flags else 1


@transaction.atomic
def publish(vacancy: Vacancy, *, by: User, seen: datetime | None = None) -> bool:
    """Say yes. -> True when that was the last yes needed, and it is shown; False while one more is needed.

    `seen`: submitted_at of the ad as it was read, None for as it is now; ReadAnother when it was sent anew since.
    StateConflict: it does not wait for IM, or its employer is not approved, or its last day has gone by. OwnEmployer.
    """
    now = Vacancy.objects.select_for_update(of=("self",)).select_related("employer").get(pk=vacancy.pk)
    is_late = now.last_day is None or now.last_day < timezone.localdate()
    if now.state != State.REVIEW or now.employer.state != Employer.State.APPROVED or is_late:
        raise StateConflict
    if seen is not None and seen != now.submitted_at:
        raise ReadAnother
    must_be_another(now.employer, by=by)
    VacancyApproval.objects.get_or_create(vacancy=now, by=by, submitted_at=now.submitted_at)
    others = now.approvals.exclude(by__in=now.employer.members.values("user"))  # whoever said yes and joined since
    if others.filter(submitted_at=now.submitted_at).count() < approvals_needed(now):
        audit.record("vacancy.approved_once", actor=by, about=_about(now))
        return False
    shown = {"published_at": timezone.now(), "answer_by": None, "hidden_at": None, "reminded_at": None}
    _move(now, State.PUBLISHED, since=(State.REVIEW,), by=by, mail="vacancy_published", **shown, ended_at=None)
    return True


def send_back(vacancy: Vacancy, note: str, *, by: User) -> None:
    """Ask for a change: it is a draft again, with a note. StateConflict."""
    _move(vacancy, State.DRAFT, since=(State.REVIEW,), by=by, mail="vacancy_sent_back", note=note, answer_by=None)


@transaction.atomic
def take_back_waiting(employer: Employer, *, by: User) -> int:
    """IM has said no to the employer: what waits to be read is a draft again, without a mail. -> how many."""
    waiting = Vacancy.objects.select_for_update(of=("self",)).filter(employer=employer, state=State.REVIEW)
    waiting = list(waiting.order_by("pk"))
    for ad in waiting:
        _move(ad, State.DRAFT, since=(State.REVIEW,), by=by, answer_by=None)
    return len(waiting)


@transaction.atomic
def hide(vacancy: Vacancy, *, by: User | None) -> bool:
    """Nobody sees it until IM has looked; `by` None: somebody said that it is serious. -> False when it was hidden.

    Its members get a mail with a time, the same words whoever it was: who told must not be guessed. Reads the employer.
    """
    now = timezone.now()
    shown = Vacancy.objects.filter(pk=vacancy.pk, state=State.PUBLISHED, hidden_at=None)
    if not shown.update(hidden_at=now, answer_by=office_hours.staffed_until(vacancy.employer.office, now)):
        return False
    audit.record("vacancy.hidden", actor=by, about=_about(vacancy))
    _mail(vacancy, "vacancy_hidden", State.PUBLISHED)
    return True


@transaction.atomic
def show_again(vacancy: Vacancy, *, by: User) -> bool:
    """IM has looked: it is shown again. -> False when it was not hidden, or has ended meanwhile. OwnEmployer."""
    must_be_another(vacancy.employer, by=by)
    hidden = Vacancy.objects.filter(pk=vacancy.pk, state=State.PUBLISHED, hidden_at__isnull=False)
    if not hidden.update(hidden_at=None, answer_by=None):
        return False
    audit.record("vacancy.shown_again", actor=by, about=_about(vacancy))
    _mail(vacancy, "vacancy_published", State.PUBLISHED)
    return True


@transaction.atomic
def _move(
    vacancy: Vacancy, to: str, *, since: tuple[str, ...], by: User | None, mail: str = "", only: dict | None = None,
    **change,
) -> None:  # fmt: skip
    """`only`: columns that must be as they were seen."""
    if not Vacancy.objects.filter(pk=vacancy.pk, state__in=since, **(only or {})).update(state=to, **change):
        raise StateConflict
    audit.record(f"vacancy.{to}", actor=by, about=_about(vacancy))
    search.follow(Vacancy.objects.filter(pk=vacancy.pk).select_related("employer"))
    if mail:
        _mail(vacancy, mail, to)


def _mail(vacancy: Vacancy, kind: str, state: str) -> None:
    at = timezone.now().isoformat()
    for member in vacancy.employer.members.select_related("user"):
        key = f"{kind}:{vacancy.pk}:{member.pk}:{at}"
        outbox.queue(kind, to=member.user, dedupe_key=key, vacancy=vacancy.pk, state=state)
