"""What every survey becomes before anything is estimated: households, their members, their events.

Whatever the shape of the file, reading it ends here; fitting starts here. Money is in the scheme's currency,
as it was on the day of the survey; a recall period is in days; a household's place in its table is its name
in the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

DAYS_A_YEAR = 365.0

HOUSEHOLD_COLUMNS: Mapping[str, str] = {
    "household": "str",
    "cluster": "str",
    "weight": "float64",
    "size": "int64",
    "food_spending": "float64",
    "total_spending": "float64",
    "willingness_to_pay": "float64",
}
"""household: its id in the file, unique; cluster: village or ward, "" where none was noted; weight: design
weight, above 0; size: persons who count as exposed; spending in money a year; willingness_to_pay: money a
year for the whole household; NaN where not asked."""

PERSON_COLUMNS: Mapping[str, str] = {
    "household": "int64",
    "age": "float64",
    "sex": "str",
}
"""household: place in the households; age in years, NaN where unknown; sex: "f", "m" or ""."""

EVENT_COLUMNS: Mapping[str, str] = {
    "household": "int64",
    "person": "int64",
    "kind": "str",
    "bill": "float64",
    "days": "float64",
    "transport": "float64",
    "days_lost": "float64",
    "is_open": "bool",
    "row": "int64",
}
"""household: place in the households; person: place in the persons, -1 where unknown; kind: one of
`KINDS`; bill: money, NaN where unknown; days in hospital, NaN; transport: money, 0 where none was paid, NaN
where not asked; days_lost: days of work lost, NaN where not asked; is_open: the event was not over on the
day of the survey, so that bill and days are lower bounds (censored on the right); row: its place in
the file."""

KINDS = ("outpatient", "laboratory", "imaging", "injury", "hospital", "delivery", "caesarean")
"""Kinds of events, by the key that the benefit of that name has in the assumptions."""


class TablesRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """The tables do not fit together; says which and where."""


@dataclass(frozen=True, kw_only=True)
class SurveyTables:
    """One survey, read and cleaned.

    Attributes
    ----------
    households, persons, events : DataFrame
        With the columns above, in that order, indexed 0, 1, 2, ...
    recall : mapping of kind to days
        Every kind that was asked about, also one of which no event was found, with its recall period.
    """

    households: pd.DataFrame
    persons: pd.DataFrame
    events: pd.DataFrame
    recall: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_columns("households", self.households, HOUSEHOLD_COLUMNS)
        _check_columns("persons", self.persons, PERSON_COLUMNS)
        _check_columns("events", self.events, EVENT_COLUMNS)
        if self.households["household"].duplicated().any():
            raise TablesRefused("households: an id is there twice")
        if not (self.households["weight"] > 0).all() or not np.isfinite(self.households["weight"]).all():
            raise TablesRefused("households: every weight is above 0")
        if not (self.households["size"] >= 1).all():
            raise TablesRefused("households: every size is at least 1")
        _check_places("persons", "household", self.persons, low=0, high=len(self.households))
        _check_places("events", "household", self.events, low=0, high=len(self.households))
        _check_places("events", "person", self.events, low=-1, high=len(self.persons))
        unknown = set(self.events["kind"]) - set(self.recall)
        if unknown:
            raise TablesRefused(f"events: no recall period is given for {', '.join(sorted(unknown))}")
        if any(kind not in KINDS for kind in self.recall):
            raise TablesRefused(f"recall: a kind is one of {', '.join(KINDS)}")
        if not all(0.0 < days <= 3660.0 for days in self.recall.values()):
            raise TablesRefused("recall: a recall period is above 0 days and at most 3,660")

    @property
    def exposed(self) -> np.ndarray:
        """Persons of each household, shape (households,)."""
        return self.households["size"].to_numpy(dtype=np.float64)

    def person_years(self, kind: str) -> float:
        """Person-years asked about events of ``kind``, unweighted."""
        return float(self.exposed.sum()) * self.recall[kind] / DAYS_A_YEAR


def _check_columns(name: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
    if list(frame.columns) != list(columns):
        raise TablesRefused(f"{name}: the columns are {', '.join(columns)}, in this order")
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        raise TablesRefused(f"{name}: the rows are counted 0, 1, 2, ...")


def _check_places(name: str, column: str, frame: pd.DataFrame, *, low: int, high: int) -> None:
    places = frame[column].to_numpy()
    if len(places) and (places.min() < low or places.max() >= high):
        raise TablesRefused(f"{name}: {column} points outside its table")
