"""Every field of every model, posted as an extra to every form: only what the form is for changes (threat T16)."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from motesplats.models import User
from tests import roles
from tests.addresses import every_address
from tests.matrix import POSTS

pytestmark = pytest.mark.django_db
OURS = [
    model for app in ("motesplats", "volunteers", "seekers", "vacancies", "chat", "account", "mfa", "usersessions") for model in apps.get_app_config(app).get_models()
]  # fmt: skip

# What nobody's form may give them: to be let in, to be somebody, to own, to be promised, to write.
PROTECTED = {
    User: ["is_staff", "is_superuser", "is_active", "email", "password", "date_joined", "erased_at"],
    apps.get_model("volunteers.Volunteer"): ["user_id", "state", "approved_at", "office_id", "live_limit", "conduct_version", "needs_extract"],
    apps.get_model("volunteers.Shift"): ["office_id", "starts_at", "ends_at", "seats", "public_id"],
    apps.get_model("seekers.Seeker"): ["user_id"],
    apps.get_model("seekers.HelpRequest"): ["owner_id", "public_id", "draft_id", "office_id", "topic", "created_at", "answer_by", "is_adult", "need"],
    apps.get_model("chat.Participant"): ["user_id", "side", "conversation_id", "link_version", "joined_at", "mailed_seq"],
    apps.get_model("chat.Conversation"): ["request_id", "first_answer_at", "created_at"],
    apps.get_model("chat.Message"): ["sender_id", "seq", "kind", "body", "client_id", "created_at"],
    apps.get_model("account.EmailAddress"): ["user_id", "email", "verified", "primary"],
    apps.get_model("mfa.Authenticator"): ["user_id", "type"],
    apps.get_model("motesplats.Report"): ["handled_at", "handled_by_id", "public_id"],
    apps.get_model("vacancies.Employer"): ["public_id", "state", "organisation_number", "name", "office_id", "flags", "approved_at", "call_by", "check_again_on"],
    apps.get_model("vacancies.EmployerMember"): ["employer_id", "user_id"],
    apps.get_model("vacancies.Vacancy"): ["public_id", "employer_id", "state", "made_by_id", "flags", "note", "submitted_at", "published_at", "hidden_at", "ended_at", "outcome"],
    apps.get_model("vacancies.VisitInvite"): ["employer_id", "handled_at", "handled_by_id", "at"],
    apps.get_model("motesplats.Office"): ["name", "is_open", "email", "deputy_id"],
}  # fmt: skip


def evil_value(field: models.Field, house: roles.House):
    """Something that would matter if it were taken."""
    if isinstance(field, models.BooleanField):
        return "on"
    if isinstance(field, models.ForeignKey):
        return house.people["X"].pk
    if isinstance(field, models.DateTimeField):
        return (timezone.now() - timedelta(days=400)).isoformat()
    if isinstance(field, models.IntegerField):
        return 99
    if field.choices:
        return str(field.choices[-1][0])
    return "eva@evil.example" if isinstance(field, models.EmailField) else "evil"


def everything(house: roles.House) -> dict:
    """Every field of every model under its name, its column and with its model in front."""
    extra = {}
    for model in OURS:
        for field in model._meta.concrete_fields:
            value = evil_value(field, house)
            for name in (
                field.name,
                field.attname,
                f"{model._meta.model_name}-{field.name}",
                f"{model._meta.model_name}.{field.name}",
            ):
                extra.setdefault(name, value)
    return {**extra, "id": 1, "pk": 1, "_method": "PUT", "user": house.people["X"].pk, "next": "https://evil.example/"}


def standing() -> dict:
    """(model, pk) -> the protected values now."""
    return {
        (model._meta.label, row["pk"]): {key: value for key, value in row.items() if key != "pk"}
        for model, names in PROTECTED.items()
        for row in model.objects.values("pk", *names)
    }


FORM = "application/x-www-form-urlencoded"


class Writes:
    """Whether a request wrote anything but its session: only then is it worth to look at everything again."""

    something = False

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            self.something = True
        return execute(sql, params, many, context)


# A form's own field may have the same name as a protected one: the address at the door is one's own to type.
OWN_FIELDS = {
    "chat:address_edit": {"email"}, "account_login": {"email"}, "account_email": {"email", "code"}, "chat:address_confirm": {"code"},
    "seekers:ask_step": {"email", "need", "is_adult"}, "seekers:ask_start": {"topic"}, "pages:report": {"text"},
    "chat:message_post": {"body", "client_id"}, "account_show": {"display_name", "language"},
    "mail_choose": {"text", "pace", "language"},
}  # fmt: skip


def test_extra_fields_change_nothing_protected():
    house, changed, sent = roles.build(), {}, 0
    browser = roles.Quick()
    extra, before = everything(house), standing()
    assert len(extra) > 300
    logging.disable(logging.CRITICAL)
    for address in every_address():
        if address.route.startswith("admin/") or address.name == "account_invitation":
            continue
        for letter in "OGBSNM" if address.name.startswith("vacancies:") else "OGBSN":
            house.sit_down(browser, letter)
            own = OWN_FIELDS.get(address.name, set()) - set(POSTS.get(address.name, {}))
            data = {key: value for key, value in extra.items() if key not in own} | POSTS.get(address.name, {})
            with connection.execute_wrapper(wrote := Writes()):
                answer = browser.post(address.path(house, letter), urlencode(data, doseq=True), FORM)
            assert answer.status_code < 500, (address.name, letter)
            assert not answer.get("Location", "").startswith(("https://evil", "//")), (address.name, letter)
            sent += 1
            if not wrote.something:
                continue
            after = standing()
            differs = {key: (row, after.get(key)) for key, row in before.items() if after.get(key) != row}
            before, differs = (
                after,
                {key: rows for key, rows in differs.items() if not _meant(address.name, key, *rows)},
            )
            if differs:
                changed[address.name, letter] = differs
    logging.disable(logging.NOTSET)
    assert changed == {}
    assert sent > 250
    assert not User.objects.filter(email__contains="evil").exists()
    assert set(User.objects.filter(is_staff=True).values_list("display_name", flat=True)) - {""} == {
        "Disa",
        "Inga",
        "Ulla",
        "Wilma",
    }


def _meant(name: str, key, before: dict, after: dict | None) -> bool:
    """What these forms are for."""
    if after is None:
        return name == "vacancies:ad_discard"
    differs = {field for field in before if before[field] != after[field]}
    meant = {
        "chat:message_post": {"first_answer_at"},
        "chat:conversation_release": {"answer_by"},
        "chat:conversation_swap": {"answer_by"},
        "chat:conversation_reopen": {"answer_by"},
        "vacancies:ad_submit": {"state", "submitted_at", "flags", "note"},
        "vacancies:ad_withdraw": {"state", "hidden_at"},
        "vacancies:ad_end": {"state", "ended_at"},
        "vacancies:ad_outcome": {"outcome"},
        "chat:links_end": {"link_version"},
        "chat:links_end_all": {"link_version"},
    }
    return differs <= meant.get(name, set())
