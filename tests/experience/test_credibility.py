"""Credibility against published answers, its laws, and what it says when schemes do not differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experience.credibility import (
    NO_DIFFERENCE,
    Belief,
    blend,
    blend_incidences,
    blend_severities,
    buhlmann_straub,
)
from simulation.engine.refusal import Refused

# Hachemeister (1975): average claim of bodily injury in five states over twelve quarters, and the numbers of
# claims behind each. As printed in Goovaerts and Hoogstad (1987) and shipped with the R package actuar.
RATIOS = np.array(
    [
        [1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517],
        [1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471],
        [1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059],
        [1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306],
        [1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690],
    ],
    dtype=float,
)
WEIGHTS = np.array(
    [
        [7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077],
        [1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861],
        [1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121],
        [407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342],
        [2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425],
    ],
    dtype=float,
)


def test_hachemeister_s_data_give_the_published_answer():
    """The answer of actuar's `cm(~state, …, weights = …)`, to every digit that it prints."""
    found = buhlmann_straub(ratios=RATIOS, weights=WEIGHTS)
    assert found.weights.tolist() == [100155, 19895, 13735, 4152, 36110]
    assert found.means.round(3).tolist() == [2060.921, 1511.224, 1805.843, 1352.976, 1599.829]
    assert round(found.process_variance) == 139_120_026
    assert round(found.between_variance, 2) == 89_638.73
    assert round(found.hypothetical_mean, 3) == 1683.713
    assert found.factors.round(4).tolist() == [0.9847, 0.9276, 0.8985, 0.7279, 0.9588]
    assert found.estimates.round().tolist() == [2055, 1524, 1793, 1443, 1603]
    assert found.sentence == ""


def test_equal_weights_give_the_published_answer_of_buhlmann_s_own_model():
    """actuar's `cm(~state, …)` without weights prints 1671.017, 72310.02 and 46040.47."""
    found = buhlmann_straub(ratios=RATIOS, weights=np.ones_like(RATIOS))
    assert round(found.hypothetical_mean, 3) == 1671.017
    assert round(found.between_variance, 2) == 72_310.02
    assert round(found.process_variance, 2) == 46_040.47


def test_schemes_that_differ_less_than_chance_get_weight_nought_and_a_sentence():
    ratios = np.array([[1.0, 3.0], [3.0, 1.0], [2.0, 2.1]])
    found = buhlmann_straub(ratios=ratios, weights=np.ones((3, 2)))
    assert found.between_variance < 0.0  # shown as it came out, not clipped
    assert found.factors.tolist() == [0.0, 0.0, 0.0]
    assert found.sentence == NO_DIFFERENCE
    assert found.estimates == pytest.approx(np.full(3, ratios.mean()))


def test_a_gap_is_left_out_and_a_scheme_without_any_year_gets_the_common_figure():
    gaps = WEIGHTS.copy()
    gaps[:, 10:] = 0.0
    ratios = RATIOS.copy()
    ratios[:, 10:] = np.nan
    short = buhlmann_straub(ratios=RATIOS[:, :10], weights=WEIGHTS[:, :10])
    found = buhlmann_straub(ratios=ratios, weights=gaps)
    assert found.estimates == pytest.approx(short.estimates)
    more = buhlmann_straub(
        ratios=np.vstack([RATIOS, RATIOS[:1]]), weights=np.vstack([WEIGHTS, 0 * WEIGHTS[:1]])
    )
    assert more.factors[-1] == 0.0
    assert more.estimates[-1] == pytest.approx(more.hypothetical_mean)
    assert more.hypothetical_mean == pytest.approx(1683.713, abs=0.001)


@pytest.mark.parametrize(
    ("ratios", "weights", "said"),
    [
        ([[1.0, 2.0]], [[1.0, 1.0]], "One scheme alone"),
        ([[1.0], [2.0]], [[1.0], [1.0]], "two whole years"),
        ([[1.0, 2.0]], [[1.0]], "one weight for each"),
        ([[1.0, 2.0], [1.0, 3.0]], [[1.0, -1.0], [1.0, 1.0]], "0 or more"),
        ([[1.0, np.nan], [1.0, 3.0]], [[1.0, 1.0], [1.0, 1.0]], "weight 0"),
    ],
)
def test_what_cannot_be_weighed_is_refused_in_words(ratios, weights, said):
    with pytest.raises(Refused, match=said):
        buhlmann_straub(ratios=np.array(ratios), weights=np.array(weights))


panel = st.lists(st.lists(st.floats(10.0, 1e4), min_size=3, max_size=3), min_size=2, max_size=6)


@settings(max_examples=60, deadline=None)
@given(ratios=panel, unit=st.floats(0.01, 100.0))
def test_a_change_of_currency_changes_the_figures_and_not_the_weights(ratios, unit):
    x = np.array(ratios)
    w = np.arange(1.0, x.size + 1.0).reshape(x.shape)
    one, other = buhlmann_straub(ratios=x, weights=w), buhlmann_straub(ratios=unit * x, weights=w)
    if abs(one.between_variance) > 1e-6 * one.process_variance / w.sum():
        assert other.factors == pytest.approx(one.factors, rel=1e-6, abs=1e-9)
        assert other.estimates == pytest.approx(unit * one.estimates, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(ratios=panel)
def test_every_weight_is_a_share_and_every_estimate_lies_between_own_and_common(ratios):
    x = np.array(ratios)
    found = buhlmann_straub(ratios=x, weights=np.ones_like(x))
    assert ((found.factors >= 0.0) & (found.factors <= 1.0)).all()
    low = np.minimum(found.means, found.hypothetical_mean)
    high = np.maximum(found.means, found.hypothetical_mean)
    slack = 1e-9 * high
    assert ((found.estimates >= low - slack) & (found.estimates <= high + slack)).all()


@settings(max_examples=60, deadline=None)
@given(
    assumed=st.floats(1e-4, 2.0),
    asked=st.floats(1.0, 1e5),
    events=st.integers(0, 10_000),
    person_years=st.floats(1.0, 1e5),
    ratio=st.floats(1.0, 5.0),
)
def test_incidences_are_pooled_by_person_years_whatever_was_seen(assumed, asked, events, person_years, ratio):
    found = blend_incidences(
        assumed=assumed, asked=asked, events=events, person_years=person_years, variance_to_mean=ratio
    )
    assert found.weight == pytest.approx(person_years / (asked + person_years))
    assert found.mean == pytest.approx((assumed * asked + events) / (asked + person_years))
    assert found.variance == pytest.approx(ratio * found.mean / (asked + person_years))


def test_the_blend_of_many_years_has_the_true_incidence_as_its_mean():
    """600 survey and 600 insured person-years at 1 in 100: six events a year, none in one year of 400."""
    rng, years = np.random.default_rng(5), 4_000
    seen = rng.poisson(6.0, years)
    found = [
        blend_incidences(assumed=0.01, asked=600.0, events=float(one), person_years=600.0).mean
        for one in seen
    ]
    assert np.mean(found) == pytest.approx(0.01, rel=0.02)


@settings(max_examples=60, deadline=None)
@given(a=st.floats(1.0, 100.0), b=st.floats(1.0, 100.0), va=st.floats(1e-3, 10.0), vb=st.floats(1e-3, 10.0))
def test_the_blend_is_surer_than_either_and_lies_between_them(a, b, va, vb):
    found = blend(survey=Belief(mean=a, variance=va), experience=Belief(mean=b, variance=vb))
    assert min(a, b) - 1e-9 <= found.mean <= max(a, b) + 1e-9
    assert found.variance <= min(va, vb) * (1 + 1e-12)
    assert found.variance == pytest.approx(va * vb / (va + vb))


def test_an_event_never_seen_is_not_thought_impossible():
    never = blend_incidences(assumed=0.02, asked=1_000.0, events=0, person_years=500.0)
    assert never.experience.mean == 0.0
    assert never.experience.standard_error > 0.0
    assert never.mean == pytest.approx(20 / 1_500)


def test_two_figures_without_doubt_cannot_be_blended():
    with pytest.raises(Refused, match="without any doubt"):
        blend(survey=Belief(mean=1.0, variance=0.0), experience=Belief(mean=2.0, variance=0.0))


def test_a_mean_cost_is_surer_the_more_events_stand_behind_it_and_not_the_cheaper_they_were():
    found = blend_severities(assumed=18_000.0, asked=4, seen=18_000.0, events=400, cv=2.0)
    assert found.survey.standard_error == pytest.approx(18_000.0)
    assert found.experience.standard_error == pytest.approx(1_800.0)
    assert found.weight == pytest.approx(100 / 101)
    cheap = blend_severities(assumed=18_000.0, asked=4, seen=1_800.0, events=400, cv=2.0)
    assert cheap.weight == pytest.approx(100 / 101)
