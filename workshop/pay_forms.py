"""What is typed on the page "What can we pay"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.fields import MoneyField, WholeField
from schemes.models import Scheme
from schemes.numbers import format_exact
from simulation.engine.families import LARGEST_FAMILY
from simulation.models import BenefitRisk, Kind
from workshop.compare_forms import COST

USUAL_SIZE = 5


class PayForm(forms.Form):
    amount = MoneyField(label=gettext_lazy("We can pay"), above=0)
    every = forms.ChoiceField(
        label=gettext_lazy("every"),
        choices=[("month", gettext_lazy("month")), ("year", gettext_lazy("year"))],
        required=False,
    )
    per = forms.ChoiceField(
        label=gettext_lazy("for"),
        choices=[("person", gettext_lazy("each person")), ("family", gettext_lazy("a family"))],
        required=False,
    )
    size = WholeField(
        label=gettext_lazy("Members of that family"), lowest=1, highest=LARGEST_FAMILY, required=False
    )
    best = forms.ChoiceField(
        label=gettext_lazy("What should it do best?"),
        choices=[
            ("dear", gettext_lazy("Help the families with the largest bills")),
            ("all", gettext_lazy("Pay back as much of all bills as it can")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    simple = forms.BooleanField(
        label=gettext_lazy("Simple terms only: no threshold, no copay"), required=False
    )
    benefit = forms.MultipleChoiceField(
        label=gettext_lazy("May be covered"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        query: QueryDict | None,
        *,
        scheme: Scheme,
        risks: Sequence[BenefitRisk],
        unit_costs: dict[str, float],
    ) -> None:
        """Nothing ticked means that nothing was said: then everything may be covered."""
        keys = [risk.key for risk in risks]
        if query is not None and "benefit" not in query:
            query = query.copy()
            query.setlist("benefit", keys)
        super().__init__(
            query,
            initial={"every": "month", "per": "person", "best": "dear", "benefit": keys},
            auto_id="pay_%s",
        )
        self.unit_costs = unit_costs
        choices = [(risk.key, risk.name) for risk in risks]
        self.fields["benefit"].choices = choices  # type: ignore[attr-defined]
        self.fields["size"].widget.attrs["placeholder"] = str(USUAL_SIZE)
        for risk in risks:
            if risk.kind == Kind.COST:
                continue
            usual = format_exact(unit_costs[risk.key], grouping=scheme.number_grouping)
            label = _("%(name)s: a lost day costs") if risk.kind == Kind.WAGE_DAYS else _("%(name)s costs")
            self.fields[COST + risk.key] = MoneyField(
                label=label % {"name": risk.name}, above=0, required=False, placeholder=usual
            )
        for field in self.fields.values():
            field.grouping = scheme.number_grouping  # type: ignore[attr-defined]

    def clean_size(self) -> int:
        return int(self.cleaned_data["size"] or USUAL_SIZE)

    @property
    def yearly(self) -> float:
        values = self.cleaned_data
        return float(values["amount"]) * (1.0 if values["every"] == "year" else 12.0)

    @property
    def costs(self) -> dict[str, float]:
        """What a set amount and a lost day stand for."""
        typed = {
            name.removeprefix(COST): float(value)
            for name, value in self.cleaned_data.items()
            if name.startswith(COST) and value is not None
        }
        return self.unit_costs | typed

    @property
    def cost_boxes(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith(COST)]
