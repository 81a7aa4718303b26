"""The page "Sharing afterwards": this package, prepaid or shared by the village once the year is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculator.case import case_hash
from schemes.charts import Line, Plot, plot
from schemes.fields import MoneyField, PercentField, WholeField
from simulation.engine import ENGINE_VERSION
from simulation.engine.scheme import SchemeDistribution, scheme_distribution
from simulation.questions import content_hash
from whatif.answers import Answer, Row, Table
from whatif.forms import WhatIfForm
from whatif.setting import Setting
from whatif.trade_offs import trade_offs
from whatif.xiang_hu_bao import FEE

KEPT_SECONDS = 24 * 3600
BAD, WORSE = 0.95, 0.99
"""A year in 20, and a year in 100, are worse than these."""
SIZES = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000)


class SharingForm(WhatIfForm):
    members = WholeField(label=gettext_lazy("Members who share"), lowest=20, highest=10_000_000)
    fee = PercentField(label=gettext_lazy("Fee for running it, of what is given out"), highest=0.5)
    cap = MoneyField(
        label=gettext_lazy("The most a member pays a year (empty: no limit)"), above=0, required=False
    )

    sliders: ClassVar = {"fee": (0, 30, 1)}

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:
        return {"members": setting.case.community.persons, "fee": FEE, "cap": None}


def answer_sharing(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    """The package as it is, paid ahead as a premium or shared afterwards."""
    members, fee = int(numbers["members"]), float(numbers["fee"])
    money = setting.say.money
    found = _scheme(setting, members)
    mean = found.mean / found.persons * (1.0 + fee)
    bad, worse = (_share(found, fee, chance) for chance in (BAD, WORSE))
    premium = setting.premium.total
    sentence = _(
        "Shared afterwards by %(members)s people, a year costs each %(mean)s on average, more than %(bad)s "
        "in one "
        "year of 20 and more than %(worse)s in one of 100; the premium paid ahead is %(premium)s every year."
    ) % {
        "members": setting.say.whole(found.persons),
        "mean": money(mean),
        "bad": money(bad),
        "worse": money(worse),
        "premium": money(premium),
    }
    return Answer(
        sentence=sentence,
        figure=f"{money(mean)} – {money(bad)}",
        figure_name=_("A member's yearly share: on average, and in the bad year of 20"),
        plot=_by_size(setting, fee),
        tables=[_both_ways(setting, found, fee), *_under_cap(setting, found, fee, numbers["cap"])],
        readings=[trade_offs()],
        cautions=[
            _("Everybody is taken to pay when asked. In a village, a bad year is bad for many at once."),
            _("Nothing is put by: there is no reserve, and no interest on it."),
        ],
    )


def _scheme(setting: Setting, members: int) -> SchemeDistribution:
    return scheme_distribution(setting.case.package, members, moments=setting.moments)


def _share(found: SchemeDistribution, fee: float, chance: float) -> float:
    return found.quantile(chance) / found.persons * (1.0 + fee)


@dataclass(frozen=True, kw_only=True)
class _Size:
    """What a member's share of the year is in a scheme of one size, money without the fee."""

    mean: float
    bad: float
    worse: float

    @classmethod
    def of(cls, found: SchemeDistribution) -> _Size:
        return cls(
            mean=found.mean / found.persons,
            bad=found.quantile(BAD) / found.persons,
            worse=found.quantile(WORSE) / found.persons,
        )


def _sizes(setting: Setting) -> list[_Size]:
    """The curve of a package, worked out once: the boxes of the page do not move it."""
    key = f"sharing:{content_hash([ENGINE_VERSION, case_hash(setting.case), SIZES, BAD, WORSE])}"
    found: list[_Size] | None = cache.get(key)
    if found is None:
        found = [_Size.of(_scheme(setting, size)) for size in SIZES]
        cache.set(key, found, KEPT_SECONDS)
    return found


def _by_size(setting: Setting, fee: float) -> Plot:
    """The mean does not depend on the size; how far a bad year is from it does."""
    found = _sizes(setting)
    return plot(
        title=_("A member's yearly share by how many share it"),
        x=[float(size) for size in SIZES],
        lines=[
            Line(
                name=_("one year of 100 is dearer"),
                values=[each.worse * (1.0 + fee) for each in found],
                look="bad",
            ),
            Line(
                name=_("one year of 20 is dearer"),
                values=[each.bad * (1.0 + fee) for each in found],
                look="dash",
            ),
            Line(name=_("on average"), values=[each.mean * (1.0 + fee) for each in found]),
            Line(name=_("premium paid ahead"), values=[setting.premium.total] * len(SIZES), look="ink"),
        ],
        x_name=_("members"),
        y_name=setting.scheme.money.sign,
        say_x=setting.say.whole,
        say_y=setting.say.money,
        log_x=True,
    )


def _both_ways(setting: Setting, found: SchemeDistribution, fee: float) -> Table:
    money, premium = setting.say.money, setting.premium
    paid_out = found.mean / found.persons
    return Table(
        caption=_("The same village, priced both ways"),
        corner=_("A member pays a year"),
        columns=[_("Paid ahead"), _("Shared afterwards")],
        rows=[
            Row(
                name=_("in a year like any other"),
                cells=[money(premium.total), money(paid_out * (1.0 + fee))],
            ),
            *(
                Row(name=name, cells=[money(premium.total), money(_share(found, fee, chance))])
                for name, chance in (
                    (_("in the bad year of 20"), BAD),
                    (_("in the bad year of 100"), WORSE),
                )
            ),
            Row(
                name=_("of it for running the scheme"),
                cells=[money(premium.admin), money(paid_out * fee)],
            ),
            Row(
                name=_("chance that money is short in a year"),
                cells=[
                    setting.say.share(found.probability_above(premium.with_risk * found.persons), 1),
                    _("none, while all pay"),
                ],
            ),
        ],
        note=_("Exact distribution of what this package pays to that many people."),
    )


def _under_cap(setting: Setting, found: SchemeDistribution, fee: float, cap: Any) -> list[Table]:
    if cap is None:
        return []
    limit = float(cap) * found.persons / (1.0 + fee)
    return [
        Table(
            caption=_("If nobody pays more than %(cap)s a year") % {"cap": setting.say.money(float(cap))},
            corner="",
            columns=[_("Answer")],
            rows=[
                Row(
                    name=_("Chance that the limit is reached in a year"),
                    cells=[setting.say.share(found.probability_above(limit), 1)],
                ),
                Row(
                    name=_("Chance that it is within five years"),
                    cells=[setting.say.share(1.0 - (1.0 - found.probability_above(limit)) ** 5, 1)],
                ),
            ],
            note=_(
                "When it is reached, part of the aid promised is not there: either it is cut for all, or "
                "somebody "
                "from outside pays. Say before the start which it will be."
            ),
        )
    ]
