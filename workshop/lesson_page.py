"""The insurance lesson in words and figures: the plan for a teacher and the cards, for screen and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.packages import Line
from simulation.models import BenefitRisk
from workshop.lesson import SHOCK, LessonFigures, VillageYear
from workshop.lesson_words import plan, questions
from workshop.pictures import pictogram
from workshop.play import FAMILIES_OF_VILLAGE
from workshop.play_page import ROUNDED_TO
from workshop.print_figures import PrintChoices, Say, local_name
from workshop.years import YearsOfPackages, unit_costs_of

LONGEST_LIST = 5
"""Kinds of events that fit on a card."""


@dataclass
class Lesson:
    """Read it while the language of `choices` is active."""

    line: Line
    choices: PrintChoices

    @cached_property
    def say(self) -> Say:
        scheme = self.line.package.scheme
        return Say(scheme=scheme, choices=self.choices, scale=self.line.quote.premium.total)

    @cached_property
    def figures(self) -> LessonFigures:
        known = YearsOfPackages(lines=[self.line], unit_costs=unit_costs_of([self.line]))
        return LessonFigures(
            world=known.worlds[0], package=known.packages[0], premium=self.line.quote.premium
        )

    @cached_property
    def risks(self) -> dict[str, BenefitRisk]:
        return {risk.key: risk for risk in self.line.package.assumption_set.risks.all()}

    def money(self, value: float) -> str:
        """To ten units of money where that is fine enough: children reckon with it."""
        rounded = self.say.figures.places == 0
        return self.say.money(ROUNDED_TO * round(value / ROUNDED_TO) if rounded else value)

    def of_100(self, share: float) -> str:
        """How many of 100 years; never 0 or 100 where it is not quite so."""
        if 0.0 < share < 0.01:
            return self.say.own(_("fewer than 1"))
        if 0.99 < share < 1.0:
            return self.say.own(_("more than 99"))
        return self.say.whole(round(100 * share))

    # ---- the whole -----------------------------------------------------------------------------------------
    @cached_property
    def document(self) -> dict[str, Any]:
        names = sorted({risk.pictogram for risk in self.risks.values()} | {"warning", "pot", "help"})
        return {
            "title": _("One pot for all: a lesson of 45 minutes"),
            "language": self.choices.language,
            "author": str(self.line.package.scheme.organisation),
            "scheme": self.line.package.scheme.name,
            "warning": "",
            "pictures": {name: pictogram(name) for name in names},
            "shapes": {},
            "lead": _(
                "For a class or a group of 15 to 40. They live through good years, bad years and a bad "
                "season, and find out why people pay into a pot together."
            ),
            "package": self._package_words(),
            "needs": {"title": _("What is needed"), "items": self._needs()},
            "plan": {"title": _("The 45 minutes"), "minutes": _("Minutes"), "rows": self._plan()},
            "questions": {"title": _("Questions, and what to listen for"), "rows": self._questions()},
            "pot": self._pot(),
            "sheet": self._sheet(),
            "cards": [*self._year_cards(), self._bad_card(), self._way_out()],
            "foot": _("Worked out for %(package)s of %(scheme)s.")
            % {"package": self.line.package.name, "scheme": self.line.package.scheme.name},
        }

    def _package_words(self) -> str:
        return self.say.own(
            _("The pot plays with the package %(package)s. A family pays %(price)s a year on average.")
        ) % {"package": self.line.package.name, "price": self.money(self.figures.a_family_pays)}

    def _needs(self) -> list[str]:
        return [
            _("One die, and the eight cards of this lesson, cut out."),
            self.say.own(
                _("A bowl for the pot, and 40 stones or beans: one for each family of the village.")
            ),
            _("A board or a large sheet of paper to write the sums on."),
            _("If there is a phone: the page Play a year shows the same years family by family."),
        ]

    # ---- the plan ------------------------------------------------------------------------------------------
    def _plan(self) -> list[dict[str, str]]:
        say, figures = self.say, self.figures
        amounts = {
            "families": say.whole(FAMILIES_OF_VILLAGE),
            "persons": say.whole(figures.persons),
            "price": self.money(figures.a_family_pays),
            "paid_in": self.money(figures.paid_in),
            "running": self.money(figures.running),
            "pot": self.money(figures.pot),
        }
        found, start = [], 0
        for minutes, title, text in plan():
            when = f"{say.whole(start)}–{say.whole(start + minutes)}"
            found.append({"when": when, "title": title, "text": text % amounts})
            start += minutes
        return found

    def _questions(self) -> list[dict[str, str]]:
        say, figures = self.say, self.figures
        best, dearest = figures.years[0], figures.years[-1]
        values = {
            "nothing": say.whole(FAMILIES_OF_VILLAGE - best.helped),
            "nothing_then": say.whole(FAMILIES_OF_VILLAGE - dearest.helped),
            "families": say.whole(FAMILIES_OF_VILLAGE),
            "alone": self.of_100(figures.usual.share_above(figures.pot)),
            "many": self.of_100(figures.scheme_short(factor=1.0)),
            "persons": say.whole(figures.premium.persons),
            "bad": self.of_100(figures.scheme_short(factor=SHOCK)),
        }
        return [
            {"question": question, "answer": say.own(answer % values)} for question, answer in questions()
        ]

    # ---- the pot -------------------------------------------------------------------------------------------
    def _pot(self) -> dict[str, Any]:
        figures = self.figures
        usual, bad = figures.usual.mean_paid, figures.bad.mean_paid
        rows = [
            (_("Paid in by the families"), figures.paid_in, figures.paid_in),
            (_("For running the scheme"), figures.running, figures.running),
            (_("In the pot before the year"), figures.pot, figures.pot),
            (_("Paid out for bills"), usual, bad),
        ]
        return {
            "title": _("The pot of the village, before and after"),
            "columns": [_("a usual year"), _("a bad season")],
            "rows": [
                {"name": name, "cells": [self.money(left), self.money(right)], "is_total": False}
                for name, left, right in rows
            ]
            + [
                {
                    "name": _("In the pot after the year"),
                    "cells": [self._left(figures.pot - usual), self._left(figures.pot - bad)],
                    "is_total": True,
                },
                {
                    "name": _("Of 100 such years, the pot is too small in"),
                    "cells": [
                        self.of_100(season.share_above(figures.pot))
                        for season in (figures.usual, figures.bad)
                    ],
                    "is_total": False,
                },
            ],
            "note": _(
                "Averages over %(years)s simulated years of this village. In a bad season everything happens "
                "twice as often. Caps keep what is paid from growing as fast as the bills."
            )
            % {"years": self.say.whole(figures.usual.villages.years)},
        }

    def _left(self, amount: float) -> str:
        if amount < 0.0:
            return _("%(amount)s is missing") % {"amount": self.money(-amount)}
        return self.money(amount)

    def _sheet(self) -> dict[str, Any]:
        return {
            "title": _("To fill in on the board"),
            "columns": [
                _("Year"),
                _("Die"),
                _("In the pot before"),
                _("Out of the pot"),
                _("Left in the pot"),
            ],
            "rows": [self.say.whole(number) for number in (1, 2, 3)] + [_("bad season")],
        }

    # ---- cards ---------------------------------------------------------------------------------------------
    def _year_cards(self) -> list[dict[str, Any]]:
        return [
            self._card(
                year,
                numeral=self.say.whole(side),
                title=_("The die shows %(n)s") % {"n": self.say.whole(side)},
            )
            for side, year in enumerate(self.figures.years, start=1)
        ]

    def _bad_card(self) -> dict[str, Any]:
        lead = _("A fever goes round. Everything happens twice as often, and to everybody at once.")
        card = self._card(self.figures.bad_year, numeral="!", title=_("A bad season"))
        return card | {"lead": lead, "is_bad": True}

    def _card(self, year: VillageYear, *, numeral: str, title: str) -> dict[str, Any]:
        say, pot = self.say, self.figures.pot
        after = pot - year.paid
        nothing = FAMILIES_OF_VILLAGE - year.helped
        return {
            "numeral": numeral,
            "title": title,
            "lead": "",
            "is_bad": False,
            "happened": self._happened(year.happened),
            "rows": [
                {"name": _("Into the pot this year"), "value": self.money(pot)},
                {"name": _("Out of the pot"), "value": self.money(year.paid)},
                {"name": _("Left of this year"), "value": self._left(after)},
            ],
            "nothing": ngettext(
                "%(n)s of %(all)s families got nothing out of it.",
                "%(n)s of %(all)s families got nothing out of it.",
                nothing,
            )
            % {"n": say.whole(nothing), "all": say.whole(FAMILIES_OF_VILLAGE)},
            "worst": _("The hardest hit family has bills of %(bills)s. The pot pays %(paid)s of it.")
            % {"bills": self.money(year.worst_bill), "paid": self.money(year.worst_paid)},
            "dice": say.own(_("Play a year: dice %(dice)s") % {"dice": year.dice}) if year.dice else "",
            "items": [],
        }

    def _happened(self, happened: Mapping[str, int]) -> list[dict[str, str]]:
        """The village's events: first what the package covers, then the rest as far as a card has room."""
        covered = {one.name for one in self.figures.package.benefits if one.covered}
        found = [
            {
                "pictogram": risk.pictogram,
                "text": f"{self.say.whole(happened[key])} × {local_name(risk.name)}",
            }
            for key, risk in sorted(self.risks.items(), key=lambda pair: pair[0] not in covered)
            if happened.get(key)
        ]
        return found[:LONGEST_LIST]

    def _way_out(self) -> dict[str, Any]:
        missing = max(0.0, self.figures.bad.mean_paid - self.figures.pot)
        words = _(
            "An average bad season lacks %(missing)s, that is %(each)s for each family. What can be done "
            "before it comes?"
        ) % {"missing": self.money(missing), "each": self.money(missing / FAMILIES_OF_VILLAGE)}
        return {
            "numeral": "?",
            "title": _("What now?"),
            "lead": self.say.own(words),
            "is_bad": False,
            "happened": [],
            "rows": [],
            "nothing": "",
            "worst": "",
            "dice": "",
            "items": [
                _("Keep what good years leave over: a reserve."),
                _("Pay a little to an insurer far away who pays when a year is very dear."),
                _("Join with other villages: that helps against bad luck, little against a bad season."),
                _("Agree beforehand what is paid in part when the pot runs low."),
            ],
        }
