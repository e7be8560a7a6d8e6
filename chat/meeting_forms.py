"""What is filled in and tapped about times: days and half hours as words to choose from, on a clock in Sweden."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.meetings import AHEAD, TIMES_AT_MOST
from motesplats.moments import STOCKHOLM, say_day, time_pattern, today
from volunteers.roster import NoSuchTime, instant

HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]


def refusal(reason: str) -> str:
    """Why times could not be suggested or chosen, in words. `reason`: a code of meetings.CannotPropose."""
    return {
        "none": gettext("Choose a day and a time."),
        "many": gettext("Choose three times at the most."),
        "past": gettext("That time has passed. Choose a later time."),
        "far": gettext("Choose a day in the next two weeks."),
        "odd": gettext("Choose a whole or a half hour."),
        "clash": gettext("The volunteer is busy at that time. Choose another time."),
        "no_such_time": gettext("The clock changes that night. Choose another time."),
    }[reason]


def _days() -> list[tuple[str, str]]:
    noon = datetime.combine(today(), time(12), STOCKHOLM)
    days = (noon + timedelta(days=number) for number in range(AHEAD.days + 1))
    return [("", _("Choose a day")), *((format_date(day, "Y-m-d"), say_day(day)) for day in days)]


def _clocks() -> list[tuple[str, str]]:
    words = [(at, time_pattern() % {"hour": f"{at.hour:02}", "minute": f"{at.minute:02}"}) for at in HALF_HOURS]
    return [("", _("Choose a time")), *((f"{at:%H:%M}", said) for at, said in words)]


class TimesForm(forms.Form):
    """Up to three days with a time. `cleaned_data["times"]`: the instants."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        wrong = {"invalid_choice": _("Choose one of these.")}
        for number in range(1, TIMES_AT_MOST + 1):
            self.fields[f"day_{number}"] = forms.ChoiceField(
                label=_("Day"), choices=_days, required=False, error_messages=wrong
            )
            self.fields[f"clock_{number}"] = forms.ChoiceField(
                label=_("Time in Sweden"), choices=_clocks, required=False, error_messages=wrong
            )

    def pairs(self):
        """The fields as they stand on the page: a day and a time, three times."""
        return [(self[f"day_{number}"], self[f"clock_{number}"]) for number in range(1, TIMES_AT_MOST + 1)]

    def has_more(self) -> bool:
        """A second or third time was filled in: they stand open."""
        return any(field.value() for pair in self.pairs()[1:] for field in pair)

    def clean(self):
        said, times = super().clean(), []
        for number in range(1, TIMES_AT_MOST + 1):
            found = self._instant(said, number)
            if found:
                times.append(found)
        if not times and not self.errors:
            self.add_error("day_1", refusal("none"))
        return {**said, "times": times}

    def _instant(self, said: dict, number: int) -> datetime | None:
        day, clock = said.get(f"day_{number}"), said.get(f"clock_{number}")
        if day and clock:
            try:
                return instant(date.fromisoformat(day), time.fromisoformat(clock))
            except NoSuchTime:
                self.add_error(f"clock_{number}", refusal("no_such_time"))
        elif day or clock:
            self.add_error(f"clock_{number}" if day else f"day_{number}", refusal("none"))
        return None


class AnswerForm(forms.Form):
    """A tap on one of the suggested times, or on none of them."""

    proposal = forms.CharField(max_length=16)
    time = forms.DateTimeField(required=False)
    none = forms.BooleanField(required=False)

    def clean(self):
        said = super().clean()
        if not said.get("time") and not said.get("none"):
            raise forms.ValidationError(refusal("none"))
        return said


class WithdrawForm(forms.Form):
    proposal = forms.CharField(max_length=16)


class CancelForm(forms.Form):
    meeting = forms.CharField(max_length=16)
