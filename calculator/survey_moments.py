"""Premiums of many surveys at once: the moments of B slightly different laws of each benefit, by arrays.

The same arithmetic as the exact engine on a coarser lattice (errors below one part in ten thousand, where
surveys differ by several in a hundred): limited moments of the payout, one batch of transforms, the
generating function of the family's count, and the sums below the family cap taken straight from the
transform.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from calculator.survey_draws import BenefitSurveys
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Frequency, NegativeBinomial
from simulation.engine.lattice import weights_from_atoms, weights_from_limits
from simulation.engine.layers import Atoms, atoms_above, limited_moments, paid_days
from simulation.engine.package import Benefit
from simulation.engine.severity import Severity
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

Array = NDArray[Any]

NODES_TO_EVENT = 24
FEWEST_TO_CAP, MOST_TO_CAP = 48, 384
NEVER_BINDS = 1e-9
"""E[S^2] over the squared cap bounds the chance that the cap binds (Chebyshev): below this, never."""
ROUNDING = 1e-10
TILT = 18.0
"""Masses are tilted by exp(-TILT j / length): what the transform folds back arrives 1.5e-8 times smaller."""


def per_person(
    benefit: Benefit, frequency: Frequency, surveys: BenefitSurveys, families: FamilySizes
) -> tuple[Array, Array]:
    """Pure premium and per-person variance of one benefit by survey, money and its square; each shape (B,).

    Parameters
    ----------
    benefit : Benefit
        Covered.
    frequency : Frequency
        Its own law of counts, or its parent's: the kind and overdispersion hold, the incidence is the
        surveys'.
    surveys : BenefitSurveys
    families : FamilySizes
    """
    cap = benefit.terms.family_cap
    if cap == 0.0 or _largest_payment(benefit) == 0.0:
        return np.zeros(len(surveys.incidence)), np.zeros(len(surveys.incidence))
    first, second = _uncapped(benefit, frequency, surveys)
    size = float(families.sizes[-1])
    if math.isinf(cap) or size * float((second + size * first**2).max()) <= NEVER_BINDS * cap**2:
        return first, second
    mean, variance = _capped(benefit, frequency, surveys, families)
    weights = families.weights / families.mean_size
    return weights @ mean, weights @ _without_noise(variance, scale=cap**2)


def _without_noise(variance: Array, *, scale: Array | float) -> Array:
    """A variance below 0 by no more than rounding, relative to ``scale``, is 0; anything else stays."""
    return np.where((variance < 0.0) & (variance >= -ROUNDING * scale), 0.0, variance)


def _largest_payment(benefit: Benefit) -> float:
    terms = benefit.terms
    if isinstance(terms, FixedTerms):
        return terms.amount
    if isinstance(terms, WageTerms):
        return terms.rate * terms.most_days
    return terms.event_cap if terms.copay < 1.0 else 0.0


def _dispersion(frequency: Frequency, incidence: Array) -> Array:
    """Variance over mean of the count, less 1."""
    if isinstance(frequency, Bernoulli):
        return -incidence
    return np.full(len(incidence), frequency.variance_to_mean - 1.0)


def _uncapped(benefit: Benefit, frequency: Frequency, surveys: BenefitSurveys) -> tuple[Array, Array]:
    """Where no family cap binds a person's payouts add up: mean and variance in closed form."""
    limit = np.array([benefit.terms.family_cap])
    both = np.array([_limited(benefit, law, limit) for law in surveys.severities])[:, :, 0]
    first, second = both[:, 0], both[:, 1]
    events = surveys.incidence * surveys.probability
    excess = _dispersion(frequency, surveys.incidence) * surveys.probability
    return events * first, events * _without_noise(second + excess * first**2, scale=second)


def _limited(benefit: Benefit, law: Severity | None, limits: Array) -> tuple[Array, Array]:
    """E[min(Y, y)] and E[min(Y, y)^2] of one event's payout Y for limits y in money; each shape (Y,)."""
    terms = benefit.terms
    atoms = _atoms(benefit, law)
    if atoms is not None:
        return atoms.limited_moments(limits)
    assert isinstance(terms, CostTerms)
    assert law is not None
    assert not isinstance(law, DayLaw | Empirical | Constant)
    kept = 1.0 - terms.copay
    widths = np.minimum(limits, terms.event_cap) / kept
    first, second = limited_moments(law, np.array([terms.threshold]), widths[None, :])
    return kept * first[0], kept**2 * second[0]


def _atoms(benefit: Benefit, law: Severity | None) -> Atoms | None:
    """One event's payout in money, where it lives on points."""
    terms = benefit.terms
    if isinstance(terms, FixedTerms):
        return Atoms(np.array([terms.amount]), np.ones(1))
    if isinstance(terms, WageTerms):
        assert isinstance(law, DayLaw | Empirical)
        days = paid_days(law, start_day=terms.start_day, most_days=terms.most_days)
        return Atoms(terms.rate * days.values, days.probabilities)
    if not isinstance(law, Empirical | Constant):
        return None
    above = atoms_above(law, terms.threshold)
    paid = Atoms((1.0 - terms.copay) * above.values, above.probabilities)
    return paid.limited(terms.event_cap)


def _capped(
    benefit: Benefit, frequency: Frequency, surveys: BenefitSurveys, families: FamilySizes
) -> tuple[Array, Array]:
    """Mean and variance of a family's payout under its cap, each shape (K, B)."""
    cap = benefit.terms.family_cap
    largest = min(cap, _largest_payment(benefit))
    to_cap = int(np.clip(math.ceil(NODES_TO_EVENT * cap / largest), FEWEST_TO_CAP, MOST_TO_CAP))
    step = cap / to_cap
    nodes = math.ceil(largest / step - 1e-9) + 1
    weights = _event_weights(benefit, surveys.severities, step=step, nodes=max(nodes, 4))
    length = int(fft.next_fast_len(max(2 * to_cap, weights.shape[1]), real=True))
    decay = np.exp(-TILT / length * np.arange(length))
    events = fft.rfft(weights * decay[: weights.shape[1]], length, axis=1)
    thinned = surveys.probability[:, None] * (events - 1.0)
    room = np.maximum(cap - step * np.arange(length), 0.0)
    readers = np.stack([_reader(room / decay), _reader(room**2 / decay)], axis=1)
    person = _person_exponent(frequency, surveys.incidence, thinned)
    mean = np.empty((len(families.sizes), len(weights)))
    variance = np.empty_like(mean)
    of_person = np.exp(person)
    power, reached = of_person, 1
    for row, size in enumerate(families.sizes):
        while reached < size:
            power, reached = power * of_person, reached + 1
        left = (power @ readers).real
        mean[row] = cap - left[:, 0]
        variance[row] = left[:, 1] - left[:, 0] ** 2
    return mean, variance


def _event_weights(benefit: Benefit, laws: Sequence[Severity | None], *, step: float, nodes: int) -> Array:
    """Lattices of one event's payout up to the cap, shape (B, nodes)."""
    if _atoms(benefit, laws[0]) is not None:
        cap = benefit.terms.family_cap
        rows = []
        for law in laws:
            atoms = _atoms(benefit, law)
            assert atoms is not None
            rows.append(weights_from_atoms(atoms.limited(cap), step, nodes + 4))
        return np.stack(rows)
    limits = step * np.arange(nodes)
    both = np.array([_limited(benefit, law, limits) for law in laws])
    return weights_from_limits(both[:, 0], both[:, 1], np.full(len(laws), step))


def _reader(values: Array) -> Array:
    """Weights c with Re(sum c_f T_f) = sum values_j masses_j for the transform T of real masses."""
    weights = np.conj(fft.rfft(values)) / len(values)
    weights[1 : (len(values) + 1) // 2] *= 2.0
    return np.asarray(weights)


def _person_exponent(frequency: Frequency, incidence: Array, excess: Array) -> Array:
    """log of a person's generating function at 1 + ``excess``, shape (B, F)."""
    rate = incidence[:, None]
    if isinstance(frequency, Bernoulli):
        return np.asarray(np.log(1.0 + rate * excess))
    if isinstance(frequency, NegativeBinomial):
        b = frequency.variance_to_mean - 1.0
        return np.asarray(-(rate / b) * np.log(1.0 - b * excess))
    return np.asarray(rate * excess)
