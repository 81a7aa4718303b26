"""The page "Reaching households": its boxes and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from schemes.charts import Line, Plot, plot
from schemes.fields import MoneyField, NumberField, PercentField, WholeField
from whatif.answers import Answer, Row, Table
from whatif.forms import WhatIfForm
from whatif.reaching_model import (
    DECK_GROUPS,
    DECK_HOUSEHOLDS,
    MOST_GROUPS,
    MOST_YEARS,
    Network,
    ReachedYear,
    reach,
)
from whatif.setting import Setting
from workshop.instalments import MOST_MONTHS, Loan, instalment

A_GROUP = round(DECK_HOUSEHOLDS / DECK_GROUPS)
WORKER_OF_PREMIUMS, TRAINING_OF_PREMIUMS = 300, 5
"""A worker's year and a group's training start at as many premiums, so that they fit any currency."""
NETWORKS = (
    (100, gettext_lazy("A cluster of villages: 100 groups")),
    (5_000, gettext_lazy("A district: 5,000 groups")),
    (DECK_GROUPS, gettext_lazy("A country: 8.5 million groups")),
)


class ReachingForm(WhatIfForm):
    groups = WholeField(label=gettext_lazy("Self-help groups in the network"), lowest=1, highest=MOST_GROUPS)
    households = NumberField(label=gettext_lazy("Households in a group"), above=0, highest=100)
    groups_join = PercentField(label=gettext_lazy("Of the groups asked, join"), above=0)
    households_join = PercentField(label=gettext_lazy("Of a joining group's households, join"), above=0)
    years = WholeField(
        label=gettext_lazy("Years until all are asked"),
        lowest=1,
        highest=MOST_YEARS,
        unit=gettext_lazy("years"),
    )
    starts = NumberField(
        label=gettext_lazy("One worker can bring in"),
        above=0,
        highest=10_000,
        unit=gettext_lazy("groups a year"),
    )
    looks_after = NumberField(
        label=gettext_lazy("One worker can look after"), above=0, highest=100_000, unit=gettext_lazy("groups")
    )
    worker = MoneyField(label=gettext_lazy("A worker costs, with travel"), unit=gettext_lazy("a year"))
    training = MoneyField(label=gettext_lazy("Training a group, once"))
    borrow = PercentField(label=gettext_lazy("Households that borrow the premium from their group"))
    interest = PercentField(label=gettext_lazy("Interest on such a loan, a year"), highest=1)
    months = WholeField(
        label=gettext_lazy("Paid back in"), lowest=1, highest=MOST_MONTHS, unit=gettext_lazy("months")
    )

    sliders: ClassVar = {
        "households": (5, 25, 1),
        "groups_join": (5, 100, 5),
        "households_join": (5, 100, 5),
        "years": (1, 15, 1),
        "starts": (10, 200, 10),
        "looks_after": (20, 500, 20),
        "borrow": (0, 100, 5),
        "interest": (0, 36, 1),
        "months": (1, 12, 1),
    }

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:
        households = setting.case.community.persons / setting.case.package.families.mean_size
        premium = setting.premium.total
        return {
            "groups": max(1, round(households / A_GROUP)),
            "households": A_GROUP,
            "groups_join": 0.6,
            "households_join": 0.7,
            "years": 3,
            "starts": 50,
            "looks_after": 150,
            "worker": float(f"{WORKER_OF_PREMIUMS * premium:.1g}"),
            "training": float(f"{TRAINING_OF_PREMIUMS * premium:.1g}"),
            "borrow": 0.5,
            "interest": 0.24,
            "months": 10,
        }


def answer_reaching(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    """Households, staff, money and years; and the premium lent by the group."""
    counts = {name: float(numbers[name]) for name in ("households", "groups_join", "households_join")}
    work = {name: float(numbers[name]) for name in ("starts", "looks_after", "worker", "training")}
    network = Network(
        groups=int(numbers["groups"]),
        years=int(numbers["years"]),
        persons=setting.case.package.families.mean_size,
        premium=setting.premium.total,
        admin=setting.premium.admin,
        **counts,
        **work,
    )
    years = reach(network)
    last = years[-1]
    money, whole = setting.say.money, setting.say.whole
    sentence = _(
        "%(groups)s groups bring %(persons)s people of %(households)s households into the scheme "
        "(all asked after: %(years)s); workers needed at most: %(workers)s. Once all are asked, serving one "
        "person costs %(cost)s a year; the premium has %(admin)s for running the scheme. %(more)s"
    ) % {
        "groups": whole(network.groups),
        "persons": whole(last.persons),
        "households": whole(last.households),
        "years": ngettext("%(n)s year", "%(n)s years", network.years) % {"n": network.years},
        "workers": whole(max(year.workers for year in years)),
        "cost": money(last.a_person),
        "admin": money(network.admin),
        "more": _added(setting, years),
    }
    return Answer(
        sentence=sentence,
        figure=whole(last.persons),
        figure_name=_("People insured when all groups have been asked"),
        plot=_plot(setting, network, years),
        tables=[
            _years(setting, years),
            _networks(setting, network),
            _loan(setting, network, last, numbers),
        ],
        cautions=[
            _(
                "How many join, how many groups one worker can serve, and what that costs are for you to "
                "type: "
                "the starting values are round guesses, scaled to your premium."
            ),
            _(
                "Only bringing groups in and looking after them is counted: paying claims, books and audit "
                "must "
                "come out of the same part of the premium."
            ),
            _("Groups are said to be in the scheme for the whole year in which they are asked, and to stay."),
            _(
                "Poor households that are in no group are not reached: bring them into groups first, the "
                "slides "
                "say."
            ),
        ],
    )


def _added(setting: Setting, years: Sequence[ReachedYear]) -> str:
    """What somebody else must pay for, once or for ever."""
    money = setting.say.money
    if years[-1].gap > 0.0:
        return _("Somebody has to add %(gap)s every year.") % {"gap": money(years[-1].gap)}
    outside = sum(max(0.0, year.gap) for year in years)
    if outside > 0.0:
        return _("Until then somebody has to add %(outside)s in all.") % {"outside": money(outside)}
    return _("Nothing has to be added.")


def _plot(setting: Setting, network: Network, years: Sequence[ReachedYear]) -> Plot:
    return plot(
        title=_("Cost of reaching and serving one insured person a year"),
        x=[float(year) for year in range(1, len(years) + 1)],
        lines=[
            Line(name=_("cost"), values=[year.a_person for year in years]),
            Line(
                name=_("in the premium for running the scheme"),
                values=[network.admin] * len(years),
                look="ink",
            ),
        ],
        x_name=_("year"),
        y_name=setting.scheme.money.sign,
        say_x=lambda year: f"{year:.0f}",
        say_y=setting.say.money,
    )


def _years(setting: Setting, years: Sequence[ReachedYear]) -> Table:
    money, whole = setting.say.money, setting.say.whole
    return Table(
        caption=_("Year by year"),
        corner=_("Year"),
        columns=[
            _("Groups in the scheme"),
            _("Households"),
            _("People insured"),
            _("Workers"),
            _("Cost"),
            _("There for running"),
            _("To be added"),
        ],
        rows=[
            Row(
                name=str(number),
                cells=[
                    whole(year.joined),
                    whole(year.households),
                    whole(year.persons),
                    whole(year.workers),
                    money(year.cost),
                    money(year.for_running),
                    money(max(0.0, year.gap)),
                ],
            )
            for number, year in enumerate(years, start=1)
        ],
        note=_("In the last year no new group is asked: what it costs then, it costs every year."),
    )


def _networks(setting: Setting, network: Network) -> Table:
    money, whole = setting.say.money, setting.say.whole
    rows = []
    for groups, name in (
        *NETWORKS,
        (network.groups, _("Yours: %(n)s groups") % {"n": whole(network.groups)}),
    ):
        years = reach(replace(network, groups=groups))
        rows.append(
            Row(
                name=str(name),
                cells=[
                    whole(years[-1].households),
                    whole(years[-1].persons),
                    whole(max(year.workers for year in years)),
                    whole(years[-1].workers),
                    money(sum(max(0.0, year.gap) for year in years)),
                    money(years[-1].persons * network.premium),
                ],
                is_pick=name not in dict(NETWORKS).values(),
            )
        )
    return Table(
        caption=_("What other networks would need, at the same numbers"),
        corner=_("Network"),
        columns=[
            _("Households"),
            _("People insured"),
            _("Workers at most"),
            _("Workers afterwards"),
            _("To be added in all"),
            _("Premiums a year"),
        ],
        rows=rows,
        note=_(
            "The slides ask why not reach 100 million households through 8.5 million groups. That takes "
            "every group "
            "and every household; here some do not join."
        ),
    )


def _loan(setting: Setting, network: Network, last: ReachedYear, numbers: Mapping[str, Any]) -> Table:
    money = setting.say.money
    family = network.premium * network.persons
    loan = Loan(premium=family, interest_a_year=float(numbers["interest"]), months=int(numbers["months"]))
    borrowers = network.households * network.households_join * float(numbers["borrow"])
    return Table(
        caption=_("The premium lent by the group"),
        corner=_("Loan"),
        columns=[_("Amount")],
        rows=[
            Row(name=_("Premium of an average household"), cells=[money(family)]),
            Row(
                name=_("Paid back each month, for %(n)s months") % {"n": loan.months},
                cells=[money(loan.a_month)],
            ),
            Row(name=_("Interest in all"), cells=[money(loan.interest)]),
            Row(
                name=_("Without interest, in as many parts"),
                cells=[money(instalment(premium=family, parts=loan.months))],
            ),
            Row(name=_("One group must be able to lend"), cells=[money(borrowers * family)]),
            Row(
                name=_("All groups of the network together"),
                cells=[money(last.households * float(numbers["borrow"]) * family)],
            ),
        ],
        note=_("The loan is given on the day the premium is due; interest is on what is still owed."),
    )
