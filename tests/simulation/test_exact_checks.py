"""The checks must catch an engine that went wrong: each test breaks one step and expects to be told."""

import numpy as np
import pytest

from simulation.engine import compound, family_distribution, family_lattice, linked, menu_of_layers
from simulation.engine.checks import check
from simulation.engine.exact import price_exact, price_menu
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms
from tests.simulation.slide import slide_package

DENSE = {
    "frequency": Poisson(incidence=3.0),
    "severity": Lognormal(mean=350.0, sigma=0.8),
    "terms": [CostTerms(event_cap=500.0, family_cap=2000.0)],
    "families": FamilySizes({4: 1.0}),
}


def failed(found) -> set[str]:
    return {check.name for check in found.checks if not check.passed}


def test_nothing_fails_when_nothing_is_broken():
    found = price_menu(**DENSE, about="clinic")
    assert failed(found) == set()
    assert {check.about for check in found.checks} == {"clinic"}
    assert {"event mean", "event second moment", "total mass", "aliasing"} <= {
        check.name for check in found.checks
    }


def test_a_transform_without_tilt_is_caught_by_the_aliasing_check(monkeypatch):
    right = price_menu(**DENSE).mean[0, 0]
    monkeypatch.setattr(compound, "STRONGEST_TILT", 0.0)
    wrong = price_menu(**DENSE)
    assert wrong.mean[0, 0] < 0.9 * right
    assert "aliasing" in failed(wrong)


def test_a_lattice_that_loses_mean_is_caught(monkeypatch):
    exact = menu_of_layers.weights_from_limits

    def rounded_down(first, second, step):
        weights = exact(first, second, step)
        return np.concatenate(
            [weights[:, :1] + weights[:, 1:2], weights[:, 2:], 0.0 * weights[:, :1]], axis=1
        )

    monkeypatch.setattr(menu_of_layers, "weights_from_limits", rounded_down)
    assert {"event mean", "event second moment"} <= failed(price_menu(**DENSE))


def test_a_lattice_that_inflates_the_variance_is_caught(monkeypatch):
    exact = menu_of_layers.weights_from_limits
    monkeypatch.setattr(
        menu_of_layers,
        "weights_from_limits",
        lambda first, second, step: exact(first, second, step, keep_square=False),
    )
    assert failed(price_menu(**DENSE)) == {"event second moment"}


def test_a_transform_that_loses_mass_is_caught(monkeypatch):
    exact = compound.fft.irfft
    monkeypatch.setattr(compound.fft, "irfft", lambda *args, **kw: 0.999 * exact(*args, **kw))
    assert "total mass" in failed(price_menu(**DENSE))


def test_a_count_cut_short_is_caught_in_a_linked_group(monkeypatch):
    monkeypatch.setattr(linked.FamilyCounts, "most_events", lambda _: 2)
    answer = price_exact(slide_package(linked=True))
    assert {"count tail", "mean by events"} <= {check.name for check in answer.failed_checks}
    assert {check.about for check in answer.failed_checks} == {"hospitalisation"}


def test_a_package_lattice_that_folds_is_caught(monkeypatch):
    monkeypatch.setattr(family_lattice, "STRONGEST_TILT", 0.0)
    found = family_distribution.family_payout(slide_package(linked=False), span=10.0, nodes=300)
    assert {check.name for check in found.checks if not check.passed} == {"aliasing"}


def test_a_check_of_nothing_but_nan_fails():
    assert not check("total mass", np.array([0.0, np.nan])).passed
    assert not check("total mass", float("nan")).passed
    assert check("total mass", np.zeros(0)).passed


def test_a_payout_lattice_refuses_a_span_or_a_length_that_means_nothing():
    with pytest.raises(ValueError, match="span"):
        family_distribution.family_payout(slide_package(linked=False), span=0.0, nodes=100)
    with pytest.raises(ValueError, match="nodes"):
        family_distribution.family_payout(slide_package(linked=False), span=10.0, nodes=4)
