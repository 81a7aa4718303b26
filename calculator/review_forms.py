"""The boxes of a signature, its withdrawal, a comment, and a public link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.conflicts import StartedForm
from calculator.dossier_findings import QUESTIONS
from calculator.publish_actions import OPEN_FOR
from calculator.reviews import LONGEST_COMMENT, LONGEST_REMARKS, Statement


class SignForm(forms.Form):
    """`needs_exception`: the simulation is missing or disagrees, so that a reason is asked for."""

    confirmed = forms.MultipleChoiceField(
        label=gettext_lazy("The checklist: tick what you have looked at and can stand by"),
        choices=list(QUESTIONS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    statement = forms.ChoiceField(
        label=gettext_lazy("Statement"),
        choices=Statement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three statements.")},
    )
    remarks = forms.CharField(
        label=gettext_lazy("Remarks"),
        help_text=gettext_lazy("Needed unless you accept without remarks. They are printed in the dossier."),
        max_length=LONGEST_REMARKS,
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )
    name = forms.CharField(label=gettext_lazy("Your name, as you sign"), max_length=120)
    title = forms.CharField(
        label=gettext_lazy("Professional title"),
        help_text=gettext_lazy("For example: Consulting actuary, Fellow."),
        max_length=120,
    )
    body = forms.CharField(label=gettext_lazy("Professional body"), max_length=160, required=False)
    except_on = forms.BooleanField(
        label=gettext_lazy("I sign in spite of what is open, for this reason:"), required=False
    )
    exception = forms.CharField(
        label=gettext_lazy("Reason for the exception"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, needs_exception: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_exception = needs_exception
        if not needs_exception:
            del self.fields["except_on"], self.fields["exception"]
        for name in ("name", "title", "body"):
            self.fields[name].widget.attrs["autocomplete"] = "name" if name == "name" else "on"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        statement = data.get("statement")
        if statement and statement != Statement.ACCEPTED and not data.get("remarks"):
            self.add_error("remarks", _("Say what the remarks are, or why you do not accept it."))
        if statement == Statement.ACCEPTED and set(data.get("confirmed", ())) != set(QUESTIONS):
            self.add_error(
                "confirmed",
                _("An acceptance without remarks confirms every line. Tick them, or accept with remarks."),
            )
        if self.needs_exception and not (data.get("except_on") and data.get("exception")):
            self.add_error(
                "exception", _("Tick the exception and say why it may stand, or wait for the run.")
            )
        return data


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is the signature withdrawn?"),
        help_text=gettext_lazy("It stays in the history, with your name and today’s date."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the comment first.")},
    )


class ChangeCommentForm(CommentForm, StartedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(forms.Form):
    last_day = forms.DateField(
        label=gettext_lazy("Open until"),
        help_text=gettext_lazy("The last day, for example 2027-03-31. Leave it empty to keep it open."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"last_day": timezone.localdate() + OPEN_FOR - timedelta(days=1)})
        super().__init__(*args, **kwargs)
