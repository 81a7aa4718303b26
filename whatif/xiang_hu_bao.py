"""Xiang Hu Bao, October 2018 to January 2022: what is known, and what a simple pool makes of it.

``data/xiang_hu_bao_history.csv`` holds the published figures, each with its source. The pool has 75 cases a
year among 100,000 members, 90 days of wait, 240 days more until cases have come to their full number, a mean
aid of 135,000 yuan and a fee of 8 % of the aid; of the history it is told the number of members only.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from whatif.mutual_aid_model import Maturity, Replay, half_months, replay

FILE = Path(__file__).parent / "data" / "xiang_hu_bao_history.csv"
CASES = 75e-5
AID = 135_000.0
FEE = 0.08
MATURITY = Maturity(wait=90, ramp=240)
FIRST_BILL = date(2018, 12, 14)
LAST_BILL = date(2021, 12, 28)
YEARLY_CAP = 188.0
"""Yuan a member in 2019. An article of that year calls it monthly; contemporary reports say yearly."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """One published figure: on a day, of a plan; None where it was not published."""

    day: date
    period: str
    plan: str
    members: float | None
    share: float | None
    cases: int | None
    helped: int | None
    kind: str
    source: str


@cache
def history() -> tuple[Known, ...]:
    """The published figures, by day."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Known(
                day=date.fromisoformat(row["date"]),
                period=row["period"],
                plan=row["plan"],
                members=float(row["members_million"]) * 1e6 if row["members_million"] else None,
                share=float(row["share_yuan_per_member_period"])
                if row["share_yuan_per_member_period"]
                else None,
                cases=int(row["cases_in_period"]) if row["cases_in_period"] else None,
                helped=int(row["cumulative_helped"]) if row["cumulative_helped"] else None,
                kind=row["kind"],
                source=row["source"],
            )
            for row in csv.DictReader(file)
        )


def known_members() -> list[tuple[date, float]]:
    """Members of all plans on the days on which they are known, up to the last bill.

    In August 2020 only the general plan's are; it was then nearly the whole.
    """
    found = {row.day: row.members for row in history() if row.members is not None and row.plan == "all"}
    found[date(2020, 8, 14)] = next(
        row.members for row in history() if row.day == date(2020, 8, 14) and row.members is not None
    )
    return sorted((day, members) for day, members in found.items() if day <= LAST_BILL)


def known_months() -> dict[date, float]:
    """What a member paid in a month, by its first day; twice the half where only one half is known."""
    halves: dict[date, list[float]] = {}
    whole: dict[date, float] = {}
    for row in history():
        first = date(row.day.year, row.day.month, 1)
        if row.share is None or row.period.startswith("year"):
            continue
        if row.period.endswith("month"):
            whole[first] = row.share
        else:
            halves.setdefault(first, []).append(row.share)
    return {first: 2 * sum(shares) / len(shares) for first, shares in halves.items()} | whole


@cache
def replayed() -> Replay:
    """What the simple pool makes of the history."""
    return replay(
        known=known_members(),
        ends=half_months(FIRST_BILL, LAST_BILL),
        cases=CASES,
        aid=AID,
        fee=FEE,
        maturity=MATURITY,
    )
