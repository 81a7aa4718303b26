"""Figures without a survey, costs brought to another year, JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.json_values import ValueRefused, from_json, to_json
from survey.trend import CostTrend
from survey.typed import GAYA_FACTOR, group_incidence, typed_incidence


def codes(found):
    return [one.code for one in found.reasons]


def test_a_typed_figure_is_as_unsure_as_its_person_says():
    found = typed_incidence(key="injury", incidence=0.2, spread=2.0)
    assert (found.per_person_year.low, found.per_person_year.high) == pytest.approx((0.1, 0.4))
    # a Poisson survey of that exposure has a 95 % range of the same width on the scale of logarithms
    relative = 1.0 / np.sqrt(found.exposure * 0.2)
    assert np.exp(1.959964 * relative) == pytest.approx(2.0)
    assert codes(found) == ["typed_by_hand"]
    assert typed_incidence(key="injury", incidence=0.2, spread=1.1).exposure > 50 * found.exposure


@pytest.mark.parametrize(("incidence", "spread"), [(0.0, 2.0), (-1.0, 2.0), (0.2, 1.0), (0.2, 1000.0)])
def test_typed_nonsense_is_refused(incidence, spread):
    with pytest.raises(ValueRefused):
        typed_incidence(key="injury", incidence=incidence, spread=spread)


def test_groups_are_as_unsure_as_they_differ():
    alike = group_incidence(key="injury", events=[10, 10, 10, 10], persons=[100, 100, 100, 100])
    apart = group_incidence(key="injury", events=[0, 5, 30, 5], persons=[100, 100, 100, 100])
    assert alike.per_person_year.value == apart.per_person_year.value == pytest.approx(0.1)
    assert alike.exposure == pytest.approx(400.0)  # never more than the people there are
    assert apart.exposure < 100.0
    assert codes(alike) == ["group_estimate"]


def test_groups_that_speak_of_hospital_stays_carry_the_warning():
    found = group_incidence(key="hospitalisation", events=[2, 3], persons=[150, 200], years=1.0)
    assert codes(found) == ["group_estimate", "group_hospital_understated"]
    assert found.reasons[1].values["factor"] == pytest.approx(2.36, abs=0.01)
    assert GAYA_FACTOR > 2


@pytest.mark.parametrize(
    ("events", "persons", "years"),
    [
        ([3], [100], 1.0),
        ([3, 4], [100], 1.0),
        ([-1, 3], [5, 5], 1.0),
        ([1, 2], [0, 5], 1.0),
        ([0, 0], [5, 5], 1.0),
        ([1, 2], [5, 5], 0.0),
    ],
)
def test_groups_that_cannot_be_are_refused(events, persons, years):
    with pytest.raises(ValueRefused):
        group_incidence(key="injury", events=events, persons=persons, years=years)


def test_costs_grow_from_the_middle_of_what_was_told_to_the_middle_of_the_policy_year():
    trend = CostTrend(told_on=date(2026, 1, 1), policy_from=date(2027, 1, 1), rate=0.06, rates={"opd": 0.0})
    assert trend.years() == pytest.approx(1.5, abs=0.01)
    assert trend.years(recall_days=365) == pytest.approx(2.0, abs=0.01)
    assert trend.factor("hospitalisation", recall_days=365) == pytest.approx(1.06**2.0, abs=0.001)
    assert trend.factor("opd") == 1.0
    assert trend.why("hospitalisation").values["rate"] == 0.06
    backwards = CostTrend(told_on=date(2030, 1, 1), policy_from=date(2027, 1, 1), rate=0.06)
    assert backwards.factor("opd") < 1.0


@pytest.mark.parametrize("rate", [6.0, -0.9])
def test_a_rate_typed_in_percent_is_refused(rate):
    with pytest.raises(ValueRefused, match=r"0\.06 for 6 %"):
        CostTrend(told_on=date(2026, 1, 1), policy_from=date(2027, 1, 1), rate=rate)
    with pytest.raises(ValueRefused, match="opd"):
        CostTrend(told_on=date(2026, 1, 1), policy_from=date(2027, 1, 1), rates={"opd": rate})


@dataclass(frozen=True, kw_only=True)
class Inner:
    number: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outer:
    inner: Inner
    maybe: Inner | None
    table: dict[str, float | str]
    pair: tuple[int, str]
    flag: bool = False


OUTER = Outer(inner=Inner(number=1.5, words=("a",)), maybe=None, table={"x": 2.0, "y": "z"}, pair=(3, "p"))


@given(number=st.floats(allow_nan=False, allow_infinity=False), flag=st.booleans())
def test_dataclasses_survive_json(number, flag):
    value = Outer(inner=Inner(number=number), maybe=Inner(number=1.0), table={}, pair=(1, ""), flag=flag)
    assert from_json(Outer, to_json(value)) == value


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"inner": 3}, "value.inner"),
        ({"inner": {"number": "x"}}, "value.inner.number"),
        ({"inner": {"number": True}}, "value.inner.number"),
        ({"inner": {"number": float("nan")}}, "value.inner.number"),
        ({"inner": {"number": 1.0, "words": "ab"}}, "value.inner.words"),
        ({"inner": {"number": 1.0, "more": 1}}, "more"),
        ({"inner": {}}, "value.inner.number: is missing"),
        ({"maybe": 3}, "value.maybe"),
        ({"table": []}, "value.table"),
        ({"table": {"x": None}}, "value.table.x"),
        ({"pair": [1]}, "value.pair"),
        ({"pair": ["a", "b"]}, r"value.pair\[0\]"),
        ({"flag": 1}, "value.flag"),
    ],
)
def test_json_that_does_not_fit_is_refused_by_place(change, place):
    with pytest.raises(ValueRefused, match=place):
        from_json(Outer, {**to_json(OUTER), **change})


def test_what_json_cannot_hold_is_refused():
    for bad in (float("inf"), float("nan"), object(), {"x": [float("inf")]}):
        with pytest.raises(ValueRefused):
            to_json(bad)
