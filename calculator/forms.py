"""The sheet's boxes: one form for each benefit's terms, one for the loadings, one for the name.

Forms check shape: is it a number, is it a share, is the last day before the first. What the terms are worth
is the engine's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calculator.models import CapBasis, CarriedFrom
from schemes.fields import MoneyField, NumberField, PercentField, WholeField
from schemes.models import RiskBasis
from simulation.models import BenefitRisk, Kind

HIGHEST_PERSONS = 999_999_999
LONGEST_STAY = 366

COLUMNS: Mapping[str, tuple[str, ...]] = {
    Kind.COST: ("threshold", "copay", "event_cap", "family_cap"),
    Kind.FIXED: ("", "", "fixed_amount", "family_cap"),
    Kind.WAGE_DAYS: ("start_day", "last_day", "rate", "family_cap"),
}
"""Which box stands in which of the four columns, for each kind of benefit."""


class RowForm(forms.Form):
    """One benefit's row of the sheet; its prefix is the benefit's key."""

    on = forms.BooleanField(label=_("covered"), required=False)
    label = forms.CharField(label=_("Name on this package"), max_length=80, required=False)
    family_cap = MoneyField(label=_("Family cap"), required=False)

    def __init__(self, data: Mapping[str, str], *, risk: BenefitRisk, row: int) -> None:
        super().__init__(data, prefix=risk.key, auto_id="%s")
        self.risk = risk
        self.fields["on"].widget.attrs["class"] = "tickbox"
        for column, name in enumerate(COLUMNS[risk.kind]):
            if name:
                self.fields[name].widget.attrs.update({"data-row": row, "data-col": column})

    def is_on(self) -> bool:
        return bool(self.data.get(self.add_prefix("on")))


class CostRowForm(RowForm):
    threshold = MoneyField(label=_("Threshold"), required=False)
    copay = PercentField(label=_("Copay"), required=False)
    event_cap = MoneyField(label=_("Event cap"), required=False)
    cap_basis = forms.ChoiceField(label=_("The event cap bounds"), choices=CapBasis.choices, required=False)


class FixedRowForm(RowForm):
    fixed_amount = MoneyField(label=_("Fixed amount"), required=False)


class WageRowForm(RowForm):
    start_day = WholeField(label=_("Start day"), lowest=1, highest=LONGEST_STAY, required=False)
    last_day = WholeField(label=_("Last day"), lowest=1, highest=LONGEST_STAY, required=False)
    rate = MoneyField(label=_("Rate a day"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, last = cleaned.get("start_day"), cleaned.get("last_day")
        if start is not None and last is not None and last < start:
            self.add_error(
                "last_day",
                _("Day %(last)s is before the start day %(start)s. Type %(start)s or later.")
                % {"last": last, "start": start},
            )
        return cleaned


ROW_FORMS: Mapping[str, type[RowForm]] = {
    Kind.COST: CostRowForm,
    Kind.FIXED: FixedRowForm,
    Kind.WAGE_DAYS: WageRowForm,
}


class LoadingsForm(forms.Form):
    """What stands below the benefits."""

    persons = WholeField(label=_("Community size"), lowest=1, highest=HIGHEST_PERSONS)
    chance_of_bankruptcy = PercentField(label=_("Chance of bankruptcy"), highest=0.5)
    admin_rate = PercentField(label=_("Admin cost"))
    large_family_discount = PercentField(label=_("Larger family discount"), highest=0.9, required=False)
    share_in_large = PercentField(label=_("People in larger families"), required=False)
    family_cap = MoneyField(label=_("Package cap"), required=False)
    risk_basis = forms.ChoiceField(label=_("Risk basis"), choices=RiskBasis.choices, required=False)
    carried_from = forms.ChoiceField(label=_("Carried from"), choices=CarriedFrom.choices, required=False)

    def __init__(self, data: Mapping[str, str], *, first_row: int) -> None:
        super().__init__(data, auto_id="%s")
        for offset, field in enumerate(self.fields.values()):
            if isinstance(field, NumberField):
                field.widget.attrs.update({"data-row": first_row + offset, "data-col": 0})

    def clean_chance_of_bankruptcy(self) -> Any:
        chance = self.cleaned_data["chance_of_bankruptcy"]
        if chance is not None and chance <= 0:
            raise forms.ValidationError(
                _("A chance of 0 % would need an endless premium. Type more than 0, for example 5.")
            )
        return chance


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        strip=True,
        error_messages={"required": _("Type a name, so that the package can be found again.")},
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Why this one; who asked for it"),
        max_length=500,
        required=False,
        strip=True,
    )

    def __init__(
        self, data: Mapping[str, str] | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id="package-%s")
        for field in self.fields.values():
            field.widget.attrs.update({"form": "calc-form", "autocomplete": "off"})
