"""What columns of years and claims may be called, and what is said of a line that cannot be taken. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from schemes.numbers import MESSAGES as NUMBER_MESSAGES
from schemes.numbers import gettext_noop

SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scheme": ("scheme", "site", "unit"),
        "year": ("year", "first day", "starts on", "starts", "policy year"),
        "benefit": ("benefit", "cover", "coverage"),
        "month": ("month",),
        "count": ("count", "claims", "claims handed in", "number of claims", "claims count"),
        "rejected": ("rejected", "claims rejected"),
        "billed": ("billed", "bills", "amount billed"),
        "paid": ("paid", "amount paid", "claims paid"),
        "days_to_settle": ("days", "days to settle", "days to payment"),
        "households": ("households", "hh", "families", "policies"),
        "insured": ("insured", "persons insured", "persons", "members"),
        "new_insured": ("new insured", "persons insured for the first time"),
        "renewed_households": ("renewed households", "households that renewed", "renewals"),
        "due_households": ("due households", "households that could have renewed"),
        "premium": ("premium", "premium collected", "contributions"),
        "subsidy": ("subsidy",),
        "running_costs": ("running costs", "opex", "expenses"),
        "interest": ("interest", "interest received"),
        "reserve": ("reserve", "reserve on the last day"),
        "technical_assistance": ("technical assistance",),
        "outstanding_claims": ("outstanding claims", "claims not paid yet"),
        "cash": ("cash", "cash at hand"),
        "payables": ("payables", "to be paid within three months"),
        "liabilities": ("liabilities", "all that is owed"),
        "reported_premium_per_household": (
            "reported premium per household",
            "premium a household, as reported",
            "premium per household",
            "premium per hh",
        ),
    }
)

FIELD_OF: Mapping[str, str] = MappingProxyType(
    {synonym: name for name, synonyms in SYNONYMS.items() for synonym in (name.replace("_", " "), *synonyms)}
)
"""Which figure a column is, by what it is called."""


def plain(text: str) -> str:
    """A name by which columns and benefits are compared: one case, one kind of space, no currency."""
    words = unicodedata.normalize("NFKC", text).casefold().replace("_", " ").replace("#", " ")
    return " ".join(re.sub(r"\((?:rs|inr|npr|₹)\.?\)", " ", words).split())


WORDS: Mapping[str, str] = MappingProxyType(
    {
        "empty": gettext_noop("There is no line with figures. Paste the lines, or choose another file."),
        "not_apart": gettext_noop(
            "The cells of this line are not told apart: a comma may stand between two cells or inside a "
            "number, as in 1,20,000. Copy the lines out of a spreadsheet, or put a semicolon (;) between the "
            "cells and paste again."
        ),
        "too_many_rows": gettext_noop("There are more than %(most)s lines. Send one year at a time."),
        "unknown_columns": gettext_noop(
            "The first line names no columns that are known here. Claims need: benefit, month and claims, "
            "rejected, billed, paid or days. Years need: year and one figure or more, such as households or "
            "premium."
        ),
        "column_twice": gettext_noop("Two columns are “%(column)s”. Keep one of them."),
        "column_unknown": gettext_noop(
            "The column “%(column)s” is not known here, and nothing is dropped in silence. Rename it or take "
            "it out."
        ),
        "column_missing": gettext_noop("The column “%(column)s” is missing."),
        "too_many_cells": gettext_noop("This line has more cells than the heading. Check for a slipped tab."),
        "year_empty": gettext_noop("Type the year: 2017, 2017-18, or its first day."),
        "year_bad": gettext_noop("“%(typed)s” is no year. Type 2017, 2017-18, or the first day: 2017-04-01."),
        "other_year": gettext_noop("This line is about another year. Paste it on that year’s page."),
        "other_scheme": gettext_noop("This line is about “%(typed)s”. Import it on that scheme’s page."),
        "benefit_unknown": gettext_noop("“%(typed)s” is no benefit of this scheme. It has: %(known)s."),
        "month_empty": gettext_noop("Type the month, 1 to 12 from the year’s first day, or “whole year”."),
        "month_bad": gettext_noop(
            "“%(typed)s” is no month. Type 1 to 12 (1 is the first month of the scheme’s year), a name such "
            "as April, or “whole year”."
        ),
        "month_of_what": gettext_noop(
            "“%(typed)s” cannot be counted: it is not known on which day that year begins. Write the year by "
            "its first day, such as 2017-04-01, or the month as a number from 1 to 12."
        ),
        "month_outside": gettext_noop("%(typed)s lies outside this scheme’s year."),
        "money_high": gettext_noop("%(typed)s is too much. Check for a slip."),
        "not_a_number": gettext_noop("“%(typed)s” is not a number. Type digits only, for example 3,000."),
        "days_high": gettext_noop("%(typed)s days are more than ten years. Check for a slip."),
        "rejected_more": gettext_noop("More claims are rejected than handed in. Check both numbers."),
        "renewed_not_covered": gettext_noop("More households renewed than are covered. Check both numbers."),
        "renewed_not_due": gettext_noop(
            "More households renewed than could have renewed. Check both numbers."
        ),
        "fewer_persons": gettext_noop(
            "There are fewer persons insured than households. Every household has one at least."
        ),
        "line_twice": gettext_noop("Row %(first)s tells of the same benefit and month. Keep one of them."),
        "year_twice": gettext_noop("Row %(first)s tells of the same year. Keep one of them."),
        **NUMBER_MESSAGES,
    }
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that cannot be taken.

    Attributes
    ----------
    code : str
        Of ``WORDS``.
    row : int
        As the spreadsheet counts it; 0 for the whole block.
    column : str
        As it is called in the block; "" for the whole line.
    """

    code: str
    row: int = 0
    column: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """English, filled in."""
        return WORDS[self.code] % self.params


class SheetRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """The block is not taken; ``problems`` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))
