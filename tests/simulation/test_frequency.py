"""Counts of events: generating functions, thinning and tails against SciPy's own distributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulation.engine.families import FamilySizes
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson

LAWS = [
    Poisson(incidence=0.7),
    NegativeBinomial(incidence=0.7, variance_to_mean=3.0),
    NegativeBinomial(incidence=0.7, variance_to_mean=1.001),
    Bernoulli(incidence=0.3),
]
laws = st.one_of(
    st.builds(Poisson, incidence=st.floats(0.0, 20.0)),
    st.builds(NegativeBinomial, incidence=st.floats(0.0, 20.0), variance_to_mean=st.floats(1.001, 30.0)),
    st.builds(Bernoulli, incidence=st.floats(0.0, 1.0)),
)


def scipy_law(frequency, size):
    mean = frequency.incidence * size
    if isinstance(frequency, Poisson):
        return stats.poisson(mean)
    if isinstance(frequency, NegativeBinomial):
        p = 1.0 / frequency.variance_to_mean
        return stats.nbinom(mean * p / (1.0 - p), p)
    return stats.binom(size, frequency.incidence)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("size", [1, 5])
def test_a_familys_count_is_scipys(law, size):
    n = np.arange(61)
    np.testing.assert_allclose(law.family_pmf(size, 60), scipy_law(law, size).pmf(n), rtol=1e-9, atol=1e-300)


@settings(max_examples=60, deadline=None)
@given(laws, st.integers(1, 12))
def test_a_familys_count_has_the_stated_mean_and_variance(law, size):
    counts = FamilyCounts(law, FamilySizes({size: 1.0}))
    most = counts.most_events()
    pmf, n = counts.pmf(most)[0], np.arange(most + 1)
    mean = law.incidence * size
    assert pmf.sum() == pytest.approx(1.0, abs=1e-11)
    # Probabilities are good to a few units of the last place of 1, which is all that a mean of 1e-7 can show.
    assert pmf @ n == pytest.approx(mean, rel=1e-9, abs=1e-14)
    assert pmf @ (n - mean) ** 2 == pytest.approx(law.variance_to_mean * mean, rel=1e-8, abs=1e-12)
    assert counts.mean[0] + counts.excess_dispersion[0] == pytest.approx(
        law.variance_to_mean * mean, rel=1e-12
    )


@settings(max_examples=60, deadline=None)
@given(laws, st.complex_numbers(max_magnitude=1.0, allow_nan=False))
def test_the_generating_function_is_the_sum_over_counts(law, z):
    counts = FamilyCounts(law, FamilySizes({1: 0.5, 3: 0.3, 6: 0.2}))
    most = counts.most_events()
    n = np.arange(most + 1)
    by_sum = counts.pmf(most) @ z**n
    w = np.array([z - 1.0])
    np.testing.assert_allclose(counts.excess(w)[:, 0] + 1.0, by_sum, rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        law.person_pgf(np.array([z])), law.person_excess(w) + 1.0, rtol=1e-12, atol=1e-12
    )
    slope = counts.pmf(most)[:, 1:] @ (n[1:] * z ** n[:-1])
    np.testing.assert_allclose(counts.slope(w)[:, 0], slope, rtol=1e-7, atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(laws, st.floats(-1.0, 0.0))
def test_a_family_of_random_size_is_the_mixture_of_the_sizes(law, w):
    families = FamilySizes({1: 0.5, 3: 0.3, 6: 0.2})
    apart, mixed = FamilyCounts(law, families), FamilyCounts(law, families, mixed=True)
    points = np.array([w])
    np.testing.assert_allclose(
        mixed.excess(points)[0], families.weights @ apart.excess(points), rtol=1e-10, atol=1e-300
    )
    np.testing.assert_allclose(mixed.slope(points)[0], families.weights @ apart.slope(points), rtol=1e-10)
    np.testing.assert_allclose(mixed.mean, families.weights @ apart.mean, rtol=1e-13)
    variance = families.weights @ (apart.mean + apart.excess_dispersion + apart.mean**2) - mixed.mean**2
    np.testing.assert_allclose(mixed.mean + mixed.excess_dispersion, variance, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(mixed.pmf(9)[0], families.weights @ apart.pmf(9), rtol=1e-13)


@settings(max_examples=60, deadline=None)
@given(laws, st.floats(0.0, 1.0), st.complex_numbers(max_magnitude=1.0, allow_nan=False))
def test_thinned_events_have_the_generating_function_of_kept_ones(law, share, z):
    w = np.array([z - 1.0])
    np.testing.assert_allclose(
        law.thinned(share).person_excess(w), law.person_excess(share * w), rtol=1e-8, atol=1e-14
    )


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("above", [0.5, 2.0, 3.7, 8.0])
def test_the_tail_share_bounds_the_share_of_the_second_moment(law, above):
    size, share = 5, 0.6
    n = np.arange(400)
    kept = law.thinned(share).family_pmf(size, 399)
    tail = (kept * n**2)[n > above].sum() / (kept * n**2).sum()
    pairs = (kept * n * (n - 1.0))[n > above].sum() / (kept * n * (n - 1.0)).sum()
    bound = law.tail_share(np.array([above]), np.array([share]), size)[0]
    assert bound >= tail * (1.0 - 1e-9)
    assert bound == pytest.approx(pairs, rel=1e-7, abs=1e-14)


def test_a_tiny_incidence_keeps_all_its_digits():
    for law in (
        Poisson(incidence=1e-13),
        NegativeBinomial(incidence=1e-13, variance_to_mean=2.0),
        Bernoulli(incidence=1e-13),
    ):
        counts = FamilyCounts(law, FamilySizes({3: 1.0}))
        slope = law.person_slope(np.array([-1.0]))[0]
        assert counts.slope(np.array([-1.0]))[0, 0] == pytest.approx(3.0 * slope, rel=1e-12)
        assert counts.excess(np.array([-1e-3]))[0, 0] == pytest.approx(-3e-16, rel=1e-2)


@pytest.mark.parametrize("incidence", [-0.1, 50.1, float("nan"), float("inf")])
@pytest.mark.parametrize(
    "law", [Poisson, lambda incidence: NegativeBinomial(incidence=incidence, variance_to_mean=2.0)]
)
def test_an_incidence_that_cannot_be_is_refused(law, incidence):
    with pytest.raises(ValueError, match="incidence"):
        law(incidence=incidence)


def test_a_percentage_typed_as_a_chance_gets_a_suggestion():
    with pytest.raises(ValueError, match=r"did you mean 0\.04\?"):
        Bernoulli(incidence=4.0)


def test_negative_binomial_counts_must_be_overdispersed():
    with pytest.raises(ValueError, match="variance_to_mean"):
        NegativeBinomial(incidence=0.1, variance_to_mean=1.0)
