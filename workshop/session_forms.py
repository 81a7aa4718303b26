"""The boxes of a session, of a group, and of a table of counted hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conflicts import Comparison, Part, StartedForm, parts_of, texts_of, unsealed
from calculator.packages import Line
from schemes.fields import WholeField
from workshop.sessions import FEWEST_PACKAGES, MOST_PACKAGES, MOST_PEOPLE, GroupKind, SessionPackage
from workshop.vote_actions import Counted
from workshop.votes import Reason, Tally

NO_NAMES = gettext_lazy("No names of people, please: only what they said.")


class SessionForm(StartedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    held_on = forms.DateField(
        label=gettext_lazy("Day"),
        help_text=gettext_lazy("For example 2027-03-31."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
        error_messages={
            "required": gettext_lazy("On which day was it? For example 2027-03-31."),
            "invalid": gettext_lazy("This is not a day. Type it like 2027-03-31."),
        },
    )
    place = forms.CharField(
        label=gettext_lazy("Village or place"),
        max_length=160,
        error_messages={"required": gettext_lazy("Where do people meet? Type the village or place.")},
    )
    facilitator = forms.CharField(label=gettext_lazy("Facilitator"), max_length=120, required=False)
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        help_text=gettext_lazy("What the figures do not say. No names of people who came, please."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("held_on", "place", "facilitator", "notes")}


class NewSessionForm(SessionForm):
    """With the packages of the shortlist to tick: those that hang on the board that day."""

    packages = forms.MultipleChoiceField(
        label=gettext_lazy("Packages on the board"),
        help_text=gettext_lazy("Two to four. Their names and prices are kept as they are today."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick the packages that hang on the board.")},
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {str(line.package.pk): line for line in lines}
        field = self.fields["packages"]
        field.choices = [(key, line.package.name) for key, line in self.lines.items()]  # type: ignore[attr-defined]
        field.initial = list(self.lines)[:MOST_PACKAGES]

    def clean_packages(self) -> list[Line]:
        chosen = [line for key, line in self.lines.items() if key in self.cleaned_data["packages"]]
        if not FEWEST_PACKAGES <= len(chosen) <= MOST_PACKAGES:
            raise ValidationError(
                _("%(n)s ticked. A board shows between two and four packages.") % {"n": len(chosen)}
            )
        return chosen


class GroupForm(StartedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=gettext_lazy("Name of the group"),
        help_text=gettext_lazy("For example: Ujala self-help group. No names of people."),
        max_length=80,
        error_messages={"required": gettext_lazy("What is the group called?")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Who sits there"),
        choices=GroupKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Women, men, or both?")},
    )
    people = WholeField(
        label=gettext_lazy("How many people"),
        lowest=1,
        highest=MOST_PEOPLE,
        error_messages={"required": gettext_lazy("How many people are there? For example 15.")},
    )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "kind", "people")}


class CountsForm(StartedForm):
    """Hands for each package, first and second choice, and why. Boxes are named by the package's number."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, packages: Sequence[SessionPackage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = packages
        for one in packages:
            for choice, label in (("first", _("first choice")), ("second", _("second choice"))):
                self.fields[f"{choice}_{one.position}"] = WholeField(
                    label=f"{one.position} {one.name}, {label}", required=False, highest=MOST_PEOPLE
                )
        for reason in Reason:
            self.fields[f"reason_{reason}"] = forms.BooleanField(label=reason.label, required=False)
        self.fields["in_their_words"] = forms.CharField(
            label=_("In their own words"),
            help_text=NO_NAMES,
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One line a package: itself and its two boxes."""
        return [
            {"package": one, "boxes": [self[f"first_{one.position}"], self[f"second_{one.position}"]]}
            for one in self.packages
        ]

    @property
    def reasons(self) -> list[forms.BoundField]:
        return [self[f"reason_{reason}"] for reason in Reason]

    @property
    def parts(self) -> list[Part]:
        together = Part(key="reasons", label=_("Why"), fields=tuple(f"reason_{reason}" for reason in Reason))
        return parts_of(self.fields, [together])

    @property
    def counted(self) -> Counted:
        """What a valid form holds."""
        data = self.cleaned_data
        return Counted(
            first={one.position: data[f"first_{one.position}"] or 0 for one in self.packages},
            second={one.position: data[f"second_{one.position}"] or 0 for one in self.packages},
            reasons=[str(reason) for reason in Reason if data[f"reason_{reason}"]],
            in_their_words=data["in_their_words"],
        )


def initial_counts(tally: Tally | None) -> dict[str, Any]:
    """The boxes of a tally as it stands; of one that was not begun, empty ones."""
    if tally is None:
        return {"version": 0}
    return {
        "version": tally.version,
        **{f"first_{number}": count for number, count in tally.first_counts.items()},
        **{f"second_{number}": count for number, count in tally.second_counts.items()},
        **{f"reason_{reason}": True for reason in tally.reasons},
        "in_their_words": tally.in_their_words,
    }


def compared(*, mine: StartedForm, theirs: StartedForm, parts: Sequence[Part] = ()) -> Comparison:
    """What I sent beside what is saved now: both forms have the same boxes."""
    return Comparison(
        fields=theirs.fields,
        parts=parts or parts_of(theirs.fields),
        mine={name: str(mine.data.get(name, "")) for name in texts_of(theirs)},
        theirs=texts_of(theirs),
        before=unsealed(mine.cleaned_data["started"]),
    )
