"""The reserve's next years as the page says them: fan, chance of ruin, start-up capital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from experience.models import SchemeYear
from experience.projection import (
    FAN,
    HORIZONS,
    ClaimsLaw,
    Luck,
    Plan,
    Projection,
    capital_needed,
    premium_needed,
    project,
)
from experience.queries import figures_of, years_of
from experience.watch_page import chance_words
from experience.watching import Priced, Watching, priced_of
from schemes.charts import Band, Line, Plot, plot
from schemes.models import Scheme
from simulation.engine.refusal import Refused

SHOWN_YEARS = 5
WANTED_RUIN = 0.01
USUAL_INTEREST = 0.04
CAUTIOUS_DOUBT = 0.10


@dataclass(frozen=True, kw_only=True)
class Start:
    """The newest year that was priced, what it was priced at, and the numbers to begin with."""

    year: SchemeYear
    priced: Priced
    numbers: Mapping[str, Any]


def start_of(scheme: Scheme) -> Start | None:
    """None while no year names a package."""
    for year in years_of(scheme):
        year.scheme = scheme
        priced = priced_of(year)
        if priced is not None:
            return Start(year=year, priced=priced, numbers=_numbers(year, priced))
    return None


def _numbers(year: SchemeYear, priced: Priced) -> dict[str, Any]:
    figures = figures_of(year)
    persons = figures.insured or priced.case.community.persons
    income = None if figures.premium is None else figures.premium + (figures.subsidy or 0.0)
    # While a year runs its premium and its costs are not complete: the price stands for them.
    complete = year.is_over and figures.insured
    premium = income / persons if complete and income else priced.premium.total
    planned = priced.premium.total - priced.premium.with_risk
    running = figures.running_costs if complete and figures.running_costs is not None else planned * persons
    reserve = figures.reserve if figures.reserve is not None else Watching(year).reserve_before
    return {
        "persons": persons,
        "premium": round(premium, 2),
        "reserve": round(reserve or 0.0),
        "running": round(running),
        "growth": 0.0,
        "trend": 0.0,
        "premium_growth": 0.0,
        "cost_growth": 0.0,
        "interest": USUAL_INTEREST,
        "doubt": CAUTIOUS_DOUBT,
        "shock": CAUTIOUS_DOUBT,
    }


def plan_of(priced: Priced, asked: Mapping[str, Any]) -> Plan:
    """Raises `Refused` for numbers that cannot be."""
    growth, years = float(asked["growth"]), max(HORIZONS)
    fewest = asked["persons"] * min(1.0, (1.0 + growth) ** (years - 1))
    law = ClaimsLaw.for_members(priced.case.package, fewest=fewest)
    return Plan(
        law=law,
        persons=asked["persons"],
        premium=float(asked["premium"]),
        reserve=float(asked["reserve"]),
        running_costs=float(asked["running"]),
        growth=growth,
        trend=float(asked["trend"]),
        premium_growth=float(asked["premium_growth"]),
        cost_growth=float(asked["cost_growth"]),
        interest=float(asked["interest"]),
        doubt=float(asked["doubt"]),
        yearly_shock=float(asked["shock"]),
        years=years,
    )


@dataclass
class ProjectionPage:
    scheme: Scheme
    plan: Plan

    @cached_property
    def luck(self) -> Luck:
        return Luck(years=self.plan.years)

    @cached_property
    def found(self) -> Projection:
        return project(self.plan, luck=self.luck)

    @cached_property
    def say(self) -> Figures:
        return Figures(self.scheme, scale=self.plan.premium)

    def money(self, value: float) -> str:
        return Figures(self.scheme).money(value)

    @property
    def paths(self) -> str:
        return self.say.whole(self.found.paths)

    # ---- the reserve ---------------------------------------------------------------------------------------
    @cached_property
    def chart(self) -> Plot:
        start, fan = self.plan.reserve, self.found.fan
        low, lower, middle, upper, high = (
            [start, *map(float, fan[place][:SHOWN_YEARS])] for place in range(len(FAN))
        )
        return plot(
            title=_("The reserve at the end of each year"),
            x=[float(year) for year in range(SHOWN_YEARS + 1)],
            x_name=_("Years from now"),
            y_name=str(self.scheme.money.units),
            say_x=lambda value: f"{value:.0f}",
            say_y=self.say.whole,
            lines=[
                Line(name=_("As many futures end above as below"), values=middle, look="1"),
                Line(name=_("Nothing left"), values=[0.0] * (SHOWN_YEARS + 1), look="bad"),
            ],
            bands=[
                Band(name=_("Nine futures in ten (all of the shade)"), low=low, high=high),
                Band(name=_("Half of all futures (the darker part)"), low=lower, high=upper),
            ],
        )

    @property
    def rows(self) -> list[dict[str, str]]:
        fan = self.found.fan
        return [
            {
                "year": str(year + 1),
                "members": self.say.whole(float(self.plan.members[year])),
                "income": self.money(float(self.plan.income[year])),
                "claims": self.money(float(self.plan.expected_claims[year])),
                "costs": self.money(float(self.plan.costs[year])),
                "middle": self.money(float(fan[2][year])),
                "range": f"{self.money(float(fan[0][year]))} – {self.money(float(fan[4][year]))}",
            }
            for year in range(SHOWN_YEARS)
        ]

    # ---- ruin ----------------------------------------------------------------------------------------------
    @property
    def ruins(self) -> list[dict[str, str]]:
        return [
            {
                "within": ngettext("within %(n)s year", "within %(n)s years", years) % {"n": years},
                "chance": chance_words(chance),
                "error": self.say.share(2.0 * self.found.ruin_error(years), 1),
            }
            for years, chance in self.found.ruins.items()
        ]

    @cached_property
    def ways(self) -> list[dict[str, str]]:
        """For each horizon, the reserve or the premium that brings ruin down to 1 in 100."""
        return [
            {
                "within": ngettext("within %(n)s year", "within %(n)s years", years) % {"n": years},
                "capital": self._capital(years),
                "premium": self._premium(years),
            }
            for years in HORIZONS
        ]

    def _capital(self, years: int) -> str:
        return self.money(capital_needed(self.plan, ruin=WANTED_RUIN, years=years, luck=self.luck))

    def _premium(self, years: int) -> str:
        try:
            needed = premium_needed(self.plan, ruin=WANTED_RUIN, years=years, luck=self.luck)
        except Refused:
            return _("none: too large a debt")
        return self.say.money(needed)

    @property
    def sentence(self) -> str:
        """Start-up capital against a higher premium, over the years on show."""
        capital = capital_needed(self.plan, ruin=WANTED_RUIN, years=SHOWN_YEARS, luck=self.luck)
        values = {"chance": chance_words(self.found.ruin(SHOWN_YEARS)), "capital": self.money(capital)}
        if self.plan.reserve >= capital:
            return (
                _(
                    "Within five years the reserve runs out with a chance of %(chance)s. It is large enough: "
                    "%(capital)s would do for 1 in 100."
                )
                % values
            )
        values |= {"short": self.money(capital - self.plan.reserve), "premium": self._premium(SHOWN_YEARS)}
        return (
            _(
                "Within five years the reserve runs out with a chance of %(chance)s. A reserve of "
                "%(capital)s at the start (%(short)s more) brings that down to 1 in 100; so does, without "
                "more reserve, a premium of %(premium)s a person from the first year on."
            )
            % values
        )
