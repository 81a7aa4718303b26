"""Blocks and files as they come: what is taken, and what is refused by row and column."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experience.sheet import MOST_ROWS, About, pasted_rows, read_sheet
from experience.sheet_cells import YearKey
from experience.sheet_words import WORDS, SheetRefused

BENEFITS = {"hospitalisation": "Hospital stay", "opd": "Outpatient"}
ONE_YEAR = About(scheme="Vaishali", benefits=BENEFITS, starts=dt.date(2017, 4, 1))
ANY_YEAR = About(scheme="Vaishali", benefits=BENEFITS)


def read(text, about=ONE_YEAR):
    return read_sheet(pasted_rows(text), about=about)


def problems(text, about=ONE_YEAR):
    with pytest.raises(SheetRefused) as refused:
        read(text, about)
    return [(one.row, one.column, one.code) for one in refused.value.problems]


def test_a_block_without_a_heading_has_the_usual_columns():
    sheet = read("Hospital stay\t1\t12\t1\t1,20,000\t₹ 30,000\t21.5\nopd\tJune\t३\t\t\t900\t-\n")
    first, second = sheet.claims
    assert (first.benefit, first.month) == ("hospitalisation", 1)
    assert list(first.values.values()) == [12, 1, Decimal(120_000), Decimal(30_000), 21.5]
    assert (second.month, second.values["count"], second.values["paid"]) == (3, 3, Decimal("900"))
    assert second.values["billed"] is None


def test_columns_may_stand_in_any_order_and_nil_is_nought():
    sheet = read("Paid (Rs)\tMonth\tBenefit\nnil\twhole year\tall\n")
    (line,) = sheet.claims
    assert (line.benefit, line.month, line.values) == ("", 0, {"paid": Decimal(0)})


def test_years_are_read_with_their_gaps():
    heading = "year\thouseholds\tpremium collected\treserve\n"
    sheet = read(f"{heading}2015-16\t605\t3,50,000\t-5,000\n2016\t\t\t12\n", ANY_YEAR)
    first, second = sheet.years
    assert first.year == YearKey(first_year=2015)
    assert first.values == {"households": 605, "premium": Decimal(350_000), "reserve": Decimal(-5_000)}
    assert second.values == {"reserve": Decimal(12)}


def test_cells_of_a_workbook_are_taken_as_they_are():
    rows = [
        (1, ["Year", "Benefit", "Month", "Claims", "Paid"]),
        (2, [dt.date(2017, 4, 1), "OPD", dt.datetime(2018, 1, 1), 3.0, 1200.5]),  # noqa: DTZ001
        (3, [None, None, None, None, None]),
        (4, [2017.0, "opd", 2.0, 4, 100.0]),
    ]
    first, second = read_sheet(rows, about=ANY_YEAR).claims
    assert (first.year, first.month, first.values) == (
        YearKey(first_year=2017, first_day=dt.date(2017, 4, 1)), 10, {"count": 3, "paid": Decimal("1200.50")}
    )  # fmt: skip
    assert (second.row, second.year, second.month) == (4, YearKey(first_year=2017), 2)


@pytest.mark.parametrize(
    ("typed", "month"),
    [("1", 1), ("12", 12), ("April", 1), ("apr 2017", 1), ("mar-18", 12), ("2017-06", 3), ("Whole Year", 0)],
)
def test_a_month_is_counted_from_the_year_s_first_day(typed, month):
    assert read(f"benefit\tmonth\tpaid\nopd\t{typed}\t5").claims[0].month == month


def test_every_bad_cell_is_told_by_row_and_column_and_nothing_is_taken():
    found = problems(
        "benefit\tmonth\tclaims\trejected\tpaid\n"
        "Dentist\t1\t3\t0\t100\n"
        "opd\t13\tmany\t0\t-5\n"
        "opd\t2\t3\t4\t12,34\n"
        "opd\t\t1.5\t0\t9999999999999\n"
        "opd\tApril 2019\t1\t0\t1\n"
    )
    assert found == [
        (2, "benefit", "benefit_unknown"),
        (3, "month", "month_bad"),
        (3, "claims", "text"),
        (3, "paid", "negative"),
        (4, "rejected", "rejected_more"),
        (4, "paid", "grouping"),
        (5, "month", "month_empty"),
        (5, "claims", "not_whole"),
        (5, "paid", "money_high"),
        (6, "month", "month_outside"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("benefit\tmonth\tpaid", "empty"),
        ("benefit\tmonth\tpaid\tcolour\nopd\t1\t5\tred", "column_unknown"),
        ("benefit\tmonth\tpaid\tpaid\nopd\t1\t5\t6", "column_twice"),
        ("benefit\tpaid\nopd\t5", "column_missing"),
        ("benefit\tmonth\nopd\t1", "unknown_columns"),
        ("benefit\tmonth\tpremium\nopd\t1\t3", "column_unknown"),
        ("benefit\tmonth\tpaid\nopd\t1\t5\t7", "too_many_cells"),
        ("benefit\tmonth\tpaid\nopd\t1\t5\nopd\tApril\t6", "line_twice"),
        ("scheme\tbenefit\tmonth\tpaid\nBanke\topd\t1\t5", "other_scheme"),
        ("year\tbenefit\tmonth\tpaid\n2015\topd\t1\t5", "other_year"),
        ("days\tbenefit\tmonth\n4000\topd\t1", "days_high"),
    ],
)
def test_what_a_block_of_one_year_cannot_be(text, code):
    assert code in {found for _row, _column, found in problems(text)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\tb\n1\t2", "unknown_columns"),
        ("households\n5", "column_missing"),
        ("year\thouseholds\n\t5", "year_empty"),
        ("year\thouseholds\n2015-19\t5", "year_bad"),
        ("year\thouseholds\nlast\t5", "year_bad"),
        ("year\thouseholds\n2015\t5\n2015\t6", "year_twice"),
        ("benefit\tmonth\tyear\tpaid\nopd\tApril\t2017-18\t5", "month_of_what"),
        ("year\thouseholds\trenewals\n2015\t5\t6", "renewed_not_covered"),
        ("year\tdue households\trenewals\n2015\t5\t6", "renewed_not_due"),
        ("year\thouseholds\tinsured\n2015\t5\t4", "fewer_persons"),
    ],
)
def test_what_a_block_of_many_years_cannot_be(text, code):
    assert code in {found for _row, _column, found in problems(text, ANY_YEAR)}


def test_a_named_month_is_counted_from_the_first_day_of_the_year_that_the_line_names():
    kept = About(scheme="Vaishali", benefits=BENEFITS, first_days=(dt.date(2016, 1, 1), dt.date(2017, 4, 1)))
    lines = (
        "year\tbenefit\tmonth\tpaid\n2016\topd\tApril\t5\n2017-18\topd\tApril\t5\n2019\topd\tMarch 2020\t5"
    )
    assert [line.month for line in read(lines, kept).claims] == [4, 1, 12]
    assert read("year\tbenefit\tmonth\tpaid\n2015\topd\tApril\t5", ANY_YEAR).claims[0].month == 4


def test_a_block_too_long_is_refused_at_once():
    assert problems("\n".join(["opd\t1\t1"] * (MOST_ROWS + 5))) == [(0, "", "too_many_rows")]


def test_numbers_that_no_number_is_are_refused():
    rows = [(1, ["benefit", "month", "paid", "claims"]), (2, ["opd", 1, float("inf"), True])]
    with pytest.raises(SheetRefused) as refused:
        read_sheet(rows, about=ONE_YEAR)
    assert [one.code for one in refused.value.problems] == ["not_a_number", "not_a_number"]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("benefit,month,claims\nopd,1,3", 1),
        ("opd,1,3,0,1,20,000,30,000,12", 1),
        ("\nbenefit, month, paid\nopd,1,30,000", 3),
    ],
)
def test_bare_commas_are_not_guessed_at_and_the_answer_says_what_to_do(text, row):
    assert problems(text) == [(row, "", "not_apart")]
    assert "semicolon" in WORDS["not_apart"]


def test_a_single_column_keeps_the_commas_of_its_numbers():
    assert read("premium\n38,13,750").years[0].values == {"premium": Decimal(3_813_750)}


def test_problems_stand_in_the_order_of_rows_and_columns_and_repeat_what_was_typed():
    with pytest.raises(SheetRefused) as refused:
        read("paid\tmonth\tbenefit\nx\tSoon\tdentist\tmore\nx\t13\topd")
    told = refused.value.problems
    assert [(one.row, one.column) for one in told] == [
        (2, ""), (2, "paid"), (2, "month"), (2, "benefit"), (3, "paid"), (3, "month")
    ]  # fmt: skip
    assert told[2].params["typed"] == "Soon"


def test_semicolons_and_commas_separate_where_there_are_no_tabs():
    assert read("benefit;month;paid\nopd;1;1,000").claims[0].values["paid"] == 1_000
    assert read("benefit, month, paid\nopd, 1, 1,000").claims[0].values["paid"] == 1_000


def test_every_problem_has_a_sentence_with_an_end():
    for words in WORDS.values():
        assert words.rstrip().endswith((".", "%"))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_no_text_whatsoever_breaks_the_reader(text):
    for about in (ONE_YEAR, ANY_YEAR):
        with suppress(SheetRefused):
            read(text, about)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(sorted(BENEFITS)), st.integers(1, 12)),
        st.tuples(st.integers(0, 10**6), st.decimals(0, 10**9, places=2)),
        min_size=1,
    )
)
def test_what_is_written_is_read_again(lines):
    text = "benefit\tmonth\tclaims\tpaid\n" + "\n".join(
        f"{benefit}\t{month}\t{count}\t{paid}" for (benefit, month), (count, paid) in lines.items()
    )
    found = {(one.benefit, one.month): (one.values["count"], one.values["paid"]) for one in read(text).claims}
    assert found == lines
