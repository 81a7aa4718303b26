"""Laws fitted by maximum likelihood: against SciPy's own fits, and laws that fits obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from survey.laws import cumulative, law_of, log_density, log_likelihood, parameters_of, quantile
from survey.maximum_likelihood import ALPHA_LIMITS, fit_batch

TRUE = {
    "lognormal": Lognormal(mean=900, sigma=1.1),
    "gamma": Gamma(mean=900, cv=0.8),
    "weibull": Weibull(mean=900, cv=1.4),
    "lomax": Lomax(mean=900, alpha=2.5),
}
LAWS = sorted(TRUE)


def scipy_law(law):
    if isinstance(law, Lognormal):
        return stats.lognorm(law.sigma, scale=math.exp(law.mu))
    if isinstance(law, Gamma):
        return stats.gamma(law.shape, scale=law.scale)
    if isinstance(law, Weibull):
        return stats.weibull_min(law.shape, scale=law.scale)
    return stats.lomax(law.alpha, scale=law.scale)


def sample(name, number, *, censored=0.0, seed=5):
    """Costs, and which of them are lower bounds only."""
    rng = np.random.default_rng(seed)
    values = TRUE[name].sample(rng, number)
    until = np.where(rng.random(number) < censored, TRUE[name].sample(rng, number), np.inf)
    return np.minimum(values, until), until < values


def fitted(name, values, weights=None, is_open=None):
    weights = np.ones(len(values)) if weights is None else weights
    is_open = np.zeros(len(values), dtype=bool) if is_open is None else is_open
    return fit_batch(name, values, weights, is_open)[0]


@pytest.mark.parametrize("name", LAWS)
def test_fits_are_those_of_scipy(name):
    values, _ = sample(name, 300)
    law = law_of(name, fitted(name, values))
    if name == "lognormal":
        shape, _, scale = stats.lognorm.fit(values, floc=0)
        assert (law.sigma, math.exp(law.mu)) == pytest.approx((shape, scale), rel=1e-6)
    elif name == "gamma":
        shape, _, scale = stats.gamma.fit(values, floc=0)
        assert (law.shape, law.scale) == pytest.approx((shape, scale), rel=1e-6)
    elif name == "weibull":
        shape, _, scale = stats.weibull_min.fit(values, floc=0)
        assert (law.shape, law.scale) == pytest.approx((shape, scale), rel=1e-4)
    else:
        shape, _, scale = stats.lomax.fit(values, floc=0)
        assert (law.alpha, law.scale) == pytest.approx((shape, scale), rel=1e-3)


@pytest.mark.parametrize("name", LAWS)
def test_censored_fits_are_those_of_scipy(name):
    values, is_open = sample(name, 400, censored=0.3)
    assert 30 < is_open.sum() < 120
    data = stats.CensoredData.right_censored(values, is_open)
    law = scipy_law(law_of(name, fitted(name, values, is_open=is_open)))
    shape, _, scale = getattr(stats, law.dist.name).fit(data, floc=0)
    assert (law.args[0], law.kwds["scale"]) == pytest.approx((shape, scale), rel=2e-3)


@pytest.mark.parametrize("censored", [0.0, 0.3])
@pytest.mark.parametrize("name", LAWS)
def test_no_other_parameters_are_more_likely(name, censored):
    values, is_open = sample(name, 200, censored=censored, seed=8)
    weights = np.random.default_rng(1).uniform(0.5, 2.0, 200)
    best = fitted(name, values, weights, is_open)
    offset = 1.0 if name == "lomax" else 0.0

    def unlikely(log_parameters):
        mean, spread = np.exp(log_parameters)
        law = scipy_law(law_of(name, np.array([mean, spread + offset])))
        return -float(weights @ np.where(is_open, law.logsf(values), law.logpdf(values)))

    start = np.log(best - [0.0, offset])
    found = optimize.minimize(
        unlikely, start + 0.05, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9}
    )
    assert unlikely(start) <= found.fun + 1e-7


@pytest.mark.parametrize("name", LAWS)
def test_densities_and_quantiles_are_those_of_scipy(name):
    law, other = TRUE[name], scipy_law(TRUE[name])
    x = np.array([3.0, 250.0, 900.0, 20_000.0])
    chances = np.array([0.001, 0.3, 0.9, 0.9999])
    assert log_density(law, x) == pytest.approx(other.logpdf(x), rel=1e-9)
    assert quantile(law, chances) == pytest.approx(other.ppf(chances), rel=1e-9)
    assert cumulative(law, quantile(law, chances)) == pytest.approx(chances, rel=1e-9)
    is_open = np.array([False, True, False, True])
    likelihood = log_likelihood(law, x, np.array([1.0, 2.0, 3.0, 4.0]), is_open)
    by_hand = other.logpdf(3.0) + 2 * other.logsf(250.0) + 3 * other.logpdf(900.0) + 4 * other.logsf(20_000.0)
    assert likelihood == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize("name", LAWS)
def test_weights_count_as_repeated_costs(name):
    values, is_open = sample(name, 120, censored=0.2, seed=2)
    times = np.random.default_rng(3).integers(1, 5, 120)
    weighted = fitted(name, values, times.astype(float), is_open)
    repeated = fitted(name, np.repeat(values, times), is_open=np.repeat(is_open, times))
    assert weighted == pytest.approx(repeated, rel=1e-6)


@pytest.mark.parametrize("name", LAWS)
def test_many_samples_at_once_are_fitted_as_one_by_one(name):
    values, is_open = sample(name, 90, censored=0.1, seed=4)
    weights = np.random.default_rng(6).exponential(1.0, (40, 90))
    together = fit_batch(name, values, weights, is_open)
    for row, own in zip(together, weights, strict=True):
        assert row == pytest.approx(fitted(name, values, own, is_open), rel=1e-5)
    own_values = np.exp(np.random.default_rng(6).normal(6.0, 1.0, (30, 90)))
    together = fit_batch(name, own_values, np.ones(90), np.zeros(90, dtype=bool))
    assert together[7] == pytest.approx(fitted(name, own_values[7]), rel=1e-5)
    both = fit_batch(name, own_values, np.ones((30, 90)), np.zeros(90, dtype=bool))
    assert both == pytest.approx(together, rel=1e-9)


@given(
    factor=st.floats(1e-3, 1e5),
    seed=st.integers(0, 10_000),
    name=st.sampled_from(LAWS),
)
def test_money_in_another_unit_scales_the_mean_and_nothing_else(factor, seed, name):
    values, is_open = sample(name, 60, censored=0.1, seed=seed)
    one, other = fitted(name, values, is_open=is_open), fitted(name, values * factor, is_open=is_open)
    assert other[0] == pytest.approx(one[0] * factor, rel=1e-4)
    assert other[1] == pytest.approx(one[1], rel=1e-4)


def test_a_tail_lighter_than_lomax_ends_at_the_limit():
    values = np.random.default_rng(1).uniform(900, 1100, 200)
    assert fitted("lomax", values)[1] == pytest.approx(ALPHA_LIMITS[1], rel=0.02)


def test_a_tail_without_a_mean_ends_at_the_other_limit():
    values = np.exp(np.random.default_rng(1).exponential(4.0, 300))
    assert fitted("lomax", values)[1] == ALPHA_LIMITS[0]


def test_nearly_equal_costs_stay_within_the_engines_limits():
    values = 1000.0 + 1e-6 * np.arange(50)
    for name in LAWS:
        law_of(name, fitted(name, values))


def test_parameters_are_named_as_in_the_case_format():
    two = np.array([900.0, 1.5])
    assert parameters_of("lognormal", two) == {"mean": 900.0, "sigma": 1.5}
    assert parameters_of("gamma", two) == {"mean": 900.0, "cv": 1.5}
    assert parameters_of("lomax", two) == {"mean": 900.0, "alpha": 1.5}
