"""What the page of actual against expected says: warnings, chart, table, benefits, the year's end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from calculator.figures import Figures
from experience.benefit_watch import Compared
from experience.figures import MONTHS
from experience.models import SchemeYear
from experience.signals import Signal
from experience.watching import Watching
from experience.year_laws import RATES
from schemes.charts import Band, Line, Plot, plot
from schemes.numbers import format_share

GAP = "–"
SMALL_CHANCE = 0.001
KINDS = {"act": "bad", "look": "warn", "ok": "ok"}
ICONS = {"act": "warning", "look": "help", "ok": "tick"}


def chance_words(chance: float) -> str:
    """A chance that is not 0 is never written as 0."""
    if chance < SMALL_CHANCE:
        return _("less than %(share)s") % {"share": format_share(SMALL_CHANCE, places=1)}
    if chance > 1.0 - SMALL_CHANCE:
        return _("more than %(share)s") % {"share": format_share(1.0 - SMALL_CHANCE, places=1)}
    return format_share(chance, places=1)


@dataclass
class WatchPage:
    watching: Watching

    @cached_property
    def say(self) -> Figures:
        return Figures(self.watching.year.scheme)

    @property
    def rates(self) -> list[dict[str, Any]]:
        return [
            {
                "value": f"{100 * rate:.0f}",
                "words": format_share(rate, places=0),
                "years": f"{1 / rate:.0f}",
                "is_picked": rate == self.watching.rate,
            }
            for rate in RATES
        ]

    @property
    def rate_words(self) -> str:
        return format_share(self.watching.rate, places=0)

    @property
    def in_hundred(self) -> str:
        return f"{100 * self.watching.rate:.0f}"

    # ---- warnings ------------------------------------------------------------------------------------------
    @cached_property
    def warnings(self) -> list[dict[str, Any]]:
        return warning_words(self.watching.warnings, self.watching.year)

    # ---- months --------------------------------------------------------------------------------------------
    @property
    def months_words(self) -> str:
        return self.watching.year.month_name(len(self.watching.paid_months))

    @cached_property
    def chart(self) -> Plot:
        limits, paid = self.watching.limits, self.watching.so_far
        months = range(MONTHS + 1)
        return plot(
            title=_("Claims paid so far against what was priced"),
            x=[float(month) for month in months],
            x_name=_("Months of the year that are over"),
            y_name=str(self.say.scheme.money.units),
            say_x=lambda value: f"{value:.0f}",
            say_y=self.say.whole,
            lines=[
                Line(
                    name=_("Paid so far"),
                    values=[paid.paid_up_to(n) if n <= paid.months else None for n in months],
                    look="1",
                ),
                Line(name=_("Expected"), values=[0.0, *map(float, limits.mean)], look="dash"),
            ],
            bands=[
                Band(
                    name=_("What a good year stays within"),
                    low=[0.0, *map(float, limits.lower)],
                    high=[0.0, *map(float, limits.upper)],
                )
            ],
        )

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        limits, so_far = self.watching.limits, self.watching.so_far
        sides = {one.month: one.side for one in self.watching.crossed}
        words = {"above": _("above"), "below": _("below")}
        return [
            {
                "name": self.watching.year.month_name(month),
                "paid": self.say.money(so_far.paid_up_to(month)) if month <= so_far.months else GAP,
                "expected": self.say.money(float(limits.mean[month - 1])),
                "low": self.say.money(float(limits.lower[month - 1])),
                "high": self.say.money(float(limits.upper[month - 1])),
                "where": words.get(sides.get(month, ""), _("within")) if month <= so_far.months else GAP,
                "is_outside": month in sides,
                "chance": self._chance(month) if month <= so_far.months else GAP,
            }
            for month in range(1, MONTHS + 1)
        ]

    def _chance(self, month: int) -> str:
        found = self.watching.outlook(month)
        if found is None:
            return GAP
        if month == MONTHS:
            return _("it is short") if found.chance_short else _("it is not")
        return chance_words(found.chance_short)

    @property
    def pending_words(self) -> str:
        """What is on its way; empty where nothing is."""
        pending = self.watching.so_far.pending_up_to(self.watching.so_far.months)
        return self.say.money(pending) if pending >= 1.0 else ""

    @property
    def persons_words(self) -> str:
        return self.say.whole(self.watching.persons)

    @property
    def days_words(self) -> str:
        return self.say.number(self.watching.lag.mean_days, 0)

    # ---- the year's end ------------------------------------------------------------------------------------
    @cached_property
    def end(self) -> dict[str, Any] | None:
        """As of the last month that is known, and as of the first day."""
        months = self.watching.so_far.months
        now, first = self.watching.outlook(months), self.watching.outlook(0)
        if now is None or first is None:
            return None
        pace = self.watching.pace
        as_it_goes = None if pace is None else self.watching.outlook(months, factor=pace)
        return {
            "is_known": months == MONTHS,
            "is_short": bool(now.chance_short),
            "chance": chance_words(now.chance_short),
            "first": chance_words(first.chance_short),
            "expected": self.say.money(now.expected),
            "low": self.say.money(now.low),
            "high": self.say.money(now.high),
            "money": self.say.money(self.watching.money or 0.0),
            "pace": "" if pace is None else format_share(pace, places=0),
            "as_it_goes": "" if as_it_goes is None else chance_words(as_it_goes.chance_short),
        }

    @property
    def money_parts(self) -> list[tuple[str, str]]:
        """Where the money for claims comes from, each part of it."""
        figures, watching = self.watching.figures, self.watching
        parts = [
            (_("Premium collected"), figures.premium),
            (_("Subsidy"), figures.subsidy),
            (_("Reserve at the start"), watching.reserve_before),
            (
                _("Kept for running costs: the premium’s part, or what was spent if more"),
                None if not watching.running else -watching.running,
            ),
        ]
        return [(name, self.say.money(value)) for name, value in parts if value is not None]

    # ---- benefits and maturity -----------------------------------------------------------------------------
    @cached_property
    def benefits(self) -> list[dict[str, Any]]:
        return [
            {
                "name": one.benefit,
                "often": self._compared(one.frequency, self.say.whole),
                "dear": self._compared(one.severity, self.say.money),
            }
            for one in self.watching.benefits
        ]

    @staticmethod
    def _compared(one: Compared, say: Any) -> dict[str, Any]:
        words = {"above": _("above"), "below": _("below"), "within": _("within")}
        return {
            "actual": GAP if one.actual is None else say(one.actual),
            "expected": say(one.expected),
            "range": f"{say(one.low)} – {say(one.high)}" if math.isfinite(one.high) else GAP,
            "where": words[one.side] if one.actual is not None else GAP,
            "is_outside": one.side != "within",
        }

    @cached_property
    def ratio(self) -> dict[str, str] | None:
        found = self.watching.ratio
        if found is None:
            return None
        return {
            "raw": format_share(found.raw, places=0),
            "adjusted": "" if found.adjusted is None else format_share(found.adjusted, places=0),
            "settled": format_share(found.settled_share, places=0),
            "unpaid": self.say.money(found.expected_unpaid),
        }


def warning_words(found: Sequence[Signal], year: SchemeYear) -> list[dict[str, Any]]:
    """Warnings in the reader's language, with what to do; those that ask for the same stand together."""
    say = Figures(year.scheme)
    together: dict[tuple[str, str], list[str]] = {}
    for one in found:
        written = {
            name: value if isinstance(value, str) else _written(name, value, say, year)
            for name, value in one.values.items()
        }
        together.setdefault((one.level, _(one.words.to_do)), []).append(_(one.words.sentence) % written)
    return [
        {"kind": KINDS[level], "icon": ICONS[level], "sentences": sentences, "to_do": to_do}
        for (level, to_do), sentences in together.items()
    ]


def _written(name: str, value: float, say: Figures, year: SchemeYear) -> str:
    if name == "month":
        return year.month_name(int(value))
    if name == "ratio":
        return say.number(value, 1 if value >= 0.95 else 2)
    return chance_words(value) if name == "chance" else format_share(value, places=0)
