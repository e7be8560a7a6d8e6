"""Builds the objects tests need: `make.volunteer(on_duty=True)`. Every call makes a new one."""

from datetime import UTC, datetime, time, timedelta
from itertools import count
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.utils import timezone

from chat import claiming, matching
from chat.access import Person
from chat.claiming import Pace
from chat.models import Conversation, Participant, Phrase, Side
from chat.writer import Post, save_batch
from library import partners, publishing
from library.models import Category, Partner, Resource
from motesplats import files, occupations
from motesplats.models import Office, OfficeHours, User
from seekers.models import (
    Comment,
    Document,
    DocumentFile,
    DocumentPage,
    DocumentUse,
    DocumentVersion,
    HelpRequest,
    InterviewAnswer,
    InterviewQuestion,
)
from vacancies import organisation_number, search
from vacancies.models import Employer, EmployerMember, ImportedAd, Vacancy
from volunteers import certificates, conduct, rules
from volunteers.models import (
    Certificate,
    ConductVersion,
    CoursePart,
    Helpline,
    Shift,
    ShiftBooking,
    ShiftRule,
    StaffStep,
    Volunteer,
)

_numbers = count(1)


def user(name: str = "Amina", *, email: str | None = "", verified: bool = True, **fields) -> User:
    """A person; `email=None` makes a shell."""
    if email == "":
        email = f"{name.lower()}{next(_numbers)}@example.org"
    person = User.objects.create_user(email, display_name=name, **fields)
    if email:
        EmailAddress.objects.create(user=person, email=person.email, verified=verified, primary=True)
    return person


def staff(name: str = "Disa", **fields) -> User:
    return user(name, is_staff=True, **fields)


def office(name: str = "", *, hours: bool = True) -> Office:
    """An office, staffed Monday to Friday 9–16 unless `hours=False`."""
    made = Office.objects.create(name=name or f"Göteborg {next(_numbers)}", email="goteborg@im.example")
    if hours:
        OfficeHours.objects.bulk_create(
            OfficeHours(office=made, weekday=day, opens="09:00", closes="16:00") for day in range(1, 6)
        )
    return made


def volunteer(name: str = "Björn", *, on_duty: bool = False, languages=("sv", "en"), topics=(), **fields) -> Volunteer:
    """An approved volunteer who has accepted the rules; `on_duty=True` has switched on and a fresh heartbeat."""
    now = timezone.now()
    person = fields.pop("user", None) or user(name)
    accepted = {"conduct_version": conduct.VERSION, "conduct_accepted_at": now}
    given = {"state": Volunteer.State.APPROVED, "approved_at": now, **accepted, **fields}
    if on_duty:
        given |= {"switched_on_at": now, "heartbeat_at": now}
    return Volunteer.objects.create(user=person, languages=list(languages), topics=list(topics), **given)


def applicant(name: str = "Cecilia", *, is_ready: bool = True, **fields) -> Volunteer:
    """Somebody who has applied; `is_ready`: the rules are accepted and the talk is held."""
    fields = {"state": Volunteer.State.APPLIED, "approved_at": None, **fields}
    if not is_ready:
        return volunteer(name, **{"conduct_version": "", "conduct_accepted_at": None, **fields})
    made = volunteer(name, **fields)
    StaffStep.objects.create(volunteer=made, kind=StaffStep.Kind.TALK)
    return made


def category(name: str = "Intervju", **fields) -> Category:
    return publishing.store_category(Category(**{"name": name, "slug": f"behov-{next(_numbers)}", **fields}))


def resource(title: str = "Så klarar du intervjun", **fields) -> Resource:
    """A text of our own that is shown."""
    number = next(_numbers)
    fields = {"slug": f"tips-{number}", "kind": Resource.Kind.ARTICLE, "body": "Kom i tid. Säg hej.", **fields}
    fields |= {} if "category" in fields else {"category": category()}
    given = {"state": Resource.State.PUBLISHED, "published_at": timezone.now(), **fields}
    return publishing.store(Resource(title=title, **given), by=None)


def partner(name: str = "", **fields) -> Partner:
    """Somebody else who helps, in all of Sweden."""
    given = {
        "does": "Hjälper dig.",
        "needs": ["mentor"],
        "regions": ["00"],
        "url": "https://partner.example/",
        **fields,
    }
    return partners.store(Partner(name=name or f"Partner {next(_numbers)}", **given))


def shift(starts_at: datetime | None = None, *, hours: float = 4, seats: int = 2, at: Office | None = None) -> Shift:
    starts_at = (starts_at or timezone.now()).astimezone(
        UTC
    )  # `hours` are real ones, also on the nights the clock changes
    at = at or Office.objects.default() or office()
    return Shift.objects.create(office=at, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), seats=seats)


def shift_rule(**fields) -> ShiftRule:
    """Every Tuesday 18–21 from the day before yesterday, two seats; it has made no shifts yet."""
    start = timezone.localdate() - timedelta(days=2)
    given = {"weekday": 2, "opens": time(18), "closes": time(21), "first_day": start, "seats": 2, **fields}
    return ShiftRule.objects.create(office=given.pop("office", None) or Office.objects.default() or office(), **given)


def rule_shift(**fields) -> Shift:
    """The next shift of a new weekly rule that begins at least two days from now."""
    made = shift_rule(**fields)
    rules.expand(made)
    return made.shifts.filter(starts_at__gt=timezone.now() + timedelta(days=2)).earliest("starts_at")


def conduct_version() -> ConductVersion:
    """The rules the house comes with, stored."""
    conduct.load_missing()
    return conduct.current()


def booking(volunteer: Volunteer, shift: Shift) -> ShiftBooking:
    return ShiftBooking.objects.create(volunteer=volunteer, shift=shift)


def certificate(volunteer: Volunteer, *, name: str = "Björn Ek", hours: float = 42, **facts) -> Certificate:
    """A paper for 42 hours with CVs and interviews since January."""
    given = {"kinds": ["cv", "interview"], "since": datetime(2026, 1, 12, 12, tzinfo=UTC), **facts}
    return certificates.make(volunteer, name=name, hours=hours, **given)


def helpline(number: str = "020-50 50 50", **fields) -> Helpline:
    fields = {"name_sv": "Kvinnofridslinjen", "good_for_sv": "Hot eller våld hemma", **fields}
    return Helpline.objects.create(number=number, **fields)


def course_part(title: str = "Klarspråk", **fields) -> CoursePart:
    """A part of the course, in Swedish."""
    given = {"position": next(_numbers), "title_sv": title, "body_sv": "# Kort\n\nSkriv kort.", **fields}
    return CoursePart.objects.create(**given)


def help_request(
    owner: User | None = None, *, topic: str = "cv", languages=("sv", "ar"), is_adult=True, **fields
) -> HelpRequest:
    """A waiting question that nobody has routed yet."""
    owner = owner or user("Amina", language="sv")
    fields.setdefault("office", Office.objects.default())
    return HelpRequest.objects.create(owner=owner, topic=topic, languages=list(languages), is_adult=is_adult, **fields)


def conversation(owner: User | None = None, **fields) -> Conversation:
    """A waiting question with its chat and promise."""
    return matching.route(help_request(owner, **fields))


def claimed(helper: Volunteer | None = None, *, pace: Pace = Pace.NOW, **fields) -> Conversation:
    """A question that a volunteer has taken."""
    made = conversation(**fields)
    claiming.claim(made.request, helper or volunteer(), pace=pace)
    made.refresh_from_db()
    return made


def seeker_of(conversation: Conversation) -> Participant:
    return person_of(conversation.participants.get(side=Side.SEEKER)).participant


def helper_of(conversation: Conversation) -> Participant:
    """Who has the question now."""
    found = conversation.participants.get(user_id=HelpRequest.objects.get(conversation=conversation).helper_id)
    return person_of(found).participant


def person_of(participant: Participant) -> Person:
    """The same as if this person had logged in; read anew from the database."""
    rows = Participant.objects.select_related("user", "conversation__request__owner", "conversation__request__helper")
    fresh = rows.get(pk=participant.pk)
    return Person(fresh, fresh.side, by_grant=False)


def post(participant: Participant, body: str = "Hej!", *, client_id: UUID | None = None) -> Post:
    """A message on its way, not stored."""
    return Post(participant.conversation_id, participant.pk, client_id or uuid4(), body)


def message(participant: Participant, body: str = "Hej!", **kwargs) -> Post:
    """Stored by the writer's own function. AssertionError when it is refused."""
    made = post(participant, body, **kwargs)
    save_batch([made])
    assert made.error is None, made.error
    return made


CV_TEXT = "Amina Warsame\nTelefon: 070-123 45 67\nKock, Restaurang Solen 2019-2024"


def document(talk: Conversation, *, kind: str = "cv", title: str = "", **fields) -> Document:
    """A document of the one who asked, shown in this chat, with one version: `make.version`'s fields."""
    owner = HelpRequest.objects.get(conversation=talk).owner
    made = Document.objects.create(owner=owner, kind=kind, title=title)
    DocumentUse.objects.create(document=made, request_id=talk.request_id)
    version(made, **fields)
    return made


def version(document: Document, *, text: str = CV_TEXT, source: str = "file", format: str = "pdf", **fields):
    """The next version, ready: an original and, unless it is a sound, a page with picture, masked picture and lines."""
    number = document.versions.count() + 1
    masked = text.replace("070-123 45 67", "[telefon]")
    fields = {"state": DocumentVersion.State.READY, "prepared_at": timezone.now(), **fields}
    if source != "sound":
        fields = {"text": text, "masked_text": masked, **fields}
    made = DocumentVersion.objects.create(document=document, number=number, source=source, **fields)
    if source != "text":
        stored = files.store([b"original bytes"])
        DocumentFile.objects.create(
            version=made, stored_name=stored, original_name=f"cv.{format}", format=format, size=14
        )
    if source != "sound":
        _page(made, has_picture=source != "text")
    return made


def _page(version: DocumentVersion, *, has_picture: bool) -> DocumentPage:
    lines, start = [], 0
    for number, (text, masked) in enumerate(
        zip(version.text.split("\n"), version.masked_text.split("\n"), strict=True)
    ):
        box = [0.1, round(0.1 + number * 0.05, 3), 0.8, 0.04] if has_picture else None
        lines.append({"kind": "p", "text": text, "masked": masked, "start": start, "box": box})
        start += len(text) + 1
    pictures = {}
    if has_picture:
        pictures = {"picture": files.store([b"picture"]), "masked_picture": files.store([b"masked picture"])}
    return DocumentPage.objects.create(
        version=version, number=1, width=800, height=1131, has_text=True, lines=lines, **pictures
    )


def page(version: DocumentVersion, number: int, *, text: str | None = None, picture: bool = True, **fields):
    """One more page. `text`: its lines, which the version's text must hold (default: all of it); "" is a photo."""
    text = version.text if text is None else text
    at, lines = version.text.index(text) if text else 0, []
    for place, said in enumerate(text.split("\n") if text else []):
        box = [0.1, round(0.05 + 0.02 * place, 4), 0.8, 0.02] if picture else None
        masked = said.replace("070-123 45 67", "[telefon]")
        lines.append({"kind": "p", "text": said, "masked": masked, "start": at, "box": box})
        at += len(said) + 1
    given = {"width": 800, "height": 1131, "has_text": bool(lines), "lines": lines, **fields}
    if picture:
        given |= {"picture": files.store([b"picture"]), "masked_picture": files.store([b"masked picture"])}
    return DocumentPage.objects.create(version=version, number=number, **given)


def interview_question(text: str = "Vad är du bra på?", **fields) -> InterviewQuestion:
    """A question of the bank, in Swedish."""
    return InterviewQuestion.objects.create(**{"position": next(_numbers), "text_sv": text, **fields})


def interview_answer(talk: Conversation, question: InterviewQuestion | None = None, **fields) -> InterviewAnswer:
    """An answer of the one who asked, not shown."""
    fields = {"text": "Jag är bra på att laga mat.", **fields}
    return InterviewAnswer.objects.create(
        request_id=talk.request_id, question=question or interview_question(), **fields
    )


def stored_names(document: Document) -> list[str]:
    """The names of all its bytes on the disk."""
    originals = DocumentFile.objects.filter(version__document=document).values_list("stored_name", flat=True)
    pages = DocumentPage.objects.filter(version__document=document).values_list("picture", "masked_picture")
    return [*originals, *(name for pair in pages for name in pair if name)]


def comment(version: DocumentVersion, author: User, reason: str = "clearer", *, line: int = 0, is_sent=True, **fields):
    """A comment on a line of page 1; sent just now, or a draft."""
    row = version.pages.get(number=1).lines[line]
    place = {"page": 1, "box": row["box"], "start": row["start"], "end": row["start"] + len(row["text"])}
    given = {**place, "quote": row["masked"], "sent_at": timezone.now() if is_sent else None, **fields}
    return Comment.objects.create(version=version, author=author, reason=reason, **given)


def phrase(side: str = "helper", **fields) -> Phrase:
    """A sentence to send with a tap, in Swedish, English and Arabic."""
    texts = {
        "text_sv": "Ta den tid du behöver.",
        "text_en": "Take the time you need.",
        "text_ar": "خذ الوقت الذي تحتاجه.",
    }
    return Phrase.objects.create(side=side, **texts | fields)


def organisation_number_of(number: int) -> str:
    """The `number`th valid organisation number of a company: 556 and six digits, with its check digit."""
    digits = f"556{number:06d}"
    return next(f"{digits}{last}" for last in range(10) if organisation_number.read(f"{digits}{last}"))


def employer(name: str = "Solgläntan", *, member: User | None = None, approved: bool = True, **fields) -> Employer:
    """An employer with one member (Emil, unless somebody else is given)."""
    number = next(_numbers)
    more = {"state": Employer.State.APPROVED, "approved_at": timezone.now()} if approved else {}
    given = {"organisation_number": organisation_number_of(number), "contact_name": "Emil", "phone": "070-174 06 05"}
    made = Employer.objects.create(name=name, call_by=timezone.now(), **{**given, **more, **fields})
    EmployerMember.objects.create(employer=made, user=member or user("Emil"))
    return made


def vacancy(employer_of_it: Employer | None = None, *, title: str = "Kock", days: int = 30, **fields) -> Vacancy:
    """A complete ad that is shown, unless `state` says otherwise; its last day is `days` from today."""
    given = {
        "kind": "jobb",
        "municipality": "1480",
        "tasks": "Du lagar mat.",
        "extent": "heltid",
        "pay": "avtal",
        "swedish": "sfi-c",
        "apply_email": "jobb@solglantan.example",
        "state": Vacancy.State.PUBLISHED,
        "published_at": timezone.now(),
        "last_day": timezone.localdate() + timedelta(days=days),
        **fields,
    }
    tasks = given.pop("tasks")
    given["occupation_group"] = next(iter(occupations.groups([given.get("occupation", "")])), "")
    said = {"title": title, "title_sv": title, "tasks": tasks, "tasks_sv": tasks}
    made = Vacancy.objects.create(employer=employer_of_it or employer(), **said, **given)
    search.follow([made])
    return made


def imported_ad(**fields) -> ImportedAd:
    """An ad of the list from Platsbanken."""
    number = next(_numbers)
    given = {"headline": f"Jobb {number}", "employer": "Firma AB", "municipality": "1480", "text": "Vi söker dig."}
    now = timezone.now()
    given |= {"published_at": now, "fetched_at": now, "deadline": now + timedelta(days=20), "is_listed": True}
    return ImportedAd.objects.create(source_id=str(number + 10_000_000), **(given | fields))
