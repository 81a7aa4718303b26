"""What a model's answer looks like on its page: a sentence, one chart, tables, and what to bear in mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemes.charts import Plot

NARROW = 1
"""Columns of numbers that a phone has room for beside a row's name."""
MIDDLING = 4
"""Those that a tablet has room for."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table; the picked one stands out."""

    name: str
    cells: Sequence[str]
    is_pick: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    caption: str
    corner: str
    columns: Sequence[str]
    rows: Sequence[Row]
    note: str = ""

    @property
    def width(self) -> str:
        """From which width on its rows stand side by side; below it each row is a list of its own."""
        if len(self.columns) > NARROW:
            return "is-widest" if len(self.columns) > MIDDLING else "is-wide"
        return ""

    @property
    def row_title(self) -> str:
        """What a row's number counts, said beside it where the table has no head; names need none."""
        return self.corner if all(row.name[:1].isdecimal() for row in self.rows) else ""

    @property
    def lines(self) -> list[dict[str, object]]:
        """Rows with each cell's column beside it."""
        return [
            {
                "name": row.name,
                "is_pick": row.is_pick,
                "named": list(zip(self.columns, row.cells, strict=True)),
            }
            for row in self.rows
        ]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Something to know before deciding, as short points under a heading."""

    title: str
    points: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a page shows for the numbers typed.

    Attributes
    ----------
    sentence : str
        The answer in one plain sentence; this is what a note keeps.
    figure, figure_name : str
        The one number that matters, with its unit, and what it is.
    tables : sequence of Table
        The first belongs to the chart.
    plot : Plot or None
        None where no line is to be drawn.
    more_plots : sequence of Plot
    readings : sequence of Reading
    cautions : sequence of str
        When not to trust it, and what it leaves out.
    """

    sentence: str
    figure: str
    figure_name: str
    tables: Sequence[Table]
    plot: Plot | None = None
    more_plots: Sequence[Plot] = ()
    readings: Sequence[Reading] = ()
    cautions: Sequence[str] = ()
