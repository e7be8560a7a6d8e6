from datetime import date, time, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from motesplats.models import OutboxMail
from tests import make
from volunteers import roster
from volunteers.models import Shift, ShiftBooking, Volunteer

pytestmark = pytest.mark.django_db
START, SHIFTS = "/volontar/", "/pass/"


def soon(hours=1):
    return timezone.now() + timedelta(hours=hours)


def do(shift, what="book"):
    return reverse(f"volunteers:shift_{what}", args=[shift.public_id])


@pytest.fixture
def bjorn(client):
    volunteer = make.volunteer()
    client.force_login(volunteer.user)
    return volunteer


def test_start_page_for_anybody_has_one_way_in(client):
    page = client.get(START)
    assert page.status_code == 200
    assert f"/konto/logga-in/?next={START}" in page.content.decode()
    assert client.post(START, {"languages": ["sv"]}).status_code == 302
    assert not Volunteer.objects.exists()


def test_application_is_sent_and_shown_in_words(client):
    client.force_login(make.user(""))
    said = {"languages": ["sv", "ar"], "motivation": "Jag vill hjälpa till."}
    page = client.post(START, said)
    assert set(page.context["form"].errors) == {"name"} and not Volunteer.objects.exists()
    answer = client.post(START, {**said, "name": " Cecilia "})
    assert (answer.status_code, answer.url) == (302, "/volontar/om-mig/")
    made = Volunteer.objects.get()
    assert (made.state, made.languages, made.topics) == ("applied", ["sv", "ar"], [])
    assert made.user.display_name == "Cecilia", "it stands in every chat"
    assert OutboxMail.objects.filter(kind="volunteer_applied").count() == 1
    page = client.get(START).content.decode()
    assert "<form method" not in page.split("<main")[1].split("</main")[0]
    client.post(START, {"languages": ["en"], "name": "Cecilia"})
    made.refresh_from_db()
    assert made.languages == ["sv", "ar"], "sent twice, the first stands"


def test_application_without_a_language_keeps_what_was_typed(client):
    client.force_login(make.user("Cecilia"))
    assert 'value="Cecilia"' in client.get(START).content.decode(), "who has a name need not write it again"
    page = client.post(START, {"name": "Cecilia", "motivation": "Jag vill gärna"})
    assert page.status_code == 200 and "Jag vill gärna" in page.content.decode()
    assert set(page.context["form"].errors) == {"languages"}


def test_approved_volunteer_changes_languages_and_topics(client, bjorn):
    assert client.post(START, {"languages": ["ar"], "topics": ["cv", "letter"]}).status_code == 302
    bjorn.refresh_from_db()
    assert (bjorn.languages, bjorn.topics, bjorn.state) == (["ar"], ["cv", "letter"], "approved")


@pytest.mark.parametrize("state", ["applied", "paused", "ended"])
def test_pages_of_the_approved_do_not_exist_for_others(client, state):
    shift = make.shift(soon())
    client.force_login(make.volunteer(state=state).user)
    assert client.get(START).status_code == 200
    assert client.get(SHIFTS).status_code == 404
    assert client.post(do(shift)).status_code == 404
    assert client.post(do(shift, "unbook")).status_code == 404
    assert not ShiftBooking.objects.exists()


def test_shifts_send_the_anonymous_to_log_in_and_do_not_exist_for_a_participant(client):
    shift = make.shift(soon())
    for answer in (client.get(SHIFTS), client.post(do(shift)), client.post(do(shift, "unbook"))):
        assert answer.status_code == 302 and "/konto/logga-in/" in answer.url
    client.force_login(make.user())
    assert client.get(SHIFTS).status_code == client.post(do(shift)).status_code == 404


def test_shift_is_booked_and_given_back_by_post_only(client, bjorn):
    shift = make.shift(soon())
    assert client.get(do(shift)).status_code == client.get(do(shift, "unbook")).status_code == 405
    assert client.post(do(shift)).url == SHIFTS
    page = client.get(SHIFTS).context
    assert (list(page["own"]), list(page["page"])) == ([shift], [])
    client.post(do(shift, "unbook"), {"reason": "Barnet är sjukt"})
    page = client.get(SHIFTS).context
    assert (list(page["own"]), list(page["page"])) == ([], [shift])
    assert ShiftBooking.objects.get().cancel_reason == "Barnet är sjukt"


def test_unknown_shift_is_404(client, bjorn):
    assert client.post("/pass/finns-inte/boka/").status_code == 404


def test_full_shift_has_no_button_and_says_so_to_the_slower(client, bjorn):
    shift = make.shift(soon(), seats=1)
    assert do(shift) in client.get(SHIFTS).content.decode()
    roster.book(make.volunteer("Cecilia"), shift)
    assert do(shift) not in client.get(SHIFTS).content.decode()
    answer = client.post(do(shift))
    assert len(list(get_messages(answer.wsgi_request))) == 1
    assert ShiftBooking.objects.get().volunteer != bjorn


def test_page_never_shows_who_else_has_booked(client, bjorn):
    shift = make.shift(soon())
    roster.book(make.volunteer("Cecilia"), shift)
    assert "Cecilia" not in client.get(SHIFTS).content.decode()


def test_many_shifts_come_in_pages(client, bjorn):
    at = make.office()
    shifts = [make.shift(soon(hours), at=at) for hours in range(1, 24)]
    assert list(client.get(SHIFTS).context["page"]) == shifts[:20]
    assert list(client.get(SHIFTS + "?sida=2").context["page"]) == shifts[20:]
    assert client.get(SHIFTS + "?sida=x").status_code == 200


def test_list_asks_the_same_number_of_queries_for_1_and_3_rows(client, bjorn, django_assert_num_queries):
    def lay(day):
        other = make.office()
        roster.book(bjorn, make.shift(soon(24 * day), at=other))
        make.shift(soon(24 * day + 5), at=other)

    lay(1)
    for more in (0, 2):
        for day in range(more):
            lay(day + 2)
        with django_assert_num_queries(8):  # session, user, volunteer, own, weekly, count, page, menu
            client.get(SHIFTS)


def test_night_is_shown_with_both_days_and_its_real_hours(client, bjorn):
    starts_at, ends_at = roster.span(date(2030, 10, 26), time(22), time(6))
    make.shift(starts_at, hours=9)
    page = client.get(SHIFTS)
    shift = page.context["page"][0]
    assert shift.ends_at == ends_at and shift.hours == 9
    assert shift.span in page.content.decode() and "26" in shift.span and "27" in shift.span


def test_half_an_hour_now_is_one_tap_from_the_desk(client, bjorn):
    make.office()
    assert "/pass/nu/" in client.get("/jour/").content.decode()
    answer = client.post("/pass/nu/")
    assert (answer.status_code, answer.url) == (302, reverse("chat:desk_show"))
    assert ShiftBooking.objects.booked().get().shift.is_personal
    assert "/pass/nu/" not in client.get("/jour/").content.decode()


def test_half_an_hour_without_an_office_is_refused_in_words(client, bjorn):
    assert client.post("/pass/nu/").status_code == 302
    assert len(get_messages(client.get("/pass/").wsgi_request)) == 1
    assert not ShiftBooking.objects.exists()


def test_a_seat_is_offered_in_the_list_and_taken_over_by_one_tap(client, bjorn):
    shift = make.shift(soon(30), seats=1)
    roster.book(bjorn, shift)
    client.post(f"/pass/{shift.public_id}/erbjud/")
    assert 'name="back"' in client.get(SHIFTS).content.decode()
    client.force_login(make.volunteer("Cecilia").user)
    assert f"/pass/{shift.public_id}/ta-over/" in client.get(SHIFTS).content.decode()
    client.post(f"/pass/{shift.public_id}/ta-over/")
    assert ShiftBooking.objects.booked().get().volunteer.user.display_name == "Cecilia"


def test_shift_list_shows_what_can_be_taken_and_not_what_is_full(client, bjorn):
    free, full = make.shift(soon(30), seats=2), make.shift(soon(60), seats=1)
    for shift in (free, full):
        make.booking(make.volunteer("Cecilia"), shift)
    assert list(client.get(SHIFTS).context["page"]) == [free]
    ShiftBooking.objects.filter(shift=full).update(offered_at=timezone.now())
    assert list(client.get(SHIFTS).context["page"]) == [free, full]


def test_approved_volunteer_finds_the_own_page_from_the_desk(client, bjorn):
    assert f'href="{START}"' in client.get("/jour/").content.decode()


def test_shift_list_asks_the_same_queries_for_one_and_three(client, bjorn, django_assert_num_queries):
    for number in range(1, 4):
        for seats in (1, 2):
            one = make.shift(soon(number * 30 + seats * 5), seats=seats)
            Shift.objects.update(languages=["sv"], topics=["cv"], place="office")
            if seats == 1:
                roster.book(bjorn, one)
        make.booking(bjorn, make.rule_shift(weekday=number, on_holidays=True))
        with django_assert_num_queries(8):
            client.get(SHIFTS)
