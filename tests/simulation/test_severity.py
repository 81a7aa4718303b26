"""Laws of cost: moments against SciPy and against each other, layers in every corner, draws, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.layers import limited_moments, paid_days
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull

LAWS = [
    Lognormal(mean=1000.0, sigma=0.9),
    Lognormal.from_cv(mean=1000.0, cv=1.2),
    Gamma(mean=1000.0, cv=0.7),
    Gamma(mean=1000.0, cv=3.0),
    Weibull(mean=1000.0, cv=0.7),
    Weibull(mean=1000.0, cv=3.0),
    Lomax(mean=1000.0, alpha=2.7),
]
POINTS = [
    Empirical(values=(3.0, 1.0, 3.0, 10.0)),
    Empirical(values=(2.0, 5.0), weights=(1.0, 3.0)),
    Constant(value=7.0),
]
INFINITE = np.array([np.inf])


def frozen(law):
    if isinstance(law, Lognormal):
        return stats.lognorm(law.sigma, scale=math.exp(law.mu))
    if isinstance(law, Gamma):
        return stats.gamma(law.shape, scale=law.scale)
    if isinstance(law, Weibull):
        return stats.weibull_min(law.shape, scale=law.scale)
    return stats.lomax(law.alpha, scale=law.scale)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_mean_second_moment_and_survival_are_scipys(law):
    reference = frozen(law)
    assert law.mean == pytest.approx(reference.mean(), rel=1e-10)
    assert law.second_moment == pytest.approx(reference.var() + reference.mean() ** 2, rel=1e-9)
    x = np.array([0.0, 1.0, 300.0, 5000.0])
    np.testing.assert_allclose(law.survival(x), reference.sf(x), rtol=1e-10)


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("limit", [1.0, 400.0, 3000.0])
def test_limited_moments_are_integrals_of_the_survival_function(law, limit):
    survival = frozen(law).sf
    first, _ = integrate.quad(survival, 0.0, limit, epsabs=1e-10, epsrel=1e-10)
    second, _ = integrate.quad(lambda x: 2.0 * x * survival(x), 0.0, limit, epsabs=1e-8, epsrel=1e-10)
    at = np.array([limit])
    assert law.limited_mean(at)[0] == pytest.approx(first, rel=1e-7)
    assert law.limited_square(at)[0] == pytest.approx(second, rel=1e-7)


@pytest.mark.parametrize("law", [*LAWS, *POINTS], ids=str)
def test_the_limit_nothing_pays_nothing_and_no_limit_pays_the_mean(law):
    assert law.limited_mean(np.array([0.0, np.inf])).tolist() == pytest.approx([0.0, law.mean], rel=1e-12)
    assert law.limited_square(np.array([0.0, np.inf])).tolist() == pytest.approx(
        [0.0, law.second_moment], rel=1e-12
    )


@pytest.mark.parametrize("law", LAWS, ids=str)
@pytest.mark.parametrize("threshold", [0.0, 1e-3, 500.0, 20_000.0, 1e9])
@pytest.mark.parametrize("width", [1e-3, 10.0, 2000.0, np.inf])
def test_a_layer_is_the_integral_of_the_survival_function_above_the_threshold(law, threshold, width):
    with np.errstate(all="raise", under="ignore"):
        first, second = limited_moments(law, np.array([threshold]), np.array([[width]]))
    # substitution u = exp(t): the layer may be a thousand times narrower or wider than the threshold
    reference, top = frozen(law), math.log(min(width, 1e14))
    t = np.linspace(top - 60.0, top, 200_001)
    u = np.exp(t)
    survival = reference.sf(threshold + u)
    wanted = integrate.simpson(survival * u, x=t), integrate.simpson(2.0 * survival * u * u, x=t)
    close = 1e-5 if isinstance(law, Lomax) and width == np.inf else 1e-6
    assert first[0, 0] == pytest.approx(wanted[0], rel=close, abs=1e-250)
    if not (isinstance(law, Lomax) and width == np.inf):
        assert second[0, 0] == pytest.approx(wanted[1], rel=1e-5, abs=1e-250)
    assert first[0, 0] >= 0.0
    assert first[0, 0] ** 2 <= second[0, 0] * (1.0 + 1e-9)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(LAWS), st.floats(0.0, 1e6), st.floats(1e-3, 1e6))
def test_a_layer_grows_with_its_width_and_shrinks_with_its_threshold(law, threshold, width):
    first, second = limited_moments(
        law, np.array([threshold, 2.0 * threshold + 1.0]), np.array([[width, 2.0 * width]] * 2)
    )
    assert first[0, 0] <= first[0, 1] * (1.0 + 1e-9)
    assert second[0, 0] <= second[0, 1] * (1.0 + 1e-9)
    assert first[1, 0] <= first[0, 0] * (1.0 + 1e-9)


@pytest.mark.parametrize("law", [*LAWS, *POINTS, DayLaw(mean=4.0, variance_to_mean=2.5)], ids=str)
def test_draws_have_the_stated_mean(law):
    draws = law.sample(np.random.default_rng(20180802), 200_000)
    error = math.sqrt(max(law.second_moment - law.mean**2, 0.0) / 200_000)
    assert abs(draws.mean() - law.mean) <= 4.0 * error


@pytest.mark.parametrize("law", POINTS, ids=str)
def test_points_have_the_moments_of_their_sample(law):
    draws = (
        np.array([7.0])
        if isinstance(law, Constant)
        else np.repeat(law.atoms[0], np.rint(law.atoms[1] * 16).astype(int))
    )
    assert law.mean == pytest.approx(draws.mean())
    assert law.second_moment == pytest.approx((draws**2).mean())
    limit = np.array([2.5])
    assert law.limited_mean(limit)[0] == pytest.approx(np.minimum(draws, 2.5).mean())
    assert law.limited_square(limit)[0] == pytest.approx((np.minimum(draws, 2.5) ** 2).mean())


@pytest.mark.parametrize("ratio", [1.0, 1.5, 6.0])
def test_days_lost_are_one_and_a_negative_binomial_number_more(ratio):
    law = DayLaw(mean=5.0, variance_to_mean=ratio)
    d = np.arange(1, 60)
    further = stats.poisson(4.0) if ratio == 1.0 else stats.nbinom(4.0 / (ratio - 1.0), 1.0 / ratio)
    np.testing.assert_allclose(law.days_at_least(59), further.sf(d - 2), rtol=1e-9)
    assert law.second_moment == pytest.approx(further.var() + 25.0)


@pytest.mark.parametrize("start", [1, 4, 30])
def test_paid_days_of_a_law_are_those_of_its_probabilities(start):
    law = DayLaw(mean=5.0, variance_to_mean=2.0)
    days = paid_days(law, start_day=start, most_days=10)
    stays = np.arange(1, 400)
    pmf = stats.nbinom(4.0, 0.5).pmf(stays - 1)
    paid = np.clip(stays - start + 1, 0, 10)
    assert days.probabilities.sum() == pytest.approx(1.0, abs=1e-14)
    assert days.values @ days.probabilities == pytest.approx(paid @ pmf, rel=1e-10)
    assert days.values[-1] == 10


def test_a_day_law_of_one_day_is_one_day():
    assert DayLaw(mean=1.0, variance_to_mean=3.0).days_at_least(3).tolist() == [1.0, 0.0, 0.0]
    assert DayLaw(mean=1.0, variance_to_mean=3.0).sample(np.random.default_rng(1), 3).tolist() == [
        1.0,
        1.0,
        1.0,
    ]


def test_lomax_has_no_variance_up_to_alpha_two():
    assert Lomax(mean=1.0, alpha=2.0).second_moment == math.inf
    near = Lomax(mean=1000.0, alpha=2.0).limited_square(np.array([5e5]))[0]
    for alpha in (2.0 - 1e-9, 2.0 + 1e-9):
        assert Lomax(mean=1000.0, alpha=alpha).limited_square(np.array([5e5]))[0] == pytest.approx(
            near, rel=1e-6
        )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Lognormal(mean=0.0, sigma=1.0), "mean"),
        (lambda: Lognormal(mean=1.0, sigma=0.0), "sigma"),
        (lambda: Lognormal(mean=1.0, sigma=11.0), "sigma"),
        (lambda: Lognormal.from_cv(mean=1.0, cv=0.0), "cv"),
        (lambda: Gamma(mean=1.0, cv=0.001), "cv"),
        (lambda: Weibull(mean=1.0, cv=50.0), "cv"),
        (lambda: Lomax(mean=1.0, alpha=1.0), "alpha"),
        (lambda: Lomax(mean=1.0, alpha=math.nan), "alpha"),
        (lambda: Constant(value=-1.0), "value"),
        (lambda: Empirical(values=()), "values"),
        (lambda: Empirical(values=(1.0, -1.0)), "values"),
        (lambda: Empirical(values=(1.0,), weights=(1.0, 2.0)), "weights"),
        (lambda: Empirical(values=(1.0,), weights=(0.0,)), "weights"),
        (lambda: DayLaw(mean=0.5, variance_to_mean=1.0), "mean"),
        (lambda: DayLaw(mean=2.0, variance_to_mean=0.5), "variance_to_mean"),
    ],
)
def test_laws_that_mean_nothing_are_refused_by_name(make, field):
    with pytest.raises(ValueError, match=f"^{field}:"):
        make()
