"""Problems as they are found: all counted, the first of each code kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from survey.reading.cells import Cell, text_of
from survey.reading.personal import HIDDEN, hide
from survey.reading.problems import Problem, Severity
from survey.reading.sources import Source

SHARE_OF_ONE_CODE = 5
"""One code takes at most a fifth of the list, so that a thousand missing bills do not hide the rest."""


class Recorder:
    """Collects problems; the list is bounded, the counts are not."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        self.counts: dict[str, Counter[Severity]] = {}
        self._kept: list[Problem] = []
        self._order: dict[tuple[str, str], int] = {}
        self.dropped: set[tuple[str, str, int]] = set()
        """Rows that do not count, each once, whatever else is wrong with them."""
        self._hidden: set[tuple[str, str, str]] = set()

    def hide_columns(self, source: Source, columns: Iterable[str]) -> None:
        """Never repeat a value of these."""
        self._hidden |= {(source.file.sha256, source.sheet, column) for column in columns}

    def place(self, source: Source) -> None:
        """Remember the order of sheets, for the list."""
        self._order.setdefault((source.file.name, source.sheet), len(self._order))

    def add(
        self,
        code: str,
        severity: Severity,
        source: Source,
        *,
        row: int = 0,
        column: str = "",
        value: Cell = "",
        **params: str | float,
    ) -> None:
        if severity == "dropped":
            self.dropped.add((source.file.sha256, source.sheet, row))
        is_hidden = (source.file.sha256, source.sheet, column) in self._hidden
        self.keep(
            lambda: Problem(
                code=code,
                severity=severity,
                file=source.file.name,
                sheet=source.sheet,
                row=row,
                column=column,
                value=HIDDEN if is_hidden and value else hide(text_of(value)),
                params=params,
            ),
            code,
            severity,
        )

    def told(self, source: Source, column: str) -> set[int]:
        """Rows in whose cell of this column something is listed already."""
        return {
            one.row
            for one in self._kept
            if (one.file, one.sheet, one.column) == (source.file.name, source.sheet, column)
        }

    def add_all(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.keep(lambda problem=problem: problem, problem.code, problem.severity)  # type: ignore[misc]

    def keep(self, make: Callable[[], Problem], code: str, severity: Severity) -> None:
        count = self.counts.setdefault(code, Counter())
        count[severity] += 1
        if sum(count.values()) <= max(1, self.most // SHARE_OF_ONE_CODE) and len(self._kept) < self.most:
            self._kept.append(make())

    def count(self, code: str, severity: Severity, times: int) -> None:
        """Count more of what was listed already."""
        if times > 0:
            self.counts.setdefault(code, Counter())[severity] += times

    def room(self, code: str) -> int:
        """How many more of a code would be listed."""
        taken = sum(self.counts.get(code, Counter()).values())
        return max(0, min(max(1, self.most // SHARE_OF_ONE_CODE) - taken, self.most - len(self._kept)))

    def listed(self) -> tuple[Problem, ...]:
        """Sheet by sheet, what is about the whole sheet first, then row by row."""
        last = len(self._order)
        return tuple(
            sorted(
                self._kept,
                key=lambda problem: (self._order.get((problem.file, problem.sheet), last), problem.row),
            )
        )

    def totals(self) -> dict[str, dict[Severity, int]]:
        return {code: dict(by_severity) for code, by_severity in self.counts.items()}
