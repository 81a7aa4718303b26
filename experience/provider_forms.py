"""A decision about a provider as it is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.conflicts import StartedForm
from experience.forms import day_field
from experience.providers import ProviderDecision

BOXES = ("facility", "decided_on", "decision", "committee", "accepted_again_on")


def words_field(longest: int, **values: Any) -> forms.CharField:
    return forms.CharField(
        max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off"}), **values
    )


class DecisionForm(StartedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    facility = words_field(
        160,
        label=_("Facility"),
        help_text=_(
            "The name of a hospital, clinic, laboratory or shop. Never a person: this hangs on a wall."
        ),
        error_messages={"required": _("Type the name of the facility.")},
    )
    decided_on = day_field(
        label=_("Day of the decision"),
        error_messages={"required": _("Type the day on which it was decided, for example 2026-04-01.")},
    )
    decision = words_field(
        300,
        label=_("Decision"),
        help_text=_(
            "What is not accepted any more, and why: “No bills accepted: operations that were not done.”"
        ),
        error_messages={"required": _("Type what was decided, and why.")},
    )
    committee = words_field(
        120,
        label=_("Decided by"),
        help_text=_("The committee, not its members: “Claims committee of the federation”."),
        error_messages={"required": _("Type which committee decided.")},
    )
    accepted_again_on = day_field(
        label=_("Accepted again from"),
        required=False,
        help_text=_("Empty while it is not accepted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "%s")
        super().__init__(*args, **kwargs)

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come. Write the decision down once it is made."))
        return day

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in BOXES}


def initial_of(decision: ProviderDecision) -> dict[str, Any]:
    days = {
        name: day.isoformat() if (day := getattr(decision, name)) else ""
        for name in ("decided_on", "accepted_again_on")
    }
    texts = {name: getattr(decision, name) for name in ("facility", "decision", "committee", "version")}
    return texts | days
