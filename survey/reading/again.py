"""Rows that stand in another file of the same survey too: exports of two weeks overlap.

Such a row equals one of an earlier file with the same header in every cell. It does not count, for nobody has
the same household, event or person asked about twice; within one file rows that are equal are only pointed
out, for two visits may cost the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from survey.reading.cells import Cell, text_of
from survey.reading.mapping import SheetMap
from survey.reading.sources import Source

Seen = dict[int, tuple[str, int]]


def mark_rows_of_other_files(sheets: Sequence[tuple[Source, SheetMap]]) -> None:
    """Let every source know which of its rows an earlier file has, and where."""
    alike: dict[tuple[str, str, str], list[Source]] = defaultdict(list)
    for source, sheet in sheets:
        # a workbook's sheets are joined by numbers of its own, and so are two that look alike
        own_numbers = "parent" in sheet.columns and source.file.format != "csv"
        if sheet.holds != "nothing" and not own_numbers:
            alike[source.fingerprint, sheet.holds, sheet.kind].append(source)
    for sources in alike.values():
        if len({source.file.sha256 for source in sources}) > 1:
            _mark(sources)


def _mark(sources: Sequence[Source]) -> None:
    seen: Seen = {}
    own: Seen = {}
    file = ""
    for source in sources:
        if source.file.sha256 != file:
            seen, own, file = {**seen, **own}, {}, source.file.sha256
        for number, cells in source.rows():
            row = told(cells, len(source.names))
            if row in seen:
                source.again[number] = seen[row]
            else:
                own.setdefault(row, (source.file.name, number))


def told(cells: Sequence[Cell], width: int) -> int:
    """A row as a number by which it is compared, within one process."""
    texts = [text_of(cell) for cell in cells[:width]]
    return hash((*texts, *[""] * (width - len(texts))))
