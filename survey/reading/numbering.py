"""Households numbered anew in every village: "household 1" is then another one in each.

Where the sample shows it, a household's id is put together from its village and its number, in every sheet
that has both; the village goes on being its cluster (`cluster_among`). Where a sheet has no village, nobody
can tell whose its rows are: those households are left out when they are read, and listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.reading.guess import LEAST, Column, named_fits
from survey.reading.keys import plain_id
from survey.reading.mapping import SheetMap

SHARES = {"households": 0.1, "persons": 0.3}
"""Share of the numbers that stand under several villages; fewer are slips (a list of persons has more)."""


def settle_numbers(sheets: Sequence[tuple[SheetMap, Sequence[Column]]]) -> list[SheetMap]:
    """The maps, with ids of two columns where the numbers start anew in every village."""
    maps = [sheet for sheet, _columns in sheets]
    if not any(_starts_anew(sheet, columns) for sheet, columns in sheets):
        return maps
    joined = [_joined(sheet, columns) for sheet, columns in sheets]
    if any(one is None for one in joined):
        return maps
    return [one for one in joined if one is not None]


def is_rule(several: int, *, of: int, share: float) -> bool:
    """Whether so many of the numbers stand under several villages that it is no slip."""
    return several >= min(2, of) and several > share * of


def cluster_among(places: Mapping[str, tuple[int, ...]], names: Sequence[str]) -> tuple[int, ...]:
    """The column of villages among those that a household's id is put together from."""
    parts = places.get("household", ())
    if "cluster" in places or len(parts) < 2:
        return ()
    return tuple(place for place in parts if _is_cluster(names[place]))[:1]


def _starts_anew(sheet: SheetMap, columns: Sequence[Column]) -> bool:
    household, cluster = sheet.columns.get("household", ()), sheet.columns.get("cluster", ())
    if sheet.holds not in SHARES or len(household) != 1 or not cluster:
        return False
    by_name = {column.name: column for column in columns}
    if household[0] not in by_name or cluster[0] not in by_name:
        return False
    villages: dict[str, set[str]] = defaultdict(set)
    for number, village in zip(by_name[household[0]].texts, by_name[cluster[0]].texts, strict=False):
        if number and village:
            villages[plain_id(number)].add(plain_id(village))
    several = sum(len(found) > 1 for found in villages.values())
    return is_rule(several, of=len(villages), share=SHARES[sheet.holds])


def _joined(sheet: SheetMap, columns: Sequence[Column]) -> SheetMap | None:
    """The sheet's map with ids of two columns; as it is where it needs none; None if it has no village."""
    household = sheet.columns.get("household", ())
    if "parent" in sheet.columns:
        # joined by the export's own numbers
        return sheet
    if sheet.holds not in {"households", "persons", "events"} or len(household) != 1:
        return sheet
    own = sheet.columns.get("cluster") or tuple(
        column.name for column in columns if not column.dropped and _is_cluster(column.name)
    )
    if not own or own[0] == household[0]:
        return None
    others = {role: names for role, names in sheet.columns.items() if role not in {"household", "cluster"}}
    return replace(sheet, columns={**others, "household": (own[0], household[0])})


def _is_cluster(name: str) -> bool:
    return any(fit.role == "cluster" and fit.confidence >= LEAST for fit in named_fits(name))
