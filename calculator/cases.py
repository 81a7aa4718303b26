"""From stored assumptions and chosen terms to a case that the engine prices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calculator.case import Case, SimulationRequest
from calculator.models import CapBasis, Package
from calculator.premium import Community, Loadings
from simulation.contract import frequency_of, severity_of
from simulation.engine import package as contract
from simulation.engine.families import FamilySizes
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms
from simulation.models import BenefitRisk, Kind
from simulation.runs import SEED, families_asked_for


@dataclass(frozen=True, kw_only=True)
class ChosenTerms:
    """One row of the sheet as numbers. None is an empty cap."""

    covered: bool = True
    label: str = ""
    threshold: float = 0.0
    copay: float = 0.0
    event_cap: float | None = None
    cap_basis: str = CapBasis.PAYMENT
    family_cap: float | None = None
    fixed_amount: float = 0.0
    rate: float = 0.0
    start_day: int = 1
    last_day: int = 1


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A whole sheet as numbers: what a package is, apart from the assumptions behind it."""

    persons: int
    family_sizes: Mapping[str, float]
    chance_of_bankruptcy: float
    admin_rate: float
    large_family_discount: float = 0.0
    share_in_large: float | None = None
    risk_basis: str = "joint"
    carried_from: str = "exact"
    family_cap: float | None = None
    further_loadings: tuple[tuple[str, float], ...] = ()
    terms: Mapping[str, ChosenTerms] = field(default_factory=dict)


class TermsRefused(Refused):
    """The engine refuses one benefit's terms; `key` says which benefit."""

    def __init__(self, *, key: str, refused: Refused) -> None:
        self.key = key
        super().__init__(field=refused.field, problem=refused.problem)


def chosen_of(package: Package) -> Chosen:
    """The numbers of a saved package."""
    return Chosen(
        persons=package.persons,
        family_sizes=package.family_sizes,
        chance_of_bankruptcy=package.chance_of_bankruptcy,
        admin_rate=package.admin_rate,
        large_family_discount=package.large_family_discount,
        share_in_large=package.share_in_large,
        risk_basis=package.risk_basis,
        carried_from=package.carried_from,
        family_cap=_float(package.family_cap),
        further_loadings=tuple((row["name"], row["rate"]) for row in package.further_loadings),
        terms={
            row.benefit_risk.key: ChosenTerms(
                covered=row.covered,
                label=row.label,
                threshold=float(row.threshold),
                copay=row.copay,
                event_cap=_float(row.event_cap),
                cap_basis=row.cap_basis,
                family_cap=_float(row.family_cap),
                fixed_amount=float(row.fixed_amount),
                rate=float(row.rate),
                start_day=row.start_day,
                last_day=row.last_day,
            )
            for row in package.terms.all()
        },
    )


def benefit_name(risk: BenefitRisk, chosen: Mapping[str, ChosenTerms]) -> str:
    """What the row is called: its name on this package, or the benefit's own."""
    terms = chosen.get(risk.key)
    return terms.label if terms and terms.label else risk.name


def build_case(
    *, risks: Sequence[BenefitRisk], chosen: Chosen, name: str | None = None, currency: str | None = None
) -> Case:
    """The case of these assumptions under these terms.

    A benefit that is neither covered nor needed (nothing covered is linked to it) stays in the case, switched
    off: the case shows the whole sheet.

    Raises
    ------
    TermsRefused
        One benefit's terms cannot be (an endless variance, for instance).
    Refused
        The whole cannot be (two benefits of one name, an independent basis under a package cap).
    """
    families = FamilySizes({int(size): share for size, share in chosen.family_sizes.items()})
    benefits = tuple(_benefit(risk, chosen.terms) for risk in risks)
    return Case(
        package=contract.Package(
            benefits=benefits,
            families=families,
            family_cap=math.inf if chosen.family_cap is None else chosen.family_cap,
        ),
        community=Community(persons=chosen.persons, families=families, share_in_large=chosen.share_in_large),
        loadings=Loadings(
            chance_of_bankruptcy=chosen.chance_of_bankruptcy,
            admin=chosen.admin_rate,
            large_family_discount=chosen.large_family_discount,
            risk_basis="independent" if chosen.risk_basis == "independent" else "joint",
            further=chosen.further_loadings,
        ),
        exposures=tuple(risk.survey_person_years for risk in risks),
        simulation=SimulationRequest(families=families_asked_for(), seed=SEED),
        name=name,
        currency=currency,
    )


def _benefit(risk: BenefitRisk, chosen: Mapping[str, ChosenTerms]) -> contract.Benefit:
    terms = chosen.get(risk.key, ChosenTerms(covered=False))
    parent = risk.linked_to
    try:
        return contract.Benefit(
            name=benefit_name(risk, chosen),
            terms=_terms(risk, terms),
            frequency=frequency_of(risk),
            severity=severity_of(risk),
            linked_to=benefit_name(parent, chosen) if parent else None,
            probability=risk.link_probability if parent else 1.0,
            covered=terms.covered,
        )
    except Refused as refused:
        raise TermsRefused(key=risk.key, refused=refused) from refused


def _terms(risk: BenefitRisk, chosen: ChosenTerms) -> Terms:
    family_cap = _cap(chosen.family_cap)
    if risk.kind == Kind.FIXED:
        return FixedTerms(amount=chosen.fixed_amount, family_cap=family_cap)
    if risk.kind == Kind.WAGE_DAYS:
        return WageTerms(
            rate=chosen.rate, start_day=chosen.start_day, last_day=chosen.last_day, family_cap=family_cap
        )
    make = CostTerms.with_cap_on_cost if chosen.cap_basis == CapBasis.COST else CostTerms
    return make(
        threshold=chosen.threshold,
        copay=chosen.copay,
        event_cap=_cap(chosen.event_cap),
        family_cap=family_cap,
    )


def _cap(value: float | None) -> float:
    return math.inf if value is None else value


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
