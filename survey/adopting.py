"""A benefit's estimates as the fields of an assumption: what is stored when a survey is adopted.

Works on plain values: the names are those of a row of assumptions (`simulation.models.BenefitRisk`), so that
whoever stores them passes them on as they are.
"""

from __future__ import annotations

from typing import Any

from survey.estimates import (
    CONSTANT,
    EMPIRICAL,
    BenefitEstimate,
    Estimates,
    SeverityEstimate,
)

KEPT_DIGITS = 8
"""Of a figure that is taken over: far beyond what a survey knows, and few enough to be read and typed."""

COST, WAGE_DAYS, FIXED = "cost", "wage_days", "fixed"

_FIELDS_OF_PARAMETERS = {
    "mean": "severity_mean",
    "sigma": "severity_sigma",
    "cv": "severity_cv",
    "alpha": "severity_alpha",
    "variance_to_mean": "severity_variance_to_mean",
}


class NothingToAdopt(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """The survey has no such benefit or no such law.

    Attributes
    ----------
    key, law : str
    """

    def __init__(self, *, key: str, law: str, problem: str) -> None:
        self.key = key
        self.law = law
        super().__init__(f"{key}: {problem}")


def risk_fields(
    estimates: Estimates, *, key: str, law: str = "", factor: float = 1.0, fixed: bool = False
) -> dict[str, Any]:
    """Fields of one benefit's assumption.

    Parameters
    ----------
    estimates : Estimates
    key : str
        Of the benefit.
    law : str
        Of its cost or days, one of the estimate's ``usable_laws``; "" for the suggested one.
    factor : float
        What money is multiplied by (`survey.trend.CostTrend.factor`); days are not money.
    fixed : bool
        Whether the benefit pays a set amount, so that its cost does not matter.

    Returns
    -------
    dict
        kind, frequency_law, incidence, variance_to_mean, severity_law, severity_mean, severity_sigma,
        severity_cv, severity_alpha, severity_variance_to_mean, severity_sample, link_probability,
        survey_person_years, and ``linked_to_key`` ("" for none), which is no field of its own.

    Raises
    ------
    NothingToAdopt
        The survey says nothing about the benefit, or the law could not be fitted.
    """
    benefit = estimates.benefit(key)
    if benefit is None:
        raise NothingToAdopt(key=key, law=law, problem="the survey says nothing about this benefit")
    fields: dict[str, Any] = (
        _frequency(benefit) | dict.fromkeys(_FIELDS_OF_PARAMETERS.values()) | {"severity_sample": None}
    )
    if fixed:
        return fields | {"kind": FIXED, "severity_law": ""}
    severity = estimates.severity(key)
    chosen = law or (severity.suggested_law if severity is not None else "")
    if severity is None or not _can(severity, chosen):
        raise NothingToAdopt(key=key, law=chosen, problem="its cost could not be fitted by this law")
    scale = 1.0 if benefit.wage_days else factor
    kind = WAGE_DAYS if benefit.wage_days else COST
    return fields | {"kind": kind, "severity_law": chosen} | severity_values(severity, chosen, scale)


def severity_values(severity: SeverityEstimate, law: str, factor: float) -> dict[str, Any]:
    """The severity's fields of ``law``, money multiplied by ``factor``."""
    if law == EMPIRICAL:
        return {"severity_sample": [_kept(value * factor) for value in severity.sample]}
    if law == CONSTANT:
        return {"severity_mean": _kept(severity.sample[0] * factor)}
    fit = severity.fit(law)
    assert fit is not None
    values = {_FIELDS_OF_PARAMETERS[name]: _kept(value) for name, value in fit.parameters.items()}
    return values | {"severity_mean": _kept(fit.parameters["mean"] * factor)}


def _kept(value: float) -> float:
    return float(f"{value:.{KEPT_DIGITS}g}")


def _can(severity: SeverityEstimate, law: str) -> bool:
    if law == CONSTANT:
        return severity.suggested_law == CONSTANT
    return law in severity.usable_laws


def _frequency(benefit: BenefitEstimate) -> dict[str, Any]:
    return {
        "frequency_law": benefit.frequency_law,
        "incidence": None if benefit.incidence is None else _kept(benefit.incidence),
        "variance_to_mean": None if benefit.variance_to_mean is None else _kept(benefit.variance_to_mean),
        "linked_to_key": benefit.linked_to,
        "link_probability": _kept(benefit.link_probability),
        "survey_person_years": _kept(benefit.exposure),
    }
