"""Benefits for themselves, the young pool, and what is said of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from experience.benefit_watch import Seen, paid_event, watch_benefits
from experience.maturity import Lag, maturity, settled_by_month
from experience.monitor import Crossing, Outlook
from experience.signals import WORDS, Signal, signals
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.experience.test_monitor import package

COST = CostTerms(threshold=500.0, copay=0.2, event_cap=3_000.0)
LAWS = [
    (Lognormal(mean=2_000.0, sigma=1.0), COST),
    (Gamma(mean=2_000.0, cv=0.8), COST),
    (Weibull(mean=2_000.0, cv=1.2), COST),
    (Lomax(mean=2_000.0, alpha=2.5), COST),
    (Lognormal(mean=2_000.0, sigma=0.5), CostTerms()),
    (Empirical(values=(100.0, 600.0, 2_500.0, 9_000.0)), COST),
    (Constant(value=2_000.0), COST),
    (DayLaw(mean=5.0, variance_to_mean=2.0), WageTerms(rate=100.0, start_day=4, last_day=13)),
    (Empirical(values=(1.0, 5.0, 20.0)), WageTerms(rate=100.0, start_day=4, last_day=13)),
    (None, FixedTerms(amount=1_000.0)),
]


@pytest.mark.parametrize(("severity", "terms"), LAWS)
def test_the_law_of_one_payment_agrees_with_simulated_events(severity, terms):
    rng = np.random.default_rng(7)
    n = 200_000
    cost = np.ones(n) if severity is None else severity.sample(rng, n)
    paid = terms.payout(cost)
    paid = paid[paid > 0.0]
    found = paid_event(Benefit(name="it", terms=terms, frequency=Poisson(incidence=0.1), severity=severity))
    assert found.chance == pytest.approx(len(paid) / n, abs=4 * math.sqrt(0.25 / n))
    assert found.mean == pytest.approx(paid.mean(), abs=4 * paid.std() / math.sqrt(len(paid)) + 1e-6)
    assert found.sd == pytest.approx(paid.std(), rel=0.05, abs=1e-3)


@pytest.mark.parametrize(
    ("severity", "terms"),
    [
        (None, FixedTerms(amount=0.0)),
        (Lognormal(mean=2_000.0, sigma=1.0), CostTerms(event_cap=0.0)),
        (Lognormal(mean=2_000.0, sigma=1.0), CostTerms(copay=1.0)),
        (Constant(value=2_000.0), CostTerms(event_cap=0.0)),
    ],
)
def test_what_never_pays_has_no_payment(severity, terms):
    found = paid_event(Benefit(name="it", terms=terms, frequency=Poisson(incidence=0.1), severity=severity))
    assert (found.chance, found.mean, found.sd) == (0.0, 0.0, 0.0)


def watched(count, paid, **change):
    priced = package(np.inf)
    priced = replace(priced, benefits=(replace(priced.benefits[0], **change), priced.benefits[1]))
    (found,) = watch_benefits(
        priced, persons=600, share=0.5, seen=[Seen(benefit="hospital", count=count, paid=paid)]
    )
    return found


def test_claims_that_come_too_often_are_told_from_claims_that_cost_too_much():
    as_priced = watched(60, 60 * 3_600.0)
    mean = as_priced.severity.expected
    assert as_priced.frequency.expected == pytest.approx(60.0)
    often, dear = watched(100, 100 * mean), watched(60, 60 * 1.4 * mean)
    assert (often.frequency.side, often.severity.side) == ("above", "within")
    assert (dear.frequency.side, dear.severity.side) == ("within", "above")
    assert often.frequency.ratio == pytest.approx(100 / 60)
    rare = watched(20, 20 * 0.5 * mean)
    assert (rare.frequency.side, rare.severity.side) == ("below", "below")


@pytest.mark.parametrize(
    "law",
    [Poisson(incidence=0.2), NegativeBinomial(incidence=0.2, variance_to_mean=3.0), Bernoulli(incidence=0.2)],
)
def test_limits_of_the_count_hold_the_stated_rate(law):
    found = watched(60, 60 * 3_600.0, frequency=law)
    rng = np.random.default_rng(3)
    half = law.thinned(0.5)
    if isinstance(law, Bernoulli):
        counts = rng.binomial(600, half.incidence, 20_000)
    elif isinstance(law, Poisson):
        counts = rng.poisson(600 * half.incidence, 20_000)
    else:
        more = half.variance_to_mean - 1.0
        counts = rng.negative_binomial(600 * half.incidence / more, 1.0 / (1.0 + more), 20_000)
    outside = ((counts < found.frequency.low) | (counts > found.frequency.high)).mean()
    # Two questions share 5 in 100; whole numbers keep it below.
    assert 0.01 < outside < 0.026 + 0.004


def test_a_family_cap_of_the_package_makes_no_claim_look_cheaper_than_priced():
    """Families drawn one by one, each paid 4,000 a year at most for all it claims."""
    priced = package(family_cap=np.inf)
    capped = replace(priced, benefits=priced.benefits[:1], family_cap=4_000.0)
    hospital, sizes = (
        capped.benefits[0],
        np.repeat(capped.families.sizes, capped.families.counts_for(persons=60_000)),
    )
    rng = np.random.default_rng(23)
    owner = np.repeat(np.arange(len(sizes)), rng.poisson(0.2 * sizes))
    costs = np.minimum(hospital.severity.sample(rng, len(owner)), hospital.terms.event_cap)
    average = np.minimum(np.bincount(owner, costs, len(sizes)), 4_000.0).sum() / len(owner)
    seen = Seen(benefit="hospital", count=len(owner), paid=average * len(owner))
    found = watch_benefits(capped, persons=int(sizes.sum()), share=1.0, seen=[seen])[0].severity
    assert found.expected == pytest.approx(average, rel=0.02)
    assert found.side == "within"


def test_no_claim_yet_says_nothing_of_the_average():
    found = watched(0, 0.0)
    assert found.frequency.side == "below"
    assert (found.severity.actual, found.severity.side, found.severity.ratio) == (None, "within", None)


def test_a_linked_benefit_is_expected_on_its_parent_s_events():
    (found,) = watch_benefits(
        package(), persons=600, share=1.0, seen=[Seen(benefit="transport", count=60, paid=30_000.0)]
    )
    assert found.frequency.expected == pytest.approx(60.0)
    assert found.severity.side == "within"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([Seen(benefit="dentist", count=1, paid=1.0)], "hospital, transport"),
        ([Seen(benefit="hospital", count=1, paid=1.0)] * 2, "once"),
    ],
)
def test_a_benefit_that_is_not_covered_is_refused(seen, said):
    with pytest.raises(Refused, match=said):
        watch_benefits(package(), persons=600, share=0.5, seen=seen)


# ---- maturity ----------------------------------------------------------------------------------------------
def test_a_mature_pool_without_lag_has_one_ratio():
    found = maturity(paid=50.0, premium=200.0, days_passed=182.5, lag=Lag())
    assert found.raw == pytest.approx(0.5)
    assert found.adjusted == pytest.approx(0.5, rel=0.01)
    assert found.expected_unpaid == pytest.approx(0.0, abs=0.5)


def test_a_young_pool_looks_cheap_and_the_adjusted_ratio_is_the_true_one():
    """Claims of 70 % of premium, paid after 60 days on average, with a wait of 90 days and a slow start."""
    lag = Lag(mean_days=60.0, waiting_days=90.0, ramp_days=240.0)
    for days in (270.0, 365.0, 545.0):
        _happened, paid = settled_by_month(days_passed=days, lag=lag)
        found = maturity(paid=0.7 * 1_000.0 * paid.sum(), premium=1_000.0, days_passed=days, lag=lag)
        assert found.adjusted == pytest.approx(0.7)
        assert found.raw < 0.9 * 0.7
    assert found.settled_share < 0.8


def test_the_settled_share_follows_the_exponential_law():
    """Events spread over a year, looked at when it ends: 1 - L / T (1 - exp(-T / L))."""
    _happened, paid = settled_by_month(days_passed=365.0, lag=Lag(mean_days=45.0))
    assert paid.sum() == pytest.approx(1.0 - 45.0 / 365.0 * (1.0 - math.exp(-365.0 / 45.0)), rel=1e-3)
    _happened, later = settled_by_month(days_passed=3_650.0, lag=Lag(mean_days=45.0))
    assert later.sum() == pytest.approx(1.0)


def test_members_who_stayed_claim_from_the_first_day():
    young = settled_by_month(days_passed=365.0, lag=Lag(waiting_days=90.0))[0].sum()
    half = settled_by_month(days_passed=365.0, lag=Lag(waiting_days=90.0, new_share=0.5))[0].sum()
    assert young == pytest.approx(1.0 - 90.0 / 365.0, rel=0.01)
    assert half == pytest.approx(1.0 - 0.5 * 90.0 / 365.0, rel=0.01)


def test_it_says_when_it_is_too_early_and_refuses_before_the_first_day():
    early = maturity(paid=0.0, premium=100.0, days_passed=10.0, lag=Lag(mean_days=30.0))
    assert (early.adjusted, early.expected_unpaid) == (None, 0.0)
    with pytest.raises(Refused, match="has not begun"):
        maturity(paid=0.0, premium=100.0, days_passed=0.0, lag=Lag())


# ---- what is said ------------------------------------------------------------------------------------------
def out(chance):
    return Outlook(passed=6, chance_short=chance, expected=1.0, low=0.5, high=2.0)


def test_a_quiet_year_says_that_all_is_well():
    assert [one.code for one in signals(outlook=out(0.02))] == ["all_well"]


def test_the_most_pressing_comes_first_and_each_says_what_to_do():
    found = signals(
        crossed=[
            Crossing(month=3, side="below"),
            Crossing(month=6, side="above"),
            Crossing(month=7, side="above"),
        ],
        outlook=out(0.4),
        benefits=[watched(100, 100 * 3_600.0), watched(20, 20 * 1_000.0), watched(60, 60 * 8_000.0)],
        ratio=maturity(paid=100.0, premium=1_000.0, days_passed=182.5, lag=Lag(mean_days=60.0)),
    )
    codes = [one.code for one in found]
    assert codes[0] == "short_likely"
    assert {
        "claims_above",
        "claims_below",
        "more_often",
        "less_often",
        "cheaper",
        "dearer",
        "young_pool",
    } <= set(codes)
    assert [one.level for one in found] == sorted([one.level for one in found])
    assert next(one for one in found if one.code == "claims_above").values == {"month": 7}
    assert [one.code for one in signals(outlook=out(0.15))] == ["short_possible"]


def test_every_signal_has_a_sentence_that_its_values_fill_and_something_to_do():
    values = {
        "month": 3,
        "chance": "20 %",
        "benefit": "Hospital",
        "ratio": "1.5",
        "raw": "30 %",
        "adjusted": "60 %",
    }
    for words in WORDS.values():
        assert "%(" not in words.sentence % values
        assert words.to_do.endswith(".")
    with pytest.raises(ValueError, match="no signal"):
        Signal(code="nonsense", level="ok")
