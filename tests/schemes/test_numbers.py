# ruff: noqa: RUF001  look-alike digits and minus signs are what these tests are about
"""Reading and writing numbers as people write them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.numbers import (
    MESSAGES,
    NumberRefused,
    format_exact,
    format_money,
    format_number,
    format_percent_number,
    format_share,
    parse_incidence,
    parse_money,
    parse_number,
    parse_share,
    parse_whole,
)

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3,52,54,537", 35254537),
        ("35,254,537", 35254537),
        ("35254537", 35254537),
        ("3 52 54 537", 35254537),
        (f"35{SPACE}254\u2009537", 35254537),
        ("35\u202f254\u202f537", 35254537),
        ("३५००", 3500),
        ("୩୫୦୦", 3500),
        ("३,५२,५४,५३७", 35254537),
        ("\uff13\uff15", 35),
        ("  42 ", 42),
        ("\u200e42\ufeff", 42),
        ("+5", 5),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        (".5", Decimal("0.5")),
        ("5.", 5),
        ("1,200.75", Decimal("1200.75")),
    ],
)
def test_numbers_of_every_hand_are_read(typed, value):
    assert parse_number(typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("five thousand", "text"),
        ("12 abc", "text"),
        ("1e5", "text"),
        ("0x10", "text"),
        ("1_000", "text"),
        (".", "text"),
        ("--5", "text"),
        ("5-3", "text"),
        ("½", "text"),
        ("NaN", "not_finite"),
        ("-inf", "not_finite"),
        ("Infinity", "not_finite"),
        ("∞", "not_finite"),
        ("-5", "negative"),
        ("\u22125", "negative"),
        ("3,52,5", "grouping"),
        ("3,5", "grouping"),
        ("3 5", "grouping"),
        ("1,0000", "grouping"),
        ("1234,567", "grouping"),
        ("35,2,54,537", "grouping"),
        ("3,52 537", "grouping"),
        (",500", "grouping"),
        ("3.000,5", "ambiguous"),
        ("3.000.000", "ambiguous"),
        ("5 %", "percent"),
        ("9" * 16, "too_long"),
        ("9" * 5000, "too_long"),
    ],
)
def test_what_is_no_number_is_refused_by_name(typed, code):
    with pytest.raises(NumberRefused) as refused:
        parse_number(typed)
    assert refused.value.code == code


def test_every_refusal_says_what_would_be_accepted():
    params = {"typed": "x", "lowest": "1", "highest": "9"}
    for code in MESSAGES:
        message = NumberRefused(code, **params).message
        assert any(word in message for word in ("Type", "Use", "Check", "asked for")), message
        assert "%(" not in message


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("₹ 3000", 3000),
        ("₹३,०००", 3000),
        ("Rs. 3000/-", 3000),
        ("Rs3000", 3000),
        ("rs 3,000.50", Decimal("3000.50")),
        ("NPR 1,200", 1200),
        ("रु 500", 500),
        ("रू. ५००", 500),
        ("3000 rupees", 3000),
        ("US$ 12.50", Decimal("12.5")),
        ("KSh 1,000", 1000),
        ("3000", 3000),
    ],
)
def test_money_comes_with_its_currency_or_without(typed, value):
    assert parse_money(typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("₹", "text"),
        ("₹ abc", "text"),
        ("5 ₹ 6", "text"),
        ("₹ -5", "negative"),
        ("-₹ 5", "negative"),
        ("₹₹₹5", "text"),
    ],
)
def test_money_that_is_none_is_refused_with_what_was_typed(typed, code):
    with pytest.raises(NumberRefused) as refused:
        parse_money(typed)
    assert refused.value.code == code
    assert typed in refused.value.message


def test_money_below_zero_is_read_where_it_may_be():
    assert parse_money("\u2212₹ 1,500", negative_allowed=True) == -1500


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("20", "0.20"),
        ("20 %", "0.20"),
        (f"20{SPACE}%", "0.20"),
        ("4.2%", "0.042"),
        ("0.2", "0.002"),
        ("२०", "0.2"),
        ("5 per cent", "0.05"),
        ("%5", "0.05"),
        ("0", "0"),
        ("100", "1"),
    ],
)
def test_a_percent_field_reads_percent_with_the_sign_or_without(typed, share):
    assert parse_share(typed) == Decimal(share)


def test_a_share_above_the_whole_is_refused():
    with pytest.raises(NumberRefused, match=rf"120 is too much\. Type 100{SPACE}% or less\."):
        parse_share("120")
    assert parse_share("120", highest=2) == Decimal("1.2")
    with pytest.raises(NumberRefused, match="50"):
        parse_share("60 %", highest=0.5)
    with pytest.raises(NumberRefused, match="is not a number"):
        parse_share("20 % 5")


def test_whole_numbers_keep_their_limits():
    assert parse_whole("5,000", lowest=1, highest=9999) == 5000
    assert parse_whole("5000.0") == 5000
    for typed, code in (("2.5", "not_whole"), ("0", "too_low"), ("10,000", "too_high")):
        with pytest.raises(NumberRefused) as refused:
            parse_whole(typed, lowest=1, highest=9999)
        assert refused.value.code == code
    with pytest.raises(NumberRefused, match=r"10,00,00,000 is too much\. Type 9,999 or less"):
        parse_whole("10,00,00,000", highest=9999)


@pytest.mark.parametrize(
    ("typed", "incidence"),
    [
        ("0.042", "0.042"),
        ("4.2 %", "0.042"),
        ("4.2 in 100", "0.042"),
        ("42 per 1,000", "0.042"),
        ("42/1000", "0.042"),
        ("४.२ in १००", "0.042"),
        ("3", "3"),
        ("120 %", "1.2"),
    ],
)
def test_incidence_is_read_per_person_in_percent_or_in_so_many(typed, incidence):
    assert parse_incidence(typed) == Decimal(incidence)


def test_an_incidence_that_is_none_is_refused():
    for typed in ("often", "x in 100", "-4 %", ""):
        with pytest.raises(NumberRefused):
            parse_incidence(typed)


@pytest.mark.parametrize(
    ("value", "indian", "international"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1000, "1,000", "1,000"),
        (100000, "1,00,000", "100,000"),
        (35254537, "3,52,54,537", "35,254,537"),
        (-352500, "−3,52,500", "−352,500"),
        (-0.4, "0", "0"),
        (460.5, "461", "461"),
        (2.5, "3", "3"),
        (-2.5, "−3", "−3"),
    ],
)
def test_numbers_are_grouped_and_rounded_half_up(value, indian, international):
    assert format_number(value) == indian
    assert format_number(value, grouping="international") == international


def test_a_float_is_rounded_as_it_prints():
    assert format_number(2.675, places=2) == "2.68"
    assert format_number(1.005, places=2) == "1.01"
    assert format_number(Decimal("0.125"), places=2) == "0.13"


def test_a_number_that_is_none_is_not_shown():
    for value in (float("nan"), float("inf"), Decimal("NaN")):
        with pytest.raises(ValueError, match="cannot be shown"):
            format_number(value)


def test_money_carries_its_sign_and_never_breaks():
    assert format_money(352500) == f"₹{SPACE}3,52,500"
    assert format_money(-1500.5, sign="रु", places=2) == f"−रु{SPACE}1,500.50"


def test_shares_are_shown_as_percent_with_a_space_that_never_breaks():
    assert format_share(0.05) == f"5{SPACE}%"
    assert format_share(0.0512) == f"5.12{SPACE}%"
    assert format_share(Decimal("0.20000000")) == f"20{SPACE}%"
    assert format_share(0.28571428) == f"28.57{SPACE}%"
    assert format_percent_number(0.045) == "4.5"
    assert format_percent_number(1 / 3, places=4) == "33.3333"


def test_a_field_shows_every_digit():
    assert format_exact(Decimal("3000.00")) == "3,000"
    assert format_exact(0.042) == "0.042"
    assert format_exact(1234567.25, grouping="international") == "1,234,567.25"
    assert format_exact(1e15) == "1,00,00,00,00,00,00,000"


@given(
    value=st.decimals(min_value=-(10**11), max_value=10**11, places=3),
    grouping=st.sampled_from(["indian", "international"]),
)
def test_what_is_written_is_read_back(value, grouping):
    assert parse_number(format_exact(value, grouping=grouping), negative_allowed=True) == value
    assert parse_money(format_money(value, places=3, grouping=grouping), negative_allowed=True) == value


@given(typed=st.text(max_size=30))
def test_whatever_is_typed_is_a_number_or_a_refusal(typed):
    for parse in (parse_number, parse_money, parse_share, parse_incidence, parse_whole):
        with suppress(NumberRefused):
            assert parse(typed).is_finite() if parse is not parse_whole else parse(typed) >= 0
