"""Staff's side: a checklist of buttons, two people when something is flagged, ads sent back with a reason."""

import pytest
from django.urls import reverse
from django.utils import timezone

from motesplats import desk as house_desk
from motesplats.models import OutboxMail, Report
from tests import make
from tests.motesplats import door
from tests.roles import session_of
from vacancies import complaints, desk, employers
from vacancies.models import Employer, EmployerCheck, Vacancy, VisitInvite

pytestmark = pytest.mark.django_db


@pytest.fixture
def disa(client):
    make.office()
    return sit_down(client, "Disa")


def sit_down(client, name: str):
    person = make.staff(name)
    door.give_app(person)
    client.cookies["session"] = session_of(person, has_shown_key=True)
    return person


def page(thing) -> str:
    return reverse(f"admin:vacancies_{thing._meta.model_name}_change", args=[thing.pk])


def press(client, thing, action: str, **said):
    url = reverse(f"admin:vacancies_{thing._meta.model_name}_do", args=[thing.pk, action])
    return client.post(url, said, follow=True)


@pytest.fixture
def waiting():
    return make.employer(approved=False, flags=["no_website"], contact_name="Emil Ek")


def test_each_check_is_a_button_and_says_who_and_when(client, disa, waiting):
    before = client.get(page(waiting)).text
    assert (
        all(f"/do/check_{kind}/" in before for kind in EmployerCheck.Kind) and "Arbetsgivaren har ingen webb" in before
    )
    for kind in EmployerCheck.Kind:
        after = press(client, waiting, f"check_{kind}")

    assert "/do/check_" not in after.text and after.text.count("Disa, ") == len(EmployerCheck.Kind)


def test_nobody_is_approved_with_checks_left_and_flagged_ones_need_two(client, disa, waiting):
    assert "Det här är kvar" in press(client, waiting, "approve").text
    for kind in EmployerCheck.Kind:
        employers.check(waiting, kind, by=disa)
    assert "Disa har sagt ja. En till behövs." in press(client, waiting, "approve").text
    assert Employer.objects.get().state == "applied"
    sit_down(client, "Inga")
    press(client, waiting, "approve")

    assert Employer.objects.get().state == "approved"


def test_refuse_and_pause_ask_first(client, disa, waiting):
    approved = make.employer("Annan")
    for thing, action, state in ((waiting, "refuse", "refused"), (approved, "pause", "paused")):
        press(client, thing, action)
        assert Employer.objects.get(pk=thing.pk).state != state
        press(client, thing, action, sure="1")
        assert Employer.objects.get(pk=thing.pk).state == state


def test_looked_at_again_moves_the_day(client, disa):
    due = make.employer(check_again_on=timezone.localdate())
    assert any("halvår" in row.label for row in desk.rows())
    press(client, due, "keep")

    assert desk.rows() == []


def test_an_ad_is_read_as_people_see_it_and_published(client, disa):
    ad = make.vacancy(state=Vacancy.State.REVIEW, submitted_at=timezone.now(), kind="praktik", flags=["fee"])
    shown = client.get(page(ad)).text
    assert "Arbetsförmedlingen måste godkänna" in shown and "betala för att få jobbet" in shown
    seen = ad.submitted_at.isoformat()
    assert f'name="seen" value="{seen}"' in shown
    assert "Disa har sagt ja. En till behövs." in press(client, ad, "publish", seen=seen).text
    sit_down(client, "Inga")
    for unread in ({}, {"seen": "x"}, {"seen": timezone.now().isoformat()}):
        assert "Läs den en gång till" in press(client, ad, "publish", **unread).text
    assert not Vacancy.objects.shown().exists()
    press(client, ad, "publish", seen=seen)

    assert Vacancy.objects.shown().get() == ad


def test_ads_are_not_published_from_the_list_unread(client, disa):
    ad = make.vacancy(state=Vacancy.State.REVIEW, submitted_at=timezone.now())
    listed = reverse("admin:vacancies_vacancy_changelist")
    client.post(listed, {"action": "publish", "_selected_action": [ad.pk]})

    assert 'value="publish"' not in client.get(listed).text and not Vacancy.objects.shown().exists()


def test_sent_back_with_a_reason_and_not_without(client, disa):
    ad = make.vacancy(state=Vacancy.State.REVIEW, submitted_at=timezone.now())
    assert 'name="note"' in press(client, ad, "send_back").text
    assert "Skriv vad arbetsgivaren" in press(client, ad, "send_back", note=" ").text
    press(client, ad, "send_back", note="Skriv lönen.")

    assert (Vacancy.objects.get().state, Vacancy.objects.get().note) == ("draft", "Skriv lönen.")
    assert OutboxMail.objects.get(kind="vacancy_sent_back")


def test_hidden_shown_again_and_ended(client, disa):
    ad = make.vacancy()
    press(client, ad, "hide")
    assert not Vacancy.objects.shown().exists()
    press(client, ad, "show_again")
    assert Vacancy.objects.shown().exists()
    press(client, ad, "end", sure="1")
    assert Vacancy.objects.get().state == "ended"


def test_what_is_hidden_stands_on_the_start_page_until_somebody_decides(client, disa):
    ad = make.vacancy()
    complaints.complain(ad, complaints.Reason.MONEY, reporter=None, ip="192.0.2.1")
    (told,) = (row for row in house_desk.rows() if "fel med en annons: Kock" in row.label)
    assert desk.rows() == []
    listed = f"{reverse('admin:vacancies_vacancy_changelist')}?public_id__exact={ad.public_id}"
    report = Report.objects.get()
    assert listed in client.get(told.url).text and page(ad) in client.get(listed).text

    client.post(reverse("admin:motesplats_report_do", args=[report.pk, "handle"]))
    (hidden,) = desk.rows()
    assert hidden.url == page(ad) and "Kock" in hidden.label
    press(client, ad, "show_again")
    assert desk.rows() == []


def test_what_was_promised_first_stands_first(client, disa):
    now = timezone.now()
    for name, hours in (("Sedan", 2), ("Först", 1)):
        make.employer(name, approved=False)
        Employer.objects.filter(name=name).update(call_by=now + timezone.timedelta(hours=hours))
    listed = client.get(reverse("admin:vacancies_employer_changelist")).text

    assert listed.index("Först") < listed.index("Sedan")


def test_a_visit_is_a_row_until_somebody_has_called(client, disa):
    row = VisitInvite.objects.create(employer=make.employer(), text="Kom och se köket")
    assert [waits.url for waits in desk.rows()] == [page(row)] and "Kom och se" in client.get(page(row)).text
    press(client, row, "handle")

    assert desk.rows() == [] and VisitInvite.objects.get().handled_by == disa


@pytest.mark.parametrize("name, queries", [("employer", 5), ("vacancy", 4), ("visitinvite", 4)])
def test_lists_ask_the_same_with_one_row_and_three(client, disa, name, queries, django_assert_num_queries):
    for number in (1, 2):
        for _one in range(number):
            ad = make.vacancy()
            VisitInvite.objects.create(employer=ad.employer, text="Kom")
        listed = reverse(f"admin:vacancies_{name}_changelist")
        client.get(listed)  # what is kept between visits is not of the page
        with django_assert_num_queries(queries):
            client.get(listed)
