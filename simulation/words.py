"""Assumptions in words, as the pages say them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from scipy import stats

from schemes.models import Scheme
from schemes.numbers import NO_BREAK_SPACE, format_exact, format_money, format_number, format_share
from simulation.choices import FrequencyLaw, Kind, SeverityLaw
from simulation.models import BenefitRisk


@dataclass(frozen=True, kw_only=True)
class Line:
    """One benefit of the list: how often, how dear, their product, and how sure."""

    risk: BenefitRisk
    often: str
    range: str
    dear: str
    spread: str
    simple_rate: str
    asked: str
    warning: str


def line_of(risk: BenefitRisk, *, scheme: Scheme) -> Line:
    return Line(
        risk=risk,
        often=often(risk),
        range=often_range(risk),
        dear=dear(risk, scheme),
        spread=spread(risk),
        simple_rate=simple_rate(risk, scheme),
        asked="" if risk.survey_person_years is None else _number(risk.survey_person_years, scheme),
        warning=warning(risk),
    )


def often(risk: BenefitRisk) -> str:
    """ "4.2 in 100 a year", "3 a year each", or on whose events it is paid."""
    if risk.linked_to is not None:
        if risk.link_probability == 1:
            return _("with every %(name)s") % {"name": risk.linked_to.name}
        share = format_share(risk.link_probability)
        return _("with %(share)s of %(name)s") % {"share": share, "name": risk.linked_to.name}
    return _rate_words(risk.incidence or 0.0)


def _rate_words(incidence: float) -> str:
    if incidence >= 1:
        return _("%(n)s a\u00a0year each") % {"n": _trimmed(incidence)}
    return _("%(n)s in\u00a0100 a\u00a0year") % {"n": _trimmed(100 * incidence)}


def often_range(risk: BenefitRisk) -> str:
    """Where the incidence lies with 95 % confidence (exact Poisson limits).

    Only where somebody was asked and events are taken to come independently of each other.
    """
    independent = risk.frequency_law in {FrequencyLaw.POISSON, FrequencyLaw.BERNOULLI}
    if not independent or not risk.survey_person_years or not risk.incidence:
        return ""
    events = risk.incidence * risk.survey_person_years
    low = stats.chi2.ppf(0.025, 2 * events) / 2 / risk.survey_person_years
    high = stats.chi2.ppf(0.975, 2 * events + 2) / 2 / risk.survey_person_years
    scale = 1 if risk.incidence >= 1 else 100
    return _("%(low)s to %(high)s") % {"low": _rough(scale * low), "high": _rough(scale * high)}


def dear(risk: BenefitRisk, scheme: Scheme) -> str:
    if risk.kind == Kind.FIXED or risk.mean_cost is None:
        return _("a fixed amount")
    if risk.kind == Kind.WAGE_DAYS:
        return _("%(n)s days") % {"n": _trimmed(risk.mean_cost)}
    return format_money(risk.mean_cost, sign=scheme.money.sign, grouping=scheme.number_grouping)


_SPREADS = {
    SeverityLaw.LOGNORMAL: (gettext_lazy("lognormal, σ %(n)s"), "severity_sigma"),  # noqa: RUF001  sigma is meant
    SeverityLaw.GAMMA: (gettext_lazy("gamma, cv %(n)s"), "severity_cv"),
    SeverityLaw.WEIBULL: (gettext_lazy("Weibull, cv %(n)s"), "severity_cv"),
    SeverityLaw.LOMAX: (gettext_lazy("Lomax, α %(n)s"), "severity_alpha"),  # noqa: RUF001  alpha is meant
    SeverityLaw.DAYS: (gettext_lazy("whole days, v/m %(n)s"), "severity_variance_to_mean"),
}


def spread(risk: BenefitRisk) -> str:
    """The law in short, for who wants to check it."""
    if risk.severity_law == SeverityLaw.CONSTANT:
        return _("always the same")
    if risk.severity_law == SeverityLaw.EMPIRICAL:
        return _("own list of %(n)s") % {"n": len(risk.severity_sample or [])}
    if risk.severity_law not in _SPREADS:
        return ""
    words, parameter = _SPREADS[SeverityLaw(risk.severity_law)]
    return words % {"n": _trimmed(getattr(risk, parameter) or 0.0)}


def simple_rate(risk: BenefitRisk, scheme: Scheme) -> str:
    """Incidence x average cost: what the benefit costs a person a year before any threshold or cap."""
    if risk.kind != Kind.COST or risk.mean_cost is None:
        return ""
    incidence = risk.incidence
    if risk.linked_to is not None:
        incidence = (risk.linked_to.incidence or 0.0) * risk.link_probability
    amount = (incidence or 0.0) * risk.mean_cost
    return format_money(amount, sign=scheme.money.sign, grouping=scheme.number_grouping)


def warning(risk: BenefitRisk) -> str:
    if risk.severity_law == SeverityLaw.LOMAX and (risk.severity_alpha or 0) <= 2:
        return _("Needs an event cap or a family cap: without one the spread has no limit.")
    return ""


def _number(value: float, scheme: Scheme) -> str:
    return format_number(value, grouping=scheme.number_grouping)


def _trimmed(value: float) -> str:
    """Five digits at most, as somebody would say it."""
    return format_exact(float(f"{value:.5g}"), grouping="international").replace(" ", NO_BREAK_SPACE)


def _rough(value: float) -> str:
    return format_exact(float(f"{value:.2g}"), grouping="international")
