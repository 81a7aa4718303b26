"""Next year from this year's claims: weighed, explained, taken over once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.trail import What
from calculator.cases import ChosenTerms
from experience.actions import change_claims, close_year, open_year
from experience.among_schemes import among_schemes
from experience.models import SchemeYear
from experience.rerate_page import RatePage
from experience.sheet import ClaimsLine
from experience.watching import Watching
from simulation.models import BenefitRisk
from simulation.queries import current_set
from tests.experience.test_watch_page import TODAY, make_package
from tests.makers import every, make_scheme


def line(month, **values):
    values = {"count": 14, "rejected": 2, "billed": Decimal(280_000), "paid": Decimal(50_000)} | values
    return ClaimsLine(row=month, benefit="hospitalisation", month=month, values=values)


@pytest.fixture
def told_year(scheme, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    every(BenefitRisk).filter(assumption_set=current_set(scheme=scheme)).update(survey_person_years=2_000.0)
    terms = {"hospitalisation": ChosenTerms(event_cap=5_000.0), "transport": ChosenTerms(fixed_amount=400.0)}
    package = make_package(scheme, **terms)
    figures = {"package": package, "insured": 900, "premium": Decimal(300_000)}
    year = open_year(scheme=scheme, starts_on=date(2025, 4, 1), values=figures)
    return change_claims(year=year, seen_version=1, lines=[line(month) for month in range(1, 13)])


def url(name, year):
    return reverse(f"experience:{name}", args=[year.pk])


def post(page, **more):
    return {"trend": "5", "persons": "900", "number": "1", "once": str(uuid4())} | more


def test_the_page_weighs_explains_and_adds_up(staff, told_year):
    page = staff.get(url("next_year", told_year), {"trend": "5", "persons": "900"}).content.decode()
    assert "believed as far as it is sure" in page
    stored = every(SchemeYear).select_related("scheme__organisation", "package").get(pk=told_year.pk)
    shown = RatePage(Watching(stored), trend=0.05, persons=900)
    amounts = [
        Decimal(each["amount"].replace("+", "").replace("−", "-").replace(",", "")) for each in shown.lines
    ]
    assert sum(amounts[:-1]) == amounts[-1]
    assert amounts[1] > 0  # more claims and dearer bills than priced
    assert "What was paid does not fit" not in page
    one = shown.rerated[0]
    assert 0.0 < one.frequency.weight < 1.0
    assert one.frequency.survey.mean < one.frequency.mean < one.frequency.experience.mean


def test_payments_other_than_the_terms_give_for_such_bills_are_said_before_the_premium(staff, told_year):
    lines = [line(month, paid=Decimal(57_000)) for month in range(1, 13)]
    change_claims(year=told_year, seen_version=2, lines=lines)
    page = staff.get(url("next_year", told_year)).content.decode()
    assert "What was paid does not fit" in page
    assert "4,750 was paid a claim; the terms give about" in page


def test_figures_are_taken_over_as_a_new_version_once_and_with_a_line_in_the_trail(staff, scheme, told_year):
    sent = post(told_year)
    answers = [staff.post(url("adopt", told_year), sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [302, 302]
    made = current_set(scheme=scheme)
    assert made.number == 2
    assert made.is_frozen
    risk = every(BenefitRisk).get(assumption_set=made, key="hospitalisation")
    before = every(BenefitRisk).get(
        assumption_set__number=1, assumption_set__scheme=scheme, key="hospitalisation"
    )
    assert risk.incidence > before.incidence
    assert risk.survey_person_years == pytest.approx(2_000.0 + 900.0)
    assert risk.severity_mean != before.severity_mean
    assert "2025" in risk.source_note
    opd = every(BenefitRisk).get(assumption_set=made, key="opd")
    old = every(BenefitRisk).get(assumption_set__number=1, assumption_set__scheme=scheme, key="opd")
    assert opd.severity_mean == pytest.approx(1.05 * old.severity_mean)
    assert AuditEntry.objects.of(scheme.organisation).filter(what=What.VERSION_MADE).count() == 1
    # The same year once more gives the same figures: no claim counts twice.
    staff.post(url("adopt", told_year), post(told_year, number="2"))
    again = every(BenefitRisk).get(assumption_set=current_set(scheme=scheme), key="hospitalisation")
    assert (again.incidence, again.severity_mean, again.survey_person_years) == pytest.approx(
        (risk.incidence, risk.severity_mean, risk.survey_person_years)
    )


def test_assumptions_that_moved_meanwhile_are_not_written_over(staff, scheme, told_year):
    answer = staff.post(url("adopt", told_year), post(told_year, number="7"), follow=True)
    assert "Somebody changed the assumptions" in answer.content.decode()
    assert current_set(scheme=scheme).number == 1


def test_a_slip_is_answered_beside_its_box_and_stays_typed(staff, told_year):
    answer = staff.get(url("next_year", told_year), {"trend": "five", "persons": "900"})
    assert answer.status_code == 422
    assert 'value="five"' in answer.content.decode()
    assert staff.post(url("adopt", told_year), post(told_year, trend="five")).status_code == 422


def test_without_claims_by_benefit_the_page_says_what_it_waits_for(staff, scheme, year):
    assert "Nothing to start from" in staff.get(url("next_year", year)).content.decode()
    year.package = make_package(scheme)
    year.save()
    page = staff.get(url("next_year", year)).content.decode()
    assert "enter how many are insured" in page
    assert "Make it the next version" not in page


def test_schemes_are_weighed_among_each_other_or_the_page_says_why_not(organisation, told_year):
    assert "cannot be estimated from itself" in among_schemes(organisation).sentence
    other = make_scheme(organisation, name="Banke")
    package = make_package(other)
    for first, paid in ((2023, 30_000), (2024, 60_000), (2025, 45_000)):
        figures = {"package": package, "insured": 600, "premium": Decimal(100_000)}
        year = open_year(scheme=other, starts_on=date(first, 4, 1), values=figures)
        change_claims(year=year, seen_version=1, lines=[line(1, paid=Decimal(paid))])
    found = among_schemes(organisation)
    assert [row[0] for row in found.rows] == ["Banke", "Vaishali"]
    assert [row[1] for row in found.rows] == [3, 1]
    assert close_year(year=told_year, seen_version=told_year.version).is_closed
