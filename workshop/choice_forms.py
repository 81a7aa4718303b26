"""The boxes of a choice, and of its end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workshop.choice_rows import LONGEST_REASON, ChosenPackage, whole_year_from

LONGEST_BACK = timedelta(days=366)
LONGEST_AHEAD = timedelta(days=3 * 366)
DAY = {"type": "date"}


def day_box() -> forms.DateInput:
    return forms.DateInput(attrs=dict(DAY), format="%Y-%m-%d")


class ChooseForm(forms.Form):
    """`asks_why`: another package has more votes; `asks_second`: these days have a package already."""

    starts_on = forms.DateField(
        label=gettext_lazy("First day of cover, for everybody"),
        help_text=gettext_lazy("One day for all: who may join at any time joins when ill (lesson 5)."),
        widget=day_box(),
        error_messages={
            "required": gettext_lazy("Type the first day of cover, for example 2027-01-01."),
            "invalid": gettext_lazy("This is no day. Type it as year, month, day: 2027-01-01."),
        },
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day of cover"),
        help_text=gettext_lazy("Leave it empty for one year."),
        required=False,
        widget=day_box(),
        error_messages={"invalid": gettext_lazy("This is no day. Type it as year, month, day: 2027-12-31.")},
    )
    meeting_on = forms.DateField(
        label=gettext_lazy("Day of the members’ meeting"),
        help_text=gettext_lazy("May stay empty: the resolution then has a line to write on."),
        required=False,
        widget=day_box(),
        error_messages={"invalid": gettext_lazy("This is no day. Type it as year, month, day: 2026-12-05.")},
    )
    meeting_place = forms.CharField(
        label=gettext_lazy("Place of the meeting"), max_length=160, required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Why this package?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    second_on = forms.BooleanField(
        label=gettext_lazy("Let a second package in all the same, for this reason:"), required=False
    )
    second_reason = forms.CharField(
        label=gettext_lazy("Reason for a second package"),
        help_text=gettext_lazy("It stands beside the choice from now on, with your name."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks_why: bool, asks_second: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_why = asks_why
        if asks_why:
            self.fields["reason"].help_text = _(
                "Most votes went to another package. Say what speaks for this one."
            )
        if not asks_second:
            del self.fields["second_on"], self.fields["second_reason"]

    def clean_starts_on(self) -> date:
        starts: date = self.cleaned_data["starts_on"]
        today = timezone.localdate()
        if not today - LONGEST_BACK <= starts <= today + LONGEST_AHEAD:
            raise forms.ValidationError(
                _("%(day)s is too far from today. Cover starts within the last year or the next three."),
                params={"day": starts.isoformat()},
            )
        return starts

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and not ends and "ends_on" not in self.errors:
            data["ends_on"] = whole_year_from(starts)
        if starts and ends and ends <= starts:
            self.add_error("ends_on", _("The last day of cover comes after the first. Type a later day."))
        if self.asks_why and not data.get("reason"):
            self.add_error("reason", _("Say in a sentence why this package and not the one with most votes."))
        if data.get("second_on") and not data.get("second_reason"):
            self.add_error("second_reason", _("Say why a second package is let in."))
        return data

    @property
    def second(self) -> str:
        """The reason for a second package, where it was ticked."""
        data = self.cleaned_data
        return str(data.get("second_reason", "")) if data.get("second_on") else ""


TAKE_BACK, END = "take_back", "end"


class CloseForm(forms.Form):
    how = forms.ChoiceField(
        label=gettext_lazy("What has happened?"),
        choices=[
            (TAKE_BACK, gettext_lazy("The cover never began: take the choice back")),
            (END, gettext_lazy("The cover ends before its last day")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day of cover"),
        help_text=gettext_lazy("Only where the cover ends early: one day for everybody."),
        required=False,
        widget=day_box(),
        error_messages={"invalid": gettext_lazy("This is no day. Type it as year, month, day: 2027-06-30.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("It stays in the history, with your name and today’s date."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why the choice ends.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, choice: ChosenPackage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = choice

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("how") != END or "last_day" in self.errors:
            return data
        last = data.get("last_day")
        if last is None:
            self.add_error("last_day", _("Type the last day of cover."))
        elif not self.choice.starts_on <= last < self.choice.ends_on:
            self.add_error(
                "last_day",
                forms.ValidationError(
                    _("Cover runs from %(first)s to %(last)s. Type a day of it, before the last one."),
                    params={
                        "first": self.choice.starts_on.isoformat(),
                        "last": self.choice.ends_on.isoformat(),
                    },
                ),
            )
        return data
