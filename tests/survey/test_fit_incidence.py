"""Incidence, its interval, overdispersion, families and links."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.bootstrap import FEWEST_CLUSTERS, design_of, log_t, log_t_of_means, logit_t
from survey.dispersion import HIGHEST_RATIO, dispersion_of, spread_of
from survey.family_sizes import families_of
from survey.fit_options import FitOptions
from survey.fitting import fit_survey
from survey.incidence import incidence_of
from survey.json_values import ValueRefused
from survey.links import link_of
from tests.survey.surveys import NAN, QUICK, made_up, make_tables, repeated, shuffled, usual_survey


def rng(seed=1):
    return np.random.default_rng(seed)


def incidence(tables, kind="hospital", options=QUICK, seed=1, strata=None):
    design = design_of(tables, strata=strata)
    times = design.times(options.resamples, rng(seed))
    return incidence_of(kind, tables=tables, design=design, times=times, options=options)


def stays(households):
    return [{"household": household, "kind": "hospital"} for household in households]


def codes(reasons):
    return [one.code for one in reasons]


def test_incidence_is_weighted_events_over_weighted_person_years():
    tables = make_tables(
        sizes=[2, 3, 5],
        events=[{"household": 0, "kind": "outpatient"}, {"household": 2, "kind": "outpatient"}] * 2,
        recall={"outpatient": 30},
        weights=[4.0, 1.0, 2.0],
    )
    found = incidence(tables, "outpatient").estimate
    by_hand = (2 * 4.0 + 2 * 2.0) / (2 * 4.0 + 3 * 1.0 + 5 * 2.0) * 365 / 30
    assert found.per_person_year.value == pytest.approx(by_hand)
    assert found.person_years == pytest.approx(10 * 30 / 365)
    assert (found.persons, found.events) == (10, 4)


def test_no_event_gives_the_exact_bound_of_three_events():
    tables = make_tables(sizes=[5] * 40)
    found = incidence(tables).estimate
    assert found.per_person_year.value == 0.0
    assert found.per_person_year.high == pytest.approx(-math.log(0.05) / 200)
    assert stats.poisson.pmf(0, found.per_person_year.high * 200) == pytest.approx(0.05)
    assert (found.method, codes(found.reasons)) == ("exact_zero", ["no_event"])


def test_few_events_are_said():
    found = incidence(make_tables(sizes=[5] * 40, events=stays([1, 2]))).estimate
    assert codes(found.reasons) == ["few_events", "unknown_persons"]
    assert found.per_person_year.low < 2 / 200 < found.per_person_year.high


def test_what_cannot_be_is_said():
    events = [{"household": 0, "person": 0, "kind": "caesarean"}] * 3
    found = incidence(make_tables(sizes=[2], events=events, recall={"caesarean": 365}), "caesarean").estimate
    assert {"implausible_incidence", "more_events_than_persons", "few_events"} == set(codes(found.reasons))


def test_villages_that_differ_widen_the_interval():
    together = [place for place in range(200) if place // 20 in (2, 7)][:30]
    apart = list(range(0, 200, 7))[:30]
    clusters = [f"V{place // 20}" for place in range(200)]
    spread = {}
    for name, places in (("together", together), ("apart", apart)):
        tables = make_tables(sizes=[4] * 200, events=stays(places), clusters=clusters)
        spread[name] = incidence(tables).estimate
    assert spread["together"].design_effect > 3.0
    assert spread["apart"].design_effect < 1.5
    assert spread["together"].effective_person_years < spread["apart"].effective_person_years
    assert spread["together"].per_person_year.high > spread["apart"].per_person_year.high


def test_the_spread_of_the_resamples_is_the_textbooks():
    """The variance of a ratio of cluster totals, linearised (Cochran 1977, section 6.3)."""
    tables = usual_survey()
    options = FitOptions(resamples=5000)
    found = incidence(tables, options=options).estimate
    design = design_of(tables)
    weighted = design.weight * tables.exposed
    counts = np.bincount(
        tables.events["household"][tables.events["kind"] == "hospital"], minlength=len(weighted)
    )
    residual = np.bincount(design.unit, design.weight * counts - found.per_person_year.value * weighted)
    m = design.units
    by_hand = math.sqrt(m / (m - 1) * float((residual**2).sum())) / weighted.sum()
    assert found.standard_error == pytest.approx(by_hand, rel=0.04)


def test_asking_twice_as_many_halves_the_variance():
    once, twice = usual_survey(), repeated(usual_survey(), 4)
    options = FitOptions(resamples=4000)
    one, other = incidence(once, options=options).estimate, incidence(twice, options=options).estimate
    assert other.per_person_year.value == pytest.approx(one.per_person_year.value)
    assert other.standard_error == pytest.approx(one.standard_error / 2, rel=0.06)


@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed):
    tables = make_tables(
        sizes=[1, 2, 3, 4, 5, 6],
        events=stays([0, 2, 2, 5]),
        weights=[1.0, 2.0, 0.5, 1.0, 3.0, 1.0],
        clusters=list("aabbcc"),
    )
    one, other = incidence(tables).estimate, incidence(shuffled(tables, seed)).estimate
    assert other.per_person_year.value == pytest.approx(one.per_person_year.value)


@given(factor=st.floats(0.01, 100.0))
def test_weights_may_be_in_any_unit(factor):
    weights = np.array([1.0, 2.0, 0.5, 1.0])
    one = incidence(make_tables(sizes=[2, 3, 4, 5], events=stays([0, 3]), weights=weights)).estimate
    other = incidence(
        make_tables(sizes=[2, 3, 4, 5], events=stays([0, 3]), weights=weights * factor)
    ).estimate
    assert other.per_person_year.value == pytest.approx(one.per_person_year.value)
    assert other.standard_error == pytest.approx(one.standard_error, rel=1e-4)


def test_age_groups_count_the_people_and_events_of_their_age():
    tables = make_tables(
        sizes=[4] * 10,
        ages=[2.0, 20.0, 50.0, NAN] * 10,
        events=[{"household": 0, "person": person, "kind": "hospital"} for person in (0, 2, 3)],
    )
    groups = incidence(tables, options=FitOptions(resamples=100, by_age=True, by_size=True)).estimate.by_age
    assert [(g.low, g.high) for g in groups] == [(0, 4), (5, 14), (15, 29), (30, 44), (45, 59), (60, None)]
    assert [g.persons for g in groups] == [10, 0, 10, 0, 10, 0]
    assert [g.events for g in groups] == [1, 0, 0, 0, 1, 0]
    assert groups[0].per_person_year.value == pytest.approx(0.1)
    assert groups[1].per_person_year.high == 0.0
    assert groups[2].per_person_year.high == pytest.approx(-math.log(0.05) / 10)


def test_family_size_groups_cover_all():
    tables = usual_survey()
    found = incidence(tables, options=FitOptions(resamples=100, by_size=True)).estimate
    assert sum(group.persons for group in found.by_size) == found.persons
    assert sum(group.events for group in found.by_size) == found.events


# ---- what is drawn again


def test_too_few_villages_are_said_and_households_drawn():
    tables = make_tables(sizes=[3] * 40, clusters=[f"V{place % 5}" for place in range(40)])
    design = design_of(tables)
    assert (design.by, design.units, codes(design.reasons)) == ("household", 40, ["few_clusters"])
    assert FEWEST_CLUSTERS == 6


def test_a_household_without_a_village_is_one_of_its_own():
    clusters = [f"V{place % 6}" for place in range(30)] + ["", ""]
    design = design_of(make_tables(sizes=[3] * 32, clusters=clusters))
    assert (design.by, design.units, codes(design.reasons)) == ("cluster", 8, ["some_without_cluster"])


def test_villages_are_drawn_within_their_strata():
    clusters = [f"V{place // 5}" for place in range(60)]
    strata = ["hill" if place < 20 else "plain" for place in range(60)]
    tables = make_tables(sizes=[3] * 60, clusters=clusters)
    design = design_of(tables, strata=np.array(strata))
    drawn = design.times(50, rng()).of(np.arange(60))
    assert drawn[:, :20].sum(axis=1) == pytest.approx(np.full(50, 20.0))
    assert drawn[:, 20:].sum(axis=1) == pytest.approx(np.full(50, 40.0))
    assert design.degrees_of_freedom == 10
    with pytest.raises(ValueError, match="two strata"):
        design_of(tables, strata=np.arange(60) % 2)


def test_a_stratum_with_one_village_is_taken_as_it_is():
    clusters = [f"V{place // 5}" for place in range(40)]
    strata = np.array([0] * 5 + [1] * 35)
    drawn = design_of(make_tables(sizes=[3] * 40, clusters=clusters), strata=strata).times(20, rng())
    assert np.all(drawn.of(np.arange(5)) == 1.0)
    assert len(drawn) == 20


def test_a_tiny_survey_is_said():
    assert codes(design_of(make_tables(sizes=[3] * 5)).reasons) == ["few_households"]


def test_intervals_hold_their_estimates():
    draws = rng().normal(10.0, 1.0, 500)
    for interval in (
        log_t(10.0, draws, degrees_of_freedom=30),
        log_t_of_means(10.0, draws, degrees_of_freedom=30),
        logit_t(0.3, 0.3 + 0.01 * (draws - 10), number=50, degrees_of_freedom=30),
    ):
        assert 0.0 < interval.low < interval.value < interval.high
    assert log_t(0.0, draws, degrees_of_freedom=3).high == 0.0
    nothing = logit_t(0.0, draws, number=60, degrees_of_freedom=3)
    assert (nothing.low, nothing.high) == pytest.approx((0.0, 1 - 0.05 ** (1 / 60)))
    everything = logit_t(1.0, draws, number=60, degrees_of_freedom=3)
    assert (everything.low, everything.high) == pytest.approx((0.05 ** (1 / 60), 1.0))
    assert logit_t(1.0, draws, number=0, degrees_of_freedom=3).low == 0.0


# ---- overdispersion


def test_alike_persons_pass_and_sick_ones_do_not():
    alike = rng(3).poisson(0.2, 3000).astype(float)
    sick = rng(3).poisson(0.2 * rng(4).gamma(0.3, 1 / 0.3, 3000)).astype(float)
    even, uneven = spread_of(alike, np.ones(3000), rng=rng()), spread_of(sick, np.ones(3000), rng=rng())
    assert even.p_value > 0.05
    assert uneven.p_value == pytest.approx(0.002)
    assert uneven.ratio == pytest.approx(1 + 0.2 / 0.3, abs=0.25)
    assert abs(even.ratio - 1) < 0.1


def test_the_test_rejects_alike_persons_one_time_in_twenty():
    p_values = [
        spread_of(rng(seed).poisson(0.05, 400).astype(float), np.ones(400), rng=rng(seed + 999)).p_value
        for seed in range(300)
    ]
    # counts are whole: p-values are a little too large, never too small
    assert 0.005 <= np.mean(np.array(p_values) < 0.05) <= 0.08


def test_thrown_and_normal_p_values_agree():
    counts = rng(8).poisson(3.2, 900).astype(float)
    thrown = spread_of(counts, np.ones(900), rng=rng())
    many = np.tile(counts, 4)
    assert thrown.p_value == pytest.approx(stats.norm.sf(thrown.score), abs=0.06)
    assert spread_of(many, np.ones(3600), rng=rng()).p_value == pytest.approx(
        stats.norm.sf(spread_of(many, np.ones(3600), rng=rng()).score), abs=1e-9
    )


def dispersion(tables, kind, persistence="persistent"):
    return dispersion_of(kind, tables=tables, persistence=persistence, rng=rng())


def test_lasting_differences_grow_with_time_and_bursts_do_not():
    tables = made_up(households=2500, households_a_cluster=None, seed=2)
    lasting, passing = (dispersion(tables, "outpatient", how) for how in ("persistent", "passing"))
    assert lasting.frequency_law == passing.frequency_law == "negative_binomial"
    growth = (lasting.yearly_ratio - 1) / (passing.yearly_ratio - 1)
    assert growth == pytest.approx(365 / 30)
    assert lasting.yearly_ratio == pytest.approx(3.0, abs=0.8)  # the truth of the synthetic community
    assert codes(lasting.reasons)[0] == "counts_are_uneven"
    assert codes(lasting.reasons)[-1] == "persistence_assumed"


def test_even_counts_are_poisson():
    found = dispersion(made_up(households=1200, households_a_cluster=None, seed=2), "imaging")
    assert (found.frequency_law, found.yearly_ratio, found.basis) == ("poisson", 1.0, "none")
    assert codes(found.reasons) == ["counts_are_even"]


def test_an_incredible_ratio_is_capped_and_said():
    events = [{"household": 0, "person": 0, "kind": "outpatient"}] * 30
    found = dispersion(make_tables(sizes=[4] * 50, events=events, recall={"outpatient": 15}), "outpatient")
    assert found.yearly_ratio == HIGHEST_RATIO
    assert "ratio_capped" in codes(found.reasons)


def test_families_that_differ_more_than_their_members_decide():
    events = [
        {"household": household, "person": 4 * household + member, "kind": "outpatient"}
        for household in range(0, 60, 4)
        for member in range(4)
    ]
    found = dispersion(make_tables(sizes=[4] * 60, events=events, recall={"outpatient": 30}), "outpatient")
    assert found.basis == "household"
    assert "households_more_uneven" in codes(found.reasons)


def test_unknown_persons_leave_families_to_compare():
    events = [{"household": household % 40, "kind": "outpatient"} for household in range(60)]
    found = dispersion(make_tables(sizes=[4] * 40, events=events, recall={"outpatient": 30}), "outpatient")
    assert found.person_ratio is None
    assert found.household_ratio is not None


def test_one_lone_person_cannot_be_compared():
    events = [{"household": 0, "person": 0, "kind": "outpatient"}] * 12
    found = dispersion(make_tables(sizes=[1], events=events, recall={"outpatient": 30}), "outpatient")
    assert (found.person_ratio, found.household_ratio, found.frequency_law) == (None, None, "poisson")


def test_few_events_and_births_are_not_tested():
    few = dispersion(make_tables(sizes=[4] * 9, events=stays([1, 2])), "hospital")
    assert codes(few.reasons) == ["too_few_to_tell"]
    births = dispersion(usual_survey(), "delivery")
    assert (births.frequency_law, codes(births.reasons)) == ("bernoulli", ["at_most_once"])


# ---- families and links


def families(tables):
    design = design_of(tables)
    return families_of(tables, design=design, times=design.times(200, rng()))


def test_family_sizes_are_weighted_and_add_up():
    found = families(make_tables(sizes=[1, 4, 4, 15], weights=[2.0, 1.0, 1.0, 1.0]))
    assert found.shares == pytest.approx({"1": 0.4, "4": 0.4, "12": 0.2})
    assert found.mean_size.value == pytest.approx((2 * 1 + 4 + 4 + 12) / 5)
    assert found.share_in_large.value == pytest.approx(20 / 22)
    assert found.beyond_largest == 1
    assert codes(found.reasons) == ["beyond_largest"]


def test_large_households_and_rosters_that_differ_are_said():
    tables = make_tables(sizes=[8] * 40)
    tables.households.loc[0, "size"] = 7
    assert codes(families(tables).reasons) == ["roster_differs", "household_is_not_family"]


def link(tables, column="transport"):
    design = design_of(tables)
    times = design.times(200, rng())
    return link_of(
        "transport",
        parent_key="hospitalisation",
        kind="hospital",
        column=column,
        tables=tables,
        design=design,
        times=times,
    )


def test_the_chance_of_transport_is_that_among_stays_where_it_was_asked():
    events = [
        {"household": place, "kind": "hospital", "transport": paid}
        for place, paid in enumerate([500.0, 0.0, 0.0, NAN, 700.0])
    ]
    found = link(make_tables(sizes=[3] * 40, events=events)).estimate
    assert (found.asked, found.found) == (4, 2)
    assert found.probability.value == pytest.approx(0.5)
    assert codes(found.reasons) == ["few_stays"]
    assert link(make_tables(sizes=[3] * 40, events=stays([1]))) is None


def test_transport_that_nobody_paid_has_an_exact_bound():
    events = [{"household": place, "kind": "hospital", "transport": 0.0} for place in range(30)]
    found = link(make_tables(sizes=[3] * 40, events=events)).estimate.probability
    assert (found.value, found.high) == pytest.approx((0.0, 1 - 0.05 ** (1 / 30)))


@pytest.mark.parametrize(("households", "each"), [(1, 1), (1, 2), (12, 1)])
def test_households_that_are_all_alike_do_not_know_the_incidence_for_certain(households, each):
    events = [
        {"household": place, "kind": "hospital", "bill": 500.0 + place}
        for place in range(households)
        for _ in range(each)
    ]
    found = fit_survey(make_tables(sizes=[4] * households, events=events), options=QUICK)
    rate = found.estimates.incidence("hospital")
    assert rate.per_person_year.value == pytest.approx(each / 4)
    assert rate.standard_error == pytest.approx(each / 4 * np.sqrt(0.25 / len(events)))
    assert rate.per_person_year.low < 0.9 * each / 4
    assert rate.per_person_year.high > 1.1 * each / 4
    resampled = found.resamples.benefit("hospitalisation").incidence
    assert resampled.std() > 0.5 * rate.standard_error
    assert resampled.mean() == pytest.approx(each / 4, rel=0.25)


@pytest.mark.parametrize(("name", "value"), [("seed", -1), ("persistence", {"surgery": "passing"})])
def test_options_that_mean_nothing_are_refused(name, value):
    with pytest.raises(ValueRefused, match=name):
        FitOptions(**{name: value})


def test_the_yearly_ratio_of_independent_persons_is_not_the_larger_of_two_estimates():
    rng = np.random.default_rng(4)
    ratios = []
    for _ in range(12):
        sizes = rng.integers(1, 8, 1500)
        household = np.repeat(np.arange(1500), sizes)
        counts = rng.poisson(3.0 * rng.gamma(2.0, 0.5, len(household)) * 30 / 365)
        person = np.repeat(np.arange(len(household)), counts)
        events = [
            {"household": household[one], "person": one, "kind": "outpatient"} for one in person.tolist()
        ]
        tables = make_tables(sizes=sizes, events=events, recall={"outpatient": 30.0})
        found = dispersion_of("outpatient", tables=tables, persistence="persistent", rng=rng)
        ratios.append(found.yearly_ratio)
    # variance of a gamma rate of mean 3 and squared coefficient of variation 0.5, over its mean
    assert np.mean(ratios) == pytest.approx(1.0 + 3.0 * 0.5, abs=0.35)
