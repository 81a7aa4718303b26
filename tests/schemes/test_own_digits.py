"""Numbers of a page in the digits of its language."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemes.own_digits import OWN_DIGITS, in_own_digits, own

HINDI = OWN_DIGITS["hi"]


@pytest.mark.parametrize(
    ("page", "read"),
    [
        ("<p>₹ 3,52,500 – 20 %</p>", "<p>₹ ३,५२,५०० – २० %</p>"),
        ('<input value="12"> 12', '<input value="12"> १२'),
        ("<code>12</code> 12 <script>a = 12</script>", "<code>12</code> १२ <script>a = 12</script>"),
        ("<textarea>1</textarea>", "<textarea>1</textarea>"),
        (
            '<ul data-digits="typed"><li>1<ul><li>2</li></ul>3</li></ul>4',
            '<ul data-digits="typed"><li>1<ul><li>2</li></ul>3</li></ul>४',
        ),
        ("A4 v1.2 3f9c m@2.org it&#x27;s &#39;7&#39;", "A4 v1.2 3f9c m@2.org it&#x27;s &#39;७&#39;"),
        ("<!-- 1 --> 1 < 2", "<!-- 1 --> १ < २"),
        (
            '<svg viewBox="0 0 9 9" aria-label="3 of 10, &#x27;7&#x27;, A4"><title>3</title></svg>',
            '<svg viewBox="0 0 9 9" aria-label="३ of १०, &#x27;७&#x27;, A4"><title>३</title></svg>',
        ),
        (
            '<tr title="1 / 2" id="r1"><td data-label="Year 1">',
            '<tr title="१ / २" id="r1"><td data-label="Year १">',
        ),
        (
            "<img src='/a/1.png' alt='1' width=20 height=20>",
            "<img src='/a/1.png' alt='१' width=20 height=20>",
        ),
        ('<textarea aria-label="Note 1">1</textarea>', '<textarea aria-label="Note १">1</textarea>'),
        ('<p data-digits="chosen" aria-label="1">1</p>', '<p data-digits="chosen" aria-label="1">1</p>'),
        ('<a hx-vals=\'{"title": "1"}\' href="?title=1">', '<a hx-vals=\'{"title": "1"}\' href="?title=1">'),
    ],
)
def test_what_is_read_changes_and_nothing_else(page, read):
    assert in_own_digits(page, HINDI) == read


@given(st.lists(st.sampled_from([*"09 <>p/=\"'&;#b\n-!", "alt=", "title"]), max_size=60).map("".join))
def test_no_mark_up_is_ever_changed(page):
    assert re.sub("[०९]", lambda found: "09"["०९".index(found[0])], in_own_digits(page, HINDI)) == page


def test_each_of_the_ten_digits_has_one_of_its_own():
    for digits in OWN_DIGITS.values():
        assert own("0123456789", digits) == digits
        assert [str(int(digit)) for digit in digits] == list("0123456789")
