"""From a stored row of assumptions to the engine's laws: the engine itself decides what can be.

Works on anything with a `BenefitRisk`'s attributes, so that a form can ask before it saves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from simulation.choices import FrequencyLaw, Kind, SeverityLaw
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, Frequency, NegativeBinomial, Poisson
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Severity, Weibull


class HasFrequency(Protocol):
    frequency_law: str
    incidence: float | None
    variance_to_mean: float | None


class HasSeverity(Protocol):
    kind: str
    severity_law: str
    severity_mean: float | None
    severity_sigma: float | None
    severity_cv: float | None
    severity_alpha: float | None
    severity_variance_to_mean: float | None
    severity_sample: list[float] | None


def frequency_of(risk: HasFrequency) -> Frequency | None:
    """The law of the yearly count; None for a linked benefit, which has none of its own.

    Raises
    ------
    Refused
        With `field` "frequency_law", "incidence" or "variance_to_mean".
    """
    if not risk.frequency_law:
        return None
    incidence = _given("incidence", risk.incidence)
    match risk.frequency_law:
        case FrequencyLaw.POISSON:
            return Poisson(incidence=incidence)
        case FrequencyLaw.BERNOULLI:
            return Bernoulli(incidence=incidence)
        case FrequencyLaw.NEGATIVE_BINOMIAL:
            return NegativeBinomial(
                incidence=incidence, variance_to_mean=_given("variance_to_mean", risk.variance_to_mean)
            )
    raise Refused(field="frequency_law", problem=f"{risk.frequency_law!r} is not known")


def severity_of(risk: HasSeverity) -> Severity | None:
    """The law of one event's cost, or of its days for wage loss; None for a fixed amount.

    Raises
    ------
    Refused
        With `field` "severity_law" or the name of the parameter in the engine: mean, sigma, cv, alpha,
        variance_to_mean, values.
    """
    if risk.kind == Kind.FIXED:
        return None
    if risk.severity_law == SeverityLaw.EMPIRICAL:
        return _sample(risk)
    build = _LAWS.get(risk.severity_law)
    if build is None:
        raise Refused(field="severity_law", problem=f"{risk.severity_law!r} is not known; choose one")
    return build(_given("mean", risk.severity_mean), risk)


_LAWS: dict[str, Callable[[float, HasSeverity], Severity]] = {
    SeverityLaw.LOGNORMAL: lambda mean, risk: Lognormal(
        mean=mean, sigma=_given("sigma", risk.severity_sigma)
    ),
    SeverityLaw.GAMMA: lambda mean, risk: Gamma(mean=mean, cv=_given("cv", risk.severity_cv)),
    SeverityLaw.WEIBULL: lambda mean, risk: Weibull(mean=mean, cv=_given("cv", risk.severity_cv)),
    SeverityLaw.LOMAX: lambda mean, risk: Lomax(mean=mean, alpha=_given("alpha", risk.severity_alpha)),
    SeverityLaw.CONSTANT: lambda mean, _risk: Constant(value=mean),
    SeverityLaw.DAYS: lambda mean, risk: DayLaw(
        mean=mean, variance_to_mean=_given("variance_to_mean", risk.severity_variance_to_mean)
    ),
}


def _sample(risk: HasSeverity) -> Empirical:
    sample = Empirical(values=tuple(float(value) for value in risk.severity_sample or ()))
    if risk.kind == Kind.WAGE_DAYS and not sample.is_whole_days:
        raise Refused(field="values", problem="days of work lost are whole numbers of at least 1")
    return sample


def _given(field: str, value: float | None) -> float:
    if value is None:
        raise Refused(field=field, problem="is missing; type a number")
    return value
