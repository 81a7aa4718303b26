"""The coefficient of unalikeability, sums of tallies, which counts of hands can be: laws, not examples."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from workshop.tallies import GroupTally, Sum, added
from workshop.unalikeability import most_unlike, unalikeability
from workshop.vote_actions import CountRefused, check_counts

COUNTS = st.lists(st.integers(min_value=0, max_value=500), max_size=6)
VOTED = COUNTS.filter(any)


@given(VOTED)
def test_it_is_the_chance_that_two_votes_drawn_with_replacement_differ(counts):
    votes = [choice for choice, count in enumerate(counts[:4]) for _each in range(min(count, 8))]
    if not votes:
        return
    pairs = list(itertools.product(votes, repeat=2))
    small = [votes.count(choice) for choice in range(4)]
    assert unalikeability(small) == pytest.approx(sum(a != b for a, b in pairs) / len(pairs))


@given(VOTED)
def test_it_lies_between_none_and_the_most_that_so_many_choices_allow(counts):
    found = unalikeability(counts)
    assert 0.0 <= found <= most_unlike(len(counts))
    assert (found == 0.0) == (sum(count > 0 for count in counts) == 1)


@given(VOTED, st.integers(min_value=1, max_value=50), st.randoms())
def test_neither_the_order_nor_the_number_of_people_nor_an_unchosen_package_matters(counts, times, random):
    mixed = [count * times for count in counts] + [0]
    random.shuffle(mixed)
    assert unalikeability(mixed) == pytest.approx(unalikeability(counts), abs=1e-12)


@given(st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=99))
def test_equal_shares_are_the_most_there_can_be(choices, each):
    assert unalikeability([each] * choices) == pytest.approx(most_unlike(choices), abs=1e-15)


@given(VOTED)
def test_going_over_to_what_most_chose_never_drives_people_apart(counts):
    most = counts.index(max(counts))
    for place, count in enumerate(counts):
        if count and place != most:
            moved = list(counts)
            moved[place], moved[most] = count - 1, counts[most] + 1
            assert unalikeability(moved) < unalikeability(counts)


def test_nobody_voted_is_not_agreement_and_less_than_nobody_is_refused():
    assert unalikeability([]) is None
    assert unalikeability([0, 0]) is None
    with pytest.raises(Refused, match="below 0"):
        unalikeability([3, -1])
    with pytest.raises(Refused, match="below 1"):
        most_unlike(0)


TALLIES = st.lists(
    st.builds(
        GroupTally,
        people=st.integers(min_value=0, max_value=40),
        first=st.dictionaries(st.integers(1, 4), st.integers(0, 12), max_size=4),
        second=st.dictionaries(st.integers(1, 4), st.integers(0, 12), max_size=4),
    ),
    max_size=5,
)


@given(TALLIES, TALLIES)
def test_a_sum_of_groups_is_the_sum_of_its_parts(some, others):
    whole = Sum(tallies=[*some, *others])
    parts = [Sum(tallies=some), Sum(tallies=others)]
    for name in ("votes", "people", "not_voted"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.first == added(part.first for part in parts)
    assert whole.second == added(part.second for part in parts)
    assert whole.votes == sum(whole.first.values())


def test_a_tally_below_nothing_is_refused():
    with pytest.raises(Refused):
        GroupTally(people=3, first={1: -1}, second={})


def can_be(people, first, second):
    """By trying every way of handing the second choices out."""
    voters = [number for number, count in first.items() for _each in range(count)]
    if len(voters) > people:
        return False
    hands = [number for number, count in second.items() for _each in range(count)]
    if len(hands) > len(voters):
        return False
    hands += [None] * (len(voters) - len(hands))
    return any(
        all(one != other for one, other in zip(voters, order, strict=True))
        for order in set(itertools.permutations(hands))
    )


@given(
    st.integers(min_value=1, max_value=6),
    st.tuples(*[st.integers(0, 2)] * 3),
    st.tuples(*[st.integers(0, 2)] * 3),
)
def test_counts_are_refused_exactly_where_no_people_can_have_chosen_so(people, firsts, seconds):
    first, second = dict(enumerate(firsts, start=1)), dict(enumerate(seconds, start=1))
    try:
        check_counts(people=people, first=first, second=second)
    except CountRefused:
        assert not can_be(people, first, second)
    else:
        assert can_be(people, first, second)
