"""Cells that would tell of few people are not shown: none of 1 to 10, nor one that gives it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey.estimates import GroupIncidence

FEWEST_SHOWN = 11


def hidden(counts: Sequence[float]) -> list[bool]:
    """Which cells of a table with a known total are hidden.

    A single hidden cell would follow from the total: the smallest of the others goes with it.
    """
    small = [0 < count < FEWEST_SHOWN for count in counts]
    others = [(count, place) for place, count in enumerate(counts) if not small[place] and count > 0]
    hidden_sum = sum(count for count, is_small in zip(counts, small, strict=True) if is_small)
    if any(small) and others and (sum(small) == 1 or hidden_sum < FEWEST_SHOWN):
        small[min(others)[1]] = True
    return small


def shown_groups(groups: Sequence[GroupIncidence]) -> list[tuple[GroupIncidence, bool]]:
    """Each group, and whether its figures are hidden."""
    by_events = hidden([group.events for group in groups])
    by_persons = hidden([group.persons for group in groups])
    return [
        (group, few_events or few_persons)
        for group, few_events, few_persons in zip(groups, by_events, by_persons, strict=True)
    ]


PARTS_OF_FEW = ("sample", "data_quantiles", "quantile_chances", "bin_edges", "bin_shares")
"""Of a severity: they repeat single bills."""


def without_small_cells(estimates: dict[str, Any], groups_of: Any) -> dict[str, Any]:
    """Estimates as they may be taken away; `groups_of` gives back the groups behind each incidence."""
    cleaned = dict(estimates)
    cleaned["incidences"] = [
        one | {name: _cleaned(one[name], groups_of(one["kind"], name)) for name in ("by_age", "by_size")}
        for one in estimates["incidences"]
    ]
    cleaned["severities"] = [
        {name: value for name, value in one.items() if name not in PARTS_OF_FEW}
        | {
            "fits": [
                {k: v for k, v in fit.items() if k not in ("quantiles", "density")} for fit in one["fits"]
            ]
        }
        for one in estimates["severities"]
    ]
    return cleaned


def _cleaned(rows: Sequence[dict[str, Any]], groups: Sequence[GroupIncidence]) -> list[dict[str, Any]]:
    return [
        {"low": row["low"], "high": row["high"], "hidden": True} if is_hidden else row
        for row, (_group, is_hidden) in zip(rows, shown_groups(groups), strict=True)
    ]
