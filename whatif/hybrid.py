"""The page "Shared with an insurer": where the scheme stops and the insurer begins."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calculator.case import case_hash
from schemes.charts import Line, Plot, plot
from schemes.fields import MoneyField, PercentField, WholeField
from simulation.engine import ENGINE_VERSION
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms
from simulation.questions import content_hash
from whatif.answers import Answer, Row, Table
from whatif.forms import WhatIfForm
from whatif.hybrid_model import Insurer, Kind, Position, Retained, Whole, layers, position, whole
from whatif.setting import Setting

KINDS = (
    ("scheme", gettext_lazy("The whole year of the scheme")),
    ("family", gettext_lazy("A family's year")),
    ("event", gettext_lazy("Each event")),
)
KEPT_SECONDS = 24 * 3600
PARTS = (0.95, 1.0, 1.05, 1.1, 1.2)
SHARES_OF_CAP = (0.1, 0.25, 0.5, 0.75)
MULTIPLES_OF_MEAN = (3.0, 6.0, 12.0, 24.0)


class HybridForm(WhatIfForm):
    by = forms.ChoiceField(
        label=gettext_lazy("The insurer steps in above a threshold for"),
        choices=KINDS,
        widget=forms.RadioSelect,
    )
    part = PercentField(label=gettext_lazy("Of a usual year's claims (whole year)"), highest=3, above=0)
    amount = MoneyField(
        label=gettext_lazy("Threshold of a family or an event (empty: a usual one)"), above=0, required=False
    )
    expenses = PercentField(label=gettext_lazy("The insurer's expenses and profit, of its claims"), highest=2)
    schemes = WholeField(
        label=gettext_lazy("Schemes like this that it insures"), lowest=1, highest=10_000, unit=""
    )

    sliders: ClassVar = {"part": (90, 130, 1), "expenses": (0, 100, 5), "schemes": (1, 100, 1)}

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:  # noqa: ARG003
        return {
            "by": "scheme",
            "part": 1.0,
            "amount": None,
            "expenses": 0.25,
            "schemes": 20,
        }


def _round_amount(value: float) -> float:
    """Two digits: somebody will type another one."""
    return float(f"{value:.2g}")


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """The scheme, the insurer and what the threshold is for."""

    setting: Setting
    insurer: Insurer
    kind: Kind

    @cached_property
    def whole(self) -> Whole:
        case = self.setting.case
        return whole(case.package, persons=case.community.persons, moments=self.setting.moments)

    def figures(self, threshold: float | None) -> _Figures:
        """Under one threshold, or without an insurer; kept by the content of all that they depend on."""
        insurer = [self.insurer.expenses, self.insurer.schemes, self.insurer.chance]
        asked = [ENGINE_VERSION, case_hash(self.setting.case), *insurer]
        key = f"hybrid:{content_hash([*asked, *([] if threshold is None else [self.kind, threshold])])}"
        found: _Figures | None = cache.get(key)
        if found is None:
            found = self._bare() if threshold is None else self._cut(threshold)
            cache.set(key, found, KEPT_SECONDS)
        return found

    def _bare(self) -> _Figures:
        alone = self.position(Retained(distribution=self.whole.distribution), 0.0)
        return _Figures(insured_mean=0.0, position=alone)

    def _cut(self, threshold: float) -> _Figures:
        cut = layers(self.whole, kind=self.kind, attachment=threshold)
        kept = self.position(cut.retained, self.insurer.premium(cut))
        return _Figures(insured_mean=cut.insured_mean, position=kept)

    def position(self, kept: Retained, insurer_premium: float) -> Position:
        return position(
            kept,
            persons=self.whole.persons,
            chance=self.insurer.chance,
            income=self.setting.premium.with_risk * self.whole.persons,
            insurer_premium=insurer_premium,
        )

    def cover(self, threshold: float) -> _Cover:
        """Raises `Refused` when nothing lies above the threshold."""
        field = "part" if self.kind == "scheme" else "amount"
        try:
            found = self.figures(threshold)
        except Refused as refused:
            raise Refused(field=field, problem=refused.problem) from None
        return _Cover(threshold=threshold, name=_in_words(self.setting, self.kind, threshold), figures=found)

    def covers(self, picked: _Cover) -> list[_Cover]:
        """The one picked among others, those left out for which nothing lies above the threshold."""
        found = []
        for threshold in _thresholds(self.setting, self.kind, picked.threshold):
            with contextlib.suppress(Refused):
                found.append(picked if threshold == picked.threshold else self.cover(threshold))
        return found


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """What the insurer pays in a year on average, money, and where the scheme stands."""

    insured_mean: float
    position: Position


@dataclass(frozen=True, kw_only=True)
class _Cover:
    """One threshold with both sides' figures."""

    threshold: float
    name: str
    figures: _Figures

    @property
    def position(self) -> Position:
        return self.figures.position


def answer_hybrid(setting: Setting, numbers: Mapping[str, Any]) -> Answer:
    asked = _Asked(
        setting=setting,
        insurer=Insurer(
            expenses=float(numbers["expenses"]),
            schemes=int(numbers["schemes"]),
            chance=setting.case.loadings.chance_of_bankruptcy,
        ),
        kind=numbers["by"],
    )
    bare = asked.figures(None).position
    picked = asked.cover(_threshold(setting, asked.kind, numbers))
    money, share = setting.say.money, setting.say.share
    sentence = _(
        "If the insurer pays what lies above %(threshold)s, the scheme passes %(premium)s PPPY on to it, "
        "and its chance of running short at today's premium goes from %(before)s to %(after)s; the premium "
        "that is safe for both goes from %(without)s to %(with)s before admin."
    ) % {
        "threshold": picked.name,
        "premium": money(picked.position.insurer_premium),
        "before": share(bare.ruin, 1),
        "after": share(picked.position.ruin, 1),
        "without": money(bare.with_risk),
        "with": money(picked.position.with_risk),
    }
    covers = asked.covers(picked)
    return Answer(
        sentence=f"{sentence} {_worth(setting, bare, picked.position)}",
        figure=f"{share(bare.ruin, 1)} → {share(picked.position.ruin, 1)}",
        figure_name=_("Chance that a year's money is short, without and with the insurer"),
        plot=_plot(setting, bare, covers),
        tables=[_both(setting, bare, picked), _by_threshold(setting, covers, picked)],
        cautions=_cautions(setting, asked.kind),
    )


def _worth(setting: Setting, bare: Position, covered: Position) -> str:
    """What to make of it, by the figures shown: a cover can cost more than the bad years it takes away."""
    if setting.say.money(covered.with_risk) == setting.say.money(bare.with_risk):
        return _("That is no cheaper than carrying it alone.")
    if covered.with_risk < bare.with_risk:
        return _("That is cheaper than carrying it alone.")
    return _("Here the insurer costs more than the bad years it takes away.")


def _in_words(setting: Setting, kind: Kind, typed: float) -> str:
    if kind == "scheme":
        return _("%(part)s of a usual year") % {"part": setting.say.share(typed, 0)}
    amount = setting.say.money(typed)
    words = _("%(amount)s a family and year") if kind == "family" else _("%(amount)s an event")
    return words % {"amount": amount}


def _threshold(setting: Setting, kind: Kind, numbers: Mapping[str, Any]) -> float:
    """The one typed, or a usual one: half the largest cap of an event, four times a family's mean year."""
    if kind == "scheme":
        return float(numbers["part"])
    if numbers["amount"] is not None:
        return float(numbers["amount"])
    if kind == "event":
        return _round_amount(0.5 * _largest_cap(setting))
    return _round_amount(4.0 * setting.premium.pure * setting.case.package.families.mean_size)


def _largest_cap(setting: Setting) -> float:
    """Of all events paid by the bill; where none has a cap, ten times what a family gets in a year."""
    terms = [benefit.terms for benefit in setting.case.package.benefits if benefit.covered]
    caps = [each.event_cap for each in terms if isinstance(each, CostTerms) and math.isfinite(each.event_cap)]
    return max(caps, default=10.0 * setting.premium.pure * setting.case.package.families.mean_size)


def _thresholds(setting: Setting, kind: Kind, typed: float) -> list[float]:
    """What the table tries beside the one typed."""
    if kind == "scheme":
        return sorted({*PARTS, typed})
    if kind == "family":
        usual = setting.premium.pure * setting.case.package.families.mean_size
        return sorted({*(_round_amount(usual * times) for times in MULTIPLES_OF_MEAN), typed})
    most = _largest_cap(setting)
    return sorted({*(_round_amount(most * part) for part in SHARES_OF_CAP), typed})


def _plot(setting: Setting, bare: Position, covers: Sequence[_Cover]) -> Plot | None:
    if len(covers) < 2:
        return None
    return plot(
        title=_("The safe premium before admin, by the threshold"),
        x=[each.threshold for each in covers],
        lines=[
            Line(name=_("with the insurer"), values=[each.position.with_risk for each in covers]),
            Line(name=_("without"), values=[bare.with_risk] * len(covers), look="ink"),
            Line(
                name=_("of it for the insurer"),
                values=[each.position.insurer_premium for each in covers],
                look="dash",
            ),
        ],
        x_name=_("threshold"),
        y_name=_("%(sign)s PPPY") % {"sign": setting.scheme.money.sign},
        say_x=lambda value: setting.say.share(value, 0) if value < 10 else setting.say.whole(value),
        say_y=setting.say.money,
    )


def _both(setting: Setting, bare: Position, picked: _Cover) -> Table:
    money, share, with_it = setting.say.money, setting.say.share, picked.position
    factor = setting.case.loadings.factor
    lines = (
        (_("What the scheme itself pays, on average"), bare.retained_mean, with_it.retained_mean),
        (_("What it adds for bad years"), bare.scheme_loading, with_it.scheme_loading),
        (_("What it pays on to the insurer"), bare.insurer_premium, with_it.insurer_premium),
        (_("Premium before admin"), bare.with_risk, with_it.with_risk),
        (_("Premium with admin"), bare.with_risk * factor, with_it.with_risk * factor),
    )
    return Table(
        caption=_("Without and with the insurer, PPPY"),
        corner="",
        columns=[_("Without"), _("With")],
        rows=[
            *(Row(name=name, cells=[money(before), money(after)]) for name, before, after in lines),
            Row(
                name=_("Chance that today's premium is short"),
                cells=[share(bare.ruin, 1), share(with_it.ruin, 1)],
            ),
            Row(
                name=_("Reserve for all but one year of 200 (whole scheme)"),
                cells=[money(bare.capital), money(with_it.capital)],
            ),
            Row(
                name=_("What the worst years cost the scheme on average (one of 200)"),
                cells=[money(bare.tail_mean), money(with_it.tail_mean)],
            ),
        ],
        note=_(
            "For bad years each side adds what keeps its own chance of a short year at %(chance)s: the "
            "scheme by its exact distribution, the insurer by the normal law, with the spread of its part "
            "over all schemes it insures. With few schemes the insurer's own chance is higher than that."
        )
        % {"chance": share(setting.case.loadings.chance_of_bankruptcy, 1)},
    )


def _by_threshold(setting: Setting, covers: Sequence[_Cover], picked: _Cover) -> Table:
    money, share = setting.say.money, setting.say.share
    persons = setting.case.community.persons
    return Table(
        caption=_("By threshold"),
        corner=_("The insurer pays above"),
        columns=[
            _("Its claims PPPY"),
            _("Its premium PPPY"),
            _("Chance that today's premium is short"),
            _("Safe premium before admin"),
        ],
        rows=[
            Row(
                name=each.name,
                cells=[
                    setting.say.number(each.figures.insured_mean / persons, 2),
                    money(each.position.insurer_premium),
                    share(each.position.ruin, 1),
                    money(each.position.with_risk),
                ],
                is_pick=each is picked,
            )
            for each in covers
        ],
    )


def _cautions(setting: Setting, kind: Kind) -> list[str]:
    found = [
        _(
            "Insurers sell this to whole groups: everybody joins (en bloc) and all pay the same "
            "(community-rated). "
            "Where people choose for themselves, neither side's price holds."
        ),
        _("Both sides are priced from the same assumptions; the survey's own doubt is in neither."),
    ]
    if kind == "event":
        found.append(
            _(
                "Fixed amounts and wage loss stay with the scheme. Family caps hold for both sides together: "
                "the scheme pays first, and the insurer's spread is then taken a little too large."
            )
        )
    if setting.case.loadings.further:
        found.append(_("Further loadings are asked on the insurer's premium too."))
    return found
