"""Figures without a survey, as they are typed: an incidence with its doubt, or what groups told."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.fields import IncidenceField, MoneyField, refusal
from schemes.models import Scheme
from schemes.numbers import NumberRefused, parse_number
from simulation.choices import Kind, SeverityLaw
from simulation.models import BenefitRisk
from survey.choice_forms import TrendField
from survey.json_values import ValueRefused
from survey.typed import TypedIncidence, group_incidence, typed_incidence

LEAVE, TYPED, GROUPS = "leave", "typed", "groups"
HOWS = [
    (LEAVE, gettext_lazy("leave as it is")),
    (TYPED, gettext_lazy("type it")),
    (GROUPS, gettext_lazy("from groups")),
]
SPREADS = [
    ("1.25", gettext_lazy("a quarter more or less")),
    ("1.5", gettext_lazy("half more or less")),
    ("2", gettext_lazy("half as much or twice")),
    ("4", gettext_lazy("a quarter or four times as much")),
]
_GROUP = re.compile(r"^\s*(?P<events>[^/]+)/(?P<persons>[^/]+)\s*$")


class FigureForm(forms.Form):
    """One benefit."""

    how = forms.ChoiceField(
        choices=HOWS, initial=LEAVE, widget=forms.RadioSelect, label=gettext_lazy("How often")
    )
    incidence = IncidenceField(
        required=False,
        label=gettext_lazy("Typed"),
        help_text=gettext_lazy("Events per person a year: 4.2 % or 0.042."),
    )
    spread = forms.ChoiceField(
        choices=SPREADS, initial="2", label=gettext_lazy("The truth may be"), required=False
    )
    groups = forms.CharField(
        required=False,
        label=gettext_lazy("Groups"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "3 / 240"}),
        help_text=gettext_lazy("One group a line: events / persons it speaks for, in the last year."),
        max_length=2000,
    )
    mean = MoneyField(
        required=False,
        above=0,
        label=gettext_lazy("Average cost of one"),
        help_text=gettext_lazy("Empty: as it is."),
    )

    def __init__(self, data: Any = None, *, risk: BenefitRisk) -> None:
        super().__init__(data, prefix=risk.key, auto_id="%s")
        self.risk = risk
        has_mean = risk.kind == Kind.COST and risk.severity_law != SeverityLaw.EMPIRICAL
        if not has_mean:
            del self.fields["mean"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.found: TypedIncidence | None = None
        how = cleaned.get("how")
        try:
            if how == TYPED:
                self.found = self._typed(cleaned)
            elif how == GROUPS:
                self.found = self._groups(cleaned)
        except ValueRefused as refused:
            self.add_error("groups" if how == GROUPS else "incidence", str(refused))
        return cleaned

    def _typed(self, cleaned: dict[str, Any]) -> TypedIncidence | None:
        if cleaned.get("incidence") is None:
            if "incidence" not in self.errors:
                self.add_error("incidence", _("Type how often it happens, for example 4.2 %."))
            return None
        return typed_incidence(
            key=self.risk.key, incidence=float(cleaned["incidence"]), spread=float(cleaned["spread"] or 2)
        )

    def _groups(self, cleaned: dict[str, Any]) -> TypedIncidence | None:
        events, persons = [], []
        lines = [line for line in cleaned.get("groups", "").splitlines() if line.strip()]
        for number, line in enumerate(lines, start=1):
            found = _GROUP.match(line)
            if found is None:
                self.add_error(
                    "groups",
                    _("Line %(n)s: “%(line)s”. Type events / persons, for example 3 / 240.")
                    % {"n": number, "line": line[:40]},
                )
                return None
            try:
                events.append(float(parse_number(found["events"])))
                persons.append(float(parse_number(found["persons"])))
            except NumberRefused as refused:
                self.add_error("groups", refusal(refused))
                return None
        return group_incidence(key=self.risk.key, events=events, persons=persons)

    @property
    def is_used(self) -> bool:
        return self.found is not None or bool(self.cleaned_data.get("mean"))


class TypedTrendForm(forms.Form):
    trend_rate = TrendField(
        required=False,
        label=gettext_lazy("Costs grow a year by"),
        help_text=gettext_lazy("Brings the average costs typed here to the policy year. Empty: no growth."),
    )
    told_on = forms.DateField(
        required=False,
        label=gettext_lazy("The costs are of"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    policy_from = forms.DateField(
        required=False,
        label=gettext_lazy("First day of the policy year"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    where = forms.CharField(
        required=False,
        max_length=200,
        label=gettext_lazy("Where from"),
        help_text=gettext_lazy("Who said so, and when. Kept beside each figure."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("trend_rate") and not (cleaned.get("told_on") and cleaned.get("policy_from")):
            self.add_error("policy_from", _("Give both days: of the costs, and when the policy year begins."))
        return cleaned


def forms_of(risks: list[BenefitRisk], *, scheme: Scheme, data: Any = None) -> list[FigureForm]:
    made = [FigureForm(data, risk=risk) for risk in risks if risk.linked_to_id is None]
    for form in made:
        if "mean" in form.fields:
            form.fields["mean"].grouping = scheme.number_grouping  # type: ignore[attr-defined]
    return made
