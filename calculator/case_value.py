"""The case: a package, its community and its loadings, as ``manage.py price`` reads and the site stores it.

A case is a plain value. ``case_reader`` makes one from JSON, ``case_answer`` prices it, ``case_to_json``
writes it back in one normal form (caps on the payment, lognormal by the spread of the logarithm), whose
hash names its content.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any

from calculator.premium import Community, Loadings
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_above
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms
from simulation.questions import content_hash

Json = dict[str, Any]

FREQUENCY_LAWS: dict[str, type] = {
    "poisson": Poisson,
    "negative_binomial": NegativeBinomial,
    "bernoulli": Bernoulli,
}
SEVERITY_LAWS: dict[str, type] = {
    "lognormal": Lognormal,
    "gamma": Gamma,
    "weibull": Weibull,
    "lomax": Lomax,
    "empirical": Empirical,
    "constant": Constant,
    "negative_binomial_days": DayLaw,
}
_LAW_NAMES = {law: name for name, law in (FREQUENCY_LAWS | SEVERITY_LAWS).items()}


@dataclass(frozen=True, kw_only=True)
class SimulationRequest:
    """How many family-years to represent, and the seed of their random numbers."""

    families: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything a premium depends on.

    Parameters
    ----------
    package : Package
    community : Community
        Its families are the package's.
    loadings : Loadings
    exposures : tuple of float or None
        Person-years of survey behind each benefit's estimate, in the package's order; None where unknown.
    simulation : SimulationRequest or None
        None prices with the exact engine only.
    name, currency : str or None
        For people; no figure depends on them.
    """

    package: Package
    community: Community
    loadings: Loadings
    exposures: tuple[float | None, ...]
    simulation: SimulationRequest | None = None
    name: str | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        if len(self.exposures) != len(self.package.benefits):
            raise Refused(
                field="benefits", problem="one survey exposure (or none) is needed for each benefit"
            )
        for index, exposure in enumerate(self.exposures):
            if exposure is not None:
                require_above(field=f"benefits[{index}].survey_person_years", value=exposure, bound=0.0)
        if self.package.has_family_cap and self.loadings.risk_basis == "independent":
            raise Refused(
                field="loadings.risk_basis",
                problem='"independent" is not defined under a package_family_cap; use "joint"',
            )


def case_to_json(case: Case) -> Json:
    """The case as JSON in its normal form; reading it gives an equal case."""
    package = case.package
    data: Json = {
        "name": case.name,
        "currency": case.currency,
        "community": _community_to_json(case.community),
        "loadings": _loadings_to_json(case.loadings),
        "benefits": [
            _benefit_to_json(benefit, exposure)
            for benefit, exposure in zip(package.benefits, case.exposures, strict=True)
        ],
        "package_family_cap": _cap_to_json(package.family_cap),
        "simulation": None
        if case.simulation is None
        else {"families": case.simulation.families, "seed": case.simulation.seed},
    }
    return _without_nothing(data)


def case_hash(case: Case) -> str:
    """SHA-256 of the case's normal form: equal inputs have equal hashes, however they were written."""
    return content_hash(case_to_json(case))


def _without_nothing(data: Json) -> Json:
    return {name: value for name, value in data.items() if value is not None}


def _community_to_json(community: Community) -> Json:
    shares = community.families.shares
    return _without_nothing(
        {
            "persons": community.persons,
            "family_sizes": {str(size): float(shares[size]) for size in sorted(shares)},
            "share_in_large_families": None
            if community.share_in_large is None
            else float(community.share_in_large),
        }
    )


def _loadings_to_json(loadings: Loadings) -> Json:
    data: Json = {
        "chance_of_bankruptcy": float(loadings.chance_of_bankruptcy),
        "admin": float(loadings.admin),
        "large_family_discount": float(loadings.large_family_discount),
        "risk_basis": loadings.risk_basis,
    }
    if loadings.further:
        data["further"] = [{"name": name, "rate": float(rate)} for name, rate in loadings.further]
    return data


def _benefit_to_json(benefit: Benefit, exposure: float | None) -> Json:
    data: Json = {"name": benefit.name}
    if not benefit.covered:
        data["covered"] = False
    if benefit.frequency is not None:
        data["frequency"] = _law_to_json(benefit.frequency)
    if benefit.linked_to is not None:
        data |= {"linked_to": benefit.linked_to, "probability": float(benefit.probability)}
    if benefit.severity is not None:
        data["severity"] = _law_to_json(benefit.severity)
    data["terms"] = _terms_to_json(benefit.terms)
    if exposure is not None:
        data["survey_person_years"] = float(exposure)
    return data


def _law_to_json(law: Any) -> Json:
    data: Json = {"law": _LAW_NAMES[type(law)]}
    for field in fields(law):
        value = getattr(law, field.name)
        if value is not None:
            data[field.name] = [float(v) for v in value] if isinstance(value, tuple) else float(value)
    return data


def _terms_to_json(terms: Terms) -> Json:
    if isinstance(terms, FixedTerms):
        data: Json = {"fixed_amount": float(terms.amount)}
    elif isinstance(terms, WageTerms):
        data = {"rate": float(terms.rate), "start_day": terms.start_day, "last_day": terms.last_day}
    else:
        assert isinstance(terms, CostTerms)
        data = {"threshold": float(terms.threshold), "copay": float(terms.copay)}
        data["event_cap"] = _cap_to_json(terms.event_cap)
    return _without_nothing({**data, "family_cap": _cap_to_json(terms.family_cap)})


def _cap_to_json(cap: float) -> float | None:
    return float(cap) if math.isfinite(cap) else None
