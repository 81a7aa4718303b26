"""What may be typed above the comparison. Everything may stay empty; nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.fields import MoneyField, PercentField, WholeField
from schemes.models import Scheme
from schemes.numbers import format_exact
from simulation.engine.families import LARGEST_FAMILY
from simulation.models import BenefitRisk, Kind
from workshop.instalments import MOST_MONTHS, MOST_PARTS

USUAL: dict[str, Any] = {"size": 5, "parts": 4, "interest": Decimal("0.24"), "months": 12}
"""A family of five, four parts, 2 % a month over a year: what self-help groups in India usually ask."""
COST = "cost-"


class CompareForm(forms.Form):
    income = MoneyField(
        label=gettext_lazy("A household earns in a year"),
        above=0,
        required=False,
        help_text=gettext_lazy("For what households would pay, and for what is too much."),
    )
    food_share = PercentField(
        label=gettext_lazy("A household would pay, of its food spending, up to"),
        required=False,
        help_text=gettext_lazy("Used where a survey asked about food and not about paying."),
    )
    too_much = MoneyField(
        label=gettext_lazy("Too much for a family in a year"),
        above=0,
        required=False,
        help_text=gettext_lazy("Own spending on bills. Empty: 10 % of what a household earns."),
    )
    size = WholeField(
        label=gettext_lazy("Family shown, members"), lowest=1, highest=LARGEST_FAMILY, required=False
    )
    parts = WholeField(label=gettext_lazy("Instalments a year"), lowest=2, highest=MOST_PARTS, required=False)
    interest = PercentField(
        label=gettext_lazy("Interest of the group’s loan, a year"), highest=Decimal(2), required=False
    )
    months = WholeField(
        label=gettext_lazy("Months to pay it back"), lowest=1, highest=MOST_MONTHS, required=False
    )

    def __init__(
        self,
        query: QueryDict,
        *,
        scheme: Scheme,
        risks: Sequence[BenefitRisk] = (),
        unit_costs: dict[str, float] | None = None,
    ) -> None:
        super().__init__(query)
        self.unit_costs = unit_costs or {}
        for risk in risks:
            if risk.kind == Kind.COST:
                continue
            usual = self.unit_costs.get(risk.key, 0.0)
            label = _("%(name)s: a lost day costs") if risk.kind == Kind.WAGE_DAYS else _("%(name)s costs")
            self.fields[COST + risk.key] = MoneyField(
                label=label % {"name": risk.name},
                required=False,
                placeholder=format_exact(usual, grouping=scheme.number_grouping) if usual else "",
            )
        for name, usual in USUAL.items():
            self.fields[name].placeholder = self.fields[name].shown(usual)  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].placeholder  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.grouping = scheme.number_grouping  # type: ignore[attr-defined]

    def value(self, name: str) -> Any:
        """What was typed, or what is usual where nothing was typed or it was refused."""
        self.is_valid()
        typed = self.cleaned_data.get(name)
        return USUAL.get(name) if typed is None else typed

    def number(self, name: str) -> float | None:
        value = self.value(name)
        return None if value is None else float(value)

    @property
    def costs(self) -> dict[str, float]:
        """What a set amount and a lost day are worth: as typed, else the most that any package pays."""
        self.is_valid()
        typed = {
            name.removeprefix(COST): float(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(COST) and value is not None
        }
        return self.unit_costs | typed

    @property
    def cost_boxes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(COST)]
