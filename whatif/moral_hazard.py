"""The page "More care when it is covered": its boxes and its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculator.premium import price_premium
from schemes.charts import Line, Plot, plot
from schemes.fields import PercentField
from schemes.numbers import format_number
from simulation.engine.moments import PackageMoments
from simulation.engine.terms import CostTerms
from simulation.models import Pictogram
from whatif.answers import Answer, Row, Table
from whatif.forms import WhatIfForm
from whatif.moral_hazard_model import BORNE, STAYS, VISITS, BothWays, Care, Response, both_ways, with_copay
from whatif.setting import Setting

IN_HOSPITAL = {Pictogram.HOSPITAL, Pictogram.CAESAREAN, Pictogram.TRANSPORT}
COPAYS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
OF_PACKAGE, ONE_FOR_ALL = "package", "all"


class MoralHazardForm(WhatIfForm):
    strength = PercentField(
        label=gettext_lazy("How strongly use answers, of what the experiment found"), highest=3
    )
    before = PercentField(label=gettext_lazy("Of their bills, people bore when they were surveyed"))
    terms = forms.ChoiceField(
        label=gettext_lazy("Copay"),
        choices=[
            (OF_PACKAGE, gettext_lazy("As in the package")),
            (ONE_FOR_ALL, gettext_lazy("This one on every bill:")),
        ],
        widget=forms.RadioSelect,
    )
    copay = PercentField(label=gettext_lazy("Copay on every bill"))

    sliders: ClassVar = {"strength": (0, 200, 10), "before": (0, 100, 5), "copay": (0, 60, 5)}

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:
        copays = [
            one.terms.copay for one in setting.case.package.benefits if isinstance(one.terms, CostTerms)
        ]
        return {"strength": 1, "before": 1, "terms": OF_PACKAGE, "copay": max(copays, default=0.0)}


def answer_moral_hazard(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    """The premium with and without the answer of use to what members bear."""
    response = Response(before=float(numbers["before"]), strength=float(numbers["strength"]))
    care = _care(setting)
    package = setting.case.package
    if numbers["terms"] == ONE_FOR_ALL:
        package = with_copay(package, float(numbers["copay"]))
    found = both_ways(package, care=care, response=response)
    by_copay = [
        both_ways(with_copay(setting.case.package, copay), care=care, response=response) for copay in COPAYS
    ]
    without, answered = (_total(setting, moments) for moments in (found.surveyed, found.answered))
    money, share = setting.say.money, setting.say.share
    return Answer(
        sentence=_(
            "If use answers as in the experiment, at %(strength)s of its strength, the premium is %(with)s "
            "instead of %(without)s: claims are %(times)s times what the survey says."
        )
        % {
            "strength": share(response.strength, 0),
            "with": money(answered),
            "without": money(without),
            "times": setting.say.number(_times(found), 2),
        },
        figure=money(answered),
        figure_name=_("Premium PPPY with more care used"),
        plot=_plot(setting, by_copay),
        tables=[_copays(setting, by_copay), _benefits(setting, package.benefits, found), _experiment()],
        cautions=[
            _(
                "The experiment was made in the United States in the 1970s, where care was near and "
                "hospitals "
                "free to be chosen. Where the next doctor is a day away, use may hardly answer; where "
                "people now "
                "go without care that they need, it may answer far more, and that is what cover is for."
            ),
            _(
                "What members bear counts everything: the threshold, the copay, and what lies above the "
                "caps. "
                "With low caps people bear most of a bill, and use answers little."
            ),
            _("Dearer care chosen because it is covered is not counted, nor bills that grow with the cover."),
            _("A fixed amount or a day's wage that is linked to no bill is taken to stay as surveyed."),
        ],
    )


def _care(setting: Setting) -> list[Care]:
    """Which benefits are hospital stays; the rest are visits."""
    risks = setting.package.assumption_set.risks.all()
    return ["stay" if risk.pictogram in IN_HOSPITAL else "visit" for risk in risks]


def _total(setting: Setting, moments: PackageMoments) -> float:
    case = setting.case
    return price_premium(
        moments=moments,
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    ).total


def _times(found: BothWays) -> float:
    """Claims with the answer over claims without; 1 where nothing is paid."""
    surveyed = found.surveyed.package.pure
    return found.answered.package.pure / surveyed if surveyed > 0.0 else 1.0


def _plot(setting: Setting, by_copay: Sequence[BothWays]) -> Plot:
    return plot(
        title=_("Premium PPPY by copay"),
        x=list(COPAYS),
        lines=[
            Line(name=_("with more care used"), values=[_total(setting, one.answered) for one in by_copay]),
            Line(
                name=_("as surveyed"), values=[_total(setting, one.surveyed) for one in by_copay], look="dash"
            ),
        ],
        x_name=_("copay on every bill"),
        y_name=setting.scheme.money.sign,
        say_x=lambda copay: setting.say.share(copay, 0),
        say_y=setting.say.money,
    )


def _copays(setting: Setting, by_copay: Sequence[BothWays]) -> Table:
    rows = []
    for copay, one in zip(COPAYS, by_copay, strict=True):
        without, answered = _total(setting, one.surveyed), _total(setting, one.answered)
        rows.append(
            Row(
                name=setting.say.share(copay, 0),
                cells=[
                    setting.say.money(without),
                    setting.say.money(answered),
                    setting.say.money(answered - without),
                ],
            )
        )
    return Table(
        caption=_("One copay on every bill"),
        corner=_("Copay"),
        columns=[_("Premium as surveyed"), _("With more care used"), _("Difference")],
        rows=rows,
        note=_("Exact, each with its own risk loading. Thresholds and caps on payments stay as they are."),
    )


def _benefits(setting: Setting, benefits: Sequence[Any], found: BothWays) -> Table:
    pairs = zip(benefits, found.used, found.surveyed.benefits, found.answered.benefits, strict=True)
    return Table(
        caption=_("Benefit by benefit, at the copay asked for"),
        corner=_("Benefit"),
        columns=[
            _("Members bear"),
            _("Used, times surveyed"),
            _("Pure premium surveyed"),
            _("With more care"),
        ],
        rows=[
            Row(
                name=used.name,
                cells=[
                    "–" if used.borne is None else setting.say.share(used.borne, 0),
                    setting.say.number(used.factor, 2),
                    setting.say.money(before.pure),
                    setting.say.money(after.pure),
                ],
            )
            for benefit, used, before, after in pairs
            if benefit.covered
        ],
    )


def _experiment() -> Table:
    def written(value: float, places: int) -> str:
        return format_number(value, places=places, grouping="international")

    return Table(
        caption=_("What the experiment found, a person a year"),
        corner=_("Of their bills, people bore"),
        columns=[_("Visits"), _("Hospital stays")],
        rows=[
            Row(name=f"{100 * borne:.0f}\u00a0%", cells=[written(visits, 2), written(stays, 3)])
            for borne, visits, stays in zip(BORNE, VISITS, STAYS, strict=True)
        ],
        note=_(
            "RAND health insurance experiment, worked out from its 20,190 person-years. Stays were 0.092 at "
            "50 % and "
            "0.098 at 95 %: the mean of the two is used, since nobody goes more often because it costs more."
        ),
    )
