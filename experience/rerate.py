"""Next year's figures and premium from the survey's assumption and a year's claims, line by line. Pure.

What a year of claims says of a benefit: how many claims came from so many person-years, and what the bills
were. A claim is an event dear enough to be paid, so claims are set against the events' own incidence times
the chance that an event is paid. That chance rises with costs: it is the one at the costs that survey and
bills weighed say, so that dearer bills are not taken for more illness.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from calculator.case_value import Case
from calculator.premium import Community, Loadings, PremiumBreakdown
from calculator.quotes import quote
from experience.benefit_watch import paid_event
from experience.bills import above, cost_factor, events_worth, scaled
from experience.credibility import Blend, blend_incidences, blend_severities
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused, require_above, require_at_least
from simulation.engine.severity import Severity
from simulation.engine.terms import CostTerms

Step = Literal["before", "experience", "trend", "families", "loading"]
STEPS: tuple[Step, ...] = ("before", "experience", "trend", "families", "loading")
Why = Literal["", "nobody_asked", "never_paid", "linked", "no_bills", "no_cost", "no_spread", "odd_bills"]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A year's claims of one benefit.

    Attributes
    ----------
    benefit : str
    claims : int
        That were not rejected.
    handed_in : int
        All, those rejected too: the bills are theirs.
    billed : float or None
        Money of all bills handed in.
    person_years : float
        Persons insured times the part of the year that the claims are from.
    """

    benefit: str
    claims: int
    handed_in: int
    billed: float | None
    person_years: float

    def __post_init__(self) -> None:
        require_at_least(field="claims", value=self.claims, lowest=0)
        require_at_least(field="handed_in", value=self.handed_in, lowest=self.claims)
        require_above(field="person_years", value=self.person_years, bound=0.0)


@dataclass(frozen=True, kw_only=True)
class Rerated:
    """One benefit's incidence and mean cost, survey and experience weighed; None where one stays as it was.

    Attributes
    ----------
    asked : float or None
        Person-years that stood behind the assumption.
    seen : float
        Person-years of experience, counted by the chance that an event is paid.
    why_frequency, why_severity : str
        Why a figure stays; "" where it does not.
    costs_unseen : bool
        Cheap events are no claims, and costs are not weighed: were they higher than assumed, the events that
        became claims thereby would count as more frequent ones.
    """

    benefit: str
    asked: float | None
    seen: float
    frequency: Blend | None
    severity: Blend | None
    why_frequency: Why = ""
    why_severity: Why = ""
    costs_unseen: bool = False


def rerate(
    package: Package, *, exposures: Mapping[str, float | None], evidence: Sequence[Evidence]
) -> tuple[Rerated, ...]:
    """Weigh each benefit that claims are known of.

    Parameters
    ----------
    package : Package
        As the year was priced.
    exposures : mapping of benefit to person-years asked about, or None
    evidence : sequence of Evidence
        Covered benefits only, none twice.
    """
    benefits = {one.name: one for one in package.benefits if one.covered}
    names = [one.benefit for one in evidence]
    if len(set(names)) != len(names) or not set(names) <= set(benefits):
        raise Refused(field="evidence", problem=f"name each covered benefit once: {', '.join(benefits)}")
    return tuple(_rerated(benefits[one.benefit], exposures.get(one.benefit), one) for one in evidence)


def _rerated(benefit: Benefit, asked: float | None, seen: Evidence) -> Rerated:
    severity, why_severity = _severity(benefit, asked, seen)
    chance = paid_event(_dearer(benefit, severity)).chance
    person_years = seen.person_years * chance
    frequency, why_frequency = _frequency(benefit, asked, seen, person_years)
    return Rerated(
        benefit=benefit.name,
        asked=asked,
        seen=person_years,
        frequency=frequency,
        severity=severity,
        why_frequency=why_frequency,
        why_severity=why_severity,
        costs_unseen=frequency is not None and severity is None and chance < 1.0,
    )


def _dearer(benefit: Benefit, found: Blend | None) -> Benefit:
    """The same events at the costs that were found."""
    if found is None or benefit.severity is None:
        return benefit
    return replace(benefit, severity=scaled(benefit.severity, found.mean / found.survey.mean))


def _frequency(
    benefit: Benefit, asked: float | None, seen: Evidence, person_years: float
) -> tuple[Blend | None, Why]:
    law = benefit.frequency
    if law is None:
        return None, "linked"
    if person_years <= 0.0 or law.incidence <= 0.0:
        return None, "never_paid"
    if not asked:
        return None, "nobody_asked"
    # Events at most once a year scatter no more than Poisson's; the counts are compared as counts.
    spread = getattr(law, "variance_to_mean", 1.0)
    spread = spread if spread > 0.0 else 1.0
    return blend_incidences(
        assumed=law.incidence,
        asked=asked,
        events=seen.claims,
        person_years=person_years,
        variance_to_mean=spread,
    ), ""


def _severity(benefit: Benefit, asked: float | None, seen: Evidence) -> tuple[Blend | None, Why]:
    law, terms = benefit.severity, benefit.terms
    if law is None or isinstance(law, DayLaw) or not isinstance(terms, CostTerms):
        return None, "no_cost"
    if not seen.billed or not seen.handed_in:
        return None, "no_bills"
    incidence = benefit.frequency.incidence if benefit.frequency is not None else 0.0
    if not asked or incidence <= 0.0:
        return None, "nobody_asked"
    cv = _cv(law)
    if not 0.0 < cv < math.inf:
        return None, "no_spread"
    factor, events = _bills(law, terms.threshold, seen.billed / seen.handed_in, seen.handed_in)
    if events <= 0.0:
        return None, "odd_bills"
    mean = law.value if isinstance(law, Constant) else law.mean
    return blend_severities(
        assumed=mean, asked=asked * incidence, seen=mean * factor, events=events, cv=cv
    ), ""


def _bills(law: Severity, threshold: float, average: float, bills: int) -> tuple[float, float]:
    """The factor of all costs, and how many events tell as much; (1, 0) where the bills say nothing.

    Their worth is that at the assumed costs: a cheap year is believed as far as a dear one.
    """
    factor = None if above(law, threshold) is None else cost_factor(law, threshold=threshold, average=average)
    return (1.0, 0.0) if factor is None else (factor, events_worth(law, threshold=threshold, bills=bills))


def _cv(law: Severity | Constant | Empirical) -> float:
    mean = law.value if isinstance(law, Constant) else law.mean
    # Nearly equal numbers where every event costs the same: no spread then, never a negative one.
    variance = law.second_moment - mean**2
    return math.sqrt(variance) / mean if mean > 0.0 and variance > 1e-12 * mean**2 else 0.0


# ---- the package with new figures --------------------------------------------------------------------------
def with_experience(package: Package, rerated: Sequence[Rerated]) -> Package:
    """The same terms on the weighed figures."""
    by_name = {one.benefit: one for one in rerated}
    return replace(package, benefits=tuple(_moved(one, by_name.get(one.name)) for one in package.benefits))


def _moved(benefit: Benefit, found: Rerated | None) -> Benefit:
    if found is None:
        return benefit
    frequency = benefit.frequency
    if found.frequency is not None and frequency is not None:
        frequency = replace(frequency, incidence=found.frequency.mean)
    return replace(_dearer(benefit, found.severity), frequency=frequency)


def as_seen(package: Package, rerated: Sequence[Rerated]) -> Package:
    """The same terms on the year's own figures alone, however little they are believed."""
    return with_experience(
        package,
        [
            replace(
                one,
                frequency=None if one.frequency is None else replace(one.frequency, weight=1.0),
                severity=None if one.severity is None else replace(one.severity, weight=1.0),
            )
            for one in rerated
        ],
    )


def with_trend(package: Package, trend: float) -> Package:
    """Every bill dearer by this share; days of work lost and fixed amounts are not bills."""
    require_above(field="trend", value=trend, bound=-1.0)
    return replace(
        package,
        benefits=tuple(
            one
            if one.severity is None
            or isinstance(one.severity, DayLaw)
            or not isinstance(one.terms, CostTerms)
            else replace(one, severity=scaled(one.severity, 1.0 + trend))
            for one in package.benefits
        ),
    )


# ---- the premium, line by line -----------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Change:
    """The premium after each step of ``STEPS``, in that order; each line's part is its difference."""

    premiums: tuple[PremiumBreakdown, ...]

    @property
    def totals(self) -> tuple[float, ...]:
        return tuple(one.total for one in self.premiums)

    @property
    def parts(self) -> tuple[float, ...]:
        """What each step after the first adds, money a person a year; together exactly the whole change."""
        return tuple(after - before for before, after in zip(self.totals, self.totals[1:], strict=False))


def change_of(
    case: Case, *, rerated: Sequence[Rerated], trend: float, community: Community, loadings: Loadings
) -> Change:
    """Price the case, then change one thing after the other.

    Experience first, then the cost trend, then who the families are, then loadings with the number of
    members. Another order would share the same whole change out a little differently.
    """
    experienced = replace(case, package=with_experience(case.package, rerated))
    dearer = replace(experienced, package=with_trend(experienced.package, trend))
    families = replace(
        dearer,
        package=replace(dearer.package, families=community.families),
        community=replace(community, persons=case.community.persons),
    )
    loaded = replace(families, community=community, loadings=loadings)
    cases = (case, experienced, dearer, families, loaded)
    return Change(premiums=tuple(quote(one).premium for one in cases))
