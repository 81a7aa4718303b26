"""Families by number of members, from the survey's households."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.families import LARGE_FAMILY_FROM, LARGEST_FAMILY
from survey.bootstrap import Design, Times, log_t_of_means, logit_t
from survey.estimates import FamilyEstimate, Reason
from survey.reasons import reason
from survey.tables import SurveyTables

Array = NDArray[Any]

LARGE_HOUSEHOLDS = 6.0
"""A mean size from which a survey's households are likely to hold more than one family that joins."""


def families_of(tables: SurveyTables, *, design: Design, times: Times) -> FamilyEstimate:
    """Shares of families by size, weighted; households of more than 12 count as 12."""
    size = tables.households["size"].to_numpy().astype(np.float64)
    held = np.minimum(size, LARGEST_FAMILY)
    found = np.bincount(held.astype(np.int64), design.weight, LARGEST_FAMILY + 1)[1:]
    people = design.weight * held
    in_large = people * (held >= LARGE_FAMILY_FROM)
    mean = float(people.sum() / design.weight.sum())
    df = design.degrees_of_freedom
    return FamilyEstimate(
        shares={str(number): float(share) for number, share in enumerate(found / found.sum(), 1) if share},
        mean_size=log_t_of_means(mean, (times @ people) / (times @ design.weight), degrees_of_freedom=df),
        share_in_large=logit_t(
            float(in_large.sum() / people.sum()),
            (times @ in_large) / (times @ people),
            number=float(held.sum()),
            degrees_of_freedom=df,
        ),
        beyond_largest=int((size > LARGEST_FAMILY).sum()),
        reasons=tuple(_warnings(tables, size, mean)),
    )


def _warnings(tables: SurveyTables, size: Array, mean: float) -> list[Reason]:
    found = []
    beyond = int((size > LARGEST_FAMILY).sum())
    if beyond:
        found.append(reason("beyond_largest", households=beyond, largest=LARGEST_FAMILY))
    if len(tables.persons):
        listed = np.bincount(tables.persons["household"].to_numpy(), minlength=len(size))
        differ = int((listed != size).sum())
        if differ:
            found.append(reason("roster_differs", households=differ, share=differ / len(size)))
    if mean > LARGE_HOUSEHOLDS:
        found.append(reason("household_is_not_family", mean_size=mean))
    return found
