"""Every figure that the slides print of their results, from the shipped data."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest

from experience.indicators import Viability
from experience.slides import RESULTS_2, premium_per_household, viability
from schemes.numbers import format_number

GAP = None
RESULTS_1 = {
    "Kalahandi (Odisha)": (383, 412, 370, 340, 369, 478, GAP),
    "Dhading (Nepal)": (GAP, 562, 586, 651, 744, 957, 952),
    "Banke (Nepal)": (GAP, 394, 601, 696, 899, 1123, 1113),
    "Vaishali (Bihar)": (GAP, 754, 624, 542, 485, 525, 598),
    "Muzaffarpur (Bihar)": (GAP, GAP, GAP, GAP, GAP, GAP, 500),
    "Beed (Maharashtra)": (GAP, GAP, GAP, GAP, GAP, GAP, 904),
    "Kanpur (UP)": (GAP, 661, 634, 519, GAP, GAP, GAP),
    "Allahabad (UP)": (GAP, 628, 711, 673, GAP, GAP, GAP),
    "Rajnandangao (Chattishgarh)": (GAP, GAP, GAP, 265, 316, GAP, GAP),
}
PRINTED_TOTALS = (383, 568, 588, 527, 563, 771, 813)

AVERAGE = "An average year of an average scheme"
# households, insured, a household, per HH, per person, premium, claim ratio, excess, interest, a month
LESSONS_3 = {
    AVERAGE: (1131, 3091, "2.73", 742, 272, 839_394, "68.36", 265_578, 33_576, 24_930),
    "Vaishali (Bihar)": (605, 1400, "2.31", 579, 250, 350_000, "74.60", 88_900, 14_000, 8_575),
    "Banke (Nepal)": (3229, 11_300, "3.50", 1181, 338, 3_813_750, "63.61", 1_387_824, 152_550, 128_364),
}


def test_every_cell_of_results_1_is_there_and_every_gap_is_a_gap():
    table = premium_per_household()
    assert table.years == (2010, 2011, 2012, 2013, 2014, 2015, 2016)
    assert dict(table.rows) == RESULTS_1


def test_every_total_of_results_1_is_the_plain_mean_of_the_year_s_sites():
    totals = premium_per_household().totals
    rounded = tuple(int(format_number(total)) for total in totals)
    assert rounded[0] == PRINTED_TOTALS[0]
    assert rounded[2:] == PRINTED_TOTALS[2:]


def test_the_total_of_2011_is_half_way_and_the_slide_rounds_it_down():
    total = premium_per_household().totals[1]
    assert total == 568.5
    assert Decimal(total).quantize(Decimal(1), rounding=ROUND_DOWN) == PRINTED_TOTALS[1]
    assert Decimal(total).quantize(Decimal(1), rounding=ROUND_HALF_UP) == PRINTED_TOTALS[1] + 1


@pytest.mark.parametrize("scheme", LESSONS_3)
def test_every_cell_of_lessons_3_comes_out_to_the_rupee(scheme):
    households, insured, size, per_household, per_person, premium, ratio, excess, interest, month = LESSONS_3[
        scheme
    ]
    found = viability()[scheme]
    assert (found.households, found.insured, found.premium) == (households, insured, premium)
    assert f"{found.persons_per_household:.2f}" == size
    assert round(found.premium_per_household) == per_household
    # 3,813,750 / 11,300 is 337.5: the slide rounds half up
    assert int(format_number(found.premium_per_person)) == per_person
    assert f"{100 * found.claim_ratio:.2f}" == ratio
    # The average's claim ratio is printed with two digits: what is worked out from it is off by up to 10.
    tolerance = 10 if scheme == AVERAGE else 0.5
    assert found.excess == pytest.approx(excess, abs=tolerance)
    assert round(found.interest) == interest
    assert found.for_running_a_month == pytest.approx(month, abs=1.0 if scheme == AVERAGE else 0.5)


def test_the_average_s_excess_misses_the_slide_by_six_since_the_claim_ratio_was_rounded():
    found = viability()[AVERAGE]
    assert round(found.excess) == 265_584
    printed = Viability(households=1131, insured=3091, premium=839_394, claim_ratio=1 - 265_578 / 839_394)
    assert f"{100 * printed.claim_ratio:.2f}" == "68.36"


def test_results_2_fits_together():
    assert format_number(RESULTS_2.premium) == "3,52,54,537"
    assert RESULTS_2.premium_per_policy_year == pytest.approx(242.84, abs=0.005)  # the slide cuts it to 242
    assert f"{100 * (RESULTS_2.claim_ratio or 0):.2f}" == "68.36"
    assert round(RESULTS_2.premium_per_scheme_year or 0) == 839_394
    assert format_number(RESULTS_2.largest) == "42,96,138"


def test_the_slide_s_average_household_and_person_come_from_its_average_year():
    average = viability()[AVERAGE]
    assert round(RESULTS_2.premium_per_scheme_year or 0) == average.premium
    assert round(average.premium / average.households) == 742
    assert round(average.premium / average.insured) == 272
