"""The results that the slides print, as benchmarks: nine sites and the averages. Pure.

Source: "Pricing of Community Based Health Insurance Products" (Micro Insurance Academy, 2018); the files are
`experience/example_data`, whose README says which slide each is from. Money is INR.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from experience.indicators import ByYear, Totals, Viability, by_year

FOLDER = Path(__file__).parent / "example_data"
RESULTS_2 = Totals(
    scheme_years=42,
    policy_years=145_173,
    premium=35_254_537.0,
    paid=0.6836 * 35_254_537.0,
    largest=4_296_138.0,
)
""" "Results 2". Only 34 of its 42 years of schemes are on slide "Results 1"; the others are not printed."""
CLAIM_RATIO = 0.6836


@cache
def premium_per_household() -> ByYear:
    """ "Results 1": INR a household a year, nine sites, 2010 to 2016, with the slide's gaps."""
    series: dict[str, dict[int, float]] = {}
    for row in _rows("premium_per_household.csv"):
        series.setdefault(row["scheme"], {})[int(row["year"])] = float(row["reported_premium_per_household"])
    return by_year(series)


@cache
def viability() -> dict[str, Viability]:
    """ "Lessons Learnt 3": the average year of the average scheme, and two schemes in 2017-18."""
    return {
        row["scheme"]: Viability(
            households=int(row["households"]),
            insured=int(row["insured"]),
            premium=float(row["premium"]),
            claim_ratio=float(row["claim_ratio"]),
        )
        for row in _rows("viability.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
