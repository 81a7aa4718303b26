"""A made-up survey of sixty households that were asked about money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey.tables import EVENT_COLUMNS, HOUSEHOLD_COLUMNS, PERSON_COLUMNS, SurveyTables

COUNT = 60


def tables_of_households(
    rng: np.random.Generator,
    *,
    willingness_to_pay: float | None = None,
    food_spending: float | None = None,
    answers: int = COUNT,
) -> SurveyTables:
    """Answers spread around what is given; NaN where it is None or beyond the first ``answers``."""

    def spread(middle: float | None) -> np.ndarray:
        values = np.full(COUNT, np.nan)
        if middle is not None:
            values[:answers] = middle * rng.lognormal(0.0, 0.6, answers)
        return values

    households = pd.DataFrame(
        {
            "household": [f"h{n}" for n in range(COUNT)],
            "cluster": "",
            "weight": 1.0,
            "size": rng.integers(1, 7, COUNT),
            "food_spending": spread(food_spending),
            "total_spending": np.nan,
            "willingness_to_pay": spread(willingness_to_pay),
        }
    ).astype(dict(HOUSEHOLD_COLUMNS))
    empty = {name: pd.Series(dtype=kind) for name, kind in EVENT_COLUMNS.items()}
    nobody = {name: pd.Series(dtype=kind) for name, kind in PERSON_COLUMNS.items()}
    return SurveyTables(households=households, persons=pd.DataFrame(nobody), events=pd.DataFrame(empty))
