"""The browser reads and writes every number as Python does."""

# ruff: noqa: RUF001  the digits of other scripts are what is tested

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.conf import settings

from schemes.numbers import (
    NumberRefused,
    format_exact,
    format_money,
    format_number,
    format_share,
    parse_incidence,
    parse_money,
    parse_number,
    parse_share,
)
from schemes.own_digits import OWN_DIGITS, own

pytestmark = pytest.mark.browser

SOURCE = Path(settings.BASE_DIR) / "static/js/numbers.js"
READERS = {"number": parse_number, "money": parse_money, "share": parse_share, "incidence": parse_incidence}
TYPED, WRITTEN = 3000, 2000
KNOWN = (
    "3,52,54,537", "35,254,537", "3 52 54 537", "₹३,०००", "Rs. 3000/-", "रु ५००", "୩,୫୦୦ ଟଙ୍କା", "ଟଙ୍କା", "୩୫୦୦",
    "२,००० रुपये", "500 रुपैयाँ", "20 %", "20 per cent", "4.2 in 100", "4 in 1,000", "5 of 1,00,000", "−5", "- 5",
    "+-5", "--5", "1.2.3", "1.000,5", "12,34", "1,2,3", "", "  ", "nan", "∞", "1234567890123456", "0.1", ".5",
    "5.", ",", "%", "Rs", "20 % 5", "5 Rs 5", "\u200b12\u200b", "1\u00a0234", "12", "²", "९" * 101,
    "3000 rupees", "rsx 5", "0.29 %", "100 %", "101", "-0",
)  # fmt: skip
PIECES = (
    "0", "5", "12", "345", "000", "00", "1,", ",", ".", " ", "-", "−", "+", "₹", "Rs", "Rs.", "रु", "/-", "%",
    " per cent", "४२", "୭", "٣", " in ", "100", "1,000", "\u00a0", "\u200d", "x", "inr", "$", "१,२३,४५६",
    "9,99,999.995", "1e3",
)  # fmt: skip
IN_BROWSER = """([typed, written]) => ({
  read: typed.map(([kind, text, options]) => cbhi.numbers.parse(text, kind, options)),
  written: written.map((one) => [
    cbhi.numbers.write(one.value, one), cbhi.numbers.exact(one.value, one),
    cbhi.numbers.money(one.value, one), cbhi.numbers.percent(one.value, one),
  ]),
})"""


def typed_cases(rng):
    """What people type, and what nobody should."""
    texts = list(KNOWN)
    while len(texts) < TYPED // 4:
        texts.append("".join(rng.choices(PIECES, k=rng.randint(1, 5))))
        value = rng.choice((rng.randint(0, 10**9), round(rng.uniform(0, 10**7), rng.randint(0, 4))))
        shown = format_exact(value, grouping=rng.choice(("indian", "international")))
        texts.append(rng.choice((shown, f"₹ {shown}", own(shown, OWN_DIGITS["or"]), f"{shown} %")))
    return [
        (kind, text, {"negative": kind in {"number", "money"} and rng.random() < 0.5})
        for text in texts
        for kind in READERS
    ]


def read_in_python(kind, text, options):
    allowed = {"negative_allowed": True} if options["negative"] else {}
    try:
        return {"value": float(READERS[kind](text, **allowed))}
    except NumberRefused as refused:
        return {"refused": refused.code}


def written_cases(rng):
    found = []
    for n in range(WRITTEN):
        size = rng.choice((1e-6, 0.01, 1.0, 100.0, 1e5, 1e9, 1e13))
        value = rng.choice(
            (rng.uniform(-size, size), float(rng.randint(0, int(size) + 1)), rng.randint(0, 4000) / 8)
        )
        # Halves, which round up as they print and not as the binary number beside them does.
        value = round(value, 2) + 0.005 if n % 5 == 0 and size < 1e9 else value
        found.append(
            {
                "value": value,
                "places": rng.randint(0, 6),
                "grouping": rng.choice(("indian", "international")),
                "digits": rng.choice(("", "hi", "ne", "or")),
                "sign": rng.choice(("₹", "रु", "Rs")),
            }
        )
    return found


def written_in_python(one):
    value, places, grouping = one["value"], one["places"], one["grouping"]
    shown = (
        format_number(value, places=places, grouping=grouping),
        format_exact(value, grouping=grouping),
        format_money(value, sign=one["sign"], places=places, grouping=grouping),
        format_share(value, places=places),
    )
    digits = OWN_DIGITS.get(one["digits"], "0123456789")
    # A box is typed in with the digits of the keyboard.
    return [text if place == 1 else own(text, digits) for place, text in enumerate(shown)]


def test_browser_and_server_read_and_write_thousands_of_numbers_alike(page):
    rng = random.Random(20261121)
    typed, written = typed_cases(rng), written_cases(rng)
    assert len(typed) >= TYPED
    page.goto("about:blank")
    page.add_script_tag(content=SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate(IN_BROWSER, [typed, written])
    kinds = set()
    for case, read in zip(typed, found["read"], strict=True):
        expected = read_in_python(*case)
        kinds.add(expected.get("refused", "taken"))
        if "value" in expected:
            assert read == {"value": pytest.approx(expected["value"], rel=3e-16)}, case
        else:
            assert read == expected, case
    # The cases meet every refusal there is, and plenty that is none.
    assert kinds >= {
        "taken", "empty", "text", "not_finite", "negative", "grouping", "ambiguous", "percent", "too_long",
        "too_high",
    }  # fmt: skip
    for one, texts in zip(written, found["written"], strict=True):
        assert texts == written_in_python(one), one
