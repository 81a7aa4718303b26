"""The page "Priced too low": what a wrong incidence does to a group of a given size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.charts import Line, plot
from schemes.fields import PercentField, WholeField
from whatif.answers import Answer, Row, Table
from whatif.forms import WhatIfForm
from whatif.setting import Setting
from whatif.small_group_model import SmallGroup

SIZES = (50, 100, 200, 500, 1_000, 2_000, 5_000)


class SmallGroupForm(WhatIfForm):
    persons = WholeField(label=gettext_lazy("People in the group"), lowest=10, highest=1_000_000)
    priced = PercentField(label=gettext_lazy("Have an event in a year, it was told"), highest=0.99, above=0)
    true = PercentField(label=gettext_lazy("Have one in truth"), highest=0.99, above=0)
    chance = PercentField(label=gettext_lazy("Chance of bankruptcy priced for"), highest=0.49, above=0)

    sliders: ClassVar = {"priced": (1, 50, 1), "true": (1, 50, 1), "chance": (1, 20, 1)}

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:
        return {
            "persons": 100,
            "priced": 0.10,
            "true": 0.15,
            "chance": setting.case.loadings.chance_of_bankruptcy,
        }


def answer_small_group(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    true, chance, priced = (float(numbers[name]) for name in ("true", "chance", "priced"))
    asked = SmallGroup(persons=int(numbers["persons"]), priced=priced, chance=chance)
    share = setting.say.share
    ruin = asked.ruin(true)
    sentence = _(
        "A group of %(persons)s that prices for %(priced)s of its people having an event, and meets "
        "%(true)s, runs out of money in %(ruin)s of years. Told the truth it would in %(told)s; by the "
        "normal law it priced for %(chance)s."
    ) % {
        "persons": setting.say.whole(asked.persons),
        "priced": share(priced, 1),
        "true": share(true, 1),
        "ruin": share(ruin, 1),
        "told": share(asked.ruin(priced), 1),
        "chance": share(chance, 1),
    }
    sizes = sorted({*SIZES, asked.persons})
    groups = [SmallGroup(persons=size, priced=priced, chance=chance) for size in sizes]
    return Answer(
        sentence=sentence,
        figure=share(ruin, 1),
        figure_name=_("Chance that a year's money is short"),
        plot=plot(
            title=_("Chance of a short year by the size of the group"),
            x=[float(size) for size in sizes],
            lines=[
                Line(name=_("as it is in truth"), values=[group.ruin(true) for group in groups], look="bad"),
                Line(name=_("had it been told the truth"), values=[group.ruin(priced) for group in groups]),
            ],
            x_name=_("people in the group"),
            y_name="",
            say_x=setting.say.whole,
            say_y=lambda value: share(value, 0),
            log_x=True,
            highest=1.0,
        ),
        tables=[
            Table(
                caption=_("By size"),
                corner=_("People"),
                columns=[_("Told the truth"), _("As it is"), _("As it is, by the normal law")],
                rows=[
                    Row(
                        name=setting.say.whole(group.persons),
                        cells=[
                            share(each, 1)
                            for each in (group.ruin(priced), group.ruin(true), group.normal_ruin(true))
                        ],
                        is_pick=group.persons == asked.persons,
                    )
                    for group in groups
                ],
                note=_("Events are counted, at most one a person and year; every event costs the same."),
            )
        ],
        cautions=[
            _(
                "A larger group does not help against a wrong incidence: it makes the short year certain. A "
                "larger "
                "survey helps; the page on what the survey leaves unsure says how much."
            )
        ],
    )
