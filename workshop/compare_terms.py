"""The terms of several packages, benefit by benefit, limit by limit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from calculator.cases import ChosenTerms, benefit_name, chosen_of
from calculator.figures import Figures
from calculator.models import CapBasis
from calculator.packages import Line
from simulation.models import BenefitRisk, Kind
from workshop.compare_rows import Better, Cell, Row, row_of


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One number of the terms: what it is called, which is better for a family, when it is worth a row."""

    name: str
    value: Callable[[ChosenTerms], float]
    words: Callable[[float, Figures], str]
    better: Better
    only_if_any: bool = False
    """Worth a row only where some package has one."""


def _cap(value: float | None) -> float:
    return math.inf if value is None else value


def _money(value: float, say: Figures) -> str:
    return say.whole(value)


def _capped(value: float, say: Figures) -> str:
    return _("no cap") if math.isinf(value) else say.whole(value)


def _share(value: float, say: Figures) -> str:
    return say.share(value)


def _day(value: float, say: Figures) -> str:
    return say.whole(value)


def event_cap(terms: ChosenTerms) -> float:
    """The most that is paid for one event, whatever the cap was typed for."""
    cap = _cap(terms.event_cap)
    return (1.0 - terms.copay) * cap if terms.cap_basis == CapBasis.COST and terms.copay else cap


def limits_of(kind: Kind) -> list[Limit]:
    """The numbers that the terms of one kind of benefit are made of, in the order they are said."""
    family = Limit(
        name=_("a family a year"),
        value=lambda terms: _cap(terms.family_cap),
        words=_capped,
        better="high",
        only_if_any=kind != Kind.COST,
    )
    if kind == Kind.FIXED:
        amount = Limit(
            name=_("each event"), value=lambda terms: terms.fixed_amount, words=_money, better="high"
        )
        return [amount, family]
    if kind == Kind.WAGE_DAYS:
        return [
            Limit(name=_("a day"), value=lambda terms: terms.rate, words=_money, better="high"),
            Limit(name=_("from day"), value=lambda terms: terms.start_day, words=_day, better="low"),
            Limit(name=_("to day"), value=lambda terms: terms.last_day, words=_day, better="high"),
            family,
        ]
    return [
        Limit(name=_("each event, at most"), value=event_cap, words=_capped, better="high"),
        family,
        Limit(
            name=_("the family bears first"),
            value=lambda terms: terms.threshold,
            words=_money,
            better="low",
            only_if_any=True,
        ),
        Limit(
            name=_("and then a share of"),
            value=lambda terms: terms.copay,
            words=_share,
            better="low",
            only_if_any=True,
        ),
    ]


def terms_rows(lines: Sequence[Line], *, against: int, say: Figures) -> list[Row]:
    """What each package covers. A benefit that none covers is one row that says so."""
    chosen = [chosen_of(line.package).terms for line in lines]
    risks: dict[str, BenefitRisk] = {}
    for line in lines:
        for risk in line.package.assumption_set.risks.all():
            risks.setdefault(risk.key, risk)
    rows: list[Row] = []
    for key, risk in risks.items():
        terms = [one.get(key, ChosenTerms(covered=False)) for one in chosen]
        name = next((benefit_name(risk, one) for one in chosen if key in one), risk.name)
        rows += _benefit_rows(risk, name, terms, against=against, say=say)
    return [*rows, *_package_cap(lines, against=against, say=say)]


def _benefit_rows(
    risk: BenefitRisk, name: str, terms: Sequence[ChosenTerms], *, against: int, say: Figures
) -> list[Row]:
    if not any(one.covered for one in terms):
        return [Row(name=name, cells=[_not_covered() for _each in terms], icon=risk.pictogram)]
    rows: list[Row] = []
    for limit in limits_of(Kind(risk.kind)):
        values = [limit.value(one) if one.covered else _nothing(limit) for one in terms]
        if limit.only_if_any and not _is_set(limit, terms):
            continue
        texts = [
            limit.words(value, say) if one.covered else _("no")
            for value, one in zip(values, terms, strict=True)
        ]
        icon = risk.pictogram if not rows else ""
        rows.append(
            row_of(
                _("%(benefit)s, %(limit)s") % {"benefit": name, "limit": limit.name},
                values,
                texts,
                better=limit.better,
                against=against,
                icon=icon,
            )
        )
    return rows


def _is_set(limit: Limit, terms: Sequence[ChosenTerms]) -> bool:
    unset = math.inf if limit.better == "high" else 0.0
    return any(one.covered and limit.value(one) != unset for one in terms)


def _nothing(limit: Limit) -> float:
    """Not covered is worse than any limit."""
    return -math.inf if limit.better == "high" else math.inf


def _not_covered() -> Cell:
    return Cell(text=_("no"))


def _package_cap(lines: Sequence[Line], *, against: int, say: Figures) -> list[Row]:
    caps = [math.inf if line.package.family_cap is None else float(line.package.family_cap) for line in lines]
    if all(math.isinf(cap) for cap in caps):
        return []
    return [
        row_of(
            _("All benefits together, a family a year"),
            caps,
            [_capped(cap, say) for cap in caps],
            better="high",
            against=against,
        )
    ]
