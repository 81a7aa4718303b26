"""All schemes of an organisation, year by year: a table with its gaps, and a chart beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from experience import slides
from experience.charts import by_year_chart
from experience.figures import YearFigures
from experience.indicators import ByYear, Totals, by_year, totals
from experience.models import SchemeYear
from experience.queries import figures_of
from schemes.models import Scheme
from schemes.numbers import format_money, format_number, format_share

GAP = "–"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What a portfolio shows: one figure of every year."""

    key: str
    name: Promise
    unit: str
    of: Callable[[YearFigures], float | None]
    at_the_end: bool = False
    """Whether a year that is not over says nothing of it yet."""


MEASURES = (
    Measure(
        key="premium_per_household",
        name=_("Premium a household"),
        unit="money",
        of=lambda year: year.premium_per_household,
    ),
    Measure(
        key="premium_per_person",
        name=_("Premium a person"),
        unit="money",
        of=lambda year: year.premium_per_person,
    ),
    Measure(
        key="claim_ratio",
        name=_("Claim ratio"),
        unit="share",
        of=lambda year: year.claim_ratio,
        at_the_end=True,
    ),
    Measure(key="households", name=_("Households"), unit="count", of=lambda year: year.households),
    Measure(key="insured", name=_("Persons insured"), unit="count", of=lambda year: year.insured),
    Measure(key="premium", name=_("Premium collected"), unit="money", of=lambda year: year.premium),
    Measure(key="paid", name=_("Claims paid"), unit="money", of=lambda year: year.paid, at_the_end=True),
    Measure(key="reserve", name=_("Reserve on the last day"), unit="money", of=lambda year: year.reserve),
)


def measure_of(key: str) -> Measure:
    """The measure asked for; the slides' own where none or an unknown one is."""
    return next((measure for measure in MEASURES if measure.key == key), MEASURES[0])


@dataclass
class Portfolio:
    """One measure of all schemes."""

    measure: Measure
    years_of: dict[Scheme, Sequence[SchemeYear]]

    @cached_property
    def figures(self) -> dict[Scheme, list[tuple[SchemeYear, YearFigures]]]:
        return {
            scheme: [(year, figures_of(year)) for year in years]
            for scheme, years in self.years_of.items()
            if years
        }

    @property
    def schemes_without(self) -> list[Scheme]:
        """Schemes that have no year yet."""
        return [scheme for scheme, years in self.years_of.items() if not years]

    @cached_property
    def currencies(self) -> set[str]:
        return {scheme.currency for scheme in self.figures}

    @property
    def is_comparable(self) -> bool:
        """Money of several currencies has no mean and no common axis."""
        return self.measure.unit != "money" or len(self.currencies) <= 1

    @cached_property
    def table(self) -> ByYear:
        series = {}
        for scheme, years in self.figures.items():
            known = {
                year.starts_on.year: self.measure.of(figures)
                for year, figures in years
                if year.is_over or not self.measure.at_the_end
            }
            series[str(scheme.pk)] = {year: value for year, value in known.items() if value is not None}
        return by_year(series)

    def say(self, value: float | None, scheme: Scheme | None = None) -> str:
        if value is None:
            return GAP
        if self.measure.unit == "share":
            return format_share(value, places=1)
        grouping = scheme.number_grouping if scheme is not None else self._grouping
        places = 2 if self.measure.unit == "money" and 0 < abs(value) < 20 else 0
        return format_number(value, places=places, grouping=grouping)

    @property
    def _grouping(self) -> Any:
        return next((scheme.number_grouping for scheme in self.figures), "indian")

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Scheme, its currency, and a cell a year with the page it leads to."""
        table, rows = self.table, []
        for scheme, years in self.figures.items():
            pages = {year.starts_on.year: year for year, _figures in years}
            cells = zip(table.years, table.rows[str(scheme.pk)], strict=True)
            rows.append(
                {
                    "scheme": scheme,
                    "cells": [
                        {"value": self.say(value, scheme), "year": pages.get(year), "label": year}
                        for year, value in cells
                    ],
                }
            )
        return rows

    @property
    def means(self) -> list[str]:
        return [self.say(value) for value in self.table.totals] if self.is_comparable else []

    @property
    def chart(self) -> dict[str, Any] | None:
        if not self.is_comparable:
            return None
        names = {str(scheme.pk): scheme.name for scheme in self.figures}
        table = self.table
        named = ByYear(
            years=table.years,
            rows={names[key]: row for key, row in table.rows.items()} if _differ(names) else table.rows,
            totals=table.totals,
        )
        return by_year_chart(named, say=self.say)

    @property
    def totals(self) -> list[tuple[Any, str, str]]:
        """ "Results 2": name, this organisation's, the slides'. Empty while no year is whole, or for several
        currencies.
        """
        ended = [one for years in self.figures.values() for year, one in years if year.is_over]
        mine, bench = totals(ended), slides.RESULTS_2
        if not mine.scheme_years or len(self.currencies) != 1:
            return []
        scheme = next(iter(self.figures))

        def money(value: float | None) -> str:
            if value is None:
                return GAP
            return format_money(value, sign=scheme.money.sign, grouping=scheme.number_grouping)

        return [(name, written(mine, money), written(bench, _inr)) for name, written in TOTALS]


def _inr(value: float | None) -> str:
    return GAP if value is None else format_money(value)


def _differ(names: dict[str, str]) -> bool:
    return len(set(names.values())) == len(names)


Money = Callable[[float | None], str]
TOTALS: tuple[tuple[Promise, Callable[[Totals, Money], str]], ...] = (
    (_("Years of schemes"), lambda found, _money: format_number(found.scheme_years)),
    (_("Policy years, persons"), lambda found, _money: format_number(found.policy_years)),
    (_("Premiums collected"), lambda found, money: money(found.premium)),
    (_("Premium a person a year"), lambda found, money: money(found.premium_per_policy_year)),
    (
        _("Claim ratio, all years"),
        lambda found, _money: GAP if found.claim_ratio is None else format_share(found.claim_ratio),
    ),
    (_("Premium of one scheme in one year, mean"), lambda found, money: money(found.premium_per_scheme_year)),
    (_("The most by one scheme in one year"), lambda found, money: money(found.largest)),
)


@dataclass(frozen=True, kw_only=True)
class SlideTable:
    """ "Results 1" as it is shown beside an organisation's own years."""

    rows: list[tuple[str, list[str]]]
    years: tuple[int, ...]
    means: list[str]
    chart: dict[str, Any] | None


def slide_table() -> SlideTable:
    """The slides' nine sites, INR a household a year."""
    table = slides.premium_per_household()

    def say(value: float | None) -> str:
        return GAP if value is None else format_number(value, places=0 if value == int(value) else 1)

    def rounded(value: float) -> str:
        return format_number(value)

    return SlideTable(
        rows=[(name, [say(value) for value in row]) for name, row in table.rows.items()],
        years=table.years,
        means=[say(None if value is None else round(value, 1)) for value in table.totals],
        chart=by_year_chart(table, say=rounded),
    )
