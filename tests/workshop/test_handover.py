"""A package in the formats of others: right figures, valid structure, and nothing lost without a word."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms
from tests.workshop.fhir_r4 import problems
from workshop.handover import HandedBenefit, HandedPackage, Tariff
from workshop.handover_fhir import insurance_plan
from workshop.handover_openimis import product_document
from workshop.handover_words import WORDS

KEY = "0f0f0f0f-1111-4222-8333-444444444444"
SLIDE = Tariff(
    average=460.8,
    small=477.02,
    large=429.32,
    pure=368,
    risk_loading=16,
    admin=76.8,
    chance_of_bankruptcy=0.05,
)
ONE_PRICE = replace(SLIDE, small=460.8, large=460.8)


def benefit(pictogram="hospital", name="", terms=None, **more):
    name = name or pictogram.title()
    return HandedBenefit(
        key=pictogram, name=name, pictogram=pictogram, terms=terms or CostTerms(event_cap=3000), **more
    )


def package(*benefits, **more):
    values = {
        "key": KEY, "name": "Great help", "scheme": "Dhading", "owner": "Sahara", "place": "Naubise",
        "currency": "INR", "benefits": benefits, "tariff": ONE_PRICE, "persons": 5000, "largest_family": 7,
        "starts_on": date(2027, 4, 1), "ends_on": date(2028, 3, 31), "is_chosen": True,
    }  # fmt: skip
    return HandedPackage(**{**values, **more})


def product(handed):
    return product_document(handed).document["products"][0]["product"]


def lines(handed):
    return product_document(handed).document["products"][0]["product_services"]


def codes(mapped):
    return {gap.code for gap in mapped.gaps}


# ---- openIMIS ----------------------------------------------------------------------------------------------
def test_a_product_has_its_days_and_one_price_for_adults_and_children():
    found = product(package(benefit()))
    assert found["code"] == "GRE0F0F"
    assert (found["date_from"], found["date_to"], found["start_cycle_1"]) == (
        "2027-04-01", "2028-03-31", "01-04",
    )  # fmt: skip
    assert found["insurance_period"] == 12
    assert found["premium_adult"] == found["premium_child"] == 460.8
    assert (found["lump_sum"], found["threshold"]) == (0.0, 0)


def test_the_event_cap_of_a_stay_is_the_maximum_of_its_category_after_the_copay():
    handed = package(benefit(terms=CostTerms(event_cap=3000, copay=0.2)))
    assert product(handed)["max_amount_hospitalization"] == 3000
    line = lines(handed)[0]
    assert (line["limitation_type"], line["limit_adult"], line["limit_child_e"]) == ("C", 80.0, 80.0)
    assert "event_cap" not in codes(product_document(handed))


def test_an_event_cap_without_copay_is_the_fixed_limit_of_a_line():
    handed = package(benefit("injury", terms=CostTerms(event_cap=700)))
    assert (lines(handed)[0]["limitation_type"], lines(handed)[0]["limit_adult"]) == ("F", 700)
    with_copay = package(benefit("injury", terms=CostTerms(event_cap=700, copay=0.1)))
    assert lines(with_copay)[0]["limit_adult"] == 90.0
    assert "event_cap" in codes(product_document(with_copay))


def test_a_family_cap_of_one_benefit_is_a_ceiling_that_counts_its_line_alone():
    handed = package(
        benefit(terms=CostTerms(event_cap=3000, family_cap=15000)),
        benefit("caesarean", terms=FixedTerms(amount=5000)),
        benefit("transport", terms=FixedTerms(amount=1000), paid_on="Hospital"),
    )
    assert (product(handed)["ceiling_type"], product(handed)["max_ip_policy"]) == ("P", 15000)
    assert [line["ceiling_exclusion_adult"] for line in lines(handed)] == [None, "B", "B"]
    mutation = product_document(handed).document["products"][0]["create_product"]
    assert (mutation["ceiling_ip"], mutation["ceiling_type"]) == (15000, "P")
    assert {"linked", "swapped_ceilings", "day_stay"} <= codes(product_document(handed))


def test_the_cap_of_the_whole_package_leaves_no_room_for_caps_of_benefits():
    handed = package(benefit(terms=CostTerms(event_cap=3000, family_cap=15000)), family_cap=20000)
    assert product(handed)["max_policy"] == 20000
    assert "max_ip_policy" not in product(handed)
    assert "family_cap_beside_package" in codes(product_document(handed))


def test_a_threshold_goes_out_only_where_no_family_cap_goes():
    alone = package(benefit(terms=CostTerms(threshold=500, event_cap=3000)))
    sent = product_document(alone).document["products"][0]
    assert sent["product"]["ded_ip_treatment"] == 500
    assert (sent["create_product"]["ceiling_type"], sent["create_product"]["deductible_ip"]) == ("T", 500)
    both = package(benefit(terms=CostTerms(threshold=500, family_cap=9000)))
    sent = product_document(both).document["products"][0]
    assert sent["product"]["ded_ip_treatment"] == 500
    assert "deductible_ip" not in sent["create_product"]
    assert "deductible_by_hand" in codes(product_document(both))


def test_wages_and_fixed_amounts_are_services_with_a_price_of_their_own():
    handed = package(benefit("wage", terms=WageTerms(rate=150, start_day=4, last_day=13)))
    service = product_document(handed).document["services"][0]
    assert (service["price"], service["care_type"]) == (150, "B")
    line = lines(handed)[0]
    assert (line["price_origin"], line["limit_adult"], line["limit_no_adult"]) == ("P", 150, 10)
    (gap,) = [gap for gap in product_document(handed).gaps if gap.code == "wage_days"]
    assert gap.values == {"first": 4, "last": 13, "days": 10, "rate": 150}


def test_a_large_family_discount_makes_two_products():
    handed = package(benefit(), tariff=SLIDE)
    small, large = product_document(handed).document["products"]
    assert (small["product"]["max_members"], small["product"]["premium_adult"]) == (3, 477.02)
    assert large["product"]["premium_adult"] == 429.32
    assert len({small["product"]["code"], large["product"]["code"]}) == 2
    assert "two_products" in codes(product_document(handed))


def test_waiting_days_become_whole_months_and_the_difference_is_told():
    handed = package(benefit(), waiting_days=45)
    assert lines(handed)[0]["waiting_period_adult"] == 2
    assert {"waiting_days"} <= codes(product_document(handed))
    assert {"waiting_in_words"} <= codes(insurance_plan(handed))


# ---- FHIR --------------------------------------------------------------------------------------------------
def test_the_insurance_plan_prices_every_family_size_and_names_days_and_limits():
    handed = package(
        benefit(terms=CostTerms(threshold=100, copay=0.25, event_cap=3000, family_cap=15000)),
        benefit("wage", terms=WageTerms(rate=150, start_day=4, last_day=13)),
        tariff=SLIDE,
        family_cap=20000,
    )
    found = insurance_plan(handed).document
    assert problems(found) == []
    assert (found["status"], found["period"]) == ("active", {"start": "2027-04-01", "end": "2028-03-31"})
    prices = {one["groupSize"]: one["cost"]["value"] for one in found["plan"][0]["generalCost"]}
    assert (prices[3], prices[4]) == (1431.06, 1717.28)
    (stay,) = found["coverage"][0]["benefit"]
    assert [limit["value"]["value"] for limit in stay["limit"]] == [3000, 15000]
    costs = found["plan"][0]["specificCost"][0]["benefit"][0]["cost"]
    assert [(one["value"]["value"], one["value"]["code"]) for one in costs] == [(100, "INR"), (25, "%")]
    wage = found["coverage"][1]["benefit"][0]
    assert "from day 4 to day 13" in wage["requirement"]
    assert found["coverage"][-1]["benefit"][0]["limit"][0]["value"]["value"] == 20000


def test_a_package_that_nobody_chose_is_a_draft_without_days():
    handed = package(benefit(), starts_on=None, ends_on=None, is_chosen=False)
    found = insurance_plan(handed)
    assert found.document["status"] == "draft"
    assert "period" not in found.document
    assert product(handed)["date_from"] is None
    assert "no_days" in codes(found) & codes(product_document(handed))


def test_the_check_finds_what_the_specification_forbids():
    found = insurance_plan(package(benefit())).document
    assert problems({**found, "premium": 1}) != []
    assert problems({**found, "status": "new"}) != []
    assert problems({**found, "coverage": [{"type": {"text": "x"}}]}) != []
    assert problems({**found, "period": {"start": "2028-01-01", "end": "2027-01-01"}}) != []
    assert problems({"resourceType": "InsurancePlan"}) != []


def test_what_cannot_be_is_refused_with_its_reason():
    for wrong, said in (
        ({"currency": "rupees"}, "three letters"),
        ({"starts_on": None}, "go together"),
        ({"ends_on": date(2027, 1, 1)}, "before the first day"),
        ({"name": " "}, "empty"),
    ):
        with pytest.raises(Refused, match=said):
            package(benefit(), **wrong)
    with pytest.raises(Refused, match="empty"):
        replace(benefit(), name="")


# ---- laws --------------------------------------------------------------------------------------------------
amounts = st.integers(1, 50_000).map(float)
caps = st.one_of(st.just(math.inf), amounts)
costs = st.builds(
    CostTerms,
    threshold=st.one_of(st.just(0.0), amounts),
    copay=st.sampled_from([0.0, 0.1, 0.5]),
    event_cap=caps,
    family_cap=caps,
)
fixed = st.builds(FixedTerms, amount=amounts, family_cap=caps)
wages = st.builds(
    WageTerms, rate=amounts, start_day=st.integers(1, 5), last_day=st.integers(5, 20), family_cap=caps
)
offered = st.tuples(
    st.sampled_from(["hospital", "caesarean", "injury", "lab", "imaging", "opd", "transport", "wage"]),
    st.one_of(costs, fixed, wages),
)


@st.composite
def packages(draw):
    rows = draw(st.lists(offered, max_size=6))
    benefits = [
        benefit(pictogram, name=f"{pictogram} {place}", terms=terms, paid_on=draw(st.sampled_from(["", "x"])))
        for place, (pictogram, terms) in enumerate(rows)
    ]
    return package(
        *benefits, tariff=draw(st.sampled_from([SLIDE, ONE_PRICE])), family_cap=draw(caps),
        waiting_days=draw(st.sampled_from([0, 30])),
    )  # fmt: skip


def carried_by_openimis(handed, one):
    """Which of a benefit's terms the product's own fields hold."""
    place = handed.benefits.index(one)
    fields, line = product(handed), lines(handed)[place]
    found = set()
    if one.event_cap in {fields.get(name) for name in fields if name.startswith("max_amount")} | {
        line["limit_adult"] if line["limitation_type"] == "F" else None
    }:
        found.add("event_cap")
    if one.threshold in {fields.get("ded_ip_treatment"), fields.get("ded_op_treatment")}:
        found.add("threshold")
    if one.family_cap in {fields.get("max_ip_policy"), fields.get("max_op_policy")}:
        found.add("family_cap")
    return found


@settings(max_examples=60, deadline=None)
@given(packages())
def test_every_term_is_in_the_product_or_among_what_it_does_not_carry(handed):
    mapped = product_document(handed)
    lost = {(gap.benefit, gap.code) for gap in mapped.gaps}
    for one in handed.benefits:
        carried = carried_by_openimis(handed, one)
        if math.isfinite(one.event_cap):
            assert "event_cap" in carried or (one.name, "event_cap") in lost
        if one.threshold:
            assert "threshold" in carried or (one.name, "threshold") in lost
        if math.isfinite(one.family_cap):
            named = {(one.name, "family_cap"), (one.name, "family_cap_beside_package")}
            assert "family_cap" in carried or named & lost
        assert ((one.name, "wage_days") in lost) == (one.wage is not None)
        assert ((one.name, "linked") in lost) == bool(one.paid_on)


@settings(max_examples=60, deadline=None)
@given(packages())
def test_every_insurance_plan_is_valid_and_every_gap_has_words(handed):
    plan = insurance_plan(handed)
    assert problems(plan.document) == []
    for gap in (*plan.gaps, *product_document(handed).gaps):
        assert str(WORDS[gap.code]) % gap.values if gap.values else WORDS[gap.code]
    for one in handed.benefits:
        limits = [
            limit["value"]["value"]
            for group in plan.document["coverage"]
            for each in group["benefit"]
            if each["type"]["text"] == one.name
            for limit in each.get("limit", [])
        ]
        assert all(cap in limits for cap in (one.event_cap, one.family_cap) if math.isfinite(cap))
