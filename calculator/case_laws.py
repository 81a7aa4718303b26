"""The laws of a case: how often events happen and what one costs, read from JSON."""

from __future__ import annotations

from calculator.case_fields import Fields, Problems, anything, between, joined, money, positive_money
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, Frequency, NegativeBinomial, Poisson
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Severity, Weibull

MOST_VALUES = 100_000
FREQUENCY_FIELDS = {
    "poisson": ("law", "incidence"),
    "negative_binomial": ("law", "incidence", "variance_to_mean"),
    "bernoulli": ("law", "incidence"),
}
SPREADS = ("sigma", "cv", "sd")
SEVERITY_FIELDS = {
    "lognormal": ("law", "mean", *SPREADS),
    "gamma": ("law", "mean", "cv"),
    "weibull": ("law", "mean", "cv"),
    "lomax": ("law", "mean", "alpha"),
    "empirical": ("law", "values", "weights"),
    "constant": ("law", "value"),
    "negative_binomial_days": ("law", "mean", "variance_to_mean"),
}


def _opened(
    benefit: Fields, name: str, problems: Problems, known: dict[str, tuple[str, ...]]
) -> tuple[Fields, str | None]:
    """The law's fields and its name; the fields known are those of the law named."""
    data = benefit.raw(name)
    path = joined(benefit.path, name)
    law = data.get("law") if isinstance(data, dict) else None
    named = known.get(law) if isinstance(law, str) else None
    every = tuple(dict.fromkeys(field for fields in known.values() for field in fields))
    what = f"a {name}" if named is None else f"the {law} law"
    fields = Fields(data, path=path, problems=problems, known=named or every, what=what)
    return fields, fields.choice("law", tuple(known), required=isinstance(data, dict))


def read_frequency(benefit: Fields, problems: Problems) -> Frequency | None:
    """``benefit.frequency``, which is there."""
    fields, law = _opened(benefit, "frequency", problems, FREQUENCY_FIELDS)
    if law is None:
        return None
    incidence = (
        fields.number("incidence", anything, required=True, expected="events per person per year") or 0.0
    )
    if law == "poisson":
        return fields.made(lambda: Poisson(incidence=incidence))
    if law == "bernoulli":
        return fields.made(lambda: Bernoulli(incidence=incidence))
    ratio = fields.number("variance_to_mean", _overdispersion, required=True, expected="a number above 1")
    return fields.made(lambda: NegativeBinomial(incidence=incidence, variance_to_mean=ratio or 2.0))


def _overdispersion(name: str, value: float) -> None:
    if value <= 1.0:
        raise Refused(field=name, problem=f'{value:g} is not above 1; for 1 use the law "poisson"')
    between(1.000001, 100.0)(name, value)


def read_severity(benefit: Fields, problems: Problems) -> Severity | None:
    """``benefit.severity``, which is there."""
    fields, law = _opened(benefit, "severity", problems, SEVERITY_FIELDS)
    if law is None:
        return None
    if law == "empirical":
        return _read_empirical(fields)
    if law == "constant":
        value = fields.number("value", money, required=True, expected="the cost of every event")
        return fields.made(lambda: Constant(value=value or 0.0))
    if law == "negative_binomial_days":
        return _read_days(fields)
    mean = fields.number("mean", positive_money, required=True, expected="the average cost of an event")
    return _read_cost_law(fields, law, mean=mean or 1.0)


def _read_cost_law(fields: Fields, law: str, *, mean: float) -> Severity | None:
    if law == "lognormal":
        return _read_lognormal(fields, mean=mean)
    if law == "lomax":
        alpha = fields.number("alpha", _tail, required=True, expected="a number above 1")
        return fields.made(lambda: Lomax(mean=mean, alpha=alpha or 3.0))
    cv = fields.number("cv", anything, required=True, expected="the standard deviation over the mean")
    if law == "gamma":
        return fields.made(lambda: Gamma(mean=mean, cv=1.0 if cv is None else cv))
    return fields.made(lambda: Weibull(mean=mean, cv=1.0 if cv is None else cv))


def _tail(name: str, value: float) -> None:
    if value <= 1.0:
        raise Refused(field=name, problem=f"{value:g} is not above 1; the mean itself would be infinite")
    between(1.001, 1_000.0)(name, value)


def _read_lognormal(fields: Fields, *, mean: float) -> Severity | None:
    given = [name for name in SPREADS if name in fields]
    if len(given) != 1:
        fields.problem("sigma", f"give exactly one of sigma, cv, sd; {len(given)} are given")
    sigma = fields.number("sigma", between(0.001, 10.0))
    cv = fields.number("cv", between(0.001, 1000.0))
    sd = fields.number("sd", positive_money)
    if fields.failed:
        return None
    if sd is not None:
        fields.checked_number("sd", sd, lambda name, value: _cv_of_sd(name, value / mean))
        cv = sd / mean
    if cv is not None:
        return fields.made(lambda: Lognormal.from_cv(mean=mean, cv=cv))
    return fields.made(lambda: Lognormal(mean=mean, sigma=1.0 if sigma is None else sigma))


def _cv_of_sd(name: str, cv: float) -> None:
    if not 0.001 <= cv <= 1000.0:
        raise Refused(
            field=name, problem=f"is {cv:g} times the mean; between 0.001 and 1000 times is accepted"
        )


def _read_empirical(fields: Fields) -> Severity | None:
    values = _numbers(fields, "values", required=True)
    weights = _numbers(fields, "weights")
    return fields.made(lambda: Empirical(values=values or (), weights=weights))


def _numbers(fields: Fields, name: str, *, required: bool = False) -> tuple[float, ...] | None:
    listed = fields.array(name, most=MOST_VALUES, required=required, expected="an array of numbers")
    if listed is None:
        return None
    check = money if name == "values" else positive_money
    read = [fields.checked_number(f"{name}[{index}]", value, check) for index, value in enumerate(listed)]
    return tuple(value for value in read if value is not None)


def _read_days(fields: Fields) -> Severity | None:
    mean = fields.number("mean", between(1.0, 366.0), required=True, expected="days per event, at least 1")
    ratio = fields.number(
        "variance_to_mean", between(1.0, 100.0), required=True, expected="a number of at least 1"
    )
    return fields.made(lambda: DayLaw(mean=mean or 1.0, variance_to_mean=ratio or 1.0))
