"""Invented surveys: their truth, and whether fits find it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulation.engine.severity import Gamma, Lognormal
from survey.fit_options import FitOptions
from survey.fitting import fit_survey
from survey.json_values import ValueRefused
from survey.synthetic import EVENTS, Community, TrueEvent, synthetic_survey, told_in_round_numbers, truth_of

PLAIN = Community(
    households=4000, households_a_cluster=None, rounded=0.0, missing=0.0, refusing=0.0, open_stays=0.0
)


def drawn(community, seed=1):
    return synthetic_survey(community, rng=np.random.default_rng(seed))


def test_the_same_seed_gives_the_same_survey():
    one, other = drawn(Community(households=100))[0], drawn(Community(households=100))[0]
    assert one.events.equals(other.events)
    assert one.households.equals(other.households)
    assert not one.events.equals(drawn(Community(households=100), seed=2)[0].events)


def test_a_plain_survey_has_the_truths_moments():
    tables, truth = drawn(PLAIN)
    for kind, incidence in truth.incidence.items():
        own = tables.events[tables.events["kind"] == kind]
        expected = incidence * tables.person_years(kind)
        assert len(own) == pytest.approx(expected, abs=4.5 * np.sqrt(3 * expected))
    stays = tables.events[tables.events["kind"] == "hospital"]
    assert (stays["bill"] == 0).mean() == pytest.approx(0.04, abs=0.03)
    assert np.log(stays["bill"][stays["bill"] > 0]).std() == pytest.approx(1.3, abs=0.12)
    assert (stays["transport"] > 0).mean() == pytest.approx(truth.link["transport"], abs=0.07)
    assert stays["days_lost"][stays["days_lost"] > 0].mean() == pytest.approx(
        truth.mean["wage-loss"], abs=1.0
    )
    assert tables.households["size"].mean() == pytest.approx(truth.mean_size, abs=0.15)
    assert set(tables.households["cluster"]) == {""}


def test_remote_villages_are_rarer_sicker_and_weigh_more():
    tables, truth = drawn(Community(households=6000, village_cv=0.0))
    weight = tables.households["weight"].to_numpy()
    assert set(weight) == {1.0, 2.0}
    visits = np.bincount(
        tables.events["household"][tables.events["kind"] == "outpatient"], minlength=len(weight)
    )
    size = tables.exposed
    rate = {w: visits[weight == w].sum() / size[weight == w].sum() for w in (1.0, 2.0)}
    assert rate[2.0] / rate[1.0] == pytest.approx(1.3, abs=0.12)
    share = (weight * size)[weight == 2.0].sum() / (weight * size).sum()
    assert share == pytest.approx(0.4, abs=0.03)
    overall = float(weight @ visits) / float(weight @ size) * 365 / 30
    assert overall == pytest.approx(truth.incidence["outpatient"], rel=0.05)
    assert overall > visits.sum() / size.sum() * 365 / 30  # what forgetting the weights would say


def test_villages_shift_bills_within_the_laws_own_spread():
    tables, _ = drawn(
        Community(households=3000, village_log_sd=0.6, rounded=0.0, events={"injury": EVENTS["injury"]})
    )
    bills = tables.events[tables.events["bill"] > 0]
    logs = np.log(bills["bill"])
    village = tables.households["cluster"].to_numpy()[bills["household"]]
    assert logs.std() == pytest.approx(0.9, abs=0.08)
    assert logs.groupby(village).mean().std() > 0.5


def test_a_kind_without_bills_and_other_laws_can_be_asked():
    community = Community(
        households=300,
        village_log_sd=0.3,
        events={
            "outpatient": TrueEvent(incidence=2.0, recall_days=15, cost=None),
            "injury": TrueEvent(incidence=0.5, recall_days=30, cost=Gamma(mean=500, cv=1.0)),
        },
    )
    tables, truth = drawn(community)
    assert tables.events["bill"][tables.events["kind"] == "outpatient"].isna().all()
    assert set(truth.mean) == {"injury"}
    assert truth_of(community) == truth


def test_a_community_where_all_refuse_still_has_one_household():
    assert len(drawn(Community(households=5, refusing=1.0))[0].households) == 1


def test_round_numbers_grow_with_the_bill():
    told = told_in_round_numbers(np.array([2.0, 123.0, 777.0, 1234.0, 5678.0]))
    assert told.tolist() == [10, 120, 800, 1200, 5500]


@pytest.mark.parametrize(
    "bad", [{"households": 0}, {"households_a_cluster": 0}, {"events": {"dental": EVENTS["injury"]}}]
)
def test_a_community_that_cannot_be_is_refused(bad):
    with pytest.raises(ValueRefused):
        Community(**bad)


# ---- whether the truth is found

COVERAGE = FitOptions(resamples=300, tests=19, laws=("lognormal",))


def covered(community, surveys, seed):
    """Shares of surveys whose intervals hold the truth: of incidences, of mean costs, of links."""
    rng = np.random.default_rng(seed)
    hits = {"incidence": [], "mean": [], "link": []}
    for _ in range(surveys):
        tables, truth = synthetic_survey(community, rng=rng)
        found = fit_survey(tables, options=COVERAGE).estimates
        hits["incidence"] += [
            (one.kind, one.per_person_year.low <= truth.incidence[one.kind] <= one.per_person_year.high)
            for one in found.incidences
        ]
        for one in found.severities:
            fit = one.fits[0] if one.fits else None
            if one.key in truth.mean and fit is not None and fit.log_likelihood is not None:
                hits["mean"].append((one.key, fit.mean.low <= truth.mean[one.key] <= fit.mean.high))
        hits["link"] += [
            (one.key, one.probability.low <= truth.link[one.key] <= one.probability.high)
            for one in found.links
        ]
    return hits


def share(hits):
    return float(np.mean([hit for _, hit in hits]))


def by_name(hits):
    return {name: float(np.mean([hit for one, hit in hits if one == name])) for name, _ in hits}


def test_intervals_hold_the_truth_in_a_few_surveys():
    """The small version: 12 surveys, 84 intervals of incidence; 77 of them hold the truth but once in 200."""
    few = replace(Community(), households=300, households_a_cluster=10)
    hits = covered(few, 12, seed=5)
    assert share(hits["incidence"]) >= 0.88
    assert share(hits["mean"]) >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize(
    "community",
    [
        Community(households=1000),
        Community(households=900, households_a_cluster=15, village_log_sd=0.25),
        Community(households=800, households_a_cluster=None),
    ],
    ids=["villages", "villages that differ in prices too", "no villages"],
)
def test_intervals_hold_the_truth_in_93_to_97_of_100_surveys(community):
    hits = covered(community, 200, seed=11)
    assert 0.93 <= share(hits["incidence"]) <= 0.97
    assert 0.93 <= share(hits["mean"]) <= 0.97
    assert 0.92 <= share(hits["link"]) <= 0.98
    # of 200 surveys alone 90 % is 3 standard errors below 95 %
    assert min(by_name(hits["incidence"]).values()) >= 0.90
    assert min(by_name(hits["mean"]).values()) >= 0.88


@pytest.mark.slow
def test_a_lognormal_truth_is_suggested_and_found():
    rng = np.random.default_rng(3)
    suggested = []
    for _ in range(30):
        tables, _ = synthetic_survey(Community(households=1500), rng=rng)
        found = fit_survey(tables, options=FitOptions(resamples=100, tests=99)).estimates
        suggested += [found.severity(key).suggested_law for key in ("opd", "hospitalisation", "lab")]
    assert np.mean([law == "lognormal" for law in suggested]) >= 0.9
    assert isinstance(EVENTS["hospital"].cost, Lognormal)
