"""A quote: one case priced, with everything a page says about it. Pure: no Django."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from calculator.case import Case
from calculator.premium import Agreement, PremiumBreakdown, RiskBasis, agreement, price_premium
from simulation.engine.exact import price_exact
from simulation.engine.moments import PackageMoments

Engine = Literal["exact", "simulated"]


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The price of one case.

    Attributes
    ----------
    case : Case
    exact, simulated : PackageMoments
        What the engines found; `simulated` is None until a run has landed.
    premium : PremiumBreakdown
        The premium, carried from the engine asked for (from the exact one while there is no simulation).
    exact_premium, simulated_premium : PremiumBreakdown
        Both engines' premiums side by side.
    other_basis : PremiumBreakdown or None
        The same premium on the other risk basis; None where it is not defined.
    """

    case: Case
    exact: PackageMoments
    simulated: PackageMoments | None
    premium: PremiumBreakdown
    exact_premium: PremiumBreakdown
    simulated_premium: PremiumBreakdown | None
    other_basis: PremiumBreakdown | None

    @property
    def moments(self) -> PackageMoments:
        """Those that the premium was carried from."""
        return self.exact if self.premium.source == "exact" or self.simulated is None else self.simulated

    @property
    def agreements(self) -> tuple[tuple[str, Agreement], ...]:
        """How far the engines lie apart, for each benefit and for the package, pure premium PPPY."""
        if self.simulated is None:
            return ()
        pairs = zip(
            (*self.exact.benefits, self.exact.package),
            (*self.simulated.benefits, self.simulated.package),
            strict=True,
        )
        return tuple(
            (
                exact.name,
                agreement(exact=exact.pure, simulated=found.pure, standard_error=found.pure_error or 0.0),
            )
            for exact, found in pairs
        )

    @property
    def engines_agree(self) -> bool:
        """Whether every line lies within 4 standard errors; True while there is nothing to compare."""
        return all(found.agree for _, found in self.agreements)


def quote(case: Case, *, simulated: PackageMoments | None = None, carried_from: Engine = "exact") -> Quote:
    """Price a case with the exact engine, beside the simulation's answer where there is one."""
    exact = price_exact(case.package)
    exact_premium = _priced(case, exact)
    simulated_premium = None if simulated is None else _priced(case, simulated)
    carried = simulated_premium if carried_from == "simulated" and simulated_premium else exact_premium
    moments = simulated if carried is simulated_premium and simulated is not None else exact
    other: RiskBasis = "independent" if case.loadings.risk_basis == "joint" else "joint"
    return Quote(
        case=case,
        exact=exact,
        simulated=simulated,
        premium=carried,
        exact_premium=exact_premium,
        simulated_premium=simulated_premium,
        other_basis=None
        if case.package.has_family_cap
        else _priced(replace(case, loadings=replace(case.loadings, risk_basis=other)), moments),
    )


def _priced(case: Case, moments: PackageMoments) -> PremiumBreakdown:
    return price_premium(
        moments=moments,
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    )
