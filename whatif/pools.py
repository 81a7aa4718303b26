"""The page "Pools of millions": a yearly share by the size of the pool, and the largest pool's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.charts import Line, Plot, plot
from schemes.fields import MoneyField, NumberField, PercentField, WholeField
from schemes.numbers import format_money, format_number
from whatif.answers import Answer, Reading, Row, Table
from whatif.forms import WhatIfForm
from whatif.mutual_aid_model import LARGEST_POOL, AgeGroup, Pool, YearlyShare, yearly_share
from whatif.setting import Setting
from whatif.sharing import BAD, WORSE
from whatif.trade_offs import trade_offs
from whatif.xiang_hu_bao import FEE, YEARLY_CAP, known_months, replayed

POOL_SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 300_000_000)


class PoolForm(WhatIfForm):
    members = WholeField(label=gettext_lazy("Members"), lowest=100, highest=LARGEST_POOL)
    cases = NumberField(label=gettext_lazy("Cases a year of 100,000 up to age 39"), highest=10_000)
    aid = MoneyField(label=gettext_lazy("Aid for a case up to age 39"), above=0)
    older = PercentField(label=gettext_lazy("Members aged 40 to 59"), highest=1)
    older_cases = NumberField(label=gettext_lazy("Cases a year of 100,000 at 40 to 59"), highest=10_000)
    older_aid = MoneyField(label=gettext_lazy("Aid for a case at 40 to 59"), above=0)
    fee = PercentField(label=gettext_lazy("Fee, of the aid"), highest=0.5)
    cap = MoneyField(label=gettext_lazy("The most a member pays a year"), above=0)

    sliders: ClassVar = {
        "older": (0, 100, 5),
        "fee": (0, 20, 1),
        "cases": (0, 500, 5),
        "older_cases": (0, 1000, 10),
    }

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:  # noqa: ARG003
        """As the largest such pool began: 50 million members, two ages, two amounts."""
        return {
            "members": 50_000_000,
            "cases": 45,
            "aid": 300_000,
            "older": 0.3,
            "older_cases": 145,
            "older_aid": 100_000,
            "fee": FEE,
            "cap": YEARLY_CAP,
        }


def answer_pool(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    """A pool for rare and dear illnesses, as large as one likes; its history beside it."""
    asked = _pool(numbers, int(numbers["members"]))
    found = yearly_share(asked)
    cap = float(numbers["cap"])
    mean, worse = _amount(setting, asked.mean), _amount(setting, found.quantile(WORSE))
    sentence = _(
        "Each of %(members)s members pays %(mean)s a year on average and more than %(worse)s in one year of "
        "100; "
        "the limit of %(cap)s is reached %(chance)s."
    ) % {
        "members": setting.say.whole(asked.members),
        "mean": mean,
        "worse": worse,
        "cap": _amount(setting, cap),
        "chance": _how_often(setting, found.above(cap)),
    }
    shares = [(size, yearly_share(_pool(numbers, size))) for size in POOL_SIZES]
    return Answer(
        sentence=sentence,
        figure=mean,
        figure_name=_("A member's yearly share on average, once everybody has waited long enough"),
        plot=_pool_plot(setting, numbers, shares),
        tables=[_pool_table(setting, shares, cap), _history_table()],
        more_plots=[_history_plot()],
        readings=[_what_history_says(), trade_offs()],
        cautions=[
            _("Amounts are in the money of whatever was typed; the history is in yuan."),
            _(
                "The article of 2019 says 188 yuan was the limit for a month; contemporary reports say for a "
                "year."
            ),
            _("Cases of different members are taken to have nothing to do with each other."),
        ],
    )


def _pool(numbers: Mapping[str, Any], members: int) -> Pool:
    older = float(numbers["older"])
    return Pool(
        members=members,
        groups=(
            AgeGroup(share=1.0 - older, cases=float(numbers["cases"]) / 1e5, aid=float(numbers["aid"])),
            AgeGroup(share=older, cases=float(numbers["older_cases"]) / 1e5, aid=float(numbers["older_aid"])),
        ),
        fee=float(numbers["fee"]),
    )


def _amount(setting: Setting, value: float) -> str:
    """A small share to the cent, in the money that the boxes ask for."""
    return format_money(
        value,
        sign=setting.scheme.money.sign,
        places=2 if value < 1000 else 0,
        grouping=setting.scheme.number_grouping,
    )


def _how_often(setting: Setting, chance: float) -> str:
    if chance < 1e-9:
        return _("practically never")
    return _("in %(share)s of years") % {"share": setting.say.share(chance, 2)}


def _pool_plot(
    setting: Setting, numbers: Mapping[str, Any], shares: Sequence[tuple[int, YearlyShare]]
) -> Plot:
    means = [_pool(numbers, size).mean for size, _found in shares]
    return plot(
        title=_("A member's yearly share by the size of the pool"),
        x=[float(size) for size, _found in shares],
        lines=[
            Line(
                name=_("one year of 100 is dearer"),
                values=[found.quantile(WORSE) for _size, found in shares],
                look="bad",
            ),
            Line(
                name=_("one year of 20 is dearer"),
                values=[found.quantile(BAD) for _size, found in shares],
                look="dash",
            ),
            Line(name=_("on average"), values=means),
            Line(
                name=_("one year of 20 is cheaper"),
                values=[found.quantile(1.0 - BAD) for _size, found in shares],
                look="ink",
            ),
        ],
        x_name=_("members"),
        y_name="",
        say_x=setting.say.whole,
        say_y=lambda value: format_money(
            value, sign=setting.scheme.money.sign, grouping=setting.scheme.number_grouping
        ),
        log_x=True,
    )


def _pool_table(setting: Setting, shares: Sequence[tuple[int, YearlyShare]], cap: float) -> Table:
    return Table(
        caption=_("Why it steadies as members grow"),
        corner=_("Members"),
        columns=[
            _("One year of 20 is cheaper than"),
            _("One of 20 is dearer than"),
            _("One of 100 is dearer than"),
            _("The limit is reached"),
            _("Aid then not there, of the whole"),
        ],
        rows=[
            Row(
                name=setting.say.whole(size),
                cells=[
                    _amount(setting, found.quantile(1.0 - BAD)),
                    _amount(setting, found.quantile(BAD)),
                    _amount(setting, found.quantile(WORSE)),
                    _how_often(setting, found.above(cap)),
                    setting.say.share(short / (paid + short) if paid + short else 0.0, 1),
                ],
            )
            for size, found in shares
            for paid, short in [found.capped(cap)]
        ],
        note=_(
            "Exact, not simulated. The average stays the same: a larger pool is not cheaper, it is steadier. "
            "Under the limit, aid is cut or somebody from outside pays."
        ),
    )


def _history_plot() -> Plot:
    """Both halves of each month together: halves have 14 to 17 days."""
    found = replayed()
    months = [date(end.year, end.month, 1) for end in found.ends[::2]]
    known = known_months()
    return plot(
        title=_("Xiang Hu Bao: what a member paid a month"),
        x=[float((month - months[0]).days) for month in months],
        lines=[
            Line(name=_("worked out"), values=(found.shares[::2] + found.shares[1::2]).tolist()),
            Line(
                name=_("had all members been long in the pool"),
                values=(found.mature[::2] + found.mature[1::2]).tolist(),
                look="dash",
            ),
            Line(
                name=_("published; twice a half month where only one is known"),
                values=[known.get(month) for month in months],
                look="dots",
            ),
        ],
        x_name="",
        y_name=_("yuan"),
        say_x=lambda day: f"{date.fromordinal(months[0].toordinal() + int(day)):%m.%Y}",
        say_y=lambda value: format_number(value, places=1, grouping="international"),
    )


def _history_table() -> Table:
    found = replayed()

    def row(name: str, told: float, known: str, places: int) -> Row:
        return Row(name=name, cells=[format_number(told, places=places, grouping="international"), known])

    peak, last = found.at(date(2020, 12, 14)), len(found.ends) - 1
    return Table(
        caption=_("Xiang Hu Bao: worked out and as it was, yuan a member"),
        corner="",
        columns=[_("Worked out"), _("As it was")],
        rows=[
            row(_("year 2019"), found.of_year(2019), "29", 1),
            row(_("year 2020"), found.of_year(2020), "91", 1),
            row(_("first half of December 2020"), float(found.shares[peak]), "4.83", 2),
            row(_("cases in that half month"), float(found.cases[peak]), "3,369", 0),
            row(_("second half of December 2021"), float(found.shares[last]), _("about 7.4"), 2),
        ],
        note=_(
            "Worked out from the number of members alone: 75 cases a year of 100,000, 90 days of wait, 240 "
            "days "
            "more until cases come in full, 135,000 yuan a case, fee 8 %."
        ),
    )


def _what_history_says() -> Reading:
    return Reading(
        title=_("What the history says"),
        points=[
            _(
                "The share rose threefold from 2019 to 2020, and most of that was not people getting sicker: "
                "the "
                "pool was young. Who waits has no cases yet. Look at the dashed line before calling a new "
                "scheme "
                "cheap."
            ),
            _(
                "In 2021 it rose above what the model says: the young and healthy left, the others grew "
                "older. "
                "When equal shares are asked of unequal risks, those who expect little go first."
            ),
            _("It was closed on 28 January 2022, after 186,000 people had been helped."),
        ],
    )
