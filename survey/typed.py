"""No survey: figures typed by hand, or told by groups of villagers (illness mapping), with their doubt.

A typed incidence is as unsure as its person says ("it may be half as much or twice"); a group estimate as
unsure as the groups differ. Either is stored as the person-years of a survey that would be as unsure, so that
everything that is said of a survey's error is said of them too.

Groups know well what is frequent. In Gaya, Bihar, 2010, 1,000 households were asked one by one and expert
groups of the same villages together (BMC Medical Research Methodology 2012, 12:153): illness 25.9 % by groups
against 31.4 % by survey, but hospital stays 1.1 % against 2.6 %, less than half.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.estimates import Interval, Reason
from survey.json_values import ValueRefused
from survey.reasons import reason

GAYA_HOSPITAL_SURVEY, GAYA_HOSPITAL_GROUP = 0.026, 0.011
GAYA_FACTOR = GAYA_HOSPITAL_SURVEY / GAYA_HOSPITAL_GROUP
TYPED_SPREAD = 2.0
"""Where nobody says how sure a typed figure is: it may be half as much or twice."""
FEWEST_GROUPS = 2
NORMAL = 1.959964
LEAST_SPREAD = 1.01


@dataclass(frozen=True, kw_only=True)
class TypedIncidence:
    """A figure without a survey.

    Attributes
    ----------
    key : str
        The benefit.
    source : str
        "typed" or "group".
    per_person_year : Interval
    exposure : float
        Person-years of a plain survey that would be as unsure: to store as asked about.
    reasons : tuple of Reason
    """

    key: str
    source: str
    per_person_year: Interval
    exposure: float
    reasons: tuple[Reason, ...] = ()


def typed_incidence(*, key: str, incidence: float, spread: float = TYPED_SPREAD) -> TypedIncidence:
    """A typed incidence, with how far off it may be.

    Parameters
    ----------
    key : str
    incidence : float
        Events per person-year, above 0.
    spread : float
        The truth is taken to lie between ``incidence / spread`` and ``incidence * spread`` in 95 of 100
        cases; above 1.
    """
    if not incidence > 0.0:
        raise ValueRefused(f"incidence: {incidence:g} is not above 0")
    if not LEAST_SPREAD <= spread <= 100.0:
        raise ValueRefused(f"spread: {spread:g} is not between {LEAST_SPREAD:g} and 100; 2 is half to twice")
    relative = math.log(spread) / NORMAL
    return TypedIncidence(
        key=key,
        source="typed",
        per_person_year=Interval(value=incidence, low=incidence / spread, high=incidence * spread),
        exposure=1.0 / (incidence * relative**2),
        reasons=(reason("typed_by_hand", spread=spread),),
    )


def group_incidence(
    *, key: str, events: Sequence[float], persons: Sequence[float], years: float = 1.0
) -> TypedIncidence:
    """What groups told, each of the people it speaks for.

    Parameters
    ----------
    key : str
    events, persons : sequence of float
        By group: how many events among how many people.
    years : float
        The time they were asked about.

    Notes
    -----
    ``incidence = sum(events) / sum(persons) / years``; its variance is that of a ratio of group totals,
    ``G / (G - 1) sum((events - incidence persons years)^2) / (sum(persons) years)^2``, never less than the
    Poisson variance of the events themselves.
    """
    counts, people = np.asarray(events, dtype=np.float64), np.asarray(persons, dtype=np.float64)
    if len(counts) != len(people) or len(counts) < FEWEST_GROUPS:
        raise ValueRefused(f"groups: give events and persons of at least {FEWEST_GROUPS} groups")
    if (counts < 0).any() or (people <= 0).any() or not years > 0.0:
        raise ValueRefused("groups: events are at least 0, persons and years above 0")
    if counts.sum() == 0.0:
        raise ValueRefused("groups: no group told of an event; type an incidence instead")
    asked = float(people.sum()) * years
    incidence = float(counts.sum()) / asked
    apart = float(((counts - incidence * people * years) ** 2).sum()) * len(counts) / (len(counts) - 1.0)
    variance = max(apart, float(counts.sum())) / asked**2
    spread = math.exp(min(NORMAL * math.sqrt(variance) / incidence, 40.0))
    reasons = [reason("group_estimate", groups=len(counts))]
    if key in ("hospitalisation", "hospital"):
        reasons.append(
            reason(
                "group_hospital_understated",
                survey=GAYA_HOSPITAL_SURVEY,
                group=GAYA_HOSPITAL_GROUP,
                factor=GAYA_FACTOR,
            )
        )
    return TypedIncidence(
        key=key,
        source="group",
        per_person_year=Interval(value=incidence, low=incidence / spread, high=incidence * spread),
        exposure=incidence / variance,
        reasons=tuple(reasons),
    )
