"""What a person decides about estimates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from schemes.fields import IncidenceField, MoneyField, NumberField, PercentField
from survey.benefit_page import BenefitPage
from survey.estimate_pages import SetPage


class TrendField(PercentField):
    """Growth a year: "6 %", "−2"."""

    def read(self, typed: str) -> Decimal:
        text = typed.strip()
        if text[:1] in "-−":
            return -super().read(text[1:])
        return super().read(text)


class BenefitChoiceForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    use = forms.BooleanField(required=False, label=_("Take this benefit over"))
    law = forms.CharField(required=False, max_length=30)
    incidence = IncidenceField(
        required=False,
        label=_("How often, if you know better"),
        help_text=_("Events per person a year: 4.2 % or 0.042. Empty: what the survey says."),
    )
    mean = MoneyField(
        required=False,
        above=0,
        label=_("Average, if you know better"),
        help_text=_("Empty: what the law says. The spread stays."),
    )

    def __init__(self, *args: Any, page: BenefitPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        if page.incidence is None:
            del self.fields["incidence"]
        if page.severity is None:
            del self.fields["mean"]
        grouping = page.set.scheme.number_grouping
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.grouping = grouping

    def clean_law(self) -> str:
        law = str(self.cleaned_data["law"])
        known = [one["law"] for one in self.page.laws]
        if law and law not in known:
            raise forms.ValidationError(_("Choose one of the laws."))
        return law

    def choice(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "use": bool(cleaned["use"]),
            "law": cleaned["law"],
            "incidence": _float(cleaned.get("incidence")),
            "mean": _float(cleaned.get("mean")),
        }


class SetChoiceForm(forms.Form):
    """Which benefits, the cost trend, the family sizes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    use = forms.MultipleChoiceField(required=False)
    take_families = forms.BooleanField(
        required=False, label=_("Use the survey’s family sizes for the scheme")
    )
    trend_rate = TrendField(
        required=False,
        label=_("Costs grow a year by"),
        help_text=_("Health costs often grow by 5 to 10 % a year. Empty: no growth."),
    )
    told_on = forms.DateField(
        required=False,
        label=_("Middle of the interviews"),
        help_text=_("The day by which half of the households had been asked."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    policy_from = forms.DateField(
        required=False,
        label=_("First day of the policy year"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, page: SetPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.fields["use"].choices = [(one["key"], one["name"]) for one in page.nav]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("trend_rate") and not (cleaned.get("told_on") and cleaned.get("policy_from")):
            self.add_error(
                "policy_from", _("Give both days: when people were asked, and when the policy year begins.")
            )
        told, begins = cleaned.get("told_on"), cleaned.get("policy_from")
        if told and begins and (begins - told).days > 3660:
            self.add_error("policy_from", _("The policy year begins at most ten years after the survey."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        used = set(self.cleaned_data["use"])
        choices = {
            one["key"]: self.page.choice(one["key"]) | {"use": one["key"] in used} for one in self.page.nav
        }
        return {
            "choices": choices,
            "take_families": self.cleaned_data["take_families"],
            "trend_rate": _float(self.cleaned_data.get("trend_rate")) or 0.0,
            "told_on": self.cleaned_data.get("told_on"),
            "policy_from": self.cleaned_data.get("policy_from"),
        }


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
