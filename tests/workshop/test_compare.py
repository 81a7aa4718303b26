"""The comparison page: up to six packages, what differs, three years, three scores, ways to pay."""

from __future__ import annotations

import html
import re

import pytest

from calculator.cases import ChosenTerms
from calculator.models import Package
from simulation.models import BenefitRisk
from survey.models import Consent, State, Survey
from tests.calculator.pages import words
from tests.makers import every
from workshop.affordable import asked_of
from workshop.compare_rows import Part, Row, row_of, words_row
from workshop.shortlist_actions import add_to_shortlist

HOSPITAL = ChosenTerms(event_cap=5000.0, family_cap=15_000.0)


def at(scheme):
    return f"/schemes/{scheme.pk}/compare/"


@pytest.fixture
def second(package, make_package):
    return make_package(package, "Hospital only", hospitalisation=HOSPITAL)


def rows_of(response):
    """Each row of the table as its name and the texts of its cells."""
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", response.content.decode(), flags=re.DOTALL):
        name = re.search(r'<th scope="row">(.*?)</th>', row, flags=re.DOTALL)
        if name:
            text = re.sub(r"<small>.*?</small>|<[^>]+>", " ", name.group(1), flags=re.DOTALL)
            cells = re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.DOTALL)
            plain = [re.sub(r"<span.*?</span>", "", cell, flags=re.DOTALL).strip() for cell in cells]
            found.setdefault(html.unescape(" ".join(text.split())), [html.unescape(cell) for cell in plain])
    return found


def test_the_old_address_of_two_packages_goes_on_working(signed_in, slide, package, second):
    page = signed_in.get(at(slide), {"a": package.pk, "b": second.pk, "differences": "1"})
    assert "Everyday care Hospital only" in " ".join(words(page).replace("1", "").replace("2", "").split())
    rows = rows_of(page)
    assert rows["Hospitalisation, each event, at most"] == ["3,000", "5,000"]
    assert "Lab" not in rows


def test_every_group_of_rows_has_its_own_switch_and_the_price_is_open(signed_in, slide, package, second):
    page = signed_in.get(at(slide), {"package": [package.pk, second.pk]}).content.decode()
    assert page.count('class="cmp__open"') == page.count("<tbody>") > 5
    assert re.findall(r'class="cmp__open"[^>]*?(checked)?>', page).count("checked") == 1


def test_identical_rows_are_hidden_on_request_only(signed_in, slide, package, second):
    ask = {"package": [package.pk, second.pk]}
    assert rows_of(signed_in.get(at(slide), ask))["Lab"] == ["no", "no"]
    only = rows_of(signed_in.get(at(slide), ask | {"only": "differences"}))
    assert "Lab" not in only
    assert all(len(set(cells)) > 1 for cells in only.values())


def test_better_and_worse_are_said_in_words_and_change_sides_with_the_reference(
    signed_in, slide, package, second
):
    ask = {"package": [package.pk, second.pk]}
    assert "5,000 , better than 1" in words(signed_in.get(at(slide), ask))
    other = words(signed_in.get(at(slide), ask | {"against": second.pk}))
    assert "3,000 , worse than 2" in other


def test_the_shortlist_is_compared_in_its_order_and_six_at_most(signed_in, slide, package, make_package):
    others = [make_package(package, f"Package {n}", hospitalisation=HOSPITAL) for n in range(2, 9)]
    for one in (others[1], others[0]):
        add_to_shortlist(package=one)
    assert signed_in.get(at(slide)).context["page"].lines[0].package.name == "Package 3"
    seven = {"package": [one.pk for one in others]}
    assert len(signed_in.get(at(slide), seven).context["page"].lines) == 6


def test_packages_of_other_schemes_and_nonsense_are_passed_over(signed_in, slide, linked, package, second):
    foreign = every(Package).get(scheme=linked)
    page = signed_in.get(at(slide), {"package": [foreign.pk, "x", package.pk, second.pk]})
    assert [line.package.pk for line in page.context["page"].lines] == [package.pk, second.pk]


def test_one_package_alone_is_asked_for_another(signed_in, slide, package):
    assert "Save two packages first" in words(signed_in.get(at(slide)))


def test_what_is_paid_and_left_makes_the_bill_on_the_same_families(signed_in, slide, package, second):
    years = signed_in.get(at(slide), {"package": [package.pk, second.pk]}).context["page"].years
    one, two = years.figures
    for band in ("light", "middling", "bad"):
        assert one.years[band].bills == two.years[band].bills
    assert years.is_one_world


def test_the_same_question_is_worked_out_once(signed_in, slide, package, second, monkeypatch):
    first = words(signed_in.get(at(slide), {"package": [package.pk, second.pk]}))
    monkeypatch.setattr("workshop.years.draw_families", None)
    assert words(signed_in.get(at(slide), {"package": [package.pk, second.pk]})) == first


def test_other_assumptions_are_named_and_bills_then_stand_in_a_row(signed_in, slide, package, make_package):
    from simulation.actions import change_risk
    from simulation.queries import current_set

    risk = every(BenefitRisk).get(assumption_set__scheme=slide, key="hospitalisation")
    change_risk(risk=risk, seen_version=risk.version, values={"incidence": 0.06})
    package.assumption_set = current_set(scheme=slide)
    second = make_package(package, "On the newest", hospitalisation=HOSPITAL)
    page = signed_in.get(at(slide), {"package": [package.pk, second.pk], "only": "differences"})
    text, rows = words(page), rows_of(page)
    assert "These rest on other assumptions or other family sizes" in text
    assert rows["Version of the assumptions"] == ["1", "2"]
    assert rows["Hospitalisation"] == [
        "4.2 in 100 a year, 18,000 each, an example",
        "6 in 100 a year, 18,000 each",
    ] or rows["Hospitalisation"][1].startswith("6 in 100 a year")
    assert rows["Bills"][0] != rows["Bills"][1]


def test_instalments_the_groups_loan_and_the_family_follow_what_is_typed(signed_in, slide, package, second):
    ask = {"package": [package.pk, second.pk], "size": "3", "parts": "2", "interest": "0", "months": "10"}
    page = signed_in.get(at(slide), ask)
    rows, premium = rows_of(page), page.context["page"].premiums[0]
    assert rows["Family of 3, one year"][0] == f"{premium.per_family(size=3):,.0f}"
    assert rows["In 2 equal parts, each"][0] == f"{premium.per_family(size=3) / 2:,.0f}"
    assert rows["Lent by the self-help group, a month"][0] == f"{premium.per_family(size=3) / 10:,.0f}"


def test_what_cannot_be_read_is_said_beside_its_box_and_the_usual_is_shown(signed_in, slide, package, second):
    page = signed_in.get(at(slide), {"package": [package.pk, second.pk], "size": "many", "income": "-3"})
    text = words(page)
    assert "2 things to put right" in text
    assert "Family of 5, one year" in rows_of(page)


def test_income_brings_the_published_willingness_and_what_is_too_much(signed_in, slide, package, second):
    page = signed_in.get(at(slide), {"package": [package.pk, second.pk], "income": "100,000"})
    rows = rows_of(page)
    assert "Published for seven places in India (2007), not asked here" in words(page)
    assert rows["Families still above 10,000, of 100"]
    assert rows["Households that would pay, of 100"][0] == "under 30"
    without = signed_in.get(at(slide), {"package": [package.pk, second.pk]})
    assert rows_of(without)["Households that would pay, of 100"] == ["–", "–"]


@pytest.fixture
def survey(slide):
    import numpy as np

    from survey.blobs import keep
    from survey.reading.tables_file import tables_to_bytes
    from tests.workshop.households import tables_of_households

    def make(**columns):
        tables = tables_of_households(np.random.default_rng(3), **columns)
        return Survey.objects.create(
            organisation=slide.organisation,
            scheme=slide,
            name="Baseline",
            sha256="0" * 64,
            consent=Consent.SPOKEN,
            purpose="premium",
            state=State.READ,
            tables=keep(organisation=slide.organisation, content=[tables_to_bytes(tables)]),
        )

    return make


def test_what_households_said_comes_before_what_was_published(signed_in, slide, package, second, survey):
    survey(willingness_to_pay=900.0)
    page = signed_in.get(at(slide), {"package": [package.pk, second.pk], "income": "100,000"})
    assert "Said by 60 households of Baseline; words, not payments." in words(page)
    shares = [int(cell) for cell in rows_of(page)["Households that would pay, of 100"]]
    assert 0 <= shares[0] <= shares[1] <= 100


def test_food_spending_serves_where_nobody_was_asked_about_paying(signed_in, slide, package, second, survey):
    survey(food_spending=40_000.0)
    ask = {"package": [package.pk, second.pk]}
    assert "of its food spending, up to" in words(signed_in.get(at(slide), ask))
    page = signed_in.get(at(slide), ask | {"food_share": "5"})
    assert "60 households of Baseline: at most 5 % of their food spending." in words(page)


def test_a_survey_with_few_answers_or_none_is_not_used(slide, survey):
    survey(willingness_to_pay=900.0, answers=29)
    assert asked_of(slide, share_of_food=None) is None
    assert asked_of(slide, share_of_food=0.05) is None


def test_a_row_says_better_or_worse_only_where_the_texts_differ():
    row = row_of("x", [1.0, 1.4, 3.0], ["1", "1", "3"], better="low", against=0)
    assert [cell.css for cell in row.cells] == ["", "", "is-worse"]
    part = Part(title="t", rows=[words_row("same", ["a", "a"]), Row(name="", bars=())])
    assert part.only_differences().rows == []
