"""What a projection is asked with: boxes and sliders whose numbers the address carries."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from calculator.premium import HIGHEST_PERSONS
from schemes.fields import MoneyField, NumberField, PercentField, WholeField
from schemes.models import Scheme
from schemes.numbers import format_percent_number, parse_number

LEAST, MOST = Decimal(-50), Decimal(100)
SLIDERS: Mapping[str, tuple[float, float, float]] = {
    "growth": (-20, 40, 1),
    "trend": (0, 25, 0.5),
    "premium_growth": (0, 25, 0.5),
    "cost_growth": (0, 25, 0.5),
    "interest": (0, 12, 0.5),
    "doubt": (0, 40, 1),
    "shock": (0, 40, 1),
}


class YearlyField(NumberField):
    """Per cent a year, below 0 too; the value is the share."""

    unit = "%"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(lowest=None, **kwargs)

    def shown(self, value: Any) -> str:
        return format_percent_number(value)

    def read(self, typed: str) -> Decimal:
        value = parse_number(typed.replace("%", " "), negative_allowed=True)
        if not LEAST <= value <= MOST:
            raise ValidationError(_("Type a number from −50 to 100: 5 for 5 %% a year."), code="limits")
        return value / 100


class ProjectionForm(forms.Form):
    """Filled from the scheme's newest year; the address carries what is typed."""

    persons = WholeField(label=_("Members in the first year"), lowest=1, highest=HIGHEST_PERSONS)
    premium = MoneyField(label=_("Premium and subsidy, a person a year"))
    reserve = MoneyField(label=_("Reserve at the start"), lowest=None)
    running = MoneyField(label=_("Running costs of the first year"))
    growth = YearlyField(label=_("Members grow by, a year"))
    trend = YearlyField(label=_("Claims a person rise by, a year"))
    premium_growth = YearlyField(label=_("Premium rises by, a year"))
    cost_growth = YearlyField(label=_("Running costs a person rise by, a year"))
    interest = YearlyField(label=_("Interest on the reserve, a year"))
    doubt = PercentField(
        label=_("How far the expected claims may be off"),
        help_text=_("All years alike: an error of the assumptions does not average out."),
    )
    shock = PercentField(
        label=_("How far one year swings from the next for everybody"),
        help_text=_("Epidemics, bad harvests: all members at once."),
    )

    def __init__(self, query: QueryDict, *, scheme: Scheme, start: Mapping[str, Any]) -> None:
        data: dict[str, Any] = {}
        for name, field in self.base_fields.items():
            field.grouping = scheme.number_grouping  # type: ignore[attr-defined]
            data[name] = query.get(name, field.prepare_value(start[name]))
        super().__init__(data, auto_id="projection_%s")
        for name, (low, high, step) in SLIDERS.items():
            self.fields[name].widget.attrs["data-slider"] = f"{low:g} {high:g} {step:g}"
