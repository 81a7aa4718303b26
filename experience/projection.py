"""Where the reserve goes in the next years, by simulation, and what brings ruin to a wanted chance. Pure.

Every path is one possible future of the scheme: each year the reserve earns interest, the premium comes in,
claims and running costs go out, and what is left is carried over. Common random numbers: plans that are
compared meet the very same luck.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.engine.package import Package
from simulation.engine.refusal import Refused, require_above, require_at_least, require_number, require_share
from simulation.engine.rng import stream
from simulation.engine.scheme import SchemeDistribution, scheme_distribution

Array = NDArray[Any]

PATHS = 20_000
SEED = 41
HORIZONS = (1, 5, 10)
LONGEST = 30
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles of a fan chart: the middle, half of all futures, nine in ten."""
HALF_A_YEAR = 0.5


@dataclass(frozen=True, kw_only=True)
class ClaimsLaw:
    """What a scheme of ``persons`` pays in a year, as far as the projection needs it.

    Attributes
    ----------
    persons : float
        Members that the law was made for.
    mean, sd : float
        Of the year's claims, money.
    scores : ndarray, shape (Q,)
        ``(claims - mean) / sd`` at the chances ``(i + 0.5) / Q``: the law's own shape, its skewness too.
    """

    persons: float
    mean: float
    sd: float
    scores: Array

    def __post_init__(self) -> None:
        require_above(field="persons", value=self.persons, bound=0.0)
        require_at_least(field="mean", value=self.mean, lowest=0.0)
        require_at_least(field="sd", value=self.sd, lowest=0.0)

    @classmethod
    def for_members(cls, package: Package, *, fewest: float) -> ClaimsLaw:
        """From the exact distribution of a scheme of whole families, with no more members than ``fewest``.

        ``fewest`` are the members of the smallest year. A year of more members is the same law moved to its
        mean and spread, and stays above 0; moved to fewer members it could fall below.

        Raises
        ------
        Refused
            Not even one family is left.
        """
        families, persons = package.families, math.floor(fewest)
        while (whole := int(families.counts_for(persons=persons) @ families.sizes)) > fewest:
            if persons < families.mean_size:
                raise Refused(
                    field="persons",
                    problem=f"{fewest:.0f} members in the smallest year are less than one family of {whole}",
                )
            persons -= max(whole - math.floor(fewest), 1)
        return cls.of(scheme_distribution(package, persons))

    @classmethod
    def of(cls, scheme: SchemeDistribution, *, points: int = 4_096) -> ClaimsLaw:
        """From the exact distribution of the scheme's yearly payout.

        The last point, and those beyond the amounts that the distribution resolves (heavy tails without
        caps), stand for the worst years together: they are where the law's mean becomes the scheme's.
        """
        if scheme.sd == 0.0:
            return cls(persons=scheme.persons, mean=scheme.mean, sd=0.0, scores=np.zeros(points))
        chances = (np.arange(points) + 0.5) / points
        # rounding lets the cumulative chance step back by a hair; years without a claim stay at nothing
        amounts = np.interp(chances, np.maximum.accumulate(scheme.cumulative), scheme.points)
        resolved = min(int(np.searchsorted(chances, scheme.cumulative[-1])), points - 1)
        rest = points * scheme.mean - math.fsum(amounts[:resolved])
        amounts[resolved:] = max(rest / (points - resolved), amounts[resolved - 1])
        return cls(
            persons=scheme.persons,
            mean=scheme.mean,
            sd=scheme.sd,
            scores=(amounts - scheme.mean) / scheme.sd,
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The next years as they are planned.

    Attributes
    ----------
    law : ClaimsLaw
        Of a year of no more members than any of these has, at the first year's costs.
    persons : float
        Members of the first year.
    premium : float
        Money a person of the first year, members' and subsidy together.
    reserve : float
        Money in the reserve at the start; below 0 is a debt.
    running_costs : float
        Money of the first year for running the scheme; grows with members and ``cost_growth``.
    growth : float
        Members a year, a share: 0.05 is 5 % more each year.
    trend : float
        Claims a person a year, as costs rise.
    premium_growth : float
        Premium a person a year.
    cost_growth : float
        Running costs a person a year.
    interest : float
        Yearly, on the reserve, and for half a year on what comes in and goes out.
    doubt : float
        Standard error of the expected claims over their mean, from survey or experience: the same for all
        years of one path, since an error of the assumptions does not average out. All claims of a path are
        larger or smaller by it, and so is their spread.
    yearly_shock : float
        Coefficient of variation of what strikes all members of one year together (an epidemic).
    years : int
    """

    law: ClaimsLaw
    persons: float
    premium: float
    reserve: float = 0.0
    running_costs: float = 0.0
    growth: float = 0.0
    trend: float = 0.0
    premium_growth: float = 0.0
    cost_growth: float = 0.0
    interest: float = 0.0
    doubt: float = 0.0
    yearly_shock: float = 0.0
    years: int = 10

    def __post_init__(self) -> None:
        require_above(field="persons", value=self.persons, bound=0.0)
        require_at_least(field="premium", value=self.premium, lowest=0.0)
        require_number(field="reserve", value=self.reserve)
        require_at_least(field="running_costs", value=self.running_costs, lowest=0.0)
        for name in ("growth", "trend", "premium_growth", "cost_growth", "interest"):
            value = getattr(self, name)
            require_number(field=name, value=value)
            if not -0.9 <= value <= 2.0:
                raise Refused(field=name, problem=f"{value:g} is not between -0.9 and 2; 5 % a year is 0.05")
        for name in ("doubt", "yearly_shock"):
            require_share(field=name, value=getattr(self, name))
        if not 1 <= self.years <= LONGEST:
            raise Refused(field="years", problem=f"{self.years} is not between 1 and {LONGEST}")

    def grown(self, rate: float) -> Array:
        """``(1 + rate)^t`` for t = 0 .. years - 1."""
        return np.asarray((1.0 + rate) ** np.arange(self.years))

    @cached_property
    def members(self) -> Array:
        """Members of each year; shape (years,)."""
        return np.asarray(self.persons * self.grown(self.growth))

    @cached_property
    def income(self) -> Array:
        """Premium of each year, money; shape (years,)."""
        return np.asarray(self.premium * self.members * self.grown(self.premium_growth))

    @cached_property
    def costs(self) -> Array:
        """Running costs of each year, money; shape (years,)."""
        return np.asarray(self.running_costs * self.grown(self.growth) * self.grown(self.cost_growth))

    @cached_property
    def expected_claims(self) -> Array:
        """Mean claims of each year, money; shape (years,)."""
        a_person = self.law.mean / self.law.persons
        return np.asarray(a_person * self.members * self.grown(self.trend))

    @cached_property
    def sd_of_claims(self) -> Array:
        """By luck alone; grows with the root of the members. Shape (years,)."""
        a_person = self.law.sd / math.sqrt(self.law.persons)
        return np.asarray(a_person * np.sqrt(self.members) * self.grown(self.trend))


@dataclass(frozen=True, kw_only=True)
class Projection:
    """Simulated futures of one plan.

    Attributes
    ----------
    plan : Plan
    reserves : ndarray, shape (paths, years)
        Money in the reserve at the end of each year. A path goes on after it fell below 0, as a debt that
        bears interest: what a rescue would have cost.
    """

    plan: Plan
    reserves: Array

    @property
    def paths(self) -> int:
        return len(self.reserves)

    def ruin(self, years: int) -> float:
        """Chance that the reserve is below 0 at the end of one of the first ``years``."""
        if not 1 <= years <= self.plan.years:
            raise Refused(field="years", problem=f"{years} is not between 1 and {self.plan.years}")
        return float((self.reserves[:, :years] < 0.0).any(axis=1).mean())

    def ruin_error(self, years: int) -> float:
        """Standard error of ``ruin``, from the number of paths."""
        chance = self.ruin(years)
        return math.sqrt(chance * (1.0 - chance) / self.paths)

    @property
    def ruins(self) -> Mapping[int, float]:
        """Ruin over 1, 5 and 10 years, those that the plan reaches."""
        return {years: self.ruin(years) for years in HORIZONS if years <= self.plan.years}

    @cached_property
    def fan(self) -> Array:
        """Quantiles ``FAN`` of the reserve at the end of each year, money; shape (len(FAN), years)."""
        return np.asarray(np.quantile(self.reserves, FAN, axis=0))

    @property
    def mean(self) -> Array:
        """Mean reserve at the end of each year, money; shape (years,)."""
        return np.asarray(self.reserves.mean(axis=0))


@dataclass(frozen=True)
class Luck:
    """The random numbers of many paths: the same for every plan that is compared.

    Attributes
    ----------
    paths, years : int
    seed : int
    """

    paths: int = PATHS
    years: int = 10
    seed: int = SEED
    _kept: dict[tuple[object, ...], Array] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.paths < 100:
            raise Refused(field="paths", problem=f"{self.paths} is below 100")
        if not 1 <= self.years <= LONGEST:
            raise Refused(field="years", problem=f"{self.years} is not between 1 and {LONGEST}")

    def claims(self, plan: Plan) -> Array:
        """Claims of each path and year, money, shape (paths, years); plans of the same claims share them."""
        arrays = (plan.expected_claims, plan.sd_of_claims, plan.law.scores)
        key = (plan.doubt, plan.yearly_shock, *(array.tobytes() for array in arrays))
        if key not in self._kept:
            self._kept.clear()
            doubt = self.factors("doubt", plan.doubt, each_year=False)
            luck = doubt * self.factors("shock", plan.yearly_shock, each_year=True)[:, : plan.years]
            scores = self.scores(plan.law)[:, : plan.years]
            self._kept[key] = (plan.expected_claims + plan.sd_of_claims * scores) * luck
        return self._kept[key]

    def scores(self, law: ClaimsLaw) -> Array:
        """Standardised claims of each path and year, shape (paths, years).

        In every year, over all paths, each part of the law is met equally often (Latin hypercube): means are
        those of the law.
        """
        chances = (_ranked(self.seed, "claims", self.paths, self.years) + 0.5) / self.paths
        return np.asarray(law.scores[(chances * len(law.scores)).astype(np.int64)])

    def factors(self, what: str, cv: float, *, each_year: bool) -> Array:
        """Gamma factors of mean 1 and this coefficient of variation, one a path or one a path and year.

        Shape (paths, years) or (paths, 1); (1, 1) where nothing varies.
        """
        if cv == 0.0:
            return np.ones((1, 1))
        columns = self.years if each_year else 1
        return np.asarray(_gamma_factors(cv, self.paths)[_ranked(self.seed, what, self.paths, columns)])


@lru_cache(maxsize=4)
def _ranked(seed: int, what: str, paths: int, columns: int) -> Array:
    """Every part of a law equally often in each column; shape (paths, columns). Ranking takes time."""
    drawn = stream(seed=seed, chunk=0, purpose="projection", name=what).random((paths, columns))
    return np.argsort(np.argsort(drawn, axis=0), axis=0)


@lru_cache(maxsize=8)
def _gamma_factors(cv: float, paths: int) -> Array:
    """Of mean 1 and this coefficient of variation: the middle of each of ``paths`` equal parts, ascending."""
    chances = (np.arange(paths) + 0.5) / paths
    return np.asarray(special.gammaincinv(1.0 / cv**2, chances) * cv**2)


def project(plan: Plan, *, luck: Luck | None = None) -> Projection:
    """Simulate the reserve's futures.

    Parameters
    ----------
    plan : Plan
    luck : Luck or None
        With at least the plan's years; the usual 20,000 paths if None.

    Notes
    -----
    ``R_t = R_{t-1} (1 + i) + (premium_t - costs_t - claims_t) (1 + i)^(1/2)``; money within the year comes
    and goes in its middle. ``claims_t = (mean_t + sd_t x score) x doubt x shock_t``, never below 0.
    """
    luck = Luck(years=plan.years) if luck is None else luck
    flows = _flows(plan, luck)
    reserves = np.empty_like(flows)
    left = np.full(len(flows), plan.reserve)
    for year in range(plan.years):
        left = left * (1.0 + plan.interest) + flows[:, year]
        reserves[:, year] = left
    return Projection(plan=plan, reserves=reserves)


def _flows(plan: Plan, luck: Luck) -> Array:
    """What each year adds to the reserve at its end, money; shape (paths, years)."""
    if luck.years < plan.years:
        raise Refused(field="luck", problem=f"is for {luck.years} years, the plan is for {plan.years}")
    within = (1.0 + plan.interest) ** HALF_A_YEAR
    return np.asarray(within * (plan.income - plan.costs - luck.claims(plan)))


def capital_needed(
    plan: Plan, *, ruin: float = 0.01, years: int | None = None, luck: Luck | None = None
) -> float:
    """The reserve to start with that brings ruin over ``years`` down to ``ruin``, money, at least 0.

    On each path the reserve that would just have sufficed is ``max_t -D_t / (1 + i)^t``, D the reserve's path
    from a start of 0; the answer is its quantile, so no search is needed.
    """
    require_share(field="ruin", value=ruin)
    luck = Luck(years=plan.years) if luck is None else luck
    years = plan.years if years is None else years
    paths = project(replace(plan, reserve=0.0), luck=luck).reserves[:, :years]
    discounted = paths / (1.0 + plan.interest) ** np.arange(1, years + 1)
    enough = np.sort(np.maximum(-discounted.min(axis=1), 0.0))
    place = math.ceil((1.0 - ruin) * len(enough)) - 1
    return float(enough[max(place, 0)])


def premium_needed(
    plan: Plan, *, ruin: float = 0.01, years: int | None = None, luck: Luck | None = None
) -> float:
    """The premium of the first year, money a person, that brings ruin down without more reserve.

    On each path the reserve without any premium is moved by the premium times what one unit a person has
    grown to, so the premium that would just have sufficed is ``max_t -D_t / A_t``, and the answer its
    quantile: no search is needed.

    Raises
    ------
    Refused
        Not even twenty times the expected claims would do (a debt that no premium repays in time).
    """
    require_share(field="ruin", value=ruin)
    luck = Luck(years=plan.years) if luck is None else luck
    years = plan.years if years is None else years
    without = project(replace(plan, premium=0.0), luck=luck).reserves[:, :years]
    grown = _grown_unit(plan)[:years]
    enough = np.sort(np.maximum((-without / grown).max(axis=1), 0.0))
    found = float(enough[max(math.ceil((1.0 - ruin) * len(enough)) - 1, 0)])
    a_person = float(plan.expected_claims[0] + plan.costs[0]) / plan.persons
    if found > 20.0 * max(a_person, 1e-9):
        raise Refused(field="premium", problem="no premium brings ruin down so far within these years")
    return found


def _grown_unit(plan: Plan) -> Array:
    """What a premium of 1 a person has brought by the end of each year, with interest; shape (years,)."""
    income = replace(plan, premium=1.0).income
    left, grown = 0.0, []
    for year in range(plan.years):
        left = left * (1.0 + plan.interest) + float(income[year]) * (1.0 + plan.interest) ** HALF_A_YEAR
        grown.append(left)
    return np.array(grown)
