"""The demo's employers and their ads, played through the same calls as in life: demo_ads.json says who, what and when.

`applied`, `sent`: how long ago (Story.moment). `now`: what the ad is today. `days`: until its last day. Roof.
"""

import json
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from motesplats.demo_story import Story
from vacancies import employers, organisation_number, publishing
from vacancies.models import Employer, EmployerCheck, Vacancy

_FILE = Path(__file__).with_name("demo_ads.json")
_NOT_WORDS = {"employer", "days", "sent", "now"}


def lay(story: Story) -> None:
    """Plan their past: an application, a call, the checks, one ad or several. Needs Disa, Emil and an office."""
    content = json.loads(_FILE.read_text(encoding="utf-8"))
    numbers = {row["key"]: _number(place) for place, row in enumerate(content["employers"])}
    for row in content["employers"]:
        applied = story.moment(row["applied"])
        story.at(applied, _apply, story, row, numbers[row["key"]])
        if not row.get("is_waiting"):
            story.at(applied + timedelta(hours=26), _let_in, story, numbers[row["key"]])
    for row in content["ads"]:
        sent = story.moment(row["sent"])
        story.at(sent - timedelta(minutes=12), _write, story, row, numbers[row["employer"]])
        if row["now"] != "draft":
            story.at(sent, _send, story, row)
        if row["now"] == "published":
            story.at(sent + timedelta(hours=3), _publish, story, row)


def _number(place: int) -> str:
    """A valid organisation number of nobody: 559900, the place, a check digit."""
    first = f"559900{place:03d}"
    return next(f"{first}{last}" for last in range(10) if organisation_number.read(f"{first}{last}"))


def _apply(story: Story, row: dict, number: str) -> None:
    said = {name: row[name] for name in ("name", "contact_name", "phone", "website", "municipality")}
    employers.apply(story.people[row["who"]], organisation_number=number, **said)


def _let_in(story: Story, number: str) -> None:
    employer, disa = Employer.objects.get(organisation_number=number), story.people["disa"]
    for kind in EmployerCheck.Kind.values:
        employers.check(employer, kind, by=disa)
    for person in _staff(story):
        if employers.approve(employer, by=person):
            return


def _write(story: Story, row: dict, number: str) -> None:
    employer = Employer.objects.get(organisation_number=number)
    emil = employer.members.select_related("user").get().user
    words = {name: value for name, value in row.items() if name not in _NOT_WORDS}
    last_day = timezone.localdate(story.now) + timedelta(days=row["days"])
    publishing.write(publishing.start(employer, by=emil), by=emil, last_day=last_day, **words)


def _send(story: Story, row: dict) -> None:
    ad = _ad(row)
    publishing.submit(ad, by=ad.made_by)


def _publish(story: Story, row: dict) -> None:
    """By as many as it takes: a new employer's first ad is read by two."""
    for person in _staff(story):
        if publishing.publish(_ad(row), by=person):
            return


def _staff(story: Story) -> list:
    return [story.people["disa"], story.people["ulrika"]]


def _ad(row: dict) -> Vacancy:
    return Vacancy.objects.select_related("employer", "made_by").get(title_sv=row["title_sv"])
