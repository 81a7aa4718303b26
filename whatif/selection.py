"""The page "Who joins": its boxes and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schemes.fields import NumberField, PercentField, WholeField
from whatif.answers import Answer
from whatif.forms import WhatIfForm
from whatif.joining_model import JOINED, KNOWS, SPREAD, People, dearest_tenth, population, spread_of
from whatif.selection_model import Offer, Path, Rules
from whatif.selection_tables import (
    UNITS,
    Asked,
    deciders_table,
    enrolment_plot,
    knowledge_table,
    lessons_table,
    premium_plot,
    where_from,
    years_table,
)
from whatif.setting import Setting

PACKAGES = {"one": gettext_lazy("One for everybody"), "two": gettext_lazy("This one and a smaller one")}
WHEN = {"date": gettext_lazy("On one date"), "year": gettext_lazy("At any time of the year")}


class SelectionForm(WhatIfForm):
    unit = forms.ChoiceField(
        label=gettext_lazy("Who decides"), choices=UNITS.items(), widget=forms.RadioSelect
    )
    packages = forms.ChoiceField(
        label=gettext_lazy("Packages on offer"), choices=PACKAGES.items(), widget=forms.RadioSelect
    )
    smaller = PercentField(
        label=gettext_lazy("The smaller package pays, of what this one pays"), highest=0.95, above=0
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When people can join"), choices=WHEN.items(), widget=forms.RadioSelect
    )
    wait = NumberField(
        label=gettext_lazy("Who joins during the year waits"), highest=12, unit=gettext_lazy("months")
    )
    foreseeable = PercentField(label=gettext_lazy("Costs that can be seen coming, of all"))
    would_wait = PercentField(label=gettext_lazy("Of those outside, join when they see one"))
    joined = PercentField(
        label=gettext_lazy("Share of people who would pay this premium"), highest=0.99, above=0
    )
    knows = PercentField(label=gettext_lazy("How far people act on what they know of their own health"))
    tenth = NumberField(
        label=gettext_lazy("The dearest tenth of people costs"),
        lowest=1,
        highest=9,
        unit=gettext_lazy("× average"),
    )
    years = WholeField(label=gettext_lazy("Years"), lowest=2, highest=20, unit=gettext_lazy("years"))

    sliders: ClassVar = {
        "wait": (0, 12, 1),
        "joined": (5, 95, 5),
        "knows": (0, 100, 5),
        "tenth": (1, 8, 0.1),
        "smaller": (10, 90, 10),
        "foreseeable": (0, 80, 5),
        "would_wait": (0, 100, 10),
        "years": (2, 15, 1),
    }

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:  # noqa: ARG003
        rules = Rules()
        return {
            "unit": "person",
            "packages": "one",
            "when": "date",
            "wait": 0,
            "joined": JOINED,
            "knows": round(KNOWS, 2),
            "tenth": round(dearest_tenth(SPREAD), 1),
            "smaller": 0.6,
            "foreseeable": rules.foreseeable,
            "would_wait": rules.would_wait,
            "years": 10,
        }


def _asked(setting: Setting, numbers: Mapping[str, Any]) -> Asked:
    smaller = float(numbers["smaller"])
    people = People(
        families=setting.case.package.families.shares,
        joined=float(numbers["joined"]),
        spread=spread_of(float(numbers["tenth"])),
        knows=float(numbers["knows"]),
    )
    frequencies = [one.frequency for one in setting.case.package.benefits if one.covered and one.frequency]
    rules = Rules(
        unit=numbers["unit"],
        lower_cover=smaller if numbers["packages"] == "two" else None,
        open_all_year=numbers["when"] == "year",
        events=sum(frequency.incidence for frequency in frequencies) or Rules().events,
        foreseeable=float(numbers["foreseeable"]),
        would_wait=float(numbers["would_wait"]),
        wait_months=float(numbers["wait"]),
    )
    return Asked(
        people=people,
        drawn=population(people),
        offer=Offer(premium=setting.premium.total, pure=setting.premium.pure),
        rules=rules,
        years=int(numbers["years"]),
        smaller=smaller,
    )


def answer_selection(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    """Enrolment, premium and claim ratio over the years, and what other rules would do."""
    asked = _asked(setting, numbers)
    path = asked.under()
    figure, figure_name = _figure(setting, path)
    plots = [enrolment_plot(setting, path), premium_plot(setting, path)]
    if asked.rules.lower_cover is not None:
        plots.reverse()
    return Answer(
        sentence=_sentence(setting, path),
        figure=figure,
        figure_name=figure_name,
        plot=plots[0],
        more_plots=plots[1:],
        tables=[
            years_table(setting, path),
            deciders_table(setting, asked),
            lessons_table(setting, asked),
            knowledge_table(setting, asked),
        ],
        readings=[where_from()],
        cautions=[
            _(
                "Nobody knows how far your people act on what they know: the starting value comes from one "
                "scheme in China where members paid only a part. Move it and see what changes."
            ),
            _(
                "The model draws some ten thousands of people, always the same: trust two digits, not the "
                "last."
            ),
            _("Costs that can be seen coming, and who would wait for them, are assumed, not measured."),
            _(
                "People differ in nothing else over the years: nobody grows older, nobody learns from a "
                "claim."
            ),
            _(
                "Members put up with a premium 5 % above the one they would join at. Others decide anew "
                "each year."
            ),
        ],
    )


def _figure(setting: Setting, path: Path) -> tuple[str, str]:
    """With two packages what matters is where the fuller one's premium goes; else, how many are in."""
    if path.taken.shape[1] == 2:
        first, last = (setting.say.money(path.premiums[year, -1]) for year in (0, -1))
        return f"{first} → {last}", _("Premium PPPY of this package, in the first and in the last year")
    first, last = (setting.say.share(path.enrolment[year], 0) for year in (0, -1))
    return f"{first} → {last}", _("Share of people in the scheme, in the first and in the last year")


def _sentence(setting: Setting, path: Path) -> str:
    words = {
        "first": setting.say.share(path.enrolment[0], 0),
        "last": setting.say.share(path.enrolment[-1], 0),
        "years": len(path.enrolment),
        "from": setting.say.money(path.premiums[0, -1]),
        "to": setting.say.money(path.premiums[-1, -1]),
    }
    if path.failed == 0:
        return _("Hardly anybody joins at %(from)s: the scheme does not begin.") % words
    if path.failed is not None:
        return _(
            "Hardly anybody is in the scheme from year %(year)s on: each rise drove out the healthier."
        ) % {"year": path.failed + 1}
    if path.enrolment[0] == 1.0:
        return _("Everybody is in, so nobody is chosen: the premium stays at %(from)s.") % words
    if path.taken.shape[1] == 2:
        return _(
            "%(many)s of the people take this package in the first year and %(few)s in year %(years)s: "
            "those who "
            "expect little move to the smaller one, and its premium goes from %(from)s to %(to)s."
        ) % (
            words
            | {"many": setting.say.share(path.taken[0, 1], 0), "few": setting.say.share(path.taken[-1, 1], 0)}
        )
    return (
        _(
            "%(first)s of the people join in the first year and %(last)s are in the scheme in year "
            "%(years)s; "
            "re-priced on the claims of those who joined, the premium goes from %(from)s to %(to)s."
        )
        % words
    )
