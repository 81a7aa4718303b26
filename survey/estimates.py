"""What a survey says, in a form that can be stored, shown and adopted: the answer of `survey.fitting`.

Every number carries its interval or its reason. A reason is a code with numbers, never a sentence: the page
that shows it has the words. Money is in the scheme's currency on the day of the survey; incidence is events
per person-year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.json_values import ValueRefused, from_json, to_json

ESTIMATES_VERSION = 1
"""Raised when stored estimates could no longer be read."""

BENEFIT_KEYS: Mapping[str, str] = {
    "hospital": "hospitalisation",
    "injury": "injury",
    "laboratory": "lab",
    "imaging": "imaging",
    "caesarean": "caesarean",
    "outpatient": "opd",
    "delivery": "delivery",
}
"""The benefit that each kind of event is priced as. Two more are linked to hospital stays: "transport" and
"wage-loss"."""

TRANSPORT_KEY = "transport"
WAGE_KEY = "wage-loss"
LINKED_KEYS = (TRANSPORT_KEY, WAGE_KEY)

COST_LAWS = ("lognormal", "gamma", "weibull", "lomax")
"""Laws that are fitted to money, by the names of the case format; "empirical" and "constant" besides."""
DAYS_LAW = "negative_binomial_days"
EMPIRICAL = "empirical"
CONSTANT = "constant"

MOST_SAMPLE_VALUES = 2_000
"""Of an empirical law in the assumptions."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something is so, or a warning: a code with its numbers, for the page to put in words.

    Attributes
    ----------
    code : str
        One of `survey.reasons.REASONS`.
    values : mapping of str to float or str
        What the sentence needs.
    """

    code: str
    values: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """An estimate with the interval that 95 in 100 surveys' would contain the truth in."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueRefused(f"interval: {self.low} is above {self.high}")


@dataclass(frozen=True, kw_only=True)
class GroupIncidence:
    """Incidence of one age group or family size.

    Attributes
    ----------
    low, high : float
        From this age or size to this, both counted; ``high`` None for no end.
    persons : float
        Unweighted.
    events : float
        Unweighted.
    per_person_year : Interval
    """

    low: float
    high: float | None
    persons: float
    events: float
    per_person_year: Interval


@dataclass(frozen=True, kw_only=True)
class IncidenceEstimate:
    """How often one kind of event happens.

    Attributes
    ----------
    kind : str
        One of `survey.tables.KINDS`.
    recall_days : float
    persons, events : int
        Asked and found, unweighted.
    person_years : float
        Persons times recall over 365, unweighted.
    per_person_year : Interval
        Weighted estimate. No event: the value is 0 and ``high`` is the exact one-sided 95 % Poisson bound,
        3.0 over the person-years.
    standard_error : float
        Of the estimate, from the bootstrap; 0 without an event.
    design_effect : float
        Variance of the estimate over that of a Poisson count in as many person-years; 1 without an event.
    effective_person_years : float
        Person-years of a plain Poisson survey that would be as exact: what to store as exposure.
    method : str
        "log_t" (Student's t on the scale of logarithms) or "exact_zero".
    by_age, by_size : tuple of GroupIncidence
        Empty where not asked for.
    reasons : tuple of Reason
    """

    kind: str
    recall_days: float
    persons: int
    events: int
    person_years: float
    per_person_year: Interval
    standard_error: float
    design_effect: float
    effective_person_years: float
    method: str
    by_age: tuple[GroupIncidence, ...] = ()
    by_size: tuple[GroupIncidence, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DispersionEstimate:
    """Whether some persons or families have events again and again.

    Attributes
    ----------
    kind : str
    person_ratio, household_ratio : float or None
        Variance over mean of the counts in the recall period; None where it cannot be told.
    person_p_value, household_p_value : float or None
        One-sided, of counts at least so uneven if all persons were alike (Poisson).
    basis : str
        "person", "household" or "none": which ratio is used.
    persistence : str
        "persistent": who is ill often stays so, the excess over 1 grows with time; "passing": spells come in
        bursts, the ratio of a year is that of the recall period.
    yearly_ratio : float
        Variance over mean of the yearly count; 1 is Poisson.
    frequency_law : str
        "poisson", "negative_binomial" or "bernoulli".
    reasons : tuple of Reason
    """

    kind: str
    person_ratio: float | None
    household_ratio: float | None
    person_p_value: float | None
    household_p_value: float | None
    basis: str
    persistence: str
    yearly_ratio: float
    frequency_law: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LawFit:
    """One law fitted to costs or days.

    Attributes
    ----------
    law : str
        As in the case format.
    parameters : mapping of str to float
        As the case format and the assumptions name them: mean and sigma; mean and cv; mean and alpha; mean
        and variance_to_mean. Empty where the law could not be fitted or is empirical.
    usable : bool
        Whether it could be fitted within the limits of the engine.
    mean : Interval or None
        With its bootstrap interval.
    log_likelihood, aic, bic : float or None
    anderson_darling, anderson_darling_p, kolmogorov, kolmogorov_p : float or None
        Statistics and their parametric-bootstrap p-values (refitted each time).
    limited_means : tuple of float
        E[min(X, cap)] at the estimate's caps.
    quantiles : tuple of float
        The law's quantiles at the estimate's ``quantile_chances``: a Q-Q plot's other axis.
    density : tuple of float
        The law's probability of each bin of the histogram over the bin's width, per unit of money or day.
    reasons : tuple of Reason
    """

    law: str
    parameters: Mapping[str, float]
    usable: bool
    mean: Interval | None = None
    log_likelihood: float | None = None
    aic: float | None = None
    bic: float | None = None
    anderson_darling: float | None = None
    anderson_darling_p: float | None = None
    kolmogorov: float | None = None
    kolmogorov_p: float | None = None
    limited_means: tuple[float, ...] = ()
    quantiles: tuple[float, ...] = ()
    density: tuple[float, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeverityEstimate:
    """What one event costs, or how many days it takes.

    Attributes
    ----------
    key : str
        The benefit it belongs to.
    unit : str
        "money" or "days".
    events : int
        With a known value above 0, open ones too.
    unknown, zeros, open_events, heaped : int
        Events without a value (left out); with a value of 0; not over yet (lower bounds); round ones.
    zero_share : float
        Weighted share of zeros among the known: the chance that an event costs nothing. The laws are those of
        the other events.
    data_mean : Interval
        Of values above 0; open ones by the Kaplan-Meier curve up to the largest value.
    caps : tuple of float
        Money (days), ascending.
    data_limited_means : tuple of Interval
        The data's own E[min(X, cap)] at the caps.
    bin_edges, bin_shares : tuple of float
        Histogram: edges (one more than shares), ascending, and the weighted share in each bin; the last bin
        is wider than the others and reaches to the largest value.
    quantile_chances, data_quantiles : tuple of float
        The data's own quantiles: one axis of a Q-Q plot.
    fits : tuple of LawFit
        Every law tried; for days `DAYS_LAW` only; the empirical one last.
    sample : tuple of float
        The empirical law: at most `MOST_SAMPLE_VALUES` equally likely values with the data's weighted mean.
    suggested_law : str
        "" where there are too few values to say anything.
    suggestion : tuple of Reason
        Why; the first is the main one.
    reasons : tuple of Reason
        Warnings on the data.
    """

    key: str
    unit: str
    events: int
    unknown: int
    zeros: int
    open_events: int
    heaped: int
    zero_share: float
    data_mean: Interval
    caps: tuple[float, ...]
    data_limited_means: tuple[Interval, ...]
    bin_edges: tuple[float, ...]
    bin_shares: tuple[float, ...]
    quantile_chances: tuple[float, ...]
    data_quantiles: tuple[float, ...]
    fits: tuple[LawFit, ...]
    sample: tuple[float, ...]
    suggested_law: str
    suggestion: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def fit(self, law: str) -> LawFit | None:
        """The fit of ``law``; None where it was not tried."""
        return next((one for one in self.fits if one.law == law), None)

    @property
    def usable_laws(self) -> tuple[str, ...]:
        """Laws a person may choose from."""
        return tuple(one.law for one in self.fits if one.usable)


@dataclass(frozen=True, kw_only=True)
class LinkEstimate:
    """The chance that a hospital stay is also paid by a linked benefit.

    Attributes
    ----------
    key : str
        "transport" or "wage-loss".
    parent_key : str
        "hospitalisation".
    asked, found : int
        Stays where it was asked, and where it was so, unweighted.
    probability : Interval
    """

    key: str
    parent_key: str
    asked: int
    found: int
    probability: Interval
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FamilyEstimate:
    """Families by number of members.

    Attributes
    ----------
    shares : mapping of str to float
        Share of FAMILIES of each size "1" to "12"; weighted; they add up to 1.
    mean_size : Interval
    share_in_large : Interval
        Share of PEOPLE in families of four or more.
    beyond_largest : int
        Households of more than 12, counted as 12.
    """

    shares: Mapping[str, float]
    mean_size: Interval
    share_in_large: Interval
    beyond_largest: int
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BenefitEstimate:
    """One benefit, ready to be adopted: the estimates that make it up, by where they are.

    Attributes
    ----------
    key : str
        Of the benefit in the assumptions: `BENEFIT_KEYS`, "transport" or "wage-loss".
    source_kind : str
        The kind of event it comes from.
    wage_days : bool
        Whether its severity is in days.
    frequency_law : str
        "" for a linked benefit.
    incidence : float or None
        Events per person-year with a cost above 0 (events with a bill of 0 are taken out here, see
        `SeverityEstimate.zero_share`); half an event where none was found. None for a linked benefit.
    variance_to_mean : float or None
        For "negative_binomial".
    linked_to : str
        Key of the parent, "" for none.
    link_probability : float
        Of a payment on one of the PARENT BENEFIT'S events, those of 0 cost taken out.
    exposure : float
        Person-years to store as asked about: effective ones, so that weights and clusters are in them.
    has_severity : bool
    reasons : tuple of Reason
    """

    key: str
    source_kind: str
    wage_days: bool
    frequency_law: str
    incidence: float | None
    variance_to_mean: float | None
    linked_to: str
    link_probability: float
    exposure: float
    has_severity: bool
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SurveySummary:
    """What was asked.

    Attributes
    ----------
    households, persons, events, clusters : int
        Unweighted; clusters 0 where none were noted.
    weighted : bool
        Whether weights differ.
    resampled_by : str
        "cluster" or "household": what the bootstrap draws.
    resamples : int
    seed : int
    """

    households: int
    persons: int
    events: int
    clusters: int
    weighted: bool
    resampled_by: str
    resamples: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """Everything a survey says."""

    summary: SurveySummary
    families: FamilyEstimate
    incidences: tuple[IncidenceEstimate, ...]
    dispersions: tuple[DispersionEstimate, ...]
    severities: tuple[SeverityEstimate, ...]
    links: tuple[LinkEstimate, ...]
    benefits: tuple[BenefitEstimate, ...]
    reasons: tuple[Reason, ...] = ()
    version: int = ESTIMATES_VERSION

    def incidence(self, kind: str) -> IncidenceEstimate | None:
        """Of a kind of event; None where it was not asked."""
        return next((one for one in self.incidences if one.kind == kind), None)

    def dispersion(self, kind: str) -> DispersionEstimate | None:
        """Of a kind of event; None where it was not asked."""
        return next((one for one in self.dispersions if one.kind == kind), None)

    def severity(self, key: str) -> SeverityEstimate | None:
        """Of a benefit; "hospital-days" are the days in hospital."""
        return next((one for one in self.severities if one.key == key), None)

    def link(self, key: str) -> LinkEstimate | None:
        """Of a linked benefit."""
        return next((one for one in self.links if one.key == key), None)

    def benefit(self, key: str) -> BenefitEstimate | None:
        """Ready to adopt; None where the survey says nothing about it."""
        return next((one for one in self.benefits if one.key == key), None)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, to store."""
        data: dict[str, Any] = to_json(self, path="estimates")
        return data

    @classmethod
    def from_json(cls, data: Any) -> Estimates:
        """The estimates from what ``as_json`` gave.

        Raises
        ------
        ValueRefused
            Not such JSON, or of another version.
        """
        version = data.get("version") if isinstance(data, Mapping) else None
        if version != ESTIMATES_VERSION:
            raise ValueRefused(f"estimates.version: {version!r} is not {ESTIMATES_VERSION}; fit again")
        return from_json(cls, data, path="estimates")
