"""The list of problems: which are shown, what each says, what was decided so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schemes.numbers import format_number
from survey.models import Survey
from survey.problem_rows import Severity, SurveyCorrection, SurveyProblem
from survey.queries import problems_of, standing_corrections
from survey.words import code_words, problem_words

A_PAGE = 100
SHOWN_CORRECTIONS = 50


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What is looked at: from the address, and back into it."""

    severity: str = ""
    code: str = ""
    sheet: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        return cls(**{name: query.get(name, "")[:400] for name in ("severity", "code", "sheet")})

    @property
    def query(self) -> dict[str, str]:
        given = {"severity": self.severity, "code": self.code, "sheet": self.sheet}
        return {name: value for name, value in given.items() if value}

    @property
    def is_any(self) -> bool:
        return bool(self.query)


@dataclass(frozen=True)
class Line:
    problem: SurveyProblem
    words: str
    corrected: str
    is_first: bool
    """Of its cell: two problems of one value share one box."""
    is_first_of_row: bool
    typed: str = ""
    """What a form that was refused had in the box, and whether its row was ticked: neither is lost."""
    ticked: bool = False
    is_out: bool = False
    """Its row does not count as it is: there is nothing to leave out."""

    @property
    def field(self) -> str:
        return f"value-{self.problem.pk}"

    @property
    def can_type(self) -> bool:
        return bool(self.is_first and self.problem.row and self.problem.column and self.problem.file_sha256)

    @property
    def can_leave_out(self) -> bool:
        return bool(
            self.is_first_of_row and self.problem.row and self.problem.file_sha256 and not self.is_out
        )

    @property
    def where(self) -> str:
        return self.problem.sheet or self.problem.file

    @property
    def chip(self) -> str:
        css = {Severity.DROPPED: "chip--bad", Severity.DOUBTFUL: "chip--warn"}
        return css.get(Severity(self.problem.severity), "")


class ProblemsPage:
    """A hundred problems of those that match, and the counts of all there are."""

    def __init__(self, survey: Survey, query: QueryDict, *, kept: QueryDict | None = None) -> None:
        self.survey = survey
        self.filters = Filters.of(query)
        self._kept = QueryDict() if kept is None else kept
        self.reason = self._kept.get("reason", "")
        self._wanted = query.get("page", "1")

    def _number(self, value: float) -> str:
        return format_number(value, grouping=self.survey.scheme.number_grouping)

    @cached_property
    def page(self) -> Page:
        found = problems_of(survey=self.survey, **self.filters.query)
        return Paginator(found, A_PAGE).get_page(self._wanted)

    @cached_property
    def corrections(self) -> list[SurveyCorrection]:
        return list(standing_corrections(survey=self.survey)[:SHOWN_CORRECTIONS])

    @cached_property
    def correction_count(self) -> int:
        return standing_corrections(survey=self.survey).count()

    @property
    def csv_rows(self) -> Iterator[tuple[str | int, ...]]:
        """All that match, not the shown hundred; what was decided stands in the last column."""
        where = (_("File"), _("Sheet"), _("Row"), _("Column"))
        yield (*where, _("What happened"), _("What was found"), _("Decided"))
        for line in self._lines(list(problems_of(survey=self.survey, **self.filters.query))):
            one = line.problem
            happened = one.get_severity_display()
            yield one.file, one.sheet, one.row or "", one.column, happened, line.words, line.corrected

    @cached_property
    def lines(self) -> list[Line]:
        return self._lines(list(self.page.object_list))

    def _lines(self, shown: list[SurveyProblem]) -> list[Line]:
        rows = standing_corrections(survey=self.survey).filter(row__in={one.row for one in shown})
        out = {_row_of(one) for one in shown if one.severity == Severity.DROPPED or one.code == "example_row"}
        decided = {(one.file_sha256, one.sheet, one.row, one.column): one for one in rows}
        seen: set[tuple[str, str, int, str]] = set()
        ticked = set(self._kept.getlist("out"))
        lines = []
        for one in shown:
            cell = (one.file_sha256, one.sheet, one.row, one.column)
            row = (*cell[:3], "")
            lines.append(
                Line(
                    one,
                    problem_words(one, grouping=self.survey.scheme.number_grouping),
                    _decided(one, decided),
                    cell not in seen,
                    row not in seen,
                    typed=self._kept.get(f"value-{one.pk}", ""),
                    ticked=str(one.pk) in ticked,
                    is_out=_row_of(one) in out,
                )
            )
            seen |= {cell, row}
        return lines

    @cached_property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        found: Mapping[str, Mapping[str, int]] = self.survey.report.get("counts") or {}
        return found

    @property
    def total(self) -> int:
        return sum(sum(by.values()) for by in self.counts.values())

    @property
    def total_words(self) -> str:
        words = ngettext("%(n)s problem in all", "%(n)s problems in all", self.total) % {
            "n": self._number(self.total)
        }
        listed = int(self.survey.report.get("listed", 0))
        if listed < self.total:
            words += "; " + ngettext("the first %(n)s is listed", "the first %(n)s are listed", listed) % {
                "n": self._number(listed)
            }
        return words

    @property
    def severities(self) -> list[dict[str, Any]]:
        return [
            self._link(str(label), "severity", value, sum(by.get(value, 0) for by in self.counts.values()))
            for value, label in Severity.choices
        ]

    @property
    def codes(self) -> list[dict[str, Any]]:
        """The kinds there are, commonest first."""
        counted = [
            (sum(by.values()), code)
            for code, by in self.counts.items()
            if not self.filters.severity or by.get(self.filters.severity)
        ]
        return [
            self._link(code_words(code), "code", code, count)
            for count, code in sorted(counted, key=lambda pair: (-pair[0], pair[1]))
        ]

    @property
    def sheets(self) -> list[dict[str, Any]]:
        pairs = (
            problems_of(survey=self.survey).order_by("file", "sheet").values_list("file", "sheet").distinct()
        )
        return [
            {
                "value": f"{file}|{sheet}",
                "label": f"{file}, {sheet}" if sheet else file,
                "picked": f"{file}|{sheet}" == self.filters.sheet,
            }
            for file, sheet in pairs
        ]

    def _link(self, label: str, name: str, value: str, count: int) -> dict[str, Any]:
        return {
            "label": label,
            "value": value,
            "count": self._number(count),
            "picked": getattr(self.filters, name) == value,
        }

    def address(self, **changes: str) -> str:
        query = {**self.filters.query, **changes}
        base = reverse("survey:problems", args=[self.survey.pk])
        return f"{base}?{urlencode(query)}" if query else base

    @property
    def file_url(self) -> str:
        base = reverse("survey:problems_file", args=[self.survey.pk])
        return f"{base}?{urlencode(self.filters.query)}" if self.filters.is_any else base

    @property
    def here(self) -> str:
        """Where somebody comes back to who decided something on this page of the list."""
        return self.address(page=str(self.page.number)) if self.page.number > 1 else self.address()

    @property
    def next_url(self) -> str:
        return self.address(page=str(self.page.next_page_number())) if self.page.has_next() else ""

    @property
    def previous_url(self) -> str:
        return self.address(page=str(self.page.previous_page_number())) if self.page.has_previous() else ""

    @property
    def range_words(self) -> str:
        return f"{self._number(self.page.start_index())}\u2013{self._number(self.page.end_index())}"

    @property
    def match_count(self) -> str:
        return self._number(self.page.paginator.count)


def _row_of(problem: SurveyProblem) -> tuple[str, str, int]:
    return problem.file_sha256, problem.sheet, problem.row


def _decided(problem: SurveyProblem, decided: Mapping[tuple[str, str, int, str], SurveyCorrection]) -> str:
    key = (problem.file_sha256, problem.sheet, problem.row)
    whole, cell = decided.get((*key, "")), decided.get((*key, problem.column))
    if whole is not None:
        return _("Decided: left out. %(reason)s") % {"reason": whole.reason}
    if cell is None or not problem.column:
        return ""
    return _("Decided: %(value)s") % {"value": cell.value}
