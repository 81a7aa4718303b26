"""What is priced: one contract, a grid of 200, a dense benefit under 200 contracts, a package of eight.

A contract here is (threshold, cap, copay, family cap), the cap put on the cost above the threshold and BEFORE
the copay, as most tools have it. Figures are those of one family of random size: its mean, and its whole
variance.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import DayLaw, Gamma, Lognormal
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

Array = NDArray[Any]
DATA = Path(__file__).resolve().parent.parent.parent / "tests" / "data"
Contract = tuple[float, float, float, float]

SIZES = np.arange(1, 9)
SHARES = np.array([0.05, 0.09, 0.13, 0.20, 0.22, 0.15, 0.09, 0.07])
FAMILIES = FamilySizes(dict(zip(SIZES.tolist(), SHARES.tolist(), strict=True)))


@dataclass(frozen=True, kw_only=True)
class Case:
    """One benefit, Poisson events of lognormal cost, under many contracts.

    Attributes
    ----------
    name : str
    incidence, mean_cost, cv : float
        Events a person a year; mean and coefficient of variation of an event's cost, money.
    contracts : tuple
    step, reach : float
        Of the lattice that the truth is worked out on: money between two points, and to its end.
    """

    name: str
    incidence: float
    mean_cost: float
    cv: float
    contracts: tuple[Contract, ...]
    step: float
    reach: float

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm of the cost."""
        return math.sqrt(math.log1p(self.cv**2))

    @property
    def mu(self) -> float:
        """Mean of the logarithm of the cost."""
        return math.log(self.mean_cost) - self.sigma**2 / 2.0

    @property
    def frequency(self) -> Poisson:
        """As the engine has it."""
        return Poisson(incidence=self.incidence)

    @property
    def severity(self) -> Lognormal:
        """As the engine has it."""
        return Lognormal.from_cv(mean=self.mean_cost, cv=self.cv)

    @cached_property
    def terms(self) -> tuple[CostTerms, ...]:
        """The contracts as the engine has them."""
        return tuple(
            CostTerms.with_cap_on_cost(threshold=threshold, event_cap=cap, copay=copay, family_cap=family_cap)
            for threshold, cap, copay, family_cap in self.contracts
        )

    @cached_property
    def pairs(self) -> dict[tuple[float, float], list[int]]:
        """The contracts of every (threshold, cap): they share one compound distribution."""
        found: dict[tuple[float, float], list[int]] = {}
        for place, (threshold, cap, _copay, _family_cap) in enumerate(self.contracts):
            found.setdefault((threshold, cap), []).append(place)
        return found

    @cached_property
    def counts(self) -> Array:
        """Chances of 0, 1, 2, .. events of a family of random size, as far as they matter."""
        n = np.arange(0, 16 + math.ceil(8.0 * self.incidence + 14.0 * math.sqrt(8.0 * self.incidence)))
        logs = np.array([math.lgamma(k + 1.0) for k in n])
        means = self.incidence * SIZES[:, None]
        chances = SHARES @ np.exp(n * np.log(means) - means - logs)
        return chances / chances.sum()

    def with_limits(self, contracts: list[int], amounts: Array, masses: Array, into: Array) -> None:
        """Moments of contracts that share a compound, their copays and family caps put on by hand."""
        for place in contracts:
            _threshold, _cap, copay, family_cap = self.contracts[place]
            paid = np.minimum((1.0 - copay) * amounts, family_cap)
            mean = masses @ paid
            into[place] = mean, masses @ (paid * paid) - mean * mean

    @cached_property
    def truth(self) -> Array:
        """Mean and variance, shape (contracts, 2), as they were worked out and stored."""
        if self.name == "ONE":
            return GRID.truth[[GRID.contracts.index(self.contracts[0])]]
        return np.loadtxt(DATA / f"{self.name.lower()}200-truth.csv", delimiter=",")

    def worked_out(self) -> Array:
        """The truth anew: on a plain lattice, and on one half as fine, to the limit. Seconds."""
        return (4.0 * self._on_lattice(self.step / 2.0) - self._on_lattice(self.step)) / 3.0

    def _on_lattice(self, step: float) -> Array:
        length = 2 ** math.ceil(math.log2(self.reach / step))
        amounts, found = step * np.arange(length), np.empty((len(self.contracts), 2))
        for (threshold, cap), contracts in self.pairs.items():
            event = np.zeros(length)
            masses = self._event(threshold, cap, step)
            event[: len(masses)] = masses
            seen = np.fft.rfft(event) - 1.0
            family = sum(
                share * np.exp(self.incidence * size * seen)
                for share, size in zip(SHARES, SIZES, strict=True)
            )
            self.with_limits(contracts, amounts, np.fft.irfft(family, length), found)
        return found

    def _event(self, threshold: float, cap: float, step: float) -> Array:
        """Masses of one event's cost between threshold and cap, split so that means stay."""
        at = threshold + step * np.arange(round(cap / step) + 1)
        with np.errstate(divide="ignore"):
            z = (np.log(at) - self.mu) / self.sigma
        limited = self.mean_cost * ndtr(z - self.sigma) + at * ndtr(-z)
        above = np.diff(limited) / step
        return -np.diff(np.concatenate([[1.0], above, [0.0]]))


def _every(*columns: tuple[float, ...]) -> tuple[Contract, ...]:
    return tuple(itertools.product(*columns))  # type: ignore[arg-type]


THRESHOLDS, CAPS = (0.0, 250.0, 500.0, 1000.0, 2000.0), (1000.0, 3000.0, 5000.0, 10_000.0, 25_000.0)
COPAYS, FAMILY_CAPS = (0.0, 0.2), (5000.0, 10_000.0, 25_000.0, math.inf)


def _hospital(name: str, contracts: tuple[Contract, ...]) -> Case:
    return Case(
        name=name,
        incidence=0.04,
        mean_cost=18_000.0,
        cv=1.2,
        contracts=contracts,
        step=6.25,
        reach=400_000.0,
    )


GRID = _hospital("GRID", _every(THRESHOLDS, CAPS, COPAYS, FAMILY_CAPS))
ONE = _hospital("ONE", ((500.0, 10_000.0, 0.2, 10_000.0),))
OPD = Case(
    name="OPD",
    incidence=2.0,
    mean_cost=350.0,
    cv=1.0,
    contracts=_every(
        (0.0, 25.0, 50.0, 100.0, 200.0),
        (100.0, 250.0, 500.0, 1000.0, 2500.0),
        COPAYS,
        (1000.0, 2500.0, 5000.0, math.inf),
    ),
    step=1.25,
    reach=80_000.0,
)


def larger_grid(combinations: int) -> Case:
    """The hospital benefit under 2,000 or 20,000 contracts, the same range of each term."""
    steps = {200: (5, 5, 2, 4), 2000: (10, 10, 4, 5), 20_000: (20, 20, 5, 10)}[combinations]
    thresholds, caps, copays, family_caps = steps
    return _hospital(
        f"{combinations:,}",
        _every(
            tuple(np.linspace(0.0, 2000.0, thresholds).tolist()),
            tuple(np.geomspace(1000.0, 25_000.0, caps).tolist()),
            tuple(np.linspace(0.0, 0.4, copays).tolist()),
            (*np.geomspace(5000.0, 50_000.0, family_caps - 1).tolist(), math.inf),
        ),
    )


def more_limits(*, copays: int, family_caps: int) -> Case:
    """The hospital benefit at 25 pairs of threshold and cap with so many copays and family caps."""
    return _hospital(
        f"{copays} x {family_caps}",
        _every(
            THRESHOLDS,
            CAPS,
            tuple(np.linspace(0.0, 0.4, copays).tolist()),
            (*np.geomspace(5000.0, 50_000.0, family_caps - 1).tolist(), math.inf),
        ),
    )


HOSPITAL_TERMS = CostTerms.with_cap_on_cost(
    threshold=500.0, event_cap=10_000.0, copay=0.2, family_cap=10_000.0
)
EIGHT = (
    Benefit(name="hospitalisation", terms=HOSPITAL_TERMS, frequency=ONE.frequency, severity=ONE.severity),
    Benefit(name="transport", terms=FixedTerms(amount=1000.0), linked_to="hospitalisation", probability=0.8),
    Benefit(
        name="wage loss",
        terms=WageTerms(rate=200.0, start_day=4, last_day=13),
        severity=DayLaw(mean=6.0, variance_to_mean=3.0),
        linked_to="hospitalisation",
        probability=0.6,
    ),
    Benefit(
        name="injury",
        terms=CostTerms(event_cap=700.0, family_cap=3000.0),
        frequency=Poisson(incidence=0.2349),
        severity=Lognormal(mean=600.0, sigma=0.9),
    ),
    Benefit(
        name="imaging",
        terms=CostTerms(event_cap=1000.0, family_cap=5000.0),
        frequency=Poisson(incidence=0.1525),
        severity=Lognormal(mean=1100.0, sigma=0.7),
    ),
    Benefit(name="caesarean", terms=FixedTerms(amount=8000.0), frequency=Bernoulli(incidence=0.005)),
    Benefit(
        name="OPD",
        terms=CostTerms(event_cap=500.0, family_cap=2500.0),
        frequency=OPD.frequency,
        severity=OPD.severity,
    ),
    Benefit(
        name="lab",
        terms=CostTerms(),
        severity=Gamma(mean=400.0, cv=1.0),
        linked_to="OPD",
        probability=0.3,
    ),
)
PACKAGE_CAP = 6000.0


def package(*, capped: bool = True) -> Package:
    """The eight benefits, three of them linked, with or without one family cap over all of them."""
    return Package(benefits=EIGHT, families=FAMILIES, family_cap=PACKAGE_CAP if capped else math.inf)


CASES = {case.name: case for case in (ONE, GRID, OPD)}
"""The cases with contracts; the package is a fourth one, ``PACKAGE``."""
