"""How often events happen: weighted events over weighted person-years, with what other families would say.

    incidence = sum(weight events) / sum(weight persons) x 365 / recall period

The interval is Student's t on the scale of logarithms, its spread from the resampled clusters or households
(`survey.bootstrap.log_t`). Where no event was found the bound is exact: -log(0.05) = 3.0 events in the
person-years asked about would be missed by one survey in twenty (the rule of three).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.frequency import HIGHEST_INCIDENCE
from survey.bootstrap import Design, Times, log_t
from survey.estimates import GroupIncidence, IncidenceEstimate, Interval, Reason
from survey.fit_options import FitOptions
from survey.reasons import reason
from survey.tables import DAYS_A_YEAR, SurveyTables

Array = NDArray[Any]

MISSED = -math.log(0.05)
"""Events that a survey finds none of with a chance of 5 %: 3.0."""
FEW_EVENTS = 10
LEAST_DESIGN_EFFECT = 0.25
"""A handful of households that happen to be alike do not make a survey more exact than this."""
SIZE_GROUPS = ((1, 3), (4, 5), (6, None))
AT_MOST_ONCE = frozenset({"delivery", "caesarean"})
"""Kinds that a person has at most once a year."""


@dataclass(frozen=True, kw_only=True)
class Incidence:
    """An estimate, and what each resample says: ``resampled`` of shape (B,), events per person-year."""

    estimate: IncidenceEstimate
    resampled: Array


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """Persons and events by household, shape (H,), and the resamples they are summed over."""

    persons: Array
    events: Array
    years: float


def incidence_of(
    kind: str, *, tables: SurveyTables, design: Design, times: Times, options: FitOptions
) -> Incidence:
    """Incidence of one kind of event.

    Parameters
    ----------
    kind : str
        Asked about in ``tables``.
    tables : SurveyTables
    design : Design
    times : Times
        Resamples, from ``design.times``.
    options : FitOptions
    """
    years = tables.recall[kind] / DAYS_A_YEAR
    chosen = (tables.events["kind"] == kind).to_numpy()
    households = tables.events["household"].to_numpy()[chosen]
    asked = _Asked(
        persons=tables.exposed, events=_by_household(households, len(tables.households)), years=years
    )
    interval, resampled, se = _rate(asked, design, times)
    person_years = float(asked.persons.sum()) * years
    events = int(chosen.sum())
    effective = person_years
    if se > 0.0 and events > 1:
        effective = min(interval.value / se**2, person_years / LEAST_DESIGN_EFFECT)
    estimate = IncidenceEstimate(
        kind=kind,
        recall_days=tables.recall[kind],
        persons=int(asked.persons.sum()),
        events=events,
        person_years=person_years,
        per_person_year=interval,
        standard_error=se,
        design_effect=person_years / effective,
        effective_person_years=effective,
        method="log_t" if events else "exact_zero",
        by_age=_by_age(kind, tables, design, times, options) if options.by_age else (),
        by_size=_by_size(asked, tables, design, times) if options.by_size else (),
        reasons=tuple(_warnings(kind, tables, events, interval, person_years)),
    )
    return Incidence(estimate=estimate, resampled=resampled)


def _by_household(households: Array, count: int) -> Array:
    return np.bincount(households, minlength=count).astype(np.float64)


def _rate(asked: _Asked, design: Design, times: Times) -> tuple[Interval, Array, float]:
    """Interval, resampled rates (B,), standard error; a resample without any person stays at the rate."""
    weighted = design.weight * asked.persons
    persons = float(weighted.sum()) * asked.years
    events = float(design.weight @ asked.events)
    if persons == 0.0:
        return Interval(value=0.0, low=0.0, high=0.0), np.zeros(len(times)), 0.0
    rate = events / persons
    if events == 0.0:
        upper = MISSED / (float(asked.persons.sum()) * asked.years)
        return Interval(value=0.0, low=0.0, high=upper), np.zeros(len(times)), 0.0
    there = times @ weighted * asked.years
    found = times @ (design.weight * asked.events)
    resampled = np.where(there > 0.0, found / np.where(there > 0.0, there, 1.0), rate)
    least = math.sqrt(LEAST_DESIGN_EFFECT * rate / (float(asked.persons.sum()) * asked.years))
    interval = log_t(rate, resampled, degrees_of_freedom=design.degrees_of_freedom, least=least)
    return interval, resampled, max(float(np.std(resampled, ddof=1)), least)


def _warnings(
    kind: str, tables: SurveyTables, events: int, interval: Interval, person_years: float
) -> list[Reason]:
    found = []
    if events == 0:
        found.append(reason("no_event", person_years=person_years, upper=interval.high))
    elif events < FEW_EVENTS:
        found.append(reason("few_events", events=events, needed=FEW_EVENTS))
    highest = 1.0 if kind in AT_MOST_ONCE else HIGHEST_INCIDENCE
    if interval.value > highest:
        found.append(reason("implausible_incidence", incidence=interval.value, highest=highest))
    own = tables.events[tables.events["kind"] == kind]
    unknown = int((own["person"] < 0).sum())
    if unknown:
        found.append(reason("unknown_persons", events=unknown))
    if kind in AT_MOST_ONCE:
        known = own["person"][own["person"] >= 0]
        again = int(len(known) - known.nunique())
        if again:
            found.append(reason("more_events_than_persons", events=again))
    return found


def _by_age(
    kind: str, tables: SurveyTables, design: Design, times: Times, options: FitOptions
) -> tuple[GroupIncidence, ...]:
    """By age of the person; events and persons of unknown age are left out of every group."""
    age = tables.persons["age"].to_numpy()
    of_person = tables.persons["household"].to_numpy()
    own = tables.events[(tables.events["kind"] == kind) & (tables.events["person"] >= 0)]
    person = own["person"].to_numpy()
    count = len(tables.households)
    ends = (*options.age_groups[1:], None)
    groups = []
    for low, high in zip(options.age_groups, ends, strict=True):
        inside = (age >= low) & (age < (np.inf if high is None else high))
        asked = _Asked(
            persons=_by_household(of_person[inside], count),
            events=_by_household(of_person[person[inside[person]]], count),
            years=tables.recall[kind] / DAYS_A_YEAR,
        )
        groups.append(_group(asked, design, times, low, None if high is None else high - 1.0))
    return tuple(groups)


def _by_size(asked: _Asked, tables: SurveyTables, design: Design, times: Times) -> tuple[GroupIncidence, ...]:
    size = tables.households["size"].to_numpy()
    groups = []
    for low, high in SIZE_GROUPS:
        inside = (size >= low) & (size <= (np.inf if high is None else high))
        part = _Asked(
            persons=np.where(inside, asked.persons, 0.0),
            events=np.where(inside, asked.events, 0.0),
            years=asked.years,
        )
        groups.append(_group(part, design, times, float(low), None if high is None else float(high)))
    return tuple(groups)


def _group(asked: _Asked, design: Design, times: Times, low: float, high: float | None) -> GroupIncidence:
    interval, _, _ = _rate(asked, design, times)
    return GroupIncidence(
        low=low,
        high=high,
        persons=float(asked.persons.sum()),
        events=float(asked.events.sum()),
        per_person_year=interval,
    )
