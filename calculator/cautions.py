"""What to say beside a premium: figures that warn, each by a rule simple enough to explain.

Pure: no Django. The words for the screen are the page's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from calculator.premium import PremiumBreakdown, normal_quantile
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Frequency
from simulation.engine.moments import PayoutMoments
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_above, require_share
from simulation.engine.severity import CostLaw
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms

FREQUENT_FROM = 0.8
"""A benefit that four families in five use every year is no longer a risk but a bill."""

DEAR_FROM = 0.25
"""Loadings of a quarter or more for each unit of yearly fluctuation taken off the family."""


def chance_over_years(chance: float, *, years: int) -> float:
    """Chance of a shortfall in ``years`` independent years without a reserve, ``1 - (1 - chance)^years``."""
    require_share(field="chance", value=chance)
    if years < 1:
        raise Refused(field="years", problem=f"{years} is below 1")
    return -math.expm1(years * math.log1p(-chance)) if chance < 1.0 else 1.0


def small_group_chance(
    *, persons: int, priced_at: float, really: float, chance_of_bankruptcy: float
) -> float:
    """Chance of bankruptcy of a small group whose yearly probability of a claim was misjudged.

    Every person claims one unit with probability p. The group charges ``n p + z sqrt(n p (1 - p))`` at
    ``p = priced_at``; what that holds against at ``p = really``, by the normal law (Dror 2001).

    Parameters
    ----------
    persons : int
        Members of the group, n.
    priced_at, really : float
        The probability of a claim that was assumed, and the one that holds; above 0 and below 1.
    chance_of_bankruptcy : float
        What the price was meant to leave.

    Returns
    -------
    float
        Probability, 0 to 1. For n = 100, 10 % and 5 %: 50.7 % if really 15 %, 89.7 % if really 20 %.
    """
    require_above(field="persons", value=persons, bound=0)
    for field, value in (("priced_at", priced_at), ("really", really)):
        require_share(field=field, value=value)
        if value in (0.0, 1.0):
            raise Refused(field=field, problem=f"{value:g} is not between 0 and 1")
    charged = persons * priced_at
    charged += normal_quantile(chance_of_bankruptcy) * math.sqrt(persons * priced_at * (1.0 - priced_at))
    return float(special.ndtr((persons * really - charged) / math.sqrt(persons * really * (1.0 - really))))


def pays_nothing(terms: Terms) -> bool:
    """Whether these terms pay nobody anything, whatever happens: a cap, a rate or an amount of 0."""
    if terms.family_cap == 0.0:
        return True
    if isinstance(terms, CostTerms):
        return terms.event_cap == 0.0 or terms.copay == 1.0
    return (terms.rate if isinstance(terms, WageTerms) else terms.amount) == 0.0


@dataclass(frozen=True, kw_only=True)
class MoneyMoved:
    """How much of a benefit is insurance and how much is money going round.

    Attributes
    ----------
    chance_of_claim : float
        Chance that a family of the community is paid at least once in a year.
    loadings_per_family : float
        Admin and further loadings on this benefit's pure premium, and its share (by pure premium) of the risk
        loading with the loadings on it, money per family-year.
    risk_removed : float
        Standard deviation of what this benefit pays a family in a year: the fluctuation taken off it, money.
    """

    name: str
    chance_of_claim: float
    loadings_per_family: float
    risk_removed: float

    @property
    def price_of_risk(self) -> float | None:
        """Loadings paid for each unit of fluctuation removed; None where nothing fluctuates."""
        return self.loadings_per_family / self.risk_removed if self.risk_removed > 0 else None

    @property
    def mostly_moving_money(self) -> bool:
        """Used by four families in five every year, and dear for each unit of fluctuation removed."""
        if self.chance_of_claim < FREQUENT_FROM:
            return False
        return self.price_of_risk is None or self.price_of_risk >= DEAR_FROM


def money_moved(
    *, package: Package, benefit: Benefit, moments: PayoutMoments, premium: PremiumBreakdown
) -> MoneyMoved:
    """Weigh one benefit's loadings against the risk it removes; ``moments`` are that benefit's own."""
    factor = premium.loadings.factor
    risk_share = premium.risk_loading * moments.pure / premium.pure if premium.pure > 0 else 0.0
    per_person = moments.pure * (factor - 1.0) + risk_share * factor
    variance = float(moments.families.weights @ moments.variance)
    return MoneyMoved(
        name=benefit.name,
        chance_of_claim=_chance_of_claim(package, benefit) if benefit.covered else 0.0,
        loadings_per_family=per_person * moments.families.mean_size,
        risk_removed=math.sqrt(variance),
    )


def _chance_of_claim(package: Package, benefit: Benefit) -> float:
    frequency = benefit.frequency or _parent_frequency(package, benefit)
    paid = benefit.probability * _chance_paid(benefit)
    no_claim = float(frequency.person_pgf(np.array(1.0 - paid)))
    return 1.0 - float(package.families.weights @ no_claim**package.families.sizes)


def _parent_frequency(package: Package, benefit: Benefit) -> Frequency:
    parent = next(other for other in package.benefits if other.name == benefit.linked_to)
    assert parent.frequency is not None
    return parent.frequency


def _chance_paid(benefit: Benefit) -> float:
    """Probability that one event is paid at all: P(X > threshold), or that the start day is reached."""
    terms, severity = benefit.terms, benefit.severity
    if isinstance(terms, FixedTerms) or severity is None:
        return 1.0
    if isinstance(severity, DayLaw):
        return float(severity.days_at_least(terms.start_day)[-1]) if isinstance(terms, WageTerms) else 1.0
    return _survival(severity, terms.start_day - 0.5 if isinstance(terms, WageTerms) else terms.threshold)


def _survival(severity: CostLaw, cost: float) -> float:
    """P(X > cost)."""
    if isinstance(severity, Constant):
        return float(severity.value > cost)
    if isinstance(severity, Empirical):
        values, probabilities = severity.atoms
        return float(probabilities[values > cost].sum())
    return float(severity.survival(np.array(cost)))
