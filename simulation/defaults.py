"""The eight rows a new scheme starts from: those of the calculator of Majumdar 2018, slide "Premium
Calculator".

The slide shows the terms and the premiums, not the assumptions behind them. Four rows carry assumptions
that give back the slide's premiums to the rupee; the other four, which the slide leaves at 0, carry
plausible example figures. All are marked as examples until somebody replaces them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simulation.choices import FrequencyLaw, Kind, Pictogram, SeverityLaw

_FROM_SLIDE = _("Gives back the premium on the slide (Majumdar 2018).")
_PLAUSIBLE = _("A plausible size, from no survey of yours.")


@dataclass(frozen=True, kw_only=True)
class DefaultRisk:
    key: str
    name: Promise
    pictogram: str
    values: dict[str, Any]
    remark: Promise | str = ""
    source_note: Promise = _PLAUSIBLE
    linked_to: str | None = None
    # what stands in place of the link on a sheet that counts every row on its own, as the slide's did
    unlinked: dict[str, Any] = field(default_factory=dict)


def _poisson(incidence: float) -> dict[str, Any]:
    return {"frequency_law": FrequencyLaw.POISSON, "incidence": incidence}


def _lognormal(mean: float, sigma: float) -> dict[str, Any]:
    return {
        "kind": Kind.COST,
        "severity_law": SeverityLaw.LOGNORMAL,
        "severity_mean": mean,
        "severity_sigma": sigma,
    }


HOSPITAL_INCIDENCE = 0.042

DEFAULT_RISKS = (
    DefaultRisk(
        key="hospitalisation",
        name=_("Hospitalisation"),
        pictogram=Pictogram.HOSPITAL,
        values=_poisson(HOSPITAL_INCIDENCE) | _lognormal(18_000.0, 1.35),
        source_note=_FROM_SLIDE,
    ),
    DefaultRisk(
        key="injury",
        name=_("Injury"),
        pictogram=Pictogram.INJURY,
        values=_poisson(0.2349) | _lognormal(600.0, 0.9),
        source_note=_FROM_SLIDE,
    ),
    DefaultRisk(
        key="lab",
        name=_("Lab"),
        remark=_("only OPD"),
        pictogram=Pictogram.LAB,
        values=_poisson(0.30) | _lognormal(350.0, 0.8),
    ),
    DefaultRisk(
        key="imaging",
        name=_("Imaging"),
        remark=_("only OPD"),
        pictogram=Pictogram.IMAGING,
        values=_poisson(0.1525) | _lognormal(1_100.0, 0.7),
        source_note=_FROM_SLIDE,
    ),
    DefaultRisk(
        key="transport",
        name=_("Transport"),
        remark=_("for hospitalisation, fixed"),
        pictogram=Pictogram.TRANSPORT,
        values={"kind": Kind.FIXED},
        linked_to="hospitalisation",
        unlinked=_poisson(HOSPITAL_INCIDENCE),
        source_note=_FROM_SLIDE,
    ),
    DefaultRisk(
        key="caesarean",
        name=_("Caesarean delivery"),
        remark=_("fixed"),
        pictogram=Pictogram.CAESAREAN,
        values={"kind": Kind.FIXED, "frequency_law": FrequencyLaw.BERNOULLI, "incidence": 0.003},
    ),
    DefaultRisk(
        key="wage-loss",
        name=_("Wage loss"),
        pictogram=Pictogram.WAGE,
        values={
            "kind": Kind.WAGE_DAYS,
            "severity_law": SeverityLaw.DAYS,
            "severity_mean": 6.0,
            "severity_variance_to_mean": 4.0,
        },
        linked_to="hospitalisation",
        unlinked=_poisson(HOSPITAL_INCIDENCE),
    ),
    DefaultRisk(
        key="opd",
        name=_("OPD"),
        pictogram=Pictogram.OPD,
        values=_poisson(3.0) | _lognormal(300.0, 0.9),
    ),
)
