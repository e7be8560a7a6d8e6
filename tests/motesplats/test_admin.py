import re
import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from chat import matching
from chat.models import BouncedAddress, ColleaguePost, Conversation, Fadder, HardWord, InboundMail, Promise
from motesplats import health, outbox, people, reports, sources, staff_words
from motesplats.admin_site import ORDER
from motesplats.models import AuditEntry, Office, OutboxMail, Report, User
from seekers.models import ChecklistPoint, HelpRequest
from tests import make
from tests.motesplats.admin_things import CANARY, document, mail, one_of_each, question
from volunteers.models import CareCall, ConductVersion, Reference, Shift, Volunteer

pytestmark = pytest.mark.django_db


def log_in(client, person):
    """A session that has shown the second key."""
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return person


@pytest.fixture
def disa(client):
    return log_in(client, make.staff())


def url(model, page="changelist", *args):
    return reverse(f"admin:{model}_{page}", args=args)


def pages_of(things):
    found = [reverse("admin:index"), url("motesplats_office", "add"), url("volunteers_shift", "add")]
    for model, thing in things.items():
        found += [url(model), url(model, "change", thing.pk)]
    return found


def test_every_registered_list_is_tested():
    names = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert names == set(one_of_each())


def test_every_page_opens_for_staff_and_shows_no_text_of_people(client, disa):
    for page in pages_of(one_of_each()):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert CANARY not in answer.content.decode(), page


def test_the_canary_would_sing(client):
    things = one_of_each()
    asked, sealed = things["seekers_helprequest"], things["motesplats_outboxmail"]
    assert CANARY in asked.need and CANARY in asked.ad and CANARY in sealed.data["secret"]


def test_no_page_has_inline_script_or_style(client, disa):
    for page in pages_of(one_of_each()):
        text = client.get(page).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text), page
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=", text), page


def test_others_get_no_page(client):
    pages = pages_of(one_of_each())
    for page in pages:
        assert client.get(page).status_code == 302, page
    client.force_login(make.volunteer("Cecilia").user)
    for page in pages:
        assert client.get(page).status_code == 404, page


def test_staff_without_the_second_key_get_no_page(client):
    pages = pages_of(one_of_each())
    client.force_login(make.staff())
    assert {client.get(page).status_code for page in pages} == {302}


def test_logs_and_lists_can_not_be_changed_or_deleted(client, disa):
    things = one_of_each()
    written_by_staff = {"motesplats_office", "volunteers_shift", "seekers_checklistpoint", "seekers_interviewquestion"}
    written_by_staff |= {"volunteers_helpline", "volunteers_shiftrule", "library_category", "library_resource"}
    written_by_staff |= {"library_partner"}
    written_by_staff |= {"chat_phrase", "chat_hardword", "volunteers_coursepart"}
    edited_by_staff = {"volunteers_conductversion"}  # and never added
    for model in set(things) - written_by_staff - edited_by_staff:
        named_by_staff = model in ("chat_fadder", "vacancies_importchoice")  # and then only ended
        assert client.get(url(model, "add")).status_code == (200 if named_by_staff else 403), model
        assert client.post(url(model, "change", things[model].pk), {}).status_code == 403, model
    for model, thing in things.items():
        assert client.post(url(model, "delete", thing.pk), {"post": "yes"}).status_code == 403, model


MAKERS = {
    "motesplats_office": lambda: make.office(),
    "motesplats_user": lambda: make.user(),
    "volunteers_carecall": lambda: CareCall.objects.create(
        volunteer=make.volunteer(), why="asked", contact_by=timezone.now()
    ),
    "volunteers_helpline": lambda: make.helpline(),
    "motesplats_auditentry": lambda: AuditEntry.objects.create(action="x", about_kind="y", about_id="1", actor_id=1),
    "motesplats_outboxmail": lambda: mail(to_user=make.user()),
    "motesplats_report": lambda: Report.objects.create(text="x", reporter=make.user(), handled_by=make.staff()),
    "volunteers_volunteer": lambda: make.volunteer(topics=["cv"]),
    "volunteers_shift": lambda: make.booking(make.volunteer(), make.shift()),
    "volunteers_shiftrule": lambda: make.shift_rule(),
    "seekers_helprequest": lambda: question(state="active", helper=make.user("Björn")),
    "seekers_document": lambda: document(Conversation.objects.create(request=question())),
    "seekers_checklistpoint": lambda: ChecklistPoint.objects.create(kind="cv", position=1, text_sv="Namn överst"),
    "seekers_interviewquestion": lambda: make.interview_question(),
    "library_category": lambda: make.category(),
    "library_resource": lambda: make.resource(),
    "library_partner": lambda: make.partner(),
    "volunteers_certificate": lambda: make.certificate(make.volunteer()),
    "volunteers_reference": lambda: Reference.objects.create(volunteer=make.volunteer()),
    "volunteers_coursepart": lambda: make.course_part(),
    "motesplats_posterplace": lambda: sources.place_for(f"Plats {outbox.random_id()}"),
    "volunteers_conductversion": lambda: ConductVersion.objects.create(
        version=outbox.random_id()[:10], is_current=False
    ),
    "chat_fadder": lambda: Fadder.objects.create(newcomer=make.volunteer(), fadder=make.volunteer()),
    "chat_phrase": lambda: make.phrase(),
    "chat_hardword": lambda: HardWord.objects.create(word=outbox.random_id(), easier="och"),
    "chat_colleaguepost": lambda: ColleaguePost.objects.create(text="Hur?", author=make.user()),
    "chat_inboundmail": lambda: InboundMail.objects.create(
        door="pipe", state="quarantined", sha256=outbox.random_id(), participant=make.seeker_of(make.conversation())
    ),
    "chat_bouncedaddress": lambda: BouncedAddress.objects.create(address=f"{outbox.random_id()}@example.org"),
    "chat_promise": lambda: Promise.objects.create(
        conversation=Conversation.objects.create(request=question()), answer_by=timezone.now()
    ),
}


@pytest.mark.parametrize("model", MAKERS)
def test_lists_ask_the_same_number_of_queries_for_1_and_3_rows(client, disa, model, django_assert_max_num_queries):
    make.office()

    def count():
        with django_assert_max_num_queries(14) as asked:
            client.get(url(model))
        return len(asked)

    MAKERS[model]()
    client.get(url(model))
    with_one = count()
    MAKERS[model]()
    MAKERS[model]()
    assert count() == with_one


def press(client, model, action, *things):
    return client.post(url(model), {"action": action, "_selected_action": [thing.pk for thing in things], "index": 0})


def test_volunteer_is_approved_by_action_and_by_button(client, disa):
    cecilia, dawit = (make.applicant(name) for name in ("Cecilia", "Dawit"))
    press(client, "volunteers_volunteer", "approve", cecilia)
    client.post(url("volunteers_volunteer", "do", dawit.pk, "approve"))
    assert set(Volunteer.objects.values_list("state", flat=True)) == {"approved"}
    assert {mail.to_user for mail in OutboxMail.objects.all()} == {cecilia.user, dawit.user}
    assert set(AuditEntry.objects.values_list("action", "actor_id")) == {("volunteer.approved", disa.pk)}


def test_button_that_does_not_fit_is_not_there(client, disa):
    bjorn = make.volunteer()
    assert client.post(url("volunteers_volunteer", "do", bjorn.pk, "approve")).status_code == 404
    assert client.get(url("volunteers_volunteer", "do", bjorn.pk, "pause")).status_code == 405
    page = client.get(url("volunteers_volunteer", "change", bjorn.pk)).content.decode()
    assert "../do/pause/" in page and "../do/approve/" not in page


def test_action_twice_says_so_and_changes_nothing(client, disa):
    bjorn = make.volunteer()
    press(client, "volunteers_volunteer", "pause", bjorn)
    press(client, "volunteers_volunteer", "pause", bjorn)
    assert AuditEntry.objects.filter(action="volunteer.paused").count() == 1


def night(**changed):
    return {
        "office": Office.objects.first().pk, "day": "2030-10-26", "opens": "22:00", "closes": "06:00", "seats": 2,
        "place": "online", "bookings-TOTAL_FORMS": 0, "bookings-INITIAL_FORMS": 0, **changed,
    }  # fmt: skip


def test_shift_is_laid_in_wall_time_and_shown_with_both_days(client, disa):
    make.office()
    answer = client.post(url("volunteers_shift", "add"), night())
    assert answer.status_code == 302, answer.context["adminform"].errors
    assert Shift.objects.get().hours == 9
    assert AuditEntry.objects.get().action == "shift.laid"
    page = client.get(url("volunteers_shift")).content.decode()
    assert "22.00" in page.replace(":", ".") and "06.00" in page.replace(":", ".") and "0/2" in page


@pytest.mark.parametrize("wrong", [{"day": "2020-01-01"}, {"closes": ""}, {"day": "2030-10-27", "opens": "02:30"}])
def test_shift_in_the_past_or_at_no_time_is_refused(client, disa, wrong):
    make.office()
    answer = client.post(url("volunteers_shift", "add"), night(**wrong))
    assert answer.status_code == 200 and answer.context["errors"]
    assert not Shift.objects.exists()


def test_booked_shift_keeps_its_hours_in_the_form(client, disa):
    make.office()
    client.post(url("volunteers_shift", "add"), night())
    shift = Shift.objects.get()
    make.booking(make.volunteer(), shift)
    inline = {"bookings-TOTAL_FORMS": 0, "bookings-INITIAL_FORMS": 0}
    page = url("volunteers_shift", "change", shift.pk)
    assert client.post(page, night(closes="05:00", **inline)).status_code == 200
    assert client.post(page, night(seats=4, **inline)).status_code == 302
    shift.refresh_from_db()
    assert (shift.seats, shift.hours) == (4, 9)


def test_shift_is_called_off(client, disa):
    shift = make.shift()
    make.booking(make.volunteer(), shift)
    asked = client.post(url("volunteers_shift", "do", shift.pk, "call_off"))
    assert asked.status_code == 200
    assert Shift.objects.filter(pk=shift.pk).exists()
    client.post(url("volunteers_shift", "do", shift.pk, "call_off"), {"sure": "1"})
    assert Shift.objects.get().called_off_at and OutboxMail.objects.get().kind == "shift_called_off"


def test_a_second_shift_at_the_same_time_is_laid_with_a_warning(client, disa):
    make.office()
    assert not list(client.post(url("volunteers_shift", "add"), night(), follow=True).context["messages"])[1:]
    again = client.post(url("volunteers_shift", "add"), night(), follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["warning", "success"]
    assert Shift.objects.count() == 2
    client.post(url("volunteers_shift", "do", Shift.objects.last().pk, "call_off"), {"sure": "1"})
    assert [client.get(url("volunteers_shift") + over).context["cl"].result_count for over in ("", "?over=off")] == [
        1,
        1,
    ]


def office_form(**changed):
    hours = {f"hours-0-{name}": value for name, value in {"weekday": 1, "opens": "09:00", "closes": "16:00"}.items()}
    counts = {f"{part}-{what}_FORMS": 0 for part in ("hours", "closed_periods") for what in ("TOTAL", "INITIAL")}
    return {
        "name": "Malmö",
        "is_open": "on",
        "email": "m@im.example",
        **counts,
        "hours-TOTAL_FORMS": 1,
        **hours,
        **changed,
    }


def test_office_with_hours_and_deputy_is_saved_and_audited_without_values(client, disa):
    answer = client.post(url("motesplats_office", "add"), office_form(deputy=disa.pk))
    assert answer.status_code == 302
    office = Office.objects.get()
    assert (office.deputy, office.hours.count()) == (disa, 1)
    client.post(url("motesplats_office", "change", office.pk), office_form(name="Lund", **{"hours-TOTAL_FORMS": 0}))
    entries = AuditEntry.objects.order_by("pk")
    assert [(entry.action, entry.about_kind) for entry in entries] == [
        ("admin.added", "office"),
        ("admin.changed", "office"),
    ]
    assert "Lund" not in str(entries.values()) and entries.last().data["changes"]


def test_deputy_is_chosen_among_staff(client, disa):
    cecilia = make.user("Cecilia")
    assert client.post(url("motesplats_office", "add"), office_form(deputy=cecilia.pk)).status_code == 200


def test_history_is_the_audit_log_of_the_thing(client, disa):
    bjorn = make.volunteer()
    press(client, "volunteers_volunteer", "pause", bjorn)
    AuditEntry.objects.create(action="other.thing", about_kind="shift", about_id="1")
    page = client.get(url("volunteers_volunteer", "history", bjorn.pk), follow=True).content.decode()
    assert staff_words.deed("volunteer.paused") in page and "other.thing" not in page and "Disa" in page


def test_block_logs_out_at_once_and_lets_in_again(client, disa):
    other = type(client)()
    cecilia = make.user("Cecilia")
    other.force_login(cecilia)
    UserSession.objects.create(user=cecilia, session_key=other.session.session_key, ip="127.0.0.1", user_agent="x")
    press(client, "motesplats_user", "block", cecilia)
    assert not User.objects.get(pk=cecilia.pk).is_active
    assert "_auth_user_id" not in type(client.session)(other.cookies["session"].value)
    press(client, "motesplats_user", "unblock", cecilia)
    assert User.objects.get(pk=cecilia.pk).is_active
    assert list(AuditEntry.objects.values_list("action", flat=True).order_by("pk")) == [
        "person.blocked",
        "person.unblocked",
    ]


def test_nobody_blocks_themselves(client, disa):
    press(client, "motesplats_user", "block", disa)
    assert User.objects.get(pk=disa.pk).is_active
    with pytest.raises(people.CannotBlock):
        people.block(disa, by=disa)


def test_dead_mail_is_sent_again_and_others_are_left(client, disa):
    dead = outbox.queue("volunteer_applied", to=make.user(), dedupe_key="a", volunteer=1, state="applied")
    OutboxMail.objects.filter(pk=dead.pk).update(state="dead", attempts=9)
    sent = mail(state="sent")
    press(client, "motesplats_outboxmail", "send_again", dead, sent)
    assert dict(OutboxMail.objects.values_list("pk", "state")) == {dead.pk: "pending", sent.pk: "sent"}
    assert AuditEntry.objects.get().action == "mail.sent_again"


@pytest.mark.django_db(transaction=True)
def test_test_mail_leaves_for_whoever_presses(client, mailoutbox):
    disa = log_in(client, make.staff())
    page = reverse("admin:motesplats_outboxmail_test")
    assert client.get(page).status_code == 405 and not mailoutbox
    client.post(page)
    assert [message.to for message in mailoutbox] == [[disa.email]]
    assert AuditEntry.objects.get().data == {"went_well": True}


def test_reading_a_report_is_written_down_and_leads_to_its_chat(client, disa):
    asked = make.conversation().request
    report = Report.objects.create(text="Jag blev rädd", about_kind="request", about_id=asked.public_id)
    page = client.get(url("motesplats_report", "change", report.pk)).content.decode()
    assert "Jag blev rädd" in page and f"/chatt/{asked.public_id}/im/" in page
    entry = AuditEntry.objects.get(action="report.read")
    assert (entry.actor_id, entry.about_id) == (disa.pk, report.public_id)
    other = Report.objects.create(text="Knappen syns inte")
    assert "/im/" not in client.get(url("motesplats_report", "change", other.pk)).content.decode()


def test_report_is_handled_once(client, disa):
    report = Report.objects.create(text="Något är fel")
    press(client, "motesplats_report", "handle", report)
    press(client, "motesplats_report", "handle", report)
    report.refresh_from_db()
    assert report.handled_at and report.handled_by == disa
    assert AuditEntry.objects.filter(action="report.handled").count() == 1


def alive():
    for name in ("worker", "beat"):
        health.beat(name)


def rows_and_steps(client):
    context = client.get(reverse("admin:index")).context
    return [row.url for row in context["desk_rows"]], [step.is_done for step in context["first_steps"]]


def test_the_lists_stand_in_the_order_of_the_house(client, disa):
    alive()
    lists = [found["object_name"] for found in client.get(reverse("admin:index")).context["app_list"][0]["models"]]
    assert lists == ORDER
    assert lists[:5] == ["Volunteer", "Fadder", "Shift", "ShiftRule", "CoursePart"]


def test_start_page_leads_through_the_first_time(client, disa):
    alive()
    assert rows_and_steps(client) == ([], [False] * 4)
    client.post(url("motesplats_office", "add"), office_form(deputy=disa.pk))
    HelpRequest.objects.create(owner=disa, topic="cv", state="withdrawn", is_adult=True)
    make.volunteer()
    assert rows_and_steps(client)[1] == [True, True, True, False]
    make.booking(make.volunteer(), make.shift())
    assert rows_and_steps(client) == ([], [])


def test_the_red_list_is_in_order_of_time_and_names_a_thing_once(client, disa):
    alive()
    office, now = make.office(), timezone.now()
    soon, late = make.conversation(is_adult=False).request, make.conversation(is_adult=None).request
    stopped = make.claimed(make.volunteer()).request
    HelpRequest.objects.filter(pk=soon.pk).update(answer_by=now + timezone.timedelta(hours=5))
    HelpRequest.objects.filter(pk=late.pk).update(answer_by=now - timezone.timedelta(hours=5))
    Promise.objects.filter(conversation=late.conversation).update(broken_at=now)
    report = matching.stop(stopped, actor=stopped.owner, text="Hjälp")
    Report.objects.filter(pk=report.pk).update(answer_by=now + timezone.timedelta(hours=1))
    chats = {question: f"/chatt/{question.public_id}/im/" for question in (soon, late, stopped)}
    told = url("motesplats_report", "change", report.pk)
    assert rows_and_steps(client)[0] == [chats[late], told, chats[soon]]
    reports.handle(report, by=disa)  # read, but the chat still stands still
    assert rows_and_steps(client)[0] == [chats[late], chats[stopped], chats[soon]]
    assert office


def test_the_lists_speak_words_not_codes(client, disa):
    make.office()
    asked = make.conversation().request
    mail(kind="receipt"), mail(kind="staff_broken")
    Report.objects.create(text="x", about_kind="request", about_id=asked.public_id)
    pages = [client.get(url(model)).content.decode() for model in (
        "motesplats_outboxmail", "motesplats_auditentry", "motesplats_report", "seekers_helprequest",
    )]  # fmt: skip
    shown = [re.sub(r"<[^>]*>", " ", page) for page in pages]
    for code in ("receipt ", "staff_broken", "request.created", "promise.given", "Public id", " request "):
        assert not [text for text in shown if code in text], code
    for words in (staff_words.mail("receipt"), staff_words.mail("staff_broken")):
        assert words in shown[0]
    assert len(client.get(url("motesplats_outboxmail") + "?kind=receipt").context["cl"].result_list) == 2


def test_start_page_lists_what_waits_with_a_way_to_it(client, disa):
    office = make.office()
    applied = make.applicant()
    empty = make.shift(at=office)
    report = Report.objects.create(text="x", answer_by=timezone.now())
    mail(state="dead")
    held = question(state="on_hold")
    young = question(is_adult=False)
    question()
    urls, _steps = rows_and_steps(client)
    pages = {
        url("motesplats_report", "change", report.pk),
        url("motesplats_outboxmail") + "?state__exact=dead",
        url("motesplats_outboxmail"),
        url("volunteers_volunteer", "change", applied.pk),
        url("volunteers_shift", "change", empty.pk),
    }
    chats = {reverse("chat:conversation_open_as_staff", args=[asked.public_id]) for asked in (held, young)}
    assert set(urls) == pages | chats and len(urls) == 7
    assert {client.get(link).status_code for link in pages} == {200}


def test_question_has_a_way_into_the_chat_that_asks_for_a_reason(client, disa):
    asked = question()
    door = reverse("chat:conversation_open_as_staff", args=[asked.public_id])
    assert f'href="{door}"' in client.get(url("seekers_helprequest", "change", asked.pk)).content.decode()
