"""Health-event cards: their counts are the community's incidence, their payouts the engine's own terms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.refusal import Refused
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from workshop.cards import (
    Cover,
    Event,
    deck_of,
    events_of,
    largest_remainder,
    payout_of,
    quantile,
    two_figures,
    typical,
)

STAY = Benefit(
    name="Stay",
    terms=CostTerms(event_cap=3000.0, family_cap=10000.0),
    frequency=Poisson(incidence=0.042),
    severity=Lognormal(mean=18000.0, sigma=1.35),
)
RIDE = Benefit(name="Ride", terms=FixedTerms(amount=1000.0), linked_to="Stay")
WAGES = Benefit(
    name="Wages",
    terms=WageTerms(rate=100.0, start_day=4, last_day=13),
    severity=DayLaw(mean=6.0, variance_to_mean=4.0),
    linked_to="Stay",
    probability=0.4,
)
INJURY = Benefit(
    name="Injury",
    terms=CostTerms(threshold=50.0, copay=0.2, event_cap=700.0),
    frequency=Poisson(incidence=0.2349),
    severity=Lognormal(mean=600.0, sigma=0.9),
)
BIRTH = Benefit(name="Birth", terms=FixedTerms(amount=3000.0), frequency=Bernoulli(incidence=0.003))
FAMILIES = FamilySizes({1: 0.5, 4: 0.5})


def package(*benefits):
    return Package(benefits=benefits, families=FAMILIES)


def keys(found):
    return [benefit.name.lower() for benefit in found.benefits]


def events(*benefits, **more):
    found = package(*benefits)
    return events_of(found, keys=keys(found), **more)


def cover(*benefits, family_cap=math.inf):
    return Cover(terms={each.name.lower(): each.terms for each in benefits}, family_cap=family_cap)


@pytest.mark.parametrize(
    "law",
    [
        Lognormal(mean=18000.0, sigma=1.35),
        Gamma(mean=900.0, cv=1.3),
        Weibull(mean=900.0, cv=0.7),
        Lomax(mean=900.0, alpha=2.4),
    ],
)
@pytest.mark.parametrize("chance", [1 / 6, 1 / 2, 5 / 6])
def test_a_quantile_leaves_its_share_above_it(law, chance):
    assert float(law.survival(np.array([quantile(law, chance)]))[0]) == pytest.approx(1 - chance, abs=1e-12)


@pytest.mark.parametrize(("mean", "ratio"), [(6.0, 4.0), (3.0, 1.0), (1.0, 1.0), (90.0, 9.0)])
@pytest.mark.parametrize("chance", [1 / 6, 1 / 2, 5 / 6])
def test_a_quantile_of_days_is_the_first_day_that_reaches_the_share(mean, ratio, chance):
    law = DayLaw(mean=mean, variance_to_mean=ratio)
    day = int(quantile(law, chance))
    at_least = law.days_at_least(day + 1)
    assert at_least[day] <= 1 - chance + 1e-12
    assert day == 1 or at_least[day - 1] > 1 - chance


def test_a_quantile_of_a_sample_is_one_of_its_bills():
    law = Empirical(values=(100.0, 200.0, 300.0))
    assert [quantile(law, chance) for chance in (1 / 6, 1 / 3, 1 / 2, 5 / 6)] == [100.0, 100.0, 200.0, 300.0]
    assert quantile(Constant(value=7.0), 0.5) == 7.0


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1])
def test_a_quantile_outside_0_and_1_is_refused(chance):
    with pytest.raises(Refused, match="not between 0 and 1"):
        quantile(Constant(value=7.0), chance)


def test_a_bill_is_said_with_two_figures():
    said = [two_figures(value) for value in (7243.0, 26812.0, 95.4, 9.6, 0.3, 0.0)]
    assert said == [7200.0, 27000.0, 95.0, 10.0, 1.0, 0.0]


def test_every_event_happens_as_often_as_the_assumptions_say():
    found = events(STAY, RIDE, WAGES, INJURY, BIRTH)
    for parent, incidence in (("stay", 0.042), ("injury", 0.2349), ("birth", 0.003)):
        of_parent = [event.per_person_year for event in found if event.parent == parent]
        assert math.fsum(of_parent) == pytest.approx(incidence, rel=1e-12)
    with_wages = [event.per_person_year for event in found if "wages" in event.costs]
    assert math.fsum(with_wages) == pytest.approx(0.4 * 0.042, rel=1e-12)
    assert all("ride" in event.costs for event in found if event.parent == "stay")


def test_events_that_touch_nothing_asked_for_are_left_out():
    assert {event.parent for event in events(STAY, RIDE, INJURY, only=frozenset({"ride"}))} == {"stay"}


def test_each_third_of_the_bills_has_its_own_size():
    found = {event.size: event.bill for event in events(STAY)}
    law = STAY.severity
    assert found == {
        "small": two_figures(quantile(law, 1 / 6)),
        "middling": two_figures(quantile(law, 1 / 2)),
        "large": two_figures(quantile(law, 5 / 6)),
    }


def test_a_package_pays_for_an_event_what_the_engines_terms_say():
    whole = cover(STAY, RIDE, WAGES, INJURY, BIRTH)
    terms = {each.name.lower(): each.terms for each in (STAY, RIDE, WAGES, INJURY, BIRTH)}
    for event in events(STAY, RIDE, WAGES, INJURY, BIRTH):
        paid = payout_of(event, whole)
        expected = {
            key: min(float(terms[key].payout(np.array([cost or 0.0]))[0]), terms[key].family_cap)
            for key, cost in event.costs.items()
        }
        assert paid.parts == expected
        assert paid.pays == pytest.approx(sum(expected.values()))
        if event.bill is not None:
            assert paid.of_bill + paid.left == pytest.approx(event.bill)


def test_what_is_not_covered_is_left_to_the_family():
    event = next(event for event in events(STAY) if event.size == "large")
    paid = payout_of(event, Cover(terms={}))
    assert (paid.pays, paid.of_bill, paid.left) == (0.0, 0.0, event.bill)


def test_a_cap_over_all_benefits_binds_the_sum():
    event = next(event for event in events(STAY, RIDE) if event.size == "large")
    paid = payout_of(event, cover(STAY, RIDE, family_cap=3500.0))
    assert (paid.parts, paid.pays, paid.of_bill) == ({"stay": 3000.0, "ride": 1000.0}, 3500.0, 3000.0)


def test_a_benefits_own_family_cap_binds_its_first_event():
    event = next(event for event in events(STAY) if event.size == "large")
    terms = CostTerms(event_cap=3000.0, family_cap=2000.0)
    assert payout_of(event, Cover(terms={"stay": terms})).pays == 2000.0


@given(
    st.lists(st.integers(0, 10_000), min_size=1, max_size=12).filter(sum),
    st.integers(1, 400),
)
def test_largest_remainder_gives_whole_numbers_nearest_to_the_shares(weights, total):
    shares = [total * weight / sum(weights) for weight in weights]
    counts = largest_remainder(shares, total=total)
    assert sum(counts) == total
    assert all(abs(count - share) < 1 + 1e-5 for count, share in zip(counts, shares, strict=True))


def test_shares_that_do_not_add_up_are_refused():
    with pytest.raises(Refused, match="add up"):
        largest_remainder([1.0, 2.0], total=4)


def test_a_deck_has_the_communitys_own_counts():
    deck = deck_of(events(STAY, RIDE, INJURY, BIRTH))
    # of 100 persons: 4.2 stays, 23.49 injuries, 0.3 births, 72.01 nothing
    of_parent = {}
    for event, count in deck.events:
        of_parent[event.parent] = of_parent.get(event.parent, 0) + count
    assert of_parent == {"stay": 4, "injury": 24}
    assert (deck.nothing, deck.size, deck.parts_of_year) == (72, 100, 1)


@pytest.mark.parametrize(("incidence", "parts"), [(0.9, 1), (3.0, 4), (11.0, 12), (40.0, 52)])
def test_a_card_stands_for_the_longest_part_of_a_year_that_fits(incidence, parts):
    visits = Benefit(
        name="Visit",
        terms=CostTerms(),
        frequency=Poisson(incidence=incidence),
        severity=Constant(value=300.0),
    )
    deck = deck_of(events(visits))
    assert deck.parts_of_year == parts
    assert sum(count for _, count in deck.events) == math.floor(100 * incidence / parts + 0.5)


def test_a_deck_of_nobody_or_of_more_events_than_weeks_is_refused():
    with pytest.raises(Refused, match="below 1"):
        deck_of([], cards=0)
    often = Event(parent="a", size=None, costs={"a": None}, per_person_year=60.0)
    with pytest.raises(Refused, match="more than one a week"):
        deck_of([often])


def test_a_typical_event_stands_for_each_size_and_for_what_seldom_comes_along():
    shown = typical(events(STAY, RIDE, WAGES, INJURY, BIRTH))
    assert [(event.parent, event.size, event.riding) for event in shown] == [
        ("stay", "small", ("ride",)),
        ("stay", "middling", ("ride",)),
        ("stay", "large", ("ride",)),
        ("stay", "middling", ("ride", "wages")),
        ("injury", "small", ()),
        ("injury", "middling", ()),
        ("injury", "large", ()),
        ("birth", None, ()),
    ]
    assert shown[3].days == quantile(WAGES.severity, 0.5)


def test_an_event_that_cannot_be_is_refused():
    with pytest.raises(Refused, match="from 0 up"):
        Event(parent="a", size=None, costs={"a": None}, per_person_year=-1.0)
    with pytest.raises(Refused, match="whose event"):
        Event(parent="a", size=None, costs={}, per_person_year=1.0)
    with pytest.raises(Refused, match="keys"):
        events_of(package(STAY), keys=[])
    lost = Event(parent="stay", size=None, costs={"stay": None}, per_person_year=1.0)
    with pytest.raises(Refused, match="without a cost"):
        payout_of(lost, cover(STAY))
