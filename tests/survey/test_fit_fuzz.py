"""Surveys that nobody would make on purpose: every one is fitted, stored and priced, or refused by name."""

from __future__ import annotations

import json

import numpy as np
import pytest

from calculator.case import read_case
from survey.case_block import case_benefits
from survey.estimates import Estimates
from survey.fit_options import FitOptions
from survey.fitting import fit_survey
from survey.resamples import Resamples
from survey.tables import TablesRefused
from tests.survey.surveys import NAN, make_tables

RECALL = {"outpatient": 15, "hospital": 365, "caesarean": 365, "injury": 30}
QUICKEST = FitOptions(resamples=100, tests=19, by_age=True, by_size=True)


def wild(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    sizes = rng.integers(1, 15, count)
    one_of = lambda *values: values[int(rng.integers(len(values)))]  # noqa: E731
    events = [
        {
            "household": int(rng.integers(count)),
            "person": int(rng.integers(-1, sizes.sum())),
            "kind": one_of(*RECALL),
            "bill": one_of(NAN, 0.0, float(np.exp(rng.normal(6, 2))), 500.0, 1000.0, 1e-3, 1e8),
            "days": one_of(NAN, 0.0, 1.0, 2.5, 400.0),
            "transport": one_of(NAN, 0.0, 300.0),
            "days_lost": one_of(NAN, 0.0, 1.0, 30.0),
            "is_open": bool(rng.random() < 0.3),
        }
        for _ in range(int(rng.integers(80)))
    ]
    clusters = [one_of("", "V1", "V2", "V3", "V4", "V5", "V6", "V7") for _ in range(count)]
    return make_tables(
        sizes=sizes.tolist(),
        events=events,
        recall=RECALL,
        clusters=clusters if rng.random() < 0.5 else None,
        weights=np.exp(rng.normal(0, 3, count)) if rng.random() < 0.5 else None,
    )


@pytest.mark.parametrize("seed", range(24))
def test_a_wild_survey_is_fitted_stored_and_priced(seed):
    fitted = fit_survey(wild(seed), options=QUICKEST)
    data = json.loads(json.dumps(fitted.estimates.as_json(), allow_nan=False))
    assert Estimates.from_json(data) == fitted.estimates
    for one in Resamples.from_bytes(fitted.resamples.to_bytes()).benefits:
        for numbers in (one.incidence, one.probability, one.shares, *one.laws.values()):
            assert np.isfinite(numbers).all()
        assert one.incidence.min() > 0.0
        assert 0.0 <= one.probability.min() <= one.probability.max() <= 1.0
    block = case_benefits(fitted.estimates)
    for benefit in block:
        if "frequency" in benefit:  # far too many births and visits are warned of, and refused here
            benefit["frequency"]["incidence"] = min(benefit["frequency"]["incidence"], 1.0)
    if block:
        read_case(
            {
                "community": {"persons": 500, "family_sizes": dict(fitted.estimates.families.shares)},
                "loadings": {"chance_of_bankruptcy": 0.05, "admin": 0.2},
                "benefits": block,
            }
        )


def test_a_survey_of_nobody_is_refused():
    with pytest.raises(TablesRefused, match="nobody was asked"):
        fit_survey(make_tables(sizes=[]), options=QUICKEST)


def test_stays_that_never_cost_anything_keep_what_was_paid_beside_them():
    events = [
        {
            "household": place,
            "kind": "hospital",
            "bill": 0.0,
            "transport": 300.0 + place if place % 2 else 0.0,
        }
        for place in range(30)
    ]
    found = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICKEST).estimates
    assert found.benefit("hospitalisation").incidence == pytest.approx(30 / 240)
    assert found.benefit("transport").incidence == pytest.approx(15 / 240)


def test_a_tail_beyond_reason_is_not_offered():
    rng = np.random.default_rng(2)
    events = [
        {"household": place, "kind": "hospital", "bill": bill}
        for place, bill in enumerate(np.exp(rng.normal(3, 9, 40)))
    ]
    severity = fit_survey(make_tables(sizes=[4] * 60, events=events), options=QUICKEST).estimates.severity(
        "hospitalisation"
    )
    assert not severity.fit("lognormal").usable
    assert [one.code for one in severity.fit("lognormal").reasons] == ["mean_beyond_data"]
    only = FitOptions(resamples=100, tests=19, laws=("lognormal",))
    severity = fit_survey(make_tables(sizes=[4] * 60, events=events), options=only).estimates.severity(
        "hospitalisation"
    )
    assert (severity.suggested_law, [one.code for one in severity.suggestion]) == (
        "empirical",
        ["no_law_fits"],
    )
