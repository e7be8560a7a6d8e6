"""What helpers type about a document: a comment, the checklist. And in words what could not be done."""

import re
from secrets import token_urlsafe

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chat.forms import REFUSED
from motesplats.forms import PlainTextField
from seekers import anchors
from seekers.anchors import BadPlace, Place
from seekers.checklists import MOST_SHOWN, Row
from seekers.models import Comment, DocumentVersion

NO_PLACE = {
    "nowhere": _("Choose a line, or press on the picture."),
    "page": _("There is no such page here. Choose a line again."),
    "line": _("That line is not here. Choose a line again."),
    "box": _("That place is outside the page. Choose it again."),
    "words": _("These words are not in the line you chose. Copy them from the line, or leave the box empty."),
    "second": _("The recording is shorter than that. Write another second."),
}
CONFLICTS = {
    "sent": _("This comment has been sent. It cannot be changed any more."),
    "old_version": _("There is a newer version. Open it and write your comment there."),
    "too_many": _("You have very many saved comments. Send or remove some first."),
    "nothing_good": _("Start with something good. Your comments are still here."),
    "three": _("Three things are enough now. Save the rest for the next version."),
    "answered": _("You have already answered this."),
    "changed": _("The text is different now. Nothing was changed. Read the new version."),
    "no_wording": _("There is no new text to use here."),
    **{code: REFUSED[code] for code in ("closed", "hold", "forbidden")},
}


class CommentForm(forms.Form):
    """One comment. Its place comes as a line ("2.14": page, number from 0), with `first` and `last` when words of it
    were marked; as a fifth of a picture ("2-4"); as `page` and `box` ("0.1 0.2 0.3 0.05"); or as a second of a sound.
    """

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("What is it about?"),
        choices=Comment.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about."), "invalid_choice": _("Choose what it is about.")},
    )
    note = PlainTextField(
        label=_("In your own words"),
        help_text=_("Short and plain. One thing at a time."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    before = PlainTextField(
        label=_("It says now"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    after = PlainTextField(
        label=_("Write this instead"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    draft = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.CharField(required=False, widget=forms.HiddenInput)
    first = forms.CharField(required=False, widget=forms.HiddenInput)
    last = forms.CharField(required=False, widget=forms.HiddenInput)
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    box = forms.CharField(required=False, widget=forms.HiddenInput)
    second = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, version: DocumentVersion, keeps_place: bool = False, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("draft", token_urlsafe(12))
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget.is_dense = True
        self.version, self.keeps_place = version, keeps_place

    def clean_draft(self) -> str:
        draft = self.cleaned_data["draft"]
        return draft if re.fullmatch(r"[\w-]{16,24}", draft, re.ASCII) else ""

    def clean(self) -> dict:
        data = super().clean()
        try:
            data["where"] = None if self.keeps_place else _place(self.version, data)
        except BadPlace as problem:
            raise ValidationError(NO_PLACE[problem.args[0]], code="place") from None
        return data

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("reason", "note", "before", "after")}

    def refuse(self, problem: BadPlace) -> None:
        """The words to replace do not stand where the comment is."""
        self.add_error("before", NO_PLACE[problem.args[0]])


def _place(version: DocumentVersion, data: dict) -> Place:
    if box := data.get("box"):
        return anchors.at_box(version, _number(data.get("page"), "page"), _floats(box))
    place = data.get("place", "")
    if version.source == DocumentVersion.Source.SOUND:
        return anchors.at_second(version, _number(data.get("second"), "second"))
    if found := re.fullmatch(r"([0-9]{1,4})-([0-9])", place):
        return anchors.at_band(version, int(found[1]), int(found[2]))
    if found := re.fullmatch(r"([0-9]{1,4})\.([0-9]{1,4})", place):
        first, last = data.get("first"), data.get("last")
        words = {"first": _number(first, "words"), "last": _number(last, "words")} if first and last else {}
        return anchors.at_line(version, int(found[1]), int(found[2]), **words)
    raise BadPlace("line" if place else "nowhere")


def _number(typed: str | None, code: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", typed or ""):
        raise BadPlace(code)
    return int(typed)


def _floats(typed: str) -> list[float]:
    try:
        return [float(part) for part in typed[:200].split()]
    except ValueError:
        raise BadPlace("box") from None


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(choices=[(answer, answer) for answer in Comment.Answer.values if answer])


class ChecklistForm(forms.Form):
    """For each point fine, not yet or not looked at; and which of them, at most three, the owner sees."""

    FOUND = {"fine": True, "not": False}

    def __init__(self, *args, rows: list[Row], **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        choices = [(name, name) for name in ("", *self.FOUND)]
        for row in rows:
            self.fields[f"p{row.point.pk}"] = forms.ChoiceField(required=False, choices=choices)
        shown = [(str(row.point.pk), str(row.point.pk)) for row in rows]
        self.fields["show"] = forms.MultipleChoiceField(required=False, choices=shown)

    @property
    def found(self) -> dict[int, bool]:
        typed = {row.point.pk: self.cleaned_data.get(f"p{row.point.pk}") for row in self.rows}
        return {pk: self.FOUND[said] for pk, said in typed.items() if said in self.FOUND}

    @property
    def chosen(self) -> set[int]:
        return {int(pk) for pk in self.cleaned_data.get("show", [])}

    def clean(self) -> dict:
        data = super().clean()
        if len(self.chosen) > MOST_SHOWN:
            raise ValidationError(_("Choose at most three points to show."), code="too_many")
        if self.chosen - set(self.found):
            raise ValidationError(
                _("First say if the point is fine or not yet. Then you can show it."), code="unmarked"
            )
        return data

    def lines(self) -> list[tuple[Row, str, bool]]:
        """(row, what is chosen now, is shown): as typed, else as stored."""
        if not self.is_bound:
            said = {True: "fine", False: "not", None: ""}
            return [(row, said[row.is_fine], row.is_chosen) for row in self.rows]
        shown = self.data.getlist("show")
        return [(row, self.data.get(f"p{row.point.pk}", ""), str(row.point.pk) in shown) for row in self.rows]
