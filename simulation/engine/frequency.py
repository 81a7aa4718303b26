"""How often events happen: the number of events of one person, and of one family, in a year.

Persons are independent and alike, so a family of ``k`` has the ``k``-th power of one person's probability generating
function, and the variance-to-mean ratio of a family is that of a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

HIGHEST_INCIDENCE = 50.0
"""Events per person-year above which a typing slip is far more likely than a fact."""

Array = NDArray[Any]


def _require_incidence(value: float) -> None:
    require_at_least(field="incidence", value=value, lowest=0.0)
    if value > HIGHEST_INCIDENCE:
        raise Refused(
            field="incidence",
            problem=f"{value:g} events per person per year is more than {HIGHEST_INCIDENCE:g}; "
            "give events per person per year, 0.042 for 4.2 in 100",
        )


@dataclass(frozen=True, kw_only=True)
class Poisson:
    """Poisson counts: events come one by one and independently of each other.

    Parameters
    ----------
    incidence : float
        Expected events per person-year, 0 to 50.
    """

    incidence: float

    def __post_init__(self) -> None:
        _require_incidence(self.incidence)

    @property
    def variance_to_mean(self) -> float:
        """Variance of the yearly count over its mean: 1."""
        return 1.0

    def person_pgf(self, z: Array) -> Array:
        """Probability generating function of one person's count, ``exp(incidence (z - 1))``, element by element."""
        return np.asarray(np.exp(self.incidence * (z - 1.0)))


@dataclass(frozen=True, kw_only=True)
class NegativeBinomial:
    """Negative binomial counts: more spread than Poisson, as where some persons fall ill again and again.

    Parameters
    ----------
    incidence : float
        Expected events per person-year, 0 to 50.
    variance_to_mean : float
        Variance of the yearly count over its mean, above 1. With ``b = variance_to_mean - 1`` the generating function
        of one person is ``(1 - b (z - 1)) ** (-incidence / b)``.
    """

    incidence: float
    variance_to_mean: float

    def __post_init__(self) -> None:
        _require_incidence(self.incidence)
        require_above(field="variance_to_mean", value=self.variance_to_mean, bound=1.0)

    def person_pgf(self, z: Array) -> Array:
        """Probability generating function of one person's count, element by element."""
        b = self.variance_to_mean - 1.0
        return np.asarray(np.exp(-(self.incidence / b) * np.log1p(b * (1.0 - z))))


@dataclass(frozen=True, kw_only=True)
class Bernoulli:
    """At most one event per person and year, as a caesarean delivery.

    Parameters
    ----------
    incidence : float
        Probability of the event per person-year, 0 to 1.
    """

    incidence: float

    def __post_init__(self) -> None:
        require_share(field="incidence", value=self.incidence)

    @property
    def variance_to_mean(self) -> float:
        """Variance of the yearly count over its mean: ``1 - incidence``."""
        return 1.0 - self.incidence

    def person_pgf(self, z: Array) -> Array:
        """Probability generating function of one person's count, ``1 + incidence (z - 1)``, element by element."""
        return np.asarray(1.0 + self.incidence * (z - 1.0))


Frequency = Poisson | NegativeBinomial | Bernoulli
