"""The kept tables say what the laws themselves say, and claims on their way raise no alarm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experience.maturity import Lag
from experience.monitor import outlook
from experience.year_laws import PaidSoFar, year_laws
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms

PACKAGE = Package(
    families=FamilySizes({2: 0.5, 4: 0.5}),
    benefits=(
        Benefit(
            name="hospital",
            frequency=Poisson(incidence=0.2),
            severity=Lognormal(mean=6_000.0, sigma=1.0),
            terms=CostTerms(event_cap=5_000.0, family_cap=8_000.0),
        ),
    ),
)


@pytest.fixture(scope="module")
def laws():
    return year_laws(PACKAGE, persons=600)


@pytest.mark.parametrize("passed", [0, 5, 11, 12])
def test_the_kept_outlook_is_the_one_worked_out_afresh(laws, passed):
    paid = float(laws.means[passed - 1]) if passed else 0.0
    for money in (0.9 * laws.means[-1], 1.02 * laws.means[-1], 1.2 * laws.means[-1]):
        asked = {"passed": passed, "paid": paid, "money": float(money), "factor": 1.1}
        kept, fresh = laws.outlook(**asked), outlook(PACKAGE, persons=600, **asked)
        assert kept.chance_short == pytest.approx(fresh.chance_short, abs=5e-4)
        assert (kept.expected, kept.low, kept.high) == pytest.approx(
            (fresh.expected, fresh.low, fresh.high), rel=1e-4
        )


def test_one_false_alarm_in_a_hundred_years_needs_wider_limits_than_five(laws):
    wide, narrow = laws.limits[0.01], laws.limits[0.05]
    assert (wide.upper > narrow.upper).all()
    assert (wide.lower <= narrow.lower).all()


def test_a_package_without_caps_has_limits_and_an_outlook_too():
    """One year in 3,000 and more lies beyond the amounts that its laws resolve."""
    benefit = replace(
        PACKAGE.benefits[0], severity=Lognormal.from_cv(mean=6_000.0, cv=3.0), terms=CostTerms()
    )
    laws = year_laws(replace(PACKAGE, benefits=(benefit,)), persons=600)
    strict = laws.limits[0.01]
    assert (strict.upper >= laws.limits[0.05].upper).all()
    assert (strict.lower < strict.mean).all()
    assert (strict.mean < strict.upper).all()
    far = laws.outlook(passed=3, paid=0.0, money=float(20.0 * laws.means[-1]))
    near = laws.outlook(passed=3, paid=0.0, money=float(laws.means[-1]))
    assert 0.0 <= far.chance_short < 0.005 < near.chance_short < 0.5


def test_a_package_that_pays_nothing_is_never_short():
    free = Package(
        families=PACKAGE.families,
        benefits=(
            Benefit(
                name="hospital",
                frequency=Poisson(incidence=0.2),
                severity=Lognormal(mean=6_000.0, sigma=1.0),
                terms=CostTerms(event_cap=0.0),
            ),
        ),
    )
    found = year_laws(free, persons=50).outlook(passed=3, paid=0.0, money=0.0)
    assert (found.chance_short, found.expected) == (0.0, 0.0)


def test_claims_on_their_way_raise_no_alarm_but_claims_that_never_came_do(laws):
    monthly = np.diff(laws.means, prepend=0.0)
    slow = Lag(mean_days=60.0)
    # What a good year has paid after three months when claims take 60 days.
    late = PaidSoFar.of([0.0] * 3, laws=laws, days_passed=91.25, lag=slow)
    paid = [float(month - pending) for month, pending in zip(monthly, late.pending, strict=False)]
    good = PaidSoFar.of(paid, laws=laws, days_passed=91.25, lag=slow)
    limits = laws.limits[0.05]
    assert good.crossings(limits) == ()
    assert [one.side for one in PaidSoFar(paid=good.paid, pending=(0.0,) * 3).crossings(limits)][
        -1
    ] == "below"
    assert good.paid_up_to(3) + good.pending_up_to(3) == pytest.approx(laws.means[2])
    fast = PaidSoFar.of([2.0 * float(each) for each in monthly[:3]], laws=laws, days_passed=91.25, lag=Lag())
    assert {(one.month, one.side) for one in fast.crossings(limits)} >= {(3, "above")}
    assert fast.pending == pytest.approx((0.0,) * 3)


def test_what_cannot_be_asked_is_refused(laws):
    with pytest.raises(Refused, match="0 to 12"):
        laws.outlook(passed=13, paid=0.0, money=1.0)
