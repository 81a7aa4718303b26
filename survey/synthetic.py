"""A survey that never was, of a community whose truth is known: to try the fitting on, and to learn with.

Villages differ (a gamma factor on incidence, a shift of the logarithm of bills), remote ones fall ill more
often and are sampled more thinly, so that weights matter; some persons fall ill again and again (a gamma
factor that stays with a person); bills are told in round numbers; some stays are not over yet; some bills are
not known, some families refuse. The truth is that of the whole community, weights in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.engine.discrete_severity import DayLaw
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from survey.estimates import BENEFIT_KEYS, TRANSPORT_KEY, WAGE_KEY
from survey.json_values import ValueRefused
from survey.tables import (
    DAYS_A_YEAR,
    EVENT_COLUMNS,
    HOUSEHOLD_COLUMNS,
    KINDS,
    PERSON_COLUMNS,
    SurveyTables,
)

Array = NDArray[Any]
CostLaw = Lognormal | Gamma | Weibull | Lomax

FAMILY_SHARES = (0.06, 0.10, 0.14, 0.22, 0.21, 0.14, 0.08, 0.05)
"""Share of families of 1, 2, ... members."""
ROUND_TO = (10.0, 50.0, 100.0, 500.0)
"""Bills are told in tens, from 200 in fifties, from 1,000 in hundreds, from 5,000 in five hundreds."""
ROUND_FROM = (0.0, 200.0, 1000.0, 5000.0)


@dataclass(frozen=True, kw_only=True)
class TrueEvent:
    """One kind of event, as it is in the whole community.

    Attributes
    ----------
    incidence : float
        Events per person-year.
    recall_days : float
    cost : Lognormal, Gamma, Weibull, Lomax or None
        Of bills above 0; None where no bill is asked.
    yearly_ratio : float
        Variance over mean of a person's yearly count within one village; 1 is Poisson.
    zero_share : float
        Of events that cost nothing.
    at_most_once : bool
        Whether a person has at most one in a year (then no ratio and no village effect).
    """

    incidence: float
    recall_days: float
    cost: CostLaw | None
    yearly_ratio: float = 1.0
    zero_share: float = 0.0
    at_most_once: bool = False


EVENTS: Mapping[str, TrueEvent] = {
    "outpatient": TrueEvent(
        incidence=3.2, recall_days=30, cost=Lognormal(mean=320, sigma=0.9), yearly_ratio=3.0
    ),
    "laboratory": TrueEvent(incidence=0.5, recall_days=30, cost=Lognormal(mean=350, sigma=0.8)),
    "imaging": TrueEvent(incidence=0.2, recall_days=30, cost=Lognormal(mean=1100, sigma=0.7)),
    "injury": TrueEvent(incidence=0.24, recall_days=30, cost=Lognormal(mean=600, sigma=0.9)),
    "hospital": TrueEvent(
        incidence=0.045, recall_days=365, cost=Lognormal(mean=17_500, sigma=1.3), zero_share=0.04
    ),
    "delivery": TrueEvent(
        incidence=0.02, recall_days=365, cost=Lognormal(mean=2500, sigma=0.8), at_most_once=True
    ),
    "caesarean": TrueEvent(
        incidence=0.003, recall_days=365, cost=Lognormal(mean=22_000, sigma=0.5), at_most_once=True
    ),
}


@dataclass(frozen=True, kw_only=True)
class Community:
    """The community, and how it is asked.

    Attributes
    ----------
    households : int
        Asked; those that refuse are left out of the tables.
    households_a_cluster : int or None
        None for a sample of households from everywhere, without clusters or weights.
    village_cv : float
        Of the village's factor on incidence.
    village_log_sd : float
        Of the village's shift of the logarithm of bills; part of the laws' own spread (lognormal only).
    remote_share, remote_sampled, remote_risk : float
        Share of villages that are remote, how thinly they are sampled against the others, and how much more
        often people there fall ill.
    rounded : float
        Share of bills told in round numbers.
    open_stays : float
        Share of hospital stays that might not be over when the interviewer comes.
    missing, refusing : float
        Share of bills not known; of households that refuse.
    transport, transport_cost : float and law
        Chance that a stay's transport was paid, and its cost.
    lost, days_lost, days : float and laws
        Chance that a stay cost days of work, how many; days in hospital.
    """

    households: int = 1000
    households_a_cluster: int | None = 20
    village_cv: float = 0.25
    village_log_sd: float = 0.0
    remote_share: float = 0.4
    remote_sampled: float = 0.5
    remote_risk: float = 1.3
    rounded: float = 0.8
    open_stays: float = 0.05
    missing: float = 0.03
    refusing: float = 0.04
    transport: float = 0.7
    transport_cost: CostLaw = field(default_factory=lambda: Lognormal(mean=900, sigma=0.6))
    lost: float = 0.85
    days_lost: DayLaw = field(default_factory=lambda: DayLaw(mean=8.0, variance_to_mean=5.0))
    days: DayLaw = field(default_factory=lambda: DayLaw(mean=5.0, variance_to_mean=4.0))
    events: Mapping[str, TrueEvent] = field(default_factory=lambda: dict(EVENTS))

    def __post_init__(self) -> None:
        if self.households < 1:
            raise ValueRefused("households: at least 1")
        if self.households_a_cluster is not None and self.households_a_cluster < 1:
            raise ValueRefused("households_a_cluster: at least 1")
        if any(kind not in KINDS for kind in self.events):
            raise ValueRefused(f"events: a kind is one of {', '.join(KINDS)}")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the community really is: by kind, and by benefit.

    Attributes
    ----------
    incidence : mapping of kind to float
        Events per person-year, those without cost too.
    mean : mapping of benefit key to float
        Of a bill above 0, or of the days lost where any were.
    law : mapping of benefit key to law
    link : mapping of benefit key to float
        Chance per hospital stay.
    mean_size : float
    """

    incidence: Mapping[str, float]
    mean: Mapping[str, float]
    law: Mapping[str, CostLaw | DayLaw]
    link: Mapping[str, float]
    mean_size: float


def truth_of(community: Community) -> Truth:
    """The truth behind every survey of ``community``."""
    laws: dict[str, CostLaw | DayLaw] = {
        BENEFIT_KEYS[kind]: event.cost for kind, event in community.events.items() if event.cost is not None
    }
    if "hospital" in community.events:
        laws |= {TRANSPORT_KEY: community.transport_cost, WAGE_KEY: community.days_lost}
    sizes = np.arange(1, len(FAMILY_SHARES) + 1)
    return Truth(
        incidence={kind: event.incidence for kind, event in community.events.items()},
        mean={key: law.mean for key, law in laws.items()},
        law=laws,
        link={TRANSPORT_KEY: community.transport, WAGE_KEY: community.lost},
        mean_size=float(sizes @ np.array(FAMILY_SHARES)),
    )


def synthetic_survey(community: Community, *, rng: np.random.Generator) -> tuple[SurveyTables, Truth]:
    """One survey of ``community``, and the truth; the same generator state gives the same survey."""
    village, remote, weight = _villages(community, rng)
    answered = rng.random(community.households) >= community.refusing
    if not answered.any():
        answered[0] = True
    sizes = rng.choice(len(FAMILY_SHARES), size=community.households, p=FAMILY_SHARES) + 1
    village, remote, weight, sizes = (one[answered] for one in (village, remote, weight, sizes))
    households = _households(village, weight, sizes, clustered=community.households_a_cluster, rng=rng)
    persons = _persons(sizes, rng)
    risk = _risks(community, village, remote, rng)
    of_person = persons["household"].to_numpy()
    parts = [
        _events_of(kind, community=community, risk=risk, of_person=of_person, village=village, rng=rng)
        for kind in sorted(community.events)
    ]
    events = pd.concat(parts, ignore_index=True)
    events = events.sort_values(["household", "person"], kind="stable", ignore_index=True)
    events["row"] = np.arange(len(events)) + 2
    tables = SurveyTables(
        households=households,
        persons=persons,
        events=events.astype(dict(EVENT_COLUMNS)),
        recall={kind: event.recall_days for kind, event in community.events.items()},
    )
    return tables, truth_of(community)


def _villages(community: Community, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Village, remoteness and weight of each household asked."""
    per_village = community.households_a_cluster
    if per_village is None:
        nowhere = np.arange(community.households)
        return nowhere, np.zeros(community.households, dtype=bool), np.ones(community.households)
    villages = math.ceil(community.households / per_village)
    sampled = community.remote_share * community.remote_sampled
    share = sampled / (sampled + 1.0 - community.remote_share)
    remote = rng.permutation(np.arange(villages) < round(share * villages))
    village = np.arange(community.households) // per_village
    weight = np.where(remote[village], 1.0 / community.remote_sampled, 1.0)
    return village, remote[village], weight


def _households(
    village: Array, weight: Array, sizes: Array, *, clustered: int | None, rng: np.random.Generator
) -> pd.DataFrame:
    count = len(sizes)
    food = 9000.0 * sizes * rng.lognormal(0.0, 0.3, count)
    return pd.DataFrame(
        {
            "household": [f"H{place + 1:05d}" for place in range(count)],
            "cluster": [f"V{v + 1:03d}" if clustered is not None else "" for v in village],
            "weight": weight,
            "size": sizes,
            "food_spending": np.round(food, -2),
            "total_spending": np.round(food * rng.uniform(1.5, 2.2, count), -2),
            "willingness_to_pay": np.round(food * rng.lognormal(math.log(0.02), 0.6, count), -1),
        }
    ).astype(dict(HOUSEHOLD_COLUMNS))


def _persons(sizes: Array, rng: np.random.Generator) -> pd.DataFrame:
    count = int(sizes.sum())
    ages = np.floor(np.minimum(rng.gamma(1.6, 18.0, count), 95.0))
    ages[rng.random(count) < 0.01] = np.nan
    return pd.DataFrame(
        {
            "household": np.repeat(np.arange(len(sizes)), sizes),
            "age": ages,
            "sex": rng.choice(["f", "m"], size=count),
        }
    ).astype(dict(PERSON_COLUMNS))


def _risks(community: Community, village: Array, remote: Array, rng: np.random.Generator) -> Array:
    """Factor on incidence of each household; its mean over the community, weights in, is 1."""
    if community.households_a_cluster is None:
        return np.ones(len(village))
    share, more = community.remote_share, community.remote_risk
    where = np.where(remote, more, 1.0) / (share * more + 1.0 - share)
    if community.village_cv == 0.0:
        return where
    shape = 1.0 / community.village_cv**2
    return np.asarray(where * rng.gamma(shape, 1.0 / shape, int(village.max()) + 1)[village])


def _events_of(
    kind: str,
    *,
    community: Community,
    risk: Array,
    of_person: Array,
    village: Array,
    rng: np.random.Generator,
) -> pd.DataFrame:
    event = community.events[kind]
    counts = _counts(event, risk[of_person], rng)
    person = np.repeat(np.arange(len(of_person)), counts)
    household = of_person[person]
    number = len(person)
    bill, is_open = _bills(community, kind, event, village[household], rng)
    stay = kind == "hospital"
    days, transport, lost = (np.full(number, np.nan) for _ in range(3))
    if stay:
        days = community.days.sample(rng, number)
        paid = rng.random(number) < community.transport
        transport = np.where(paid, community.transport_cost.sample(rng, number), 0.0)
        any_lost = rng.random(number) < community.lost
        lost = np.where(any_lost, community.days_lost.sample(rng, number), 0.0)
    return pd.DataFrame(
        {
            "household": household,
            "person": person,
            "kind": kind,
            "bill": bill,
            "days": days,
            "transport": np.round(transport),
            "days_lost": lost,
            "is_open": is_open,
            "row": 0,
        }
    ).astype(dict(EVENT_COLUMNS))


def _counts(event: TrueEvent, risk: Array, rng: np.random.Generator) -> Array:
    """Events of each person in the recall period."""
    years = event.recall_days / DAYS_A_YEAR
    if event.at_most_once:
        return (rng.random(len(risk)) < event.incidence * years).astype(np.int64)
    rate = event.incidence * risk
    if event.yearly_ratio > 1.0:
        shape = event.incidence / (event.yearly_ratio - 1.0)
        rate = rate * rng.gamma(shape, 1.0 / shape, len(risk))
    return rng.poisson(rate * years)


def _bills(
    community: Community, kind: str, event: TrueEvent, village: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    number = len(village)
    if event.cost is None:
        return np.full(number, np.nan), np.zeros(number, dtype=bool)
    bill = _drawn(event.cost, community.village_log_sd, village, rng)
    is_open = np.zeros(number, dtype=bool)
    if kind == "hospital":
        until = np.where(rng.random(number) < community.open_stays, event.cost.sample(rng, number), np.inf)
        is_open, bill = until < bill, np.minimum(until, bill)
    bill = np.where(rng.random(number) < community.rounded, told_in_round_numbers(bill), np.round(bill))
    bill = np.maximum(bill, 1.0)
    bill[(rng.random(number) < event.zero_share) & ~is_open] = 0.0
    bill[rng.random(number) < community.missing] = np.nan
    return bill, is_open


def _drawn(law: CostLaw, village_log_sd: float, village: Array, rng: np.random.Generator) -> Array:
    if village_log_sd == 0.0 or not isinstance(law, Lognormal) or len(village) == 0:
        return law.sample(rng, len(village))
    within = math.sqrt(law.sigma**2 - village_log_sd**2)
    shift = village_log_sd * rng.standard_normal(int(village.max()) + 1)
    return np.asarray(np.exp(law.mu + shift[village] + within * rng.standard_normal(len(village))))


def told_in_round_numbers(bill: Array) -> Array:
    """The bill as it is told: the larger, the rounder; never 0."""
    step = np.array(ROUND_TO)[np.searchsorted(ROUND_FROM, bill, side="right") - 1]
    return np.asarray(np.maximum(np.round(bill / step), 1.0) * step)
