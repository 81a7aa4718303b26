"""Estimates as the ``benefits`` block of a case file, so that survey and price run as a pipe.

Every benefit that a cost was found for is covered in full, without threshold, copay or caps, for the survey
does not know the terms: edit them. Two exceptions. Wage loss needs a rate a day, which no survey knows, so it
is not covered until one is typed. A Lomax law whose variance is infinite is only priced under a cap: the
largest bill of the survey stands as the event cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey.adopting import risk_fields
from survey.estimates import CONSTANT, EMPIRICAL, BenefitEstimate, Estimates


def case_benefits(
    estimates: Estimates,
    *,
    laws: Mapping[str, str] | None = None,
    factors: Mapping[str, float] | None = None,
) -> list[dict[str, Any]]:
    """The block, in the order of the estimates.

    Parameters
    ----------
    estimates : Estimates
    laws : mapping of benefit key to law, or None
        Where another law than the suggested one is wanted.
    factors : mapping of benefit key to float, or None
        What money is multiplied by.

    Returns
    -------
    list of dict
        Benefits of the case format. Those whose cost the survey cannot say are left out, and what is linked
        to them too.

    Raises
    ------
    survey.adopting.NothingToAdopt
        A law was asked for that could not be fitted.
    """
    laws, factors = laws or {}, factors or {}
    block: list[dict[str, Any]] = []
    for benefit in estimates.benefits:
        there = {one["name"] for one in block}
        law = laws.get(benefit.key, "")
        if (not benefit.has_severity and not law) or (benefit.linked_to and benefit.linked_to not in there):
            continue
        block.append(_benefit(estimates, benefit, law, factors.get(benefit.key, 1.0)))
    return block


def _benefit(estimates: Estimates, benefit: BenefitEstimate, law: str, factor: float) -> dict[str, Any]:
    fields = risk_fields(estimates, key=benefit.key, law=law, factor=factor)
    data: dict[str, Any] = {"name": benefit.key, "survey_person_years": benefit.exposure}
    if benefit.wage_days:
        data["covered"] = False
    if benefit.linked_to:
        data |= {"linked_to": benefit.linked_to, "probability": benefit.link_probability}
    else:
        data["frequency"] = _frequency(fields)
    data["severity"] = _severity(fields)
    if not benefit.wage_days:
        data["terms"] = _terms(estimates, benefit.key, fields, factor)
    return data


def _frequency(fields: Mapping[str, Any]) -> dict[str, Any]:
    frequency = {"law": fields["frequency_law"], "incidence": fields["incidence"]}
    if fields["variance_to_mean"] is not None:
        frequency["variance_to_mean"] = fields["variance_to_mean"]
    return frequency


def _severity(fields: Mapping[str, Any]) -> dict[str, Any]:
    law = fields["severity_law"]
    if law == EMPIRICAL:
        return {"law": law, "values": fields["severity_sample"]}
    if law == CONSTANT:
        return {"law": law, "value": fields["severity_mean"]}
    names = ("mean", "sigma", "cv", "alpha", "variance_to_mean")
    given = {name: fields[f"severity_{name}"] for name in names}
    return {"law": law, **{name: value for name, value in given.items() if value is not None}}


def _terms(estimates: Estimates, key: str, fields: Mapping[str, Any], factor: float) -> dict[str, Any]:
    terms: dict[str, Any] = {"threshold": 0.0, "copay": 0.0}
    alpha = fields["severity_alpha"]
    severity = estimates.severity(key)
    if alpha is not None and alpha <= 2.0 and severity is not None:
        # the last bin ends at the largest bill; the sample may be of slabs
        terms["event_cap"] = severity.bin_edges[-1] * factor
    return terms
