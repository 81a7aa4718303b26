"""Which column is what, as a page shows it and as it is sent back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict
from django.utils.translation import gettext as _

from schemes.fields import refusal
from schemes.numbers import NumberRefused, parse_number
from survey.models import Survey
from survey.reading.mapping import (
    EVENT_ROLES,
    HOUSEHOLD_ROLES,
    LINK_ROLES,
    PER_KIND,
    PERSON_ROLES,
    ColumnGuess,
    Holds,
    MappingRefused,
    SheetMap,
    SurveyMapping,
)
from survey.reading.reading import Question
from survey.tables import KINDS
from survey.words import (
    ANSWER_WORDS,
    HOLDS_WORDS,
    SPENDING_WORDS,
    kind_words,
    question_words,
    role_words,
)

SHOWN_COLUMNS = 150
"""Of one sheet; those that play a role come first, the others keep theirs."""
SURE = 0.8

_ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "households": ("", *LINK_ROLES, *HOUSEHOLD_ROLES),
    "persons": ("", *LINK_ROLES, "household", *PERSON_ROLES),
    "events": ("", *LINK_ROLES, "household", "person", *EVENT_ROLES),
    "recall": ("", "kind", "recall"),
    "nothing": ("",),
}
_PER_KIND = tuple(f"{what}.{kind}" for kind in KINDS for what in PER_KIND)


@dataclass
class Column:
    name: str
    field: str
    role: str
    samples: tuple[str, ...]
    words: str
    is_sure: bool
    groups: list[dict[str, Any]]


@dataclass
class Sheet:
    number: int
    title: str
    file: str
    holds: str
    kind: str
    columns: list[Column]
    unshown: int

    @property
    def holds_options(self) -> list[dict[str, Any]]:
        return [
            {"value": value, "label": words, "picked": value == self.holds}
            for value, words in HOLDS_WORDS.items()
        ]

    @property
    def kind_options(self) -> list[dict[str, Any]]:
        first = {"value": "", "label": _("several kinds; a column says which"), "picked": not self.kind}
        return [first] + [
            {"value": kind, "label": kind_words(kind), "picked": kind == self.kind} for kind in KINDS
        ]


class ColumnsPage:
    """The mapping in use, sheet by sheet, with what each column looks like."""

    def __init__(self, survey: Survey, *, typed: QueryDict | None = None) -> None:
        self.survey = survey
        report = survey.report
        self.mapping = SurveyMapping.from_json(survey.mapping or report["mapping"])
        self.guesses = [ColumnGuess.from_json(one) for one in report.get("guesses") or []]
        self.asked = [Question.from_json(one) for one in report.get("questions") or []]
        self.typed = typed

    def _value(self, field: str, stored: str) -> str:
        return stored if self.typed is None else str(self.typed.get(field, stored))

    @property
    def sheets(self) -> list[Sheet]:
        return [self._sheet(number, one) for number, one in enumerate(self.mapping.sheets)]

    def _sheet(self, number: int, map_: SheetMap) -> Sheet:
        role_of = {column: role for role, columns in map_.columns.items() for column in columns}
        own = [one for one in self.guesses if (one.file, one.sheet) == (map_.file, map_.sheet)]
        own.sort(
            key=lambda one: (not role_of.get(one.column), own.index(one)) if len(own) > SHOWN_COLUMNS else 0
        )
        holds = self._value(f"holds-{number}", map_.holds)
        return Sheet(
            number=number,
            title=map_.sheet or map_.file,
            file=map_.file if map_.sheet else "",
            holds=holds,
            kind=self._value(f"kind-{number}", map_.kind),
            columns=[
                self._column(number, place, one, role_of.get(one.column, ""), holds)
                for place, one in enumerate(own[:SHOWN_COLUMNS])
            ],
            unshown=max(0, len(own) - SHOWN_COLUMNS),
        )

    def _column(self, number: int, place: int, guess: ColumnGuess, role: str, holds: str) -> Column:
        field = f"role-{number}-{place}"
        role = self._value(field, role)
        return Column(
            name=guess.column,
            field=field,
            role=role,
            samples=guess.samples,
            words=_by_words(guess),
            is_sure=not role or guess.confidence >= SURE or guess.by == "person",
            groups=_groups(role, holds),
        )

    @property
    def recall(self) -> list[dict[str, str]]:
        return [
            {
                "field": f"recall-{kind}",
                "label": kind_words(kind),
                "value": self._value(f"recall-{kind}", f"{days:g}"),
            }
            for kind, days in self.mapping.recall.items()
        ]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What the file leaves open, besides recall periods, which have boxes of their own."""
        return [self._question(one) for one in self.asked if one.code != "recall"]

    def _question(self, one: Question) -> dict[str, Any]:
        field = f"answer-{one.code}" + (f"-{one.about}" if one.about else "")
        answer = self._value(field, self._answer(one))
        return {
            "field": field,
            "label": question_words(one.code),
            "about": SPENDING_WORDS.get(one.about) or (kind_words(one.about) if one.about else ""),
            "samples": ", ".join(one.samples),
            "options": [
                {"value": value, "label": ANSWER_WORDS.get(value, value), "picked": value == answer}
                for value in one.options
            ],
        }

    def _answer(self, one: Question) -> str:
        if one.code == "period":
            return str(self.mapping.periods.get(one.about, one.assumed))
        decided = getattr(self.mapping, one.code, "")
        return str(decided or one.assumed)

    def sent(self) -> SurveyMapping:
        """The mapping as typed. Raises `MappingRefused` or `ValidationError` with what to put right."""
        assert self.typed is not None
        answers = {one.code: self._value(f"answer-{one.code}", self._answer(one)) for one in self.asked}
        return SurveyMapping(
            sheets=tuple(self._sent_sheet(number, one) for number, one in enumerate(self.mapping.sheets)),
            recall={kind: self._days(kind) for kind in self.mapping.recall},
            date_order=cast("Any", answers.get("date_order", self.mapping.date_order)),
            decimal_mark=cast("Any", answers.get("decimal_mark", self.mapping.decimal_mark)),
            epoch=cast("Any", int(answers.get("epoch") or self.mapping.epoch)),
            periods={
                **self.mapping.periods,
                **{
                    one.about: cast("Any", self._value(f"answer-period-{one.about}", self._answer(one)))
                    for one in self.asked
                    if one.code == "period"
                },
            },
        )

    def _days(self, kind: str) -> float:
        typed = self._value(f"recall-{kind}", f"{self.mapping.recall[kind]:g}")
        try:
            return float(parse_number(typed))
        except NumberRefused as refused:
            raise refusal(refused) from None

    def _sent_sheet(self, number: int, map_: SheetMap) -> SheetMap:
        sheet = self._sheet(number, map_)
        shown = {column.name for column in sheet.columns}
        roles: dict[str, list[str]] = {}
        for role, columns in map_.columns.items():
            roles[role] = [column for column in columns if column not in shown]
        for column in sheet.columns:
            if column.role:
                roles.setdefault(column.role, []).append(column.name)
        roles = {role: columns for role, columns in roles.items() if columns}
        try:
            return SheetMap(
                fingerprint=map_.fingerprint,
                holds=cast("Holds", sheet.holds),
                kind=sheet.kind if sheet.holds == "events" else "",
                file=map_.file,
                sheet=map_.sheet,
                columns={role: tuple(columns) for role, columns in roles.items()},
            )
        except MappingRefused:
            twice = next((role for role, columns in roles.items() if len(columns) > 1), "")
            raise MappingRefused(
                _("“%(sheet)s”: two columns are named “%(role)s”; only one can be.")
                % {"sheet": sheet.title, "role": role_words(twice)}
            ) from None


def _groups(role: str, holds: str) -> list[dict[str, Any]]:
    """The choices for one column; what it is already is always among them."""
    usual = _ROLES_OF.get(holds, ("",))
    groups = [("", usual)]
    if holds in {"persons", "households"}:
        groups.append((_("Counts and costs by kind"), _PER_KIND))
    if all(role not in roles for _label, roles in groups):
        groups.append((_("As it is now"), (role,)))
    return [
        {
            "label": label,
            "options": [{"value": one, "label": role_words(one), "picked": one == role} for one in roles],
        }
        for label, roles in groups
    ]


def _by_words(guess: ColumnGuess) -> str:
    if not guess.role:
        return ""
    if guess.by == "person":
        return _("named by a person")
    if guess.confidence >= 1.0:
        return _("a name of our questionnaire")
    if guess.confidence >= SURE:
        return _("fairly sure")
    return _("a guess: check it")
