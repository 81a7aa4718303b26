"""Ten indicators, openIMIS's codes, and hundreds that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experience.figures import AMOUNTS, Claims, YearFigures, counted_twice
from experience.indicators import Viability, by_year, of_each_hundred, rounded_to, totals
from experience.key_indicators import incurred_claims, key_indicators, openimis_codes, promptness
from simulation.engine.refusal import Refused

STARTS = date(2017, 4, 1)
BEFORE = YearFigures(starts=date(2016, 4, 1), households=500, insured=1_250, outstanding_claims=10_000.0)
YEAR = YearFigures(
    starts=STARTS,
    households=605,
    insured=1_400,
    new_insured=300,
    renewed_households=400,
    due_households=500,
    premium=350_000.0,
    subsidy=20_000.0,
    running_costs=84_000.0,
    interest=14_000.0,
    reserve=60_000.0,
    outstanding_claims=15_000.0,
    cash=50_000.0,
    payables=25_000.0,
    liabilities=40_000.0,
    claims=(
        Claims(
            benefit="opd", month=1, count=80, rejected=5, billed=90_000.0, paid=100_000.0, days_to_settle=6.0
        ),
        Claims(benefit="opd", month=2, count=20, rejected=0, billed=1.0, paid=161_100.0, days_to_settle=40.0),
    ),
)
EMPTY = YearFigures(starts=STARTS)


def test_the_ten_indicators_by_hand():
    found = {one.number: one for one in key_indicators(YEAR, before=BEFORE, target_persons=5_000)}
    incurred = 261_100 + 15_000
    assert [found[n].value for n in range(1, 11)] == pytest.approx(
        [
            (350_000 + 20_000 + 14_000 - incurred - 84_000) / 350_000,
            84_000 / 350_000,
            incurred / 350_000,
            400 / 500,
            1_400 / 5_000,
            150 / 1_250,
            75 / 95,
            5 / 100,
            60_000 / 40_000,
            50_000 / 25_000,
        ]
    )
    assert found[7].bands == pytest.approx((75 / 95, 0.0, 20 / 95, 0.0))
    assert found[3].codes == ("D1", "P11", "P9")


def test_half_a_year_has_earned_half_its_premium():
    found = {one.key: one.value for one in key_indicators(YEAR, share_passed=0.5)}
    assert found["expenses"] == pytest.approx(84_000 / 175_000)


def test_what_is_not_known_has_no_indicator():
    assert all(one.value is None for one in key_indicators(EMPTY))
    assert all(one.value is None for one in openimis_codes(EMPTY))
    assert incurred_claims(EMPTY) is None
    assert promptness(()) == ()
    assert Viability.of(EMPTY) is None


def test_claims_still_to_be_paid_are_incurred_and_last_year_s_are_last_year_s():
    """Claims stand under the month of the event: what was owed when the year began is not in paid."""
    assert incurred_claims(replace(YEAR, outstanding_claims=None)) == pytest.approx(261_100)
    assert incurred_claims(YEAR) == pytest.approx(276_100)
    ratios = [
        key_indicators(YEAR, before=replace(BEFORE, outstanding_claims=owed))[2].value
        for owed in (None, 0.0, 10_000.0)
    ]
    assert ratios == pytest.approx([276_100 / 350_000] * 3)


def test_openimis_codes_by_hand():
    found = {one.code: one.value for one in openimis_codes(YEAR, before=BEFORE)}
    assert found == pytest.approx(
        {
            "P1": 605, "P2": 205, "P4": 500, "P5": 400, "P6": 1_400, "P7": 300, "P8": 350_000, "P9": 350_000,
            "P10": 100, "P11": 261_100, "P12": 5, "D1": 0.746, "D2": 0.8, "D3": 205 / 500,
            "D4": (75 * 6 + 20 * 40) / 95, "D5": 0.95, "D6": 100 / 1_400, "D7": 2_611,
        }
    )  # fmt: skip


# ---- of each hundred ---------------------------------------------------------------------------------------
def test_of_each_hundred_rupees_as_the_notice_board_says_it():
    found = of_each_hundred(income=839_394, claims=0.6836 * 839_394, running=0.24 * 839_394)
    assert (found.claims, found.running, found.saved) == (68, 24, 8)


def test_what_was_taken_from_the_reserve_is_below_nought():
    found = of_each_hundred(income=100.0, claims=80.4, running=28.6)
    assert (found.claims, found.running, found.saved) == (80, 29, -9)


@settings(max_examples=200, deadline=None)
@given(income=st.floats(1.0, 1e9), claims=st.floats(0.0, 2e9), running=st.floats(0.0, 1e9))
def test_every_hundred_adds_up_and_no_part_is_off_by_a_whole_one(income, claims, running):
    found = of_each_hundred(income=income, claims=claims, running=running)
    assert found.claims + found.running + found.saved == 100
    scale = max(1.0, 100 * (claims + running) / income)
    assert abs(found.claims - 100 * claims / income) < 1 + 1e-9 * scale
    assert abs(found.running - 100 * running / income) < 1 + 1e-9 * scale


def test_parts_of_another_whole_are_refused_and_so_is_no_income():
    with pytest.raises(Refused, match="not 100"):
        rounded_to((50.0, 49.0), total=100)
    with pytest.raises(Refused, match="not above 0"):
        of_each_hundred(income=0.0, claims=1.0, running=1.0)


# ---- by year -----------------------------------------------------------------------------------------------
def test_a_year_that_nothing_is_known_of_stays_a_gap_in_rows_and_means():
    table = by_year({"a": {2010: 1.0, 2013: 4.0}, "b": {2013: 2.0}})
    assert table.years == (2010, 2011, 2012, 2013)
    assert table.rows["b"] == (None, None, None, 2.0)
    assert table.totals == (1.0, None, None, 3.0)
    assert by_year({}).years == ()


def test_totals_leave_out_years_that_are_known_in_part():
    found = totals([YEAR, EMPTY, replace(YEAR, claims=())])
    assert (found.scheme_years, found.policy_years, found.largest) == (1, 1_400, 350_000.0)
    assert found.claim_ratio == pytest.approx(0.746)
    nothing = totals([])
    assert (nothing.claim_ratio, nothing.premium_per_policy_year) == (None, None)


# ---- figures -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [name for name in AMOUNTS if name != "reserve"])
def test_no_figure_but_the_reserve_is_below_nought(name):
    with pytest.raises(Refused, match="below 0"):
        YearFigures(starts=STARTS, **{name: -1})
    assert YearFigures(starts=STARTS, reserve=-5.0).reserve == -5.0


@pytest.mark.parametrize(
    ("values", "said"),
    [({"month": 13}, "month"), ({"count": 1, "rejected": 2}, "more than the 1"), ({"paid": -1.0}, "below 0")],
)
def test_claims_that_cannot_be_are_refused(values, said):
    with pytest.raises(Refused, match=said):
        Claims(**values)


def test_lines_that_count_twice_are_known():
    assert counted_twice([("", 1), ("", 2)]) == counted_twice([("opd", 0), ("lab", 1)]) == ""
    assert "single benefits" in counted_twice([("", 1), ("opd", 2)])
    assert "whole year" in counted_twice([("opd", 0), ("opd", 2)])
    with pytest.raises(Refused, match="two lines"):
        YearFigures(starts=STARTS, claims=(Claims(month=1), Claims(month=1)))


def test_sums_of_a_year():
    assert (YEAR.billed, YEAR.rejected, YEAR.premium_per_person) == (90_001.0, 5, 250.0)
    assert YEAR.paid_by_month()[:3] == (100_000.0, 161_100.0, None)
    assert YEAR.paid_by_month("lab") == (None,) * 12
    reported = replace(EMPTY, reported_premium_per_household=500.0)
    assert reported.premium_per_household == 500.0
    assert replace(YEAR, reported_premium_per_household=1.0).premium_per_household == pytest.approx(
        578.51, abs=0.01
    )
