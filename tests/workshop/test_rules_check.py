"""Whether a claim rule can be said in one breath: good ones pass, each kind of bad one is named."""

from __future__ import annotations

import pytest

from workshop.rules_check import MOST_WORDS, exceptions_in, too_complex

GOOD = (
    "Hospitalisation: at most Rs 5,000, against the bill.",
    "hospitalization benefit = max Rs 5,000 subject to the production of bills",
    "Stay: we pay the bill up to ₹ 3,000, when it is shown. A family gets ₹ 10,000 a year at most.",
    "Transport: we pay ₹ 1,000 each time, when the paper is shown.",
    "अस्पताल में भर्ती: बिल दिखाने पर हम ₹ ३,५२४ तक का बिल देंगे।",
    "ଆଘାତ: ବିଲ୍ ଦେଖାଇଲେ ଆମେ ₹ ୭୦୦ ପର୍ଯ୍ୟନ୍ତ ବିଲ୍ ଦେବୁ।",
    "",
)


@pytest.mark.parametrize("rule", GOOD)
def test_a_simple_rule_passes(rule):
    assert too_complex(rule) == ()
    assert exceptions_in(rule) == ()


@pytest.mark.parametrize(
    ("rule", "kinds", "words"),
    [
        ("word " * (MOST_WORDS + 1), ["long"], ()),
        ("We pay 150 a day from day 4 to day 13.", ["numbers"], ("150", "4", "13")),
        ("हम ₹ १५० देंगे, दिन ४ से १३", ["numbers"], ("१५०", "४", "१३")),
        ("We pay if the doctor signs and only when the committee saw it.", ["conditions"], ()),
        ("यदि डॉक्टर लिखे, लेकिन केवल रात को", ["conditions"], ()),
        ("We pay 80 % of 200 a day, up to ten days.", ["layers"], ("a day", "up to", "%")),
        ("Room rent max 1% of SI.", ["hard_words"], ("si", "room rent")),
        (
            "Room rent max 1% of SI, surgeon's fee max 25% of SI, if there for 24 hours and only if listed",
            ["numbers", "conditions", "hard_words"],
            ("1", "25", "24"),
        ),
    ],
)
def test_a_complex_rule_is_named_with_what_makes_it_so(rule, kinds, words):
    found = too_complex(rule)
    assert [each.kind for each in found] == kinds
    if words:
        assert found[0].words == words


def test_a_condition_within_a_longer_one_counts_once():
    assert too_complex("Paid, provided that the bill is shown.") == ()
    (found,) = too_complex("If it rains, if it snows.")
    assert (found.number, found.words) == (2, ("if", "if"))


def test_words_are_found_whole():
    """ "if" is not in "gift", "si" not in "side"."""
    assert too_complex("A gift in any season, besides the butter, for both sides.") == ()


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("Committee members pay nothing.", "committee members"),
        ("Everybody pays except the headman.", "except"),
        ("अध्यक्ष को छूट", "छूट"),
        ("नेताहरू बाहेक सबैले तिर्छन्", "बाहेक"),
        ("ନେତାଙ୍କୁ ଛାଡ଼ି ସମସ୍ତେ", "ଛାଡ଼ି"),
    ],
)
def test_an_exception_for_somebody_is_found_in_every_language(rule, word):
    assert exceptions_in(rule) == (word,)


def test_a_letter_typed_as_one_sign_or_as_two_is_the_same():
    assert exceptions_in("सबको मा\u095e") == exceptions_in("सबको मा\u092b\u093c") != ()
