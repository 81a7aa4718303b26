"""How soon a small group is ruined when people fall ill a little more often than was priced for.

A group of n pays for the incidence p it was told, with a loading for a chance of bankruptcy by the normal
law: it has money for ``n p + z sqrt(n p (1 - p))`` events. With the true incidence q events are binomial.
(Dror, D. M. and others 2001: n = 100 and 5 % ruin at 10 %; if it is really 15 % or 20 %, ruin is 50.7 % or
89.7 % by the normal law.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from calculator.premium import normal_quantile
from simulation.engine.refusal import Refused, require_above


@dataclass(frozen=True, kw_only=True)
class SmallGroup:
    """A group that prices for one event a person and year at most.

    Parameters
    ----------
    persons : int
    priced : float
        Chance of an event a person and year that it was told, above 0 and below 1.
    chance : float
        Chance of bankruptcy it prices for, above 0 and below 50 %.
    """

    persons: int
    priced: float
    chance: float

    def __post_init__(self) -> None:
        require_above(field="persons", value=self.persons, bound=0)
        for field, value, most in (("priced", self.priced, 1.0), ("chance", self.chance, 0.5)):
            if not 0.0 < value < most:
                raise Refused(field=field, problem=f"must be above 0 and below {100 * most:g} %")

    @property
    def events_paid_for(self) -> float:
        """Events of a year for which there is money."""
        spread = math.sqrt(self.persons * self.priced * (1.0 - self.priced))
        return self.persons * self.priced + normal_quantile(self.chance) * spread

    def ruin(self, true: float) -> float:
        """P(more events than paid for) at the true incidence, by the binomial law."""
        _require_incidence(true)
        return float(stats.binom(self.persons, true).sf(math.floor(self.events_paid_for + 1e-9)))

    def normal_ruin(self, true: float) -> float:
        """The same by the normal law, as published."""
        _require_incidence(true)
        spread = math.sqrt(self.persons * true * (1.0 - true))
        return float(stats.norm.sf((self.events_paid_for - self.persons * true) / spread))


def _require_incidence(true: float) -> None:
    if not 0.0 < true < 1.0:
        raise Refused(field="true", problem="must be above 0 and below 100 %")
