"""The page "Three ways to rate": its boxes and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.charts import LOOKS, Line, Plot, plot
from schemes.fields import MoneyField, NumberField, PercentField
from whatif.answers import Answer, Reading, Row, Table
from whatif.forms import WhatIfForm
from whatif.rating_model import RATINGS, ROUNDS, Cells, Leaving, Limits, Rating, Village, cells, leaving
from whatif.setting import Setting

NAMES: dict[Rating, Any] = {
    "risk": gettext_lazy("Risk-rated"),
    "income": gettext_lazy("Income-rated"),
    "community": gettext_lazy("Community-rated"),
}
HALF_PAY = 0.0135
"""Half of households would pay this part of their income or more (Dror, Radermacher and Koren 2007)."""
SIGNIFICANT = 2

# persons, old, fifth of income (0 the poorest), and in words
EXAMPLES: tuple[tuple[int, int, int, Any], ...] = (
    (2, 0, 2, gettext_lazy("Young couple, middle income")),
    (2, 0, 4, gettext_lazy("Young couple, best off")),
    (4, 0, 0, gettext_lazy("Parents and two children, poorest")),
    (4, 0, 2, gettext_lazy("Parents and two children, middle income")),
    (1, 1, 0, gettext_lazy("Old woman alone, poorest")),
    (2, 2, 2, gettext_lazy("Old couple, middle income")),
    (6, 2, 2, gettext_lazy("Six of three generations, middle income")),
)


class RatingForm(WhatIfForm):
    old = PercentField(label=gettext_lazy("People aged 60 or more"), highest=0.9)
    old_cost = NumberField(
        label=gettext_lazy("One of them costs"), above=0, highest=20, unit=gettext_lazy("× another person")
    )
    large_less = PercentField(
        label=gettext_lazy("A person in a family of 4 or more costs less by"), highest=0.9
    )
    income = MoneyField(label=gettext_lazy("Average income"), above=0, unit=gettext_lazy("a person a year"))
    best_off = NumberField(
        label=gettext_lazy("The best-off fifth earns"), lowest=1, highest=4, unit=gettext_lazy("× average")
    )
    worth = PercentField(
        label=gettext_lazy("Half of families pay at most, of what they expect to be paid"), highest=10
    )
    can_pay = PercentField(label=gettext_lazy("No family pays more, of its income"), highest=1)

    sliders: ClassVar = {
        "old": (0, 40, 1),
        "old_cost": (1, 8, 0.5),
        "large_less": (0, 50, 5),
        "best_off": (1, 4, 0.1),
        "worth": (100, 400, 10),
        "can_pay": (0.5, 10, 0.5),
    }

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:
        income = setting.premium.total / HALF_PAY
        return {
            "old": 0.1,
            "old_cost": 3,
            "large_less": setting.case.loadings.large_family_discount,
            "income": float(f"{income:.{SIGNIFICANT}g}"),
            "best_off": 1.9,
            "worth": 2,
            "can_pay": 0.03,
        }


def answer_rating(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    """What families pay under each rating, and who leaves."""
    village = Village(
        families=setting.case.package.families,
        pure=setting.premium.pure,
        premium=setting.premium.total,
        **{name: float(numbers[name]) for name in ("old", "old_cost", "large_less", "income", "best_off")},
    )
    limits = Limits(worth=float(numbers["worth"]), can_pay=float(numbers["can_pay"]))
    found = cells(village)
    ways = {rating: leaving(found, rating, limits, factor=village.factor) for rating in RATINGS}
    share = setting.say.share
    community = ways["community"]
    return Answer(
        sentence=_(
            "The same money is brought in three ways. If families may leave, %(risk)s of the people stay "
            "where "
            "each pays by risk, %(income)s where each pays by income, and %(community)s where everybody pays "
            "%(premium)s: equal premiums last when all join or none."
        )
        % {
            "risk": share(ways["risk"].staying[-1], 0),
            "income": share(ways["income"].staying[-1], 0),
            "community": share(community.staying[-1], 0),
            "premium": setting.say.money(village.premium),
        },
        figure=share(community.staying[-1], 0),
        figure_name=_("Share of people who stay under equal premiums, if families may leave"),
        plot=_plot(setting, ways),
        tables=[_families(setting, village, limits, found, ways), _leavers(setting, found, ways)],
        readings=[
            Reading(
                title=_("Why equal premiums need all or none"),
                points=[
                    _(
                        "Risk-rated: nobody pays for another, and those who need cover most are asked for "
                        "most."
                    ),
                    _(
                        "Income-rated: the poor can pay, and the best off are asked for far more than they "
                        "get."
                    ),
                    _(
                        "Community-rated: simple, and fair within a group that has agreed. But for the "
                        "young and "
                        "healthy it is dear; when they leave, the rest pay more, and the next ones leave."
                    ),
                    _("When the whole group joins or nobody does, there is nobody to leave: 100 % stay."),
                ],
            )
        ],
        cautions=[
            _(
                "Age, income and what a family puts up with are assumed here, not taken from your survey: "
                "type "
                "what is true where you work."
            ),
            _("Average income starts where half of households would pay this premium (1.35 % of income)."),
            _(
                "Families of one kind differ in what they find it worth as much as published answers differ "
                "(two of three lie between half and twice the middle)."
            ),
        ],
    )


def _plot(setting: Setting, ways: Mapping[Rating, Leaving]) -> Plot:
    return plot(
        title=_("Share of people who stay, if families may leave"),
        x=[float(time) for time in range(ROUNDS + 1)],
        lines=[
            Line(name=str(NAMES[rating]), values=way.staying.tolist(), look=look)
            for (rating, way), look in zip(ways.items(), LOOKS, strict=False)
        ],
        x_name=_("times re-priced"),
        y_name="",
        say_x=lambda time: f"{time:.0f}",
        say_y=lambda value: setting.say.share(value, 0),
        highest=1.0,
    )


def _families(
    setting: Setting, village: Village, limits: Limits, found: Cells, ways: Mapping[Rating, Leaving]
) -> Table:
    """Families that one can picture, priced by the same rates as all."""
    persons = np.array([float(size) for size, _old, _fifth, _name in EXAMPLES])
    old = np.array([float(count) for _size, count, _fifth, _name in EXAMPLES])
    a_unit = float(found.cost[0] / village.relative_cost(found.persons[:1], found.old[:1])[0])
    cost = village.relative_cost(persons, old) * a_unit
    income = persons * village.fifths[[fifth for _size, _old, fifth, _name in EXAMPLES]]
    shown = Cells(weights=np.ones(len(EXAMPLES)), persons=persons, old=old, cost=cost, income=income)
    columns = [[setting.say.money(value) for value in cost]]
    for rating, way in ways.items():
        of_all, of_these = (
            {"risk": each.cost, "income": each.income, "community": each.persons}[rating]
            for each in (found, shown)
        )
        price = of_these * (way.prices[0] / of_all[0])
        leaves = limits.leave(shown, price)
        columns.append(
            [
                _("%(price)s: %(share)s leave")
                % {"price": setting.say.money(value), "share": setting.say.share(goes, 0)}
                for value, goes in zip(price, leaves, strict=True)
            ]
        )
    return Table(
        caption=_("What families would pay a year"),
        corner=_("Family"),
        columns=[_("Expects to be paid"), *(str(NAMES[rating]) for rating in ways)],
        rows=[
            Row(name=str(name), cells=[column[place] for column in columns])
            for place, (_size, _old, _fifth, name) in enumerate(EXAMPLES)
        ],
        note=_("While all are in. “100 % leave”: more than such a family can pay."),
    )


def _leavers(setting: Setting, found: Cells, ways: Mapping[Rating, Leaving]) -> Table:
    people = found.weights * found.persons
    people = people / people.sum()
    share, money = setting.say.share, setting.say.money
    return Table(
        caption=_("Who leaves, and what is left"),
        corner=_("Rated"),
        columns=[
            _("A person pays, lowest"),
            _("A person pays, highest"),
            _("Leave: not worth it"),
            _("Leave: cannot pay"),
            _("Stay in the end"),
            _("Who stay then pay PPPY"),
        ],
        rows=[
            Row(
                name=str(NAMES[rating]),
                cells=[
                    money((way.prices / found.persons).min()),
                    money((way.prices / found.persons).max()),
                    share(float(people @ way.not_worth), 0),
                    share(float(people @ way.too_dear), 0),
                    share(way.staying[-1], 0),
                    money(way.a_person[-1]) if way.staying[-1] > 0.0 else "–",
                ],
                is_pick=rating == "community",
            )
            for rating, way in ways.items()
        ],
        note=_(
            "Shares of people. Both reasons may hold for the same family. The same total in every row at "
            "first."
        ),
    )
