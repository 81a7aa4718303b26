"""Typed and group figures become the next version of the assumptions, with their doubt as person-years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from jobs.questions import content_hash
from schemes.models import Scheme
from schemes.numbers import format_share
from simulation.adopt_actions import Figures, adopt_figures
from simulation.models import AssumptionSet, BenefitRisk
from survey.estimate_actions import next_number
from survey.estimate_sets import Adoption, EstimateSet, Source
from survey.refusals import NothingChosen
from survey.trend import CostTrend
from survey.typed import TypedIncidence

LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class TypedFigure:
    """What was typed for one benefit; None is left as it is."""

    risk: BenefitRisk
    found: TypedIncidence | None
    mean: float | None


@transaction.atomic
def take_over_typed(
    *,
    scheme: Scheme,
    seen_number: int,
    figures: Sequence[TypedFigure],
    where: str,
    trend: CostTrend | None,
    user: User | None,
) -> AssumptionSet:
    """Raises `AssumptionsMoved` and `NothingChosen`."""
    used = [one for one in figures if one.found is not None or one.mean is not None]
    if not used:
        raise NothingChosen
    taken = {one.risk.key: _taken(one, trend) for one in used}
    made = adopt_figures(
        scheme=scheme,
        seen_number=seen_number,
        figures=[
            Figures(key=one.risk.key, values=_values(one, where, trend), linked_to_key=None) for one in used
        ],
        note=_("Figures without a survey. %(where)s") % {"where": where},
    )
    is_group = any(one.found is not None and one.found.source == "group" for one in used)
    kept = EstimateSet.objects.create(
        organisation=scheme.organisation,
        scheme=scheme,
        number=next_number(scheme),
        source=Source.GROUP if is_group else Source.TYPED,
        note=where[:300],
        asked=content_hash("typed", taken),
        choices=taken,
        trend_rate=trend.rate if trend else 0.0,
        told_on=trend.told_on if trend else None,
        policy_from=trend.policy_from if trend else None,
        fitted_at=timezone.now(),
        made_by=user,
    )
    Adoption.objects.create(
        organisation=scheme.organisation, assumption_set=made, estimate_set=kept, taken=taken, adopted_by=user
    )
    return made


def _taken(one: TypedFigure, trend: CostTrend | None) -> dict[str, Any]:
    interval = one.found.per_person_year if one.found else None
    return {
        "source": one.found.source if one.found else "",
        "incidence": interval.value if interval else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "mean": one.mean,
        "factor": trend.factor(one.risk.key) if trend and one.mean else 1.0,
    }


def _values(one: TypedFigure, where: str, trend: CostTrend | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    notes = []
    if one.found is not None:
        interval = one.found.per_person_year
        values |= {"incidence": interval.value, "survey_person_years": one.found.exposure}
        source = _("Told by groups") if one.found.source == "group" else _("Typed")
        notes.append(
            _("%(source)s: %(low)s to %(high)s a year")
            % {
                "source": source,
                "low": format_share(interval.low, places=1),
                "high": format_share(interval.high, places=1),
            }
        )
    if one.mean is not None:
        factor = trend.factor(one.risk.key) if trend else 1.0
        values["severity_mean"] = one.mean * factor
        notes.append(
            _("average typed")
            if factor == 1.0
            else _("average typed, × %(factor)s to the policy year") % {"factor": f"{factor:.3f}"}
        )
    values["source_note"] = (". ".join(["; ".join(notes), *([where] if where else [])]) + ".")[:LONGEST_NOTE]
    return values
