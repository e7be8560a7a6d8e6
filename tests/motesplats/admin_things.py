"""One thing for every list of the admin. What people have written in it holds a bird, which no page may sing."""

from django.utils import timezone

from chat.models import BouncedAddress, ColleaguePost, Conversation, Fadder, HardWord, InboundMail, Promise
from motesplats import outbox, sources
from motesplats.models import AuditEntry, Office, OutboxMail, Report
from seekers.models import ChecklistPoint, DocumentFile, HelpRequest
from tests import make
from vacancies.models import ImportChoice, ImportState, VisitInvite
from volunteers.models import CareCall, Reference, Volunteer

CANARY = "Kanariefågel"


def question(**fields):
    given = {"topic": "cv", "need": CANARY, "ad": CANARY, "is_adult": True, "languages": ["sv"], **fields}
    return HelpRequest.objects.create(owner=make.user("Amina"), **given)


def mail(**fields):
    given = {"kind": "stored", "to_email": "a@example.org", "dedupe_key": outbox.random_id(), **fields}
    return OutboxMail.objects.create(**given)


def document(talk):
    """With words of its owner in every place where there can be any."""
    made = make.document(talk, title=CANARY, text=CANARY)
    DocumentFile.objects.filter(version__in=made.versions.all()).update(original_name=CANARY)
    return made


def one_of_each():
    """A thing for every list of the admin. -> {list: thing}"""
    make.office()
    asked = question()
    shift = make.shift()
    bjorn = make.volunteer(motivation="Jag vill")
    make.booking(bjorn, shift)
    talk = Conversation.objects.create(request=asked)
    return {
        "motesplats_office": Office.objects.first(),
        "motesplats_user": asked.owner,
        "motesplats_auditentry": AuditEntry.objects.create(
            action="x", about_kind="shift", about_id="1", actor_id=bjorn.user_id
        ),
        "motesplats_outboxmail": mail(data={"secret": CANARY}, sealed_body=CANARY.encode(), state="dead"),
        "motesplats_report": Report.objects.create(text="Något", reporter=asked.owner, answer_by=timezone.now()),
        "volunteers_volunteer": bjorn,
        "volunteers_shift": shift,
        "volunteers_carecall": CareCall.objects.create(volunteer=bjorn, why="asked", contact_by=timezone.now()),
        "volunteers_helpline": make.helpline(),
        "volunteers_shiftrule": make.shift_rule(),
        "seekers_helprequest": asked,
        "seekers_document": document(talk),
        "seekers_checklistpoint": ChecklistPoint.objects.create(kind="cv", position=1, text_sv="Namn överst"),
        "seekers_interviewquestion": make.interview_question(),
        "library_category": (tip := make.resource()).category,
        "library_resource": tip,
        "library_partner": make.partner(),
        "chat_promise": Promise.objects.create(conversation=talk, answer_by=timezone.now()),
        **one_of_each_beside(bjorn),
        **one_of_each_of_employers(),
    }


def one_of_each_beside(bjorn: Volunteer):
    """What belongs to volunteers and to mail. -> {list: thing}"""
    return {
        "volunteers_certificate": make.certificate(bjorn),
        "volunteers_reference": Reference.objects.create(volunteer=bjorn),
        "volunteers_coursepart": make.course_part(),
        "motesplats_posterplace": sources.place_for("SFI Hisingen"),
        "volunteers_conductversion": make.conduct_version(),
        "chat_fadder": Fadder.objects.create(newcomer=bjorn, fadder=make.volunteer("Frida")),
        "chat_phrase": make.phrase(),
        "chat_hardword": HardWord.objects.create(word="samt", easier="och"),
        "chat_colleaguepost": ColleaguePost.objects.create(text="Hur skriver man om luckor?"),
        "chat_inboundmail": InboundMail.objects.create(door="pipe", state="quarantined", reason="token", sha256="1"),
        "chat_bouncedaddress": BouncedAddress.objects.create(address="gone@example.org"),
    }


def one_of_each_of_employers():
    """Employers, their ads, and what is brought in from outside. -> {list: thing}"""
    ad = make.vacancy()
    return {
        "vacancies_employer": ad.employer,
        "vacancies_vacancy": ad,
        "vacancies_visitinvite": VisitInvite.objects.create(employer=ad.employer, text="Kom och se köket."),
        "vacancies_importchoice": ImportChoice.objects.create(municipality="1480"),
        "vacancies_importstate": ImportState.objects.create(),
    }
