"""Two people changed the same benefit: what differs, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schemes.models import Scheme
from schemes.numbers import format_number
from simulation import words
from simulation.models import BenefitRisk


@dataclass(frozen=True, kw_only=True)
class Difference:
    label: Promise
    mine: str
    theirs: str


def _asked(risk: BenefitRisk, scheme: Scheme) -> str:
    asked = risk.survey_person_years
    return "" if asked is None else format_number(asked, grouping=scheme.number_grouping)


_PARTS: tuple[tuple[Promise, Callable[[BenefitRisk, Scheme], str]], ...] = (
    (_("Name"), lambda risk, _scheme: risk.name),
    (_("Remark"), lambda risk, _scheme: risk.remark),
    (_("Picture"), lambda risk, _scheme: str(risk.get_pictogram_display())),
    (_("What the scheme pays for"), lambda risk, _scheme: str(risk.get_kind_display())),
    (_("How often"), lambda risk, _scheme: words.often(risk)),
    (_("How events come"), lambda risk, _scheme: str(risk.get_frequency_law_display())),
    (_("How dear"), words.dear),
    (_("How it spreads"), lambda risk, _scheme: words.spread(risk)),
    (_("Person-years asked about"), _asked),
    (_("Source"), lambda risk, _scheme: risk.source_note),
)


def differences(*, mine: Mapping[str, Any], theirs: BenefitRisk, scheme: Scheme) -> list[Difference]:
    """What I would save and what somebody else saved, where the two do not say the same."""
    as_mine = BenefitRisk(**mine)
    found = [
        Difference(label=label, mine=said(as_mine, scheme), theirs=said(theirs, scheme))
        for label, said in _PARTS
    ]
    return [each for each in found if each.mine != each.theirs]
