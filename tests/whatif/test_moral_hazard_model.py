"""More care when less of its cost is borne: laws, and the experiment's own points."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms
from whatif.moral_hazard_model import (
    BORNE,
    STAYS,
    VISITS,
    Response,
    borne_shares,
    both_ways,
    use,
    used_more,
    with_copay,
)

CARE = ("stay", "visit", "stay", "visit")


def village(copay=0.0, cap=3_000.0):
    bills = Lognormal(mean=18_000, sigma=1.343)
    return Package(
        benefits=(
            Benefit(
                name="stay",
                terms=CostTerms(copay=copay, event_cap=cap),
                frequency=Poisson(incidence=0.042),
                severity=bills,
            ),
            Benefit(
                name="visit",
                terms=CostTerms(copay=copay),
                frequency=NegativeBinomial(incidence=2.0, variance_to_mean=3.0),
                severity=Lognormal(mean=100, sigma=1.0),
            ),
            Benefit(name="transport", terms=FixedTerms(amount=1_000), linked_to="stay", probability=0.5),
            Benefit(name="birth", terms=FixedTerms(amount=500), frequency=Bernoulli(incidence=0.03)),
        ),
        families=FamilySizes({2: 0.5, 4: 0.5}),
    )


SURVEYED = price_exact(village())


def test_the_points_of_the_experiment_are_met():
    assert [use(borne, "visit") for borne in BORNE] == list(VISITS)
    assert [use(borne, "stay") for borne in BORNE] == pytest.approx(list(STAYS))
    assert use(1.0, "visit") == VISITS[-1]
    assert use(0.125, "visit") == pytest.approx((3.12 + 2.79) / 2)


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["visit", "stay"]))
def test_who_bears_more_never_uses_more(one, other, care):
    assert use(max(one, other), care) <= use(min(one, other), care)


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 1), st.floats(0, 0.9))
def test_without_elasticity_the_price_is_the_base_price(before, copay):
    package = village(copay)
    changed, used = used_more(package, SURVEYED, care=CARE, response=Response(before=before, strength=0.0))
    assert changed == package
    assert [one.factor for one in used] == [1.0] * 4


def test_bills_paid_in_full_are_used_as_in_the_free_plan():
    """Nobody bears anything of a visit: 3.12 over 2.11 times as many, and as much more is paid."""
    found = both_ways(village(), care=CARE, response=Response())
    assert found.used[1].borne == pytest.approx(0.0, abs=1e-9)
    assert found.used[1].factor == pytest.approx(3.12 / 2.11)
    ratio = found.answered.benefits[1].pure / found.surveyed.benefits[1].pure
    assert ratio == pytest.approx(3.12 / 2.11, rel=1e-9)


def test_what_lies_above_the_cap_is_borne():
    """18,000 on average, of which some 2,640 is paid: 85 % is borne, where stays no longer answer."""
    shares = borne_shares(village(), SURVEYED)
    assert shares["stay"] == pytest.approx(0.853, abs=0.003)
    found = both_ways(village(), care=CARE, response=Response())
    assert found.used[0].factor == pytest.approx(1.0)


def test_a_linked_benefit_follows_its_bill_and_one_without_a_bill_stays():
    found = both_ways(village(cap=1e9), care=CARE, response=Response())
    assert found.used[2].factor == found.used[0].factor == pytest.approx(0.123 / 0.095, rel=1e-6)
    ratio = found.answered.benefits[2].pure / found.surveyed.benefits[2].pure
    assert ratio == pytest.approx(found.used[0].factor)
    assert (found.used[3].borne, found.used[3].factor) == (None, 1.0)


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 0.9), st.floats(0, 2))
def test_cover_never_makes_people_use_less_than_when_they_bore_it_all(copay, strength):
    package = with_copay(village(), copay)
    _changed, used = used_more(package, price_exact(package), care=CARE, response=Response(strength=strength))
    assert all(one.factor >= 1.0 for one in used)


def test_a_copay_is_put_on_bills_alone():
    found = with_copay(village(), 0.3)
    assert [getattr(one.terms, "copay", None) for one in found.benefits] == [0.3, 0.3, None, None]


def test_more_than_one_birth_a_year_is_refused():
    often = Package(
        benefits=(
            Benefit(
                name="birth",
                terms=CostTerms(),
                frequency=Bernoulli(incidence=0.9),
                severity=Lognormal(mean=100, sigma=1),
            ),
        ),
        families=FamilySizes({1: 1.0}),
    )
    with pytest.raises(Refused):
        both_ways(often, care=("visit",), response=Response())


@pytest.mark.parametrize(("change", "field"), [({"before": 1.1}, "before"), ({"strength": 4}, "strength")])
def test_nonsense_is_refused_by_name(change, field):
    with pytest.raises(Refused) as refused:
        Response(**change)
    assert refused.value.field == field
