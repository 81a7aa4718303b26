"""Charts of lines as shares of their frame."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.charts import Band, Line, nice, plot


def drawn(x, *values, **more):
    lines = [Line(name=f"line {number}", values=each) for number, each in enumerate(values)]
    return plot(
        title="t",
        x=x,
        lines=lines,
        x_name="x",
        y_name="y",
        say_x=str,
        say_y=lambda value: f"{value:g}",
        **more,
    )


def test_a_line_goes_from_the_left_edge_to_the_right_and_up_to_its_share_of_the_top():
    found = drawn([1, 2, 3], [0, 5, 10])
    assert found.lines[0][2] == ("0.00,100.00 50.00,50.00 100.00,0.00",)
    assert [words for _up, words in found.y_ticks] == ["0", "2.5", "5", "7.5", "10"]


def test_a_value_below_nothing_has_room():
    found = drawn([1, 2], [-3, 3])
    assert [words for _up, words in found.y_ticks] == ["-3.2", "-1.6", "0", "1.6", "3.2"]


def test_a_gap_cuts_the_line():
    assert drawn([1, 2, 3, 4], [1, None, 1, 1]).lines[0][2] == ("0.00,0.00", "66.67,0.00 100.00,0.00")


def test_a_band_runs_along_its_top_and_back_along_its_bottom():
    found = drawn([1, 2], [5, 5], bands=[Band(name="room", low=[0, 0], high=[10, 10])])
    assert found.bands == (("room", "0.00,0.00 100.00,0.00 100.00,100.00 0.00,100.00"),)


def test_a_logarithmic_axis_puts_a_tenfold_at_equal_steps():
    found = drawn([1, 10, 100], [1, 1, 1], log_x=True, mark=10)
    assert [at for at, _words, _anchor in found.x_ticks] == ["0.00", "50.00", "100.00"]
    assert found.mark == "50.00"


def test_words_under_the_axis_have_room_and_both_ends_have_words():
    found = drawn(list(range(50)), list(range(50)))
    words = [words for _at, words, _anchor in found.x_ticks]
    places = [float(at) for at, _words, _anchor in found.x_ticks]
    assert (words[0], words[-1]) == ("0", "49")
    assert all(right - left >= 14 for left, right in pairwise(places))


def test_points_close_together_share_one_word():
    found = drawn([100, 101, 102, 200], [1, 1, 1, 1])
    assert [words for _at, words, _anchor in found.x_ticks] == ["100", "200"]


def test_an_axis_that_goes_below_nothing_has_nothing_among_its_marks():
    found = drawn([1, 2], [-1_100_000, 2_700_000])
    assert [words for _up, words in found.y_ticks] == ["-2e+06", "-1e+06", "0", "1e+06", "2e+06", "3e+06"]
    assert found.lines[0][2] == ("0.00,82.00 100.00,6.00",)


def test_a_chart_of_nothing_is_refused():
    with pytest.raises(ValueError, match="needs points"):
        drawn([], [])


@given(st.floats(1e-9, 1e12))
def test_the_top_of_an_axis_is_above_and_never_twice_too_high(value):
    assert value * (1 - 1e-6) <= nice(value) < 2 * value


def test_long_words_under_the_axis_leave_out_more_of_their_neighbours():
    sizes = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 3e8]
    found = plot(
        title="",
        x=sizes,
        lines=[Line(name="a", values=[1.0] * len(sizes))],
        x_name="",
        y_name="",
        say_x=lambda value: f"{value:,.0f}",
        say_y=str,
        log_x=True,
    )
    assert [words for _at, words, _anchor in found.x_ticks] == ["1,000", "100,000", "300,000,000"]


def test_dots_stand_apart_from_each_other():
    found = plot(
        title="",
        x=[1, 2, 3],
        lines=[Line(name="a", values=[1.0, None, 1.0], look="dots")],
        x_name="",
        y_name="",
        say_x=str,
        say_y=str,
    )
    assert found.lines[0][2] == ("0.00,0.00 0.00,0.00", "100.00,0.00 100.00,0.00")
