"""The sheet as it was typed: from a post to text, from text to forms, from forms to numbers, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from calculator.cases import Chosen, ChosenTerms
from calculator.forms import ROW_FORMS, LoadingsForm, NameForm, RowForm
from calculator.models import CapBasis, CarriedFrom, Package
from schemes.models import Scheme
from schemes.numbers import format_exact, format_percent_number
from simulation.models import BenefitRisk, Kind

Typed = dict[str, str]

LONGEST_TYPED = 500


def typed_from_post(post: QueryDict, risks: Sequence[BenefitRisk]) -> Typed:
    """What was typed into the boxes there are; anything else in the post is passed over."""
    names = {name for risk in risks for name in row_names(risk)} | set(LoadingsForm.base_fields)
    names |= set(NameForm.base_fields)
    return {name: value[:LONGEST_TYPED] for name in sorted(names) if (value := post.get(name)) is not None}


def row_names(risk: BenefitRisk) -> list[str]:
    """The names of one row's boxes."""
    return [f"{risk.key}-{name}" for name in ROW_FORMS[risk.kind].base_fields]


@dataclass(frozen=True)
class TypedSheet:
    """What is typed, as forms. Only a valid one is `chosen`."""

    scheme: Scheme
    risks: tuple[BenefitRisk, ...]
    typed: Mapping[str, str]

    @cached_property
    def rows(self) -> tuple[RowForm, ...]:
        return tuple(
            ROW_FORMS[risk.kind](dict(self.typed), risk=risk, row=place)
            for place, risk in enumerate(self.risks)
        )

    @cached_property
    def loadings(self) -> LoadingsForm:
        return LoadingsForm(dict(self.typed), first_row=len(self.risks))

    @property
    def is_valid(self) -> bool:
        """A row that is off cannot be wrong: nothing is worked out from it."""
        return self.loadings.is_valid() and all(form.is_valid() for form in self.rows if form.is_on())

    @cached_property
    def chosen(self) -> Chosen:
        """The sheet as numbers."""
        if not self.is_valid:  # also reads the boxes, for who has not asked yet
            raise ValueError(self.loadings.errors)
        values = self.loadings.cleaned_data
        return Chosen(
            persons=values["persons"],
            family_sizes=self.scheme.family_sizes,
            chance_of_bankruptcy=float(values["chance_of_bankruptcy"]),
            admin_rate=float(values["admin_rate"]),
            large_family_discount=float(values["large_family_discount"] or 0),
            share_in_large=_optional(values["share_in_large"]),
            risk_basis=values["risk_basis"] or self.scheme.risk_basis,
            carried_from=values["carried_from"] or CarriedFrom.EXACT,
            family_cap=_optional(values["family_cap"]),
            further_loadings=tuple((row["name"], row["rate"]) for row in self.scheme.further_loadings),
            terms={form.risk.key: _row_terms(form) for form in self.rows if form.is_valid() or form.is_on()},
        )


def _row_terms(form: RowForm) -> ChosenTerms:
    """A box that the row's kind has not, or that is empty, counts as nothing; an empty cap as no cap."""
    values = form.cleaned_data
    start = values.get("start_day") or 1
    return ChosenTerms(
        covered=values["on"],
        label=values["label"],
        threshold=float(values.get("threshold") or 0),
        copay=float(values.get("copay") or 0),
        event_cap=_optional(values.get("event_cap")),
        cap_basis=values.get("cap_basis") or CapBasis.PAYMENT,
        family_cap=_optional(values.get("family_cap")),
        fixed_amount=float(values.get("fixed_amount") or 0),
        rate=float(values.get("rate") or 0),
        start_day=start,
        last_day=max(values.get("last_day") or 1, start),
    )


def _optional(value: Any) -> float | None:
    return None if value is None else float(value)


def first_sheet(scheme: Scheme, risks: Sequence[BenefitRisk]) -> Typed:
    """What a new sheet starts from: the scheme's loadings, the first benefit covered without any limit."""
    typed = _loadings(
        scheme,
        persons=scheme.persons,
        chance=scheme.chance_of_bankruptcy,
        admin=scheme.admin_rate,
        discount=scheme.large_family_discount,
        share=scheme.share_in_large_families,
        basis=scheme.risk_basis,
    )
    for place, risk in enumerate(risks):
        terms = ChosenTerms(covered=place == 0, last_day=10 if risk.kind == Kind.WAGE_DAYS else 1)
        typed |= _row(scheme, risk, terms)
    return typed | {"name": "", "note": ""}


def sheet_of(package: Package, chosen: Chosen, risks: Sequence[BenefitRisk]) -> Typed:
    """A saved package as it would be typed."""
    return typed_of(package.scheme, chosen, risks) | {"name": package.name, "note": package.note}


def typed_of(scheme: Scheme, chosen: Chosen, risks: Sequence[BenefitRisk]) -> Typed:
    """Numbers as they would be typed, without a name."""
    typed = _loadings(
        scheme,
        persons=chosen.persons,
        chance=chosen.chance_of_bankruptcy,
        admin=chosen.admin_rate,
        discount=chosen.large_family_discount,
        share=chosen.share_in_large,
        basis=chosen.risk_basis,
    )
    typed |= {"carried_from": chosen.carried_from, "family_cap": _amount(scheme, chosen.family_cap)}
    for risk in risks:
        typed |= _row(scheme, risk, chosen.terms.get(risk.key, ChosenTerms(covered=False)))
    return typed


def _loadings(
    scheme: Scheme,
    *,
    persons: int,
    chance: float,
    admin: float,
    discount: float,
    share: float | None,
    basis: str,
) -> Typed:
    return {
        "persons": _amount(scheme, persons),
        "chance_of_bankruptcy": format_percent_number(chance),
        "admin_rate": format_percent_number(admin),
        "large_family_discount": format_percent_number(discount),
        "share_in_large": "" if share is None else format_percent_number(share),
        "risk_basis": basis,
        "carried_from": CarriedFrom.EXACT,
        "family_cap": "",
    }


def _row(scheme: Scheme, risk: BenefitRisk, terms: ChosenTerms) -> Typed:
    values = {
        "on": "on" if terms.covered else "",
        "label": terms.label,
        "threshold": _amount(scheme, terms.threshold),
        "copay": format_percent_number(terms.copay),
        "event_cap": _amount(scheme, terms.event_cap),
        "cap_basis": terms.cap_basis,
        "family_cap": _amount(scheme, terms.family_cap),
        "fixed_amount": _amount(scheme, terms.fixed_amount),
        "rate": _amount(scheme, terms.rate),
        "start_day": str(terms.start_day),
        "last_day": str(terms.last_day),
    }
    return {name: values[name.removeprefix(f"{risk.key}-")] for name in row_names(risk)}


def _amount(scheme: Scheme, value: float | None) -> str:
    return "" if value is None else format_exact(value, grouping=scheme.number_grouping)
