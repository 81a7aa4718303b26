"""Moral hazard: people use more care the less of its cost they bear; what that does to a premium.

The RAND health insurance experiment (United States, 1974 to 1982; person-years of Ecdat/sampleSelection
"RandHIE") gave families plans at random. A person and year had on average, by the share of costs borne,

    share borne        0 %     25 %    50 %    95 %
    visits             3.12    2.79    2.56    2.11
    hospital stays     0.123   0.105   0.092   0.098

Stays at 50 and at 95 % are pooled here: that those who bore more went more often is chance. Between the
points use falls along straight lines; above 95 % it is taken to be as at 95 %.

The share of a bill that members bear is what threshold, copay and caps leave to them, ``1 - payouts /
costs``. When it moves from b0 (at the time of the survey) to b, events happen
``1 + strength (use(b) / use(b0) - 1)`` times as often; ``strength`` 1 is the experiment, 0 is nobody
changing. Benefits linked to a bill follow it. Fixed amounts and wages that are linked to nothing have no bill
to share, and stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from simulation.engine.exact import price_exact
from simulation.engine.moments import PackageMoments
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_at_least, require_share
from simulation.engine.terms import CostTerms

Care = Literal["visit", "stay"]

BORNE = (0.0, 0.25, 0.50, 0.95)
VISITS = (3.12, 2.79, 2.56, 2.11)
MEASURED_STAYS = (0.123, 0.105, 0.092, 0.098)
POOLED = (MEASURED_STAYS[2] + MEASURED_STAYS[3]) / 2
STAYS = (*MEASURED_STAYS[:2], POOLED, POOLED)
MOST_STRENGTH = 3.0


def use(borne: float, care: Care) -> float:
    """Visits, or stays, of a person in a year who bears that share of the cost."""
    require_share(field="borne", value=borne)
    return float(np.interp(borne, BORNE, VISITS if care == "visit" else STAYS))


@dataclass(frozen=True, kw_only=True)
class Response:
    """How use answers.

    Parameters
    ----------
    before : float
        Share of bills that people bore when they were surveyed; 1 without any cover.
    strength : float
        0 to 3 times what the experiment found.
    """

    before: float = 1.0
    strength: float = 1.0

    def __post_init__(self) -> None:
        require_share(field="before", value=self.before)
        require_at_least(field="strength", value=self.strength, lowest=0.0)
        if self.strength > MOST_STRENGTH:
            raise Refused(field="strength", problem=f"must be {MOST_STRENGTH:g} or less")

    def factor(self, borne: float, care: Care) -> float:
        """How many times as often as surveyed."""
        return 1.0 + self.strength * (use(borne, care) / use(self.before, care) - 1.0)


@dataclass(frozen=True, kw_only=True)
class Used:
    """One benefit under the package: the share of bills borne (None without bills), and how use changes."""

    name: str
    borne: float | None
    factor: float


def with_copay(package: Package, copay: float) -> Package:
    """The package with one copay on everything that has bills; caps on payments stay as they are."""
    require_share(field="copay", value=copay)
    benefits = tuple(
        replace(benefit, terms=replace(benefit.terms, copay=copay))
        if isinstance(benefit.terms, CostTerms)
        else benefit
        for benefit in package.benefits
    )
    return replace(package, benefits=benefits)


def borne_shares(package: Package, moments: PackageMoments) -> dict[str, float | None]:
    """Share of its bills that members bear, for each benefit; None where it has none."""
    by_name = {benefit.name: benefit for benefit in package.benefits}
    found: dict[str, float | None] = {}
    for benefit, paid in zip(package.benefits, moments.benefits, strict=True):
        parent = by_name[benefit.linked_to] if benefit.linked_to else benefit
        assert parent.frequency is not None  # only linked benefits have none
        events = parent.frequency.incidence * benefit.probability
        has_bills = isinstance(benefit.terms, CostTerms) and benefit.severity is not None
        bills = events * benefit.severity.mean if has_bills and benefit.severity is not None else 0.0
        # the engine's own rounding must not make a share of less than nothing
        found[benefit.name] = max(0.0, 1.0 - paid.pure / bills) if bills > 0.0 else None
    return found


def used_more(
    package: Package, moments: PackageMoments, *, care: Sequence[Care], response: Response
) -> tuple[Package, tuple[Used, ...]]:
    """The package as it is used once people bear what it leaves to them.

    Parameters
    ----------
    package : Package
        With incidences as surveyed.
    moments : PackageMoments
        Its exact moments.
    care : sequence of {"visit", "stay"}
        One for each benefit.

    Raises
    ------
    Refused
        A benefit that happens at most once a year would happen more often than that.
    """
    shares = borne_shares(package, moments)
    factors: dict[str, float] = {}
    for benefit, kind in zip(package.benefits, care, strict=True):
        borne = shares[benefit.name]
        factors[benefit.name] = 1.0 if borne is None else response.factor(borne, kind)
    benefits, used = [], []
    for benefit in package.benefits:
        factor = factors[benefit.linked_to or benefit.name]
        used.append(Used(name=benefit.name, borne=shares[benefit.name], factor=factor))
        benefits.append(_scaled(benefit, factor))
    return replace(package, benefits=tuple(benefits)), tuple(used)


def _scaled(benefit: Benefit, factor: float) -> Benefit:
    if benefit.frequency is None or factor == 1.0:
        return benefit
    incidence = benefit.frequency.incidence * factor
    return replace(benefit, frequency=replace(benefit.frequency, incidence=incidence))


@dataclass(frozen=True, kw_only=True)
class BothWays:
    """A package as surveyed and as it is then used, with exact moments of each."""

    surveyed: PackageMoments
    answered: PackageMoments
    used: tuple[Used, ...]


def both_ways(package: Package, *, care: Sequence[Care], response: Response) -> BothWays:
    """Price a package without and with the response."""
    surveyed = price_exact(package)
    changed, used = used_more(package, surveyed, care=care, response=response)
    return BothWays(surveyed=surveyed, answered=price_exact(changed), used=used)
