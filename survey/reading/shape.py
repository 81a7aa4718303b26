"""Which of the known layouts a survey's sheets make up, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from survey.reading.guess import Fit
from survey.reading.mapping import SheetMap
from survey.reading.reading import Shape

LINKS = ("household", "parent", "key")
MATTERS = ("household", "parent", "kind", "bill", "count", "size", "age")


def shape_of(sheets: Sequence[tuple[SheetMap, Sequence[Fit]]]) -> tuple[Shape, float]:
    """The layout, and the mean confidence of the columns that matter to it."""
    used = [(sheet, fits) for sheet, fits in sheets if sheet.holds != "nothing"]
    shape = _shape([sheet for sheet, _fits in used])
    if shape == "unknown":
        return shape, 0.0
    sure = [fit.confidence for _sheet, fits in used for fit in fits if fit.role.partition(".")[0] in MATTERS]
    linked = sum(
        any(link in sheet.columns for link in LINKS) or sheet.holds == "recall" for sheet, _fits in used
    )
    return shape, round(linked / len(used) * (sum(sure) / len(sure) if sure else 0.5), 3)


def _shape(sheets: Sequence[SheetMap]) -> Shape:
    events = [sheet for sheet in sheets if sheet.holds == "events"]
    listed = [sheet for sheet in sheets if sheet.holds in {"households", "persons"}]
    if not listed:
        return "unknown"
    if any("parent" in sheet.columns for sheet in sheets):
        return "repeat_groups"
    if len([sheet for sheet in events if sheet.kind]) >= 2:
        return "blocks"
    if events:
        return "events_and_roster"
    counted = any(role.startswith(("count.", "bill.")) for sheet in listed for role in sheet.columns)
    return "persons_with_counts" if counted else "unknown"
