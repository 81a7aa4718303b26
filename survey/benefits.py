"""From estimates of events, costs and links to benefits that can be adopted, and to their resamples.

An event without a bill costs the scheme nothing: such events are taken out of the incidence, and the laws are
those of the others. Benefits linked to hospital stays are then paid on fewer events, and their chance is
raised by as much, so that what they pay stays the same. Where more stays had transport (or days lost) than a
bill, as where public hospitals are free, no chance is large enough: such a benefit gets events of its own. A
survey that found no event counts half an event: "never seen" is not "never".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.estimates import (
    BENEFIT_KEYS,
    DAYS_LAW,
    TRANSPORT_KEY,
    WAGE_KEY,
    BenefitEstimate,
    DispersionEstimate,
    Reason,
)
from survey.incidence import Incidence
from survey.laws import SPREAD_NAMES
from survey.links import Link
from survey.reasons import reason
from survey.resamples import BenefitResamples
from survey.severity import Severity

Array = NDArray[Any]

HALF_AN_EVENT = 0.5
LEAST_PAID = 1e-6
ROUNDING = 1e-9
PARENT = "hospital"


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """An estimate to adopt, and its resamples."""

    estimate: BenefitEstimate
    resamples: BenefitResamples


def benefit_of(
    incidence: Incidence,
    dispersion: DispersionEstimate,
    severity: Severity,
    *,
    rng: np.random.Generator,
) -> Benefit:
    """A benefit with events of its own.

    Parameters
    ----------
    incidence, dispersion, severity
        Of the same kind of event and the same resamples.
    rng : Generator
        Used where no event was found: the resampled incidences are then drawn from the gamma law of mean
        half an event that a Poisson count of none leaves (Jeffreys). And where there was a single household
        or village to draw again.
    """
    found = incidence.estimate
    key = BENEFIT_KEYS[found.kind]
    reasons: list[Reason] = []
    if found.events == 0:
        stated = HALF_AN_EVENT / found.person_years
        resampled = rng.gamma(HALF_AN_EVENT, 1.0 / found.person_years, len(incidence.resampled))
        reasons.append(reason("half_event", person_years=found.person_years))
    else:
        paid, paid_resampled = _paid_shares(severity)
        stated = found.per_person_year.value * paid
        resampled = _not_all_alike(incidence, rng) * paid_resampled
        resampled = np.maximum(resampled, HALF_AN_EVENT / found.effective_person_years)
        stated = max(stated, HALF_AN_EVENT / found.effective_person_years)
    ratio = _thinned_ratio(dispersion, _paid_shares(severity)[0])
    estimate = BenefitEstimate(
        key=key,
        source_kind=found.kind,
        wage_days=False,
        frequency_law=dispersion.frequency_law,
        incidence=stated,
        variance_to_mean=ratio,
        linked_to="",
        link_probability=1.0,
        # as unsure as the survey is when its counts are drawn with the yearly ratio
        exposure=found.effective_person_years * (1.0 if ratio is None else ratio),
        has_severity=bool(severity.estimate.suggested_law),
        reasons=tuple(reasons),
    )
    return Benefit(
        estimate=estimate,
        resamples=_resamples(
            severity,
            key=key,
            linked_to="",
            person_years=found.person_years,
            incidence=(stated, resampled),
            probability=(1.0, np.ones(len(resampled))),
        ),
    )


def linked_benefit_of(
    link: Link, parent: Benefit, parent_severity: Severity, severity: Severity, *, key: str
) -> Benefit:
    """Transport or wage loss, paid on hospital stays."""
    paid, paid_resampled = _paid_shares(parent_severity)
    of_stays = link.estimate.probability.value
    raised = of_stays / paid
    all_free = parent_severity.estimate.zero_share >= 1.0
    if raised > 1.0 + ROUNDING or all_free:
        why = reason("stays_all_free") if all_free else reason("link_above_one", probability=raised)
        ratios = link.resampled / paid_resampled
        return _on_its_own(parent, severity, key=key, why=why, raised=raised, ratios=ratios)
    reasons: list[Reason] = []
    if paid < 1.0:
        reasons.append(reason("zero_stays_linked", probability=raised, share=1.0 - paid))
    resampled = np.minimum(link.resampled / paid_resampled, 1.0)
    probability = min(raised, 1.0)
    return Benefit(
        estimate=BenefitEstimate(
            key=key,
            source_kind=PARENT,
            wage_days=key == WAGE_KEY,
            frequency_law="",
            incidence=None,
            variance_to_mean=None,
            linked_to=parent.estimate.key,
            link_probability=probability,
            exposure=parent.estimate.exposure,
            has_severity=bool(severity.estimate.suggested_law),
            reasons=tuple(reasons),
        ),
        resamples=_resamples(
            severity,
            key=key,
            linked_to=parent.estimate.key,
            person_years=parent.resamples.person_years,
            incidence=(parent.resamples.stated_incidence, parent.resamples.incidence),
            probability=(probability, resampled),
        ),
    )


def _on_its_own(
    parent: Benefit, severity: Severity, *, key: str, why: Reason, raised: float, ratios: Array
) -> Benefit:
    """Paid on more stays than had a bill: events of its own, ``raised`` times those of its parent."""
    stays = parent.estimate
    assert stays.incidence is not None
    incidence = stays.incidence * raised
    resampled = parent.resamples.incidence * ratios
    resampled = np.maximum(resampled, HALF_AN_EVENT / stays.exposure)
    ratio = stays.variance_to_mean
    return Benefit(
        estimate=BenefitEstimate(
            key=key,
            source_kind=PARENT,
            wage_days=key == WAGE_KEY,
            frequency_law=stays.frequency_law,
            incidence=incidence,
            variance_to_mean=None if ratio is None else 1.0 + (ratio - 1.0) * raised,
            linked_to="",
            link_probability=1.0,
            exposure=stays.exposure,
            has_severity=bool(severity.estimate.suggested_law),
            reasons=(why,),
        ),
        resamples=_resamples(
            severity,
            key=key,
            linked_to="",
            person_years=parent.resamples.person_years,
            incidence=(incidence, resampled),
            probability=(1.0, np.ones(len(resampled))),
        ),
    )


LINKED_COLUMNS = ((TRANSPORT_KEY, "transport"), (WAGE_KEY, "days_lost"))
"""Linked benefits and the column of a hospital stay that says whether, and how much."""


def _paid_shares(severity: Severity) -> tuple[float, Array]:
    """Share of events that cost something, and in each resample.

    Where nothing ever cost anything no event is taken out: nothing would be left to link others to. A
    resample in which that is so keeps a trace.
    """
    if severity.estimate.zero_share >= 1.0:
        return 1.0, np.ones_like(severity.zero_share)
    return 1.0 - severity.estimate.zero_share, np.maximum(1.0 - severity.zero_share, LEAST_PAID)


def _not_all_alike(incidence: Incidence, rng: np.random.Generator) -> Array:
    """The resampled incidences; where drawing again changes nothing, what Poisson counts would leave."""
    resampled, events = incidence.resampled, incidence.estimate.events
    if np.ptp(resampled) > 0.0:
        return resampled
    return rng.gamma(events, incidence.estimate.per_person_year.value / events, len(resampled))


def _thinned_ratio(dispersion: DispersionEstimate, paid: float) -> float | None:
    """Taking out events at random takes out that share of the excess over Poisson too."""
    if dispersion.frequency_law != "negative_binomial":
        return None
    return 1.0 + (dispersion.yearly_ratio - 1.0) * paid


def _resamples(
    severity: Severity,
    *,
    key: str,
    linked_to: str,
    person_years: float,
    incidence: tuple[float, Array],
    probability: tuple[float, Array],
) -> BenefitResamples:
    stated_laws = {}
    for fit in severity.estimate.fits:
        if fit.law in severity.resampled:
            spread = "variance_to_mean" if fit.law == DAYS_LAW else SPREAD_NAMES[fit.law]
            stated_laws[fit.law] = (fit.parameters["mean"], fit.parameters[spread])
    return BenefitResamples(
        key=key,
        linked_to=linked_to,
        person_years=person_years,
        stated_incidence=incidence[0],
        stated_probability=probability[0],
        incidence=incidence[1],
        probability=probability[1],
        stated_laws=stated_laws,
        laws={law: severity.resampled[law] for law in stated_laws},
        atoms=severity.atoms,
        stated_shares=severity.own_shares,
        shares=severity.atom_shares,
    )
