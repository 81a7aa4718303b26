"""What can we pay: the packages found cost what the site quotes, and go on the sheet by one press."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.urls import reverse

from calculator.models import Draft
from calculator.queries import risks_tuple
from calculator.typed import TypedSheet, first_sheet
from cbhi_site.survey_example import start_survey_example
from jobs import kinds
from jobs.models import Job
from simulation.models import Kind
from simulation.queries import current_set
from tests.calculator.pages import words
from tests.makers import every
from workshop.kinds import MENUS
from workshop.pay import PayQuestion, chosen_terms, usual_costs, values_of_terms
from workshop.pay_page import PayPage, differences


def question(scheme, **values):
    risks = risks_tuple(current_set(scheme=scheme))
    usual = {
        "scheme": scheme,
        "risks": risks,
        "yearly": 480.0,
        "size": None,
        "keys": ["hospitalisation", "injury", "transport", "wage-loss"],
        "unit_costs": usual_costs(risks, {"transport": 800.0}),
    }
    return PayQuestion(**(usual | values))


@pytest.mark.parametrize("size", [None, 3, 5])
def test_what_is_found_costs_what_the_site_quotes(linked, size):
    """Joint basis, linked benefits, a discount for larger families: to a hundredth."""
    asked = question(linked, size=size, yearly=480.0 if size is None else 1800.0)
    assert len(asked.offers) > 2
    for offer in asked.offers:
        assert offer.price == pytest.approx(offer.found.price, abs=0.01)
        assert offer.price <= asked.yearly * offer.times + 0.01
        for terms in offer.chosen.terms.values():
            assert None in (terms.event_cap, terms.family_cap) or terms.event_cap <= terms.family_cap
    assert asked.best_offer.price == pytest.approx(asked.yearly, rel=0.02)


def test_the_independent_basis_and_all_bills_are_priced_alike(slide):
    for offer in question(slide, best="all", simple=True).offers:
        assert offer.price == pytest.approx(offer.found.price, abs=0.01)
        for terms in offer.chosen.terms.values():
            assert (terms.threshold, terms.copay) == (0.0, 0.0)


def test_only_what_may_be_covered_is_covered_and_nobody_is_paid_more_than_a_bill(linked):
    for offer in question(linked, keys=["hospitalisation", "transport"]).offers:
        covered = {key for key, terms in offer.chosen.terms.items() if terms.covered}
        assert covered <= {"hospitalisation", "transport"}
        assert offer.chosen.terms["transport"].fixed_amount <= 800.0


def test_each_says_what_it_gives_up_against_the_next_dearer(linked):
    shown = PayPage(question(linked)).offers
    assert "against" not in shown[0]
    assert all(one["against"]["gives_up"] for one in shown[1:])
    assert sum(one["is_best"] for one in shown) == 1


def test_differences_are_sorted_into_less_and_more(linked):
    asked = question(linked)
    cheap, dear = asked.offers[0].chosen.terms, asked.offers[-1].chosen.terms
    say = PayPage(asked).say
    less, more = differences(asked.risks, cheap, dear, say)
    assert (more, less) == tuple(reversed(differences(asked.risks, cheap, dear, say)))
    assert differences(asked.risks, dear, dear, say) == ([], [])


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.COST, (100.0, 0.1, 3000.0, float("inf"))),
        (Kind.COST, (0.0, 0.0, float("inf"), 5000.0)),
        (Kind.FIXED, (0.0, 0.0, 1000.0, float("inf"))),
        (Kind.WAGE_DAYS, (4.0, 13.0, 150.0, 2000.0)),
    ],
)
def test_the_four_numbers_of_a_menu_and_the_terms_of_a_row_say_the_same(kind, values):
    assert values_of_terms(kind, chosen_terms(kind, values)) == values


# ---- the page ----------------------------------------------------------------------------------------------
def test_nothing_is_searched_before_an_amount_is_typed(signed_in, linked, monkeypatch):
    monkeypatch.setattr("workshop.pay.tables_of", None)
    page = signed_in.get(reverse("workshop:pay", args=[linked.pk]))
    assert "Look for packages" in words(page)


@pytest.mark.parametrize("amount", ["", "0", "forty"])
def test_an_amount_that_cannot_be_is_refused_beside_its_box(signed_in, linked, amount):
    page = signed_in.get(reverse("workshop:pay", args=[linked.pk]), {"amount": amount})
    assert "One thing to put right" in words(page)


def test_forty_a_month_is_answered_and_the_best_goes_on_the_sheet_by_one_press(signed_in, linked, demo_user):
    page = signed_in.get(
        reverse("workshop:pay", args=[linked.pk]), {"amount": "40", "every": "month", "per": "person"}
    )
    text = words(page)
    assert "The best for what you can pay" in text
    assert "Beside the one for" in text
    best = page.context["question"].best_offer
    assert best.price <= 480.0
    boxes = next(one["boxes"] for one in page.context["page"].offers if one["is_best"])
    answer = signed_in.post(
        reverse("workshop:pay_take", args=[linked.pk]), {box["name"]: box["value"] for box in boxes}
    )
    assert answer.status_code == 302
    draft = every(Draft).select_related("scheme").get(scheme=linked, user=demo_user)
    sheet = TypedSheet(linked, risks_tuple(current_set(scheme=linked)), draft.typed)
    assert sheet.is_valid
    assert sheet.chosen.terms == best.chosen.terms
    assert draft.package is None
    shown = words(signed_in.get(reverse("calculator:sheet", args=[linked.pk])))
    assert re.search(rf"PREMIUM PPPY {best.premium.total:,.0f}\b", shown)


@pytest.mark.parametrize("value", ["x", "1|2", "nan|0|1|1", "-1|0|1|1", "1|0|1|1|1"])
def test_terms_that_nobody_was_offered_are_refused_and_the_sheet_stays(signed_in, linked, demo_user, value):
    before = every(Draft).get(scheme=linked, user=demo_user).typed
    answer = signed_in.post(
        reverse("workshop:pay_take", args=[linked.pk]), {"terms-hospitalisation": value}, follow=True
    )
    assert "These terms could not be read" in words(answer)
    assert every(Draft).get(scheme=linked, user=demo_user).typed == before


def test_too_little_for_anything_is_said(signed_in, linked):
    page = signed_in.get(reverse("workshop:pay", args=[linked.pk]), {"amount": "0.001", "every": "year"})
    assert "Nothing can be covered for that" in words(page)


@pytest.fixture(params=["slide", "linked", "surveyed"])
def example(request, linked, demo_user):
    if request.param == "surveyed":
        return start_survey_example(organisation=linked.organisation, user=demo_user)
    return request.getfixturevalue(request.param)


def test_every_example_scheme_answers_every_way_of_asking(signed_in, example):
    whose = [("person", ""), ("family", ""), ("family", "1")]
    for period, (per, size), best, simple in product(["month", "year"], whose, ["dear", "all"], ["", "on"]):
        query = {"amount": "40", "every": period, "per": per, "size": size, "best": best}
        page = signed_in.get(
            reverse("workshop:pay", args=[example.pk]), query | ({"simple": simple} if simple else {})
        )
        assert page.status_code == 200, query
        assert "of 100 of" in words(page) or "Nothing can be covered for that" in words(page), query


def test_a_sheet_is_read_also_by_who_has_not_asked_whether_it_can_be(linked):
    risks = risks_tuple(current_set(scheme=linked))
    assert TypedSheet(linked, risks, first_sheet(linked, risks)).chosen.persons == linked.persons
    with pytest.raises(ValueError, match="persons"):
        _ = TypedSheet(linked, risks, first_sheet(linked, risks) | {"persons": "many"}).chosen


def test_the_tables_are_worked_out_by_a_worker_while_the_amount_is_typed(signed_in, linked, monkeypatch):
    """The worker keeps them under the very keys that the page asks for; nothing is asked for twice."""
    page = reverse("workshop:pay", args=[linked.pk])
    before = set(every(Job).values_list("pk", flat=True))
    signed_in.get(page)
    (job,) = every(Job).exclude(pk__in=before)
    assert job.kind == MENUS
    kind = kinds.get(MENUS)
    assert kind.run_chunk(job.question, 0) == b""
    kind.finish(job, [b""])
    for worked in ("calculator.workbook_files.make_tables", "workshop.pay.cover_of_the_dearest"):
        monkeypatch.setattr(worked, lambda *_args: pytest.fail("worked out again"))
    asked = signed_in.get(page, {"amount": "40", "every": "month", "per": "person"})
    assert "The best for what you can pay" in words(asked)
    signed_in.get(page)
    assert every(Job).exclude(pk__in=before).count() == 1


def test_a_search_is_kept_until_something_else_is_asked(linked, monkeypatch):
    first = question(linked).offers
    monkeypatch.setattr("workshop.pay.best_packages", None)
    assert question(linked).offers == first
    with pytest.raises(TypeError):
        _ = question(linked, yearly=481.0).offers
