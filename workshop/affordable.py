"""Who would pay: the scheme's own survey where it asked, else what was published."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schemes.models import Scheme
from survey.models import State, Survey
from survey.reading.tables_file import tables_from_bytes
from workshop.willingness import FEWEST_ANSWERS, Households


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the newest survey with answers says: `asked` and `food` are None where it has too few."""

    survey: str
    asked: Households | None
    food: Households | None


def asked_of(scheme: Scheme, *, share_of_food: float | None) -> Asked | None:
    """The newest survey of the scheme whose rows are still here and that asked about money, if any."""
    surveys = (
        Survey.objects.beside(scheme)
        .with_rows()
        .filter(scheme=scheme, state=State.READ, tables__isnull=False)
        .select_related("tables")
    )
    for survey in surveys.order_by("-created_at"):
        assert survey.tables is not None  # asked for above
        households = tables_from_bytes(survey.tables.bytes()).households
        size, weight = households["size"].to_numpy(), households["weight"].to_numpy()
        would_pay, spends = (
            households[name].to_numpy(dtype=np.float64) for name in ("willingness_to_pay", "food_spending")
        )
        asked = _answers(would_pay, size, weight, basis="asked")
        food = None
        if share_of_food is not None:
            food = _answers(share_of_food * spends, size, weight, basis="food")
        if asked is not None or np.isfinite(spends).sum() >= FEWEST_ANSWERS:
            return Asked(survey=survey.name, asked=asked, food=food)
    return None


def _answers(most: np.ndarray, size: np.ndarray, weight: np.ndarray, *, basis: str) -> Households | None:
    answered = np.isfinite(most) & (most >= 0.0)
    if answered.sum() < FEWEST_ANSWERS:
        return None
    return Households(
        most=most[answered],
        size=size[answered],
        weight=weight[answered],
        basis="food" if basis == "food" else "asked",
    )
