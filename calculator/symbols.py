"""Laws and terms as an actuary writes them. Pure: no Django.

N counts a person's events in a year, X is the cost of one event (D its days), Y what the scheme pays for it.
"""

from __future__ import annotations

import math

from schemes.numbers import format_exact
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, Frequency, NegativeBinomial, Poisson
from simulation.engine.package import Benefit
from simulation.engine.severity import Lognormal, Lomax
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms

DIGITS = 6


def plain(value: float) -> str:
    """Six digits, no zeros at the end; the sign of infinity where there is no bound."""
    if math.isinf(value):
        return "∞"
    return format_exact(float(f"{value:.{DIGITS}g}"), grouping="international")


def count_of(benefit: Benefit) -> str:
    """The law of the yearly count."""
    if benefit.frequency is None:
        return f"N | M ~ Binomial(M, {plain(benefit.probability)}), M: {benefit.linked_to}"
    return _count(benefit.frequency)


def _count(law: Frequency) -> str:
    if isinstance(law, NegativeBinomial):
        ratio = plain(law.variance_to_mean)
        return f"N ~ NegativeBinomial(E[N] = {plain(law.incidence)}, Var[N]/E[N] = {ratio})"
    if isinstance(law, Bernoulli):
        return f"N ~ Bernoulli({plain(law.incidence)})"
    assert isinstance(law, Poisson)
    return f"N ~ Poisson({plain(law.incidence)})"


def cost_of(benefit: Benefit) -> str:
    """The law of one event's cost or days; empty for a fixed amount."""
    law = benefit.severity
    if law is None:
        return ""
    if isinstance(law, Constant | Empirical | DayLaw):
        return _in_steps(law)
    if isinstance(law, Lognormal):
        return f"ln X ~ Normal({plain(law.mu)}, {plain(law.sigma)}²)"
    if isinstance(law, Lomax):
        return f"P(X > x) = (1 + x/{plain(law.scale)})^−{plain(law.alpha)}"
    return f"X ~ {type(law).__name__}(shape {plain(law.shape)}, scale {plain(law.scale)})"


def _in_steps(law: Constant | Empirical | DayLaw) -> str:
    if isinstance(law, Constant):
        return f"X = {plain(law.value)}"
    if isinstance(law, DayLaw):
        further, ratio = plain(law.mean - 1.0), plain(law.variance_to_mean)
        return f"D − 1 ~ NegativeBinomial(mean {further}, variance/mean {ratio})"
    weights = "" if law.weights else f", each 1/{len(law.values)}"
    return f"X: {len(law.values)} values{weights}"


def moments_of(benefit: Benefit) -> str:
    """Mean and coefficient of variation of one event's cost or days."""
    law = benefit.severity
    if law is None:
        return "–"
    mean, square = law.mean, law.second_moment
    if mean == 0.0:
        return "0"
    if math.isinf(square):
        return f"{plain(mean)}; ∞"
    variance = square - mean**2
    # below what the difference of two floats can tell, the cost is always the same
    spread = 0.0 if abs(variance) <= 1e-12 * square else math.sqrt(variance) / mean
    return f"{plain(mean)}; {plain(spread)}"


def payout_of(terms: Terms) -> str:
    """What is paid for one event, and under which bound a year's payments to a family stand."""
    match terms:
        case CostTerms():
            event = f"Y = {_paid(terms)}"
        case FixedTerms():
            event = f"Y = {plain(terms.amount)}"
        case WageTerms():
            event = f"Y = {plain(terms.rate)} × min(max(D − {terms.start_day - 1}, 0), {terms.most_days})"
    return event if math.isinf(terms.family_cap) else f"{event};  ΣY ≤ {plain(terms.family_cap)}"


def _paid(terms: CostTerms) -> str:
    above = f"max(X − {plain(terms.threshold)}, 0)" if terms.threshold else "X"
    paid = f"{plain(1.0 - terms.copay)} × {above}" if terms.copay else above
    return paid if math.isinf(terms.event_cap) else f"min({paid}, {plain(terms.event_cap)})"
