"""Small surveys for tests, written by hand or duplicated."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from survey.fit_options import FitOptions
from survey.synthetic import Community, synthetic_survey
from survey.tables import EVENT_COLUMNS, HOUSEHOLD_COLUMNS, PERSON_COLUMNS, SurveyTables

QUICK = FitOptions(resamples=200, tests=99)
NAN = float("nan")


def make_tables(*, sizes, events=(), recall=None, clusters=None, weights=None, ages=None) -> SurveyTables:
    """``events``: dicts with household and kind, person -1 and bill unknown unless said."""
    count = len(sizes)
    households = pd.DataFrame(
        {
            "household": [f"H{place}" for place in range(count)],
            "cluster": clusters if clusters is not None else [""] * count,
            "weight": weights if weights is not None else [1.0] * count,
            "size": sizes,
            "food_spending": NAN,
            "total_spending": NAN,
            "willingness_to_pay": NAN,
        }
    )
    of = np.repeat(np.arange(count), sizes)
    persons = pd.DataFrame({"household": of, "age": ages if ages is not None else 30.0, "sex": ""})
    usual = {
        "person": -1,
        "bill": NAN,
        "days": NAN,
        "transport": NAN,
        "days_lost": NAN,
        "is_open": False,
        "row": 0,
    }
    rows = [{**usual, **event} for event in events]
    frame = pd.DataFrame(rows, columns=list(EVENT_COLUMNS))
    return SurveyTables(
        households=households.astype(dict(HOUSEHOLD_COLUMNS)),
        persons=persons.astype(dict(PERSON_COLUMNS)),
        events=frame.astype(dict(EVENT_COLUMNS)),
        recall=recall if recall is not None else {"hospital": 365.0},
    )


def made_up(**community) -> SurveyTables:
    """A synthetic survey; the same words give the same survey."""
    seed = community.pop("seed", 1)
    return synthetic_survey(Community(**community), rng=np.random.default_rng(seed))[0]


@cache
def usual_survey() -> SurveyTables:
    """800 households of 40 villages."""
    return made_up(households=800, seed=3)


def with_bills_times(tables: SurveyTables, factor: float) -> SurveyTables:
    events = tables.events.copy()
    events["bill"] *= factor
    events["transport"] *= factor
    return SurveyTables(
        households=tables.households, persons=tables.persons, events=events, recall=tables.recall
    )


def repeated(tables: SurveyTables, times: int) -> SurveyTables:
    """Every household ``times`` times over, with its people and events, in villages of their own."""
    count, people = len(tables.households), len(tables.persons)
    households, persons, events = [], [], []
    for copy in range(times):
        own = tables.households.copy()
        own["household"] = [f"{name}-{copy}" for name in own["household"]]
        own["cluster"] = [f"{name}-{copy}" if name else "" for name in own["cluster"]]
        households.append(own)
        persons.append(tables.persons.assign(household=tables.persons["household"] + copy * count))
        moved = tables.events.assign(household=tables.events["household"] + copy * count)
        moved["person"] = np.where(moved["person"] >= 0, moved["person"] + copy * people, -1)
        events.append(moved)
    return SurveyTables(
        households=pd.concat(households, ignore_index=True),
        persons=pd.concat(persons, ignore_index=True),
        events=pd.concat(events, ignore_index=True),
        recall=tables.recall,
    )


def shuffled(tables: SurveyTables, seed: int) -> SurveyTables:
    """The same survey with households, persons and events in another order."""
    rng = np.random.default_rng(seed)
    of_household = rng.permutation(len(tables.households))
    new_household = np.argsort(of_household)
    of_person = rng.permutation(len(tables.persons))
    new_person = np.append(np.argsort(of_person), -1)
    persons = tables.persons.iloc[of_person].reset_index(drop=True)
    persons["household"] = new_household[persons["household"].to_numpy()]
    events = tables.events.iloc[rng.permutation(len(tables.events))].reset_index(drop=True)
    events["household"] = new_household[events["household"].to_numpy()]
    events["person"] = new_person[events["person"].to_numpy()]
    return SurveyTables(
        households=tables.households.iloc[of_household].reset_index(drop=True),
        persons=persons,
        events=events,
        recall=tables.recall,
    )
