"""The page "Subsidy that ends": its boxes and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from calculator.packages import lines_of
from calculator.queries import packages_of
from schemes.charts import LOOKS, Line, plot
from schemes.fields import MoneyField, PercentField, WholeField
from whatif.answers import Answer, Row, Table
from whatif.forms import WhatIfForm
from whatif.setting import Setting
from whatif.subsidy_model import Schedule, Subsidy, same_money, share_for_budget, years_paid

WAYS = {
    "falling": gettext_lazy("Falling every year"),
    "front": gettext_lazy("In full until spent"),
    "matched": gettext_lazy("The same share every year"),
    "household": gettext_lazy("The same amount a household"),
}


class SubsidyForm(WhatIfForm):
    share = PercentField(label=gettext_lazy("Share of the premium paid in the first year"), highest=0.95)
    years = WholeField(
        label=gettext_lazy("Years until nothing is paid"), lowest=1, highest=20, unit=gettext_lazy("years")
    )
    trend = PercentField(label=gettext_lazy("The premium rises a year by"), highest=0.5)
    growth = PercentField(label=gettext_lazy("Members grow a year by"), highest=1)
    budget = MoneyField(label=gettext_lazy("The donor has in all (empty: enough)"), above=0, required=False)

    sliders: ClassVar = {"share": (0, 95, 5), "years": (1, 10, 1), "trend": (0, 25, 1), "growth": (0, 50, 5)}

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:  # noqa: ARG003
        return {"share": 0.5, "years": 5, "trend": 0.05, "growth": 0, "budget": None}


def answer_subsidy(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    asked = Subsidy(
        premium=setting.premium.total,
        persons=setting.case.community.persons,
        share=float(numbers["share"]),
        years=int(numbers["years"]),
        trend=float(numbers["trend"]),
        growth=float(numbers["growth"]),
    )
    ways = same_money(asked)
    money = setting.say.money
    first = ways[0]
    gentlest = min(ways, key=lambda way: way.cliff)
    if asked.trend:
        words = _(
            "A donor pays %(subsidy)s of the premium of %(premium)s in the first year and %(total)s in all; "
            "members then pay %(first)s, and %(last)s in year %(year)s, when nothing is paid any more and "
            "the premium has risen %(trend)s a year."
        )
    else:
        words = _(
            "A donor pays %(subsidy)s of the premium of %(premium)s in the first year and %(total)s in all; "
            "members then pay %(first)s, and %(last)s in year %(year)s, when nothing is paid any more."
        )
    sentence = words % {
        "subsidy": money(first.subsidy[0]),
        "premium": money(asked.premium),
        "total": setting.say.money(first.total),
        "first": money(first.members[0]),
        "last": money(first.members[-1]),
        "year": asked.years + 1,
        "trend": setting.say.share(asked.trend, 1),
    }
    cautions = [
        _("Nobody is taken to leave when the price goes up: ask in the community whether that is so."),
        _("The donor's money counts in each year's prices, without interest."),
    ]
    if gentlest is not first:
        cautions.insert(
            0,
            _("The same money spent as “%(way)s” asks for at most %(step)s more from one year to the next.")
            % {"way": WAYS[gentlest.way].lower(), "step": money(gentlest.cliff)},
        )
    return Answer(
        sentence=sentence,
        figure=money(first.cliff),
        figure_name=_("The largest step for members from one year to the next, PPPY"),
        plot=_plot(setting, ways),
        tables=[
            _years(setting, asked, first),
            _ways(setting, ways),
            *_budget(setting, asked, numbers["budget"]),
            _richer(setting, asked),
        ],
        cautions=cautions,
    )


def _plot(setting: Setting, ways: tuple[Schedule, ...]) -> Any:
    return plot(
        title=_("What members pay, PPPY"),
        x=[float(year) for year in range(1, len(ways[0].members) + 1)],
        lines=[
            Line(name=str(WAYS[way.way]), values=way.members.tolist(), look=look)
            for way, look in zip(ways, LOOKS, strict=True)
        ],
        x_name=_("year"),
        y_name=setting.scheme.money.sign,
        say_x=lambda year: f"{year:.0f}",
        say_y=setting.say.money,
    )


def _years(setting: Setting, asked: Subsidy, way: Schedule) -> Table:
    money = setting.say.money
    steps = ["–", *(money(step) for step in way.extra)]
    return Table(
        caption=_("Year by year, falling"),
        corner=_("Year"),
        columns=[
            _("Premium PPPY"),
            _("The donor pays"),
            _("Members pay"),
            _("More than before"),
            _("The donor's bill"),
        ],
        rows=[
            Row(
                name=str(year + 1),
                cells=[*(money(value) for value in values), steps[year], money(way.donor[year])],
            )
            for year, values in enumerate(zip(asked.premiums, way.subsidy, way.members, strict=True))
        ],
    )


def _ways(setting: Setting, ways: tuple[Schedule, ...]) -> Table:
    money = setting.say.money
    return Table(
        caption=_("The same money spent in four ways"),
        corner=_("How"),
        columns=[
            _("Members pay in year 1"),
            _("Largest step, PPPY"),
            _("Asked in year"),
            _("The donor's bill"),
        ],
        rows=[
            Row(
                name=str(WAYS[way.way]),
                cells=[money(way.members[0]), money(way.cliff), str(way.cliff_year + 1), money(way.total)],
            )
            for way in ways
        ],
        note=_(
            "In full until spent: the last year may be paid in part. "
            "The same amount a household: %(amount)s a year for each household of %(size)s."
        )
        % {
            "amount": money(ways[-1].subsidy[0] * setting.case.package.families.mean_size),
            "size": setting.say.number(setting.case.package.families.mean_size, 1),
        },
    )


def _budget(setting: Setting, asked: Subsidy, budget: Any) -> list[Table]:
    """What a fixed budget pays for; nothing when none was typed."""
    if budget is None:
        return []
    paid = years_paid(asked, float(budget))
    share = share_for_budget(asked, float(budget))
    whole = _("more than the whole premium") if share >= 1.0 else setting.say.share(share, 1)
    return [
        Table(
            caption=_("With %(budget)s in all") % {"budget": setting.say.money(float(budget))},
            corner="",
            columns=[_("Answer")],
            rows=[
                Row(
                    name=_("Years paid at this share"),
                    cells=[ngettext("%(n)s year", "%(n)s years", paid) % {"n": paid}],
                ),
                Row(name=_("Share of the first year that lasts to the end"), cells=[whole]),
            ],
        )
    ]


def _richer(setting: Setting, asked: Subsidy) -> Table:
    """Saved packages of the scheme, and what members would pay for them while the subsidy lasts."""
    saved = lines_of(list(packages_of(scheme=setting.scheme)), scheme=setting.scheme)
    money = setting.say.money
    rest = 1.0 - asked.share
    rows = [
        Row(
            name=line.package.name,
            cells=[money(line.premium), money(line.premium * rest)],
            is_pick=line.premium > asked.premium and line.premium * rest <= asked.premium,
        )
        for line in sorted(saved, key=lambda line: line.premium)
    ]
    return Table(
        caption=_("What the subsidy buys"),
        corner=_("Package"),
        columns=[_("Premium PPPY"), _("Members pay in year 1")],
        rows=rows,
        note=_(
            "Marked: dearer than this package, but within %(price)s for members in the first year. "
            "Once the subsidy ends its whole premium is asked for."
        )
        % {"price": money(asked.premium)},
    )
