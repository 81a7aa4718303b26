"""Rows of the comparison: one value for each package, each better or worse for a family than one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

Better = Literal["high", "low", ""]


@dataclass(frozen=True, kw_only=True)
class Cell:
    text: str
    css: str = ""
    aside: str = ""
    """What a screen reader says after the value."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What the scheme pays of a bill, in percent of the bar's width, and what it leaves."""

    paid: float


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    cells: Sequence[Cell] = ()
    small: str = ""
    css: str = ""
    icon: str = ""
    bars: Sequence[Bar] = ()

    @property
    def is_same(self) -> bool:
        """Whether all packages say the same here."""
        return bool(self.cells) and len({cell.text for cell in self.cells}) == 1


@dataclass(kw_only=True)
class Part:
    title: str
    aside: str = ""
    rows: list[Row] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return any(row.cells and not row.is_same for row in self.rows)

    def only_differences(self) -> Part:
        """Without the rows in which all are alike; without bars where nothing is left."""
        rows = [row for row in self.rows if not row.is_same]
        return Part(title=self.title, aside=self.aside, rows=rows if self.differs else [])


def row_of(
    name: str,
    values: Sequence[float],
    texts: Sequence[str],
    *,
    better: Better,
    against: int,
    small: str = "",
    css: str = "",
    icon: str = "",
) -> Row:
    """A row whose values can be told apart by number; what reads the same is neither better nor worse."""
    reference, words = values[against], texts[against]
    cells = [
        _cell(text, value - reference if text != words else 0.0, better=better, against=against)
        for value, text in zip(values, texts, strict=True)
    ]
    return Row(name=name, cells=cells, small=small, css=css, icon=icon)


def words_row(name: str, texts: Sequence[str], *, small: str = "") -> Row:
    """A row that is only read."""
    return Row(name=name, cells=[Cell(text=text) for text in texts], small=small)


def _cell(text: str, more: float, *, better: Better, against: int) -> Cell:
    if not better or more == 0.0:
        return Cell(text=text)
    if (more > 0.0) == (better == "high"):
        return Cell(text=text, css="is-better", aside=_("better than %(number)s") % {"number": against + 1})
    return Cell(text=text, css="is-worse", aside=_("worse than %(number)s") % {"number": against + 1})
