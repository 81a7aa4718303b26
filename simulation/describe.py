"""One benefit's assumption in a few words, for the sheet and for paper."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from schemes.models import Scheme
from schemes.numbers import format_number, format_share
from simulation.models import BenefitRisk, Kind

OFTEN = 1.0
"""From one event a person and year on, events are counted by person, below by a hundred persons."""


def assumption_in_words(risk: BenefitRisk, scheme: Scheme, *, called: Callable[[str], str] = str) -> str:
    """How often and how dear, and whether that is still an example: "4.2 in 100 a year, 18,000 each".

    `called` says how a print names a benefit that this one is linked to.
    """
    example = _("an example") if risk.is_example else ""
    return ", ".join(filter(None, (_how_often(risk, called), _how_dear(risk, scheme), example)))


def _how_often(risk: BenefitRisk, called: Callable[[str], str]) -> str:
    if risk.linked_to is not None:
        parent = called(risk.linked_to.name)
        if risk.link_probability < 1:
            return _("on %(share)s of events of %(parent)s") % {
                "share": format_share(risk.link_probability, places=1),
                "parent": parent,
            }
        return _("on each event of %(parent)s") % {"parent": parent}
    incidence = risk.incidence or 0.0
    if incidence >= OFTEN:
        return _("%(number)s a person a year") % {"number": _short(incidence)}
    return _("%(number)s in 100 a year") % {"number": _short(100 * incidence)}


def _how_dear(risk: BenefitRisk, scheme: Scheme) -> str:
    mean = risk.mean_cost
    if risk.kind == Kind.FIXED or mean is None:
        return ""
    if risk.kind == Kind.WAGE_DAYS:
        return _("%(days)s days each") % {"days": _short(mean)}
    return _("%(cost)s each") % {"cost": format_number(mean, grouping=scheme.number_grouping)}


def _short(value: float) -> str:
    """At most two places, no zeros at the end."""
    return format_number(value, places=2, grouping="international").rstrip("0").rstrip(".")
