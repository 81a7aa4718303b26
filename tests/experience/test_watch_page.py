"""A year beside what it was priced at: alarms, what cannot be told, the work in between, the letter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from calculator.actions import save_package
from calculator.cases import Chosen, ChosenTerms
from experience import actions, year_work
from experience.models import SchemeYear
from experience.sheet import ClaimsLine
from experience.signals import Signal
from experience.watch_page import WatchPage, chance_words, warning_words
from experience.watching import Watching
from jobs.models import Job
from simulation.queries import current_set
from tests.makers import client_of, every, make_member, make_organisation, make_scheme

TODAY = date(2026, 11, 20)


def make_package(scheme, **terms):
    terms = terms or {"hospitalisation": ChosenTerms(event_cap=5_000.0, family_cap=10_000.0)}
    return save_package(
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        chosen=Chosen(
            persons=600,
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=0.05,
            admin_rate=0.2,
            terms=terms,
        ),
        name="Hospital",
        note="",
        user=make_member(scheme.organisation),
    )


def claims(year, *months, benefit="hospitalisation"):
    """Lines of (count, paid) from month 1 on."""
    lines = [
        ClaimsLine(
            row=n,
            benefit=benefit,
            month=n,
            values={"count": count, "paid": Decimal(paid), "days_to_settle": 20.0},
        )
        for n, (count, paid) in enumerate(months, start=1)
        if count is not None
    ]
    stored = every(SchemeYear).get(pk=year.pk)
    return actions.change_claims(year=stored, seen_version=stored.version, lines=lines)


@pytest.fixture
def priced_year(scheme, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    figures = {"package": make_package(scheme), "insured": 600, "premium": Decimal(150_000)}
    return actions.open_year(scheme=scheme, starts_on=date(2026, 4, 1), values=figures)


def url(name, year):
    return reverse(f"experience:{name}", args=[year.pk])


def watched(year, **more):
    found = Watching(
        every(SchemeYear).select_related("scheme__organisation", "package").get(pk=year.pk), **more
    )
    found.work_out()
    return found


def test_claims_far_above_the_price_are_said_with_what_to_do_and_the_year_ends_short(staff, priced_year):
    claims(priced_year, *[(12, 40_000)] * 7)
    watched(priced_year)
    page = staff.get(url("watch", priced_year)).content.decode()
    assert "higher than chance explains" in page
    assert "ends short with a chance of more than" in page
    assert "Check the dearest claims" in page
    assert "hospitalisation" in page.lower()
    assert "What a good year stays within" in page
    assert "What cannot be told yet" in page  # the reserve of the year before
    strict = staff.get(url("watch", priced_year), {"rate": "1"}).content.decode()
    assert 'value="1" checked' in strict
    assert "1 of 100 years" in strict


def test_a_quiet_year_says_so_and_is_not_alarmed_by_claims_on_their_way(priced_year):
    claims(priced_year, (0, 0))
    expected = [float(each) for each in watched(priced_year).limits.mean]
    monthly = [b - a for a, b in zip([0.0, *expected], expected, strict=False)]
    claims(priced_year, *[(5, round(each)) for each in monthly[:7]])
    found = watched(priced_year)
    assert found.crossed == ()
    assert "claims_above" not in {one.code for one in found.warnings}
    page = WatchPage(found)
    assert page.pending_words
    assert [row["where"] for row in page.rows[:7]] == ["within"] * 7
    assert page.rows[7]["paid"] == "–"
    assert found.outlook(7).chance_short < 1.0


def test_a_year_that_is_over_is_not_told_by_chances_and_like_advice_is_given_once(staff, priced_year):
    every(SchemeYear).update(starts_on=date(2025, 4, 1))
    claims(priced_year, *[(12, 40_000)] * 12)
    watched(priced_year)
    page = staff.get(url("watch", priced_year)).content.decode()
    assert "The year ended short" in page
    assert "ends short with a chance" not in page
    assert "Claims up to the end of March 2026 are higher" in page
    assert "it is short" in page
    assert page.count("Tell the governing committee how much is missing") == 1


def test_warnings_that_ask_for_the_same_stand_together(priced_year):
    found = [
        Signal(code="dearer", level="act", values={"benefit": name, "ratio": 2.0})
        for name in ("Stay", "Ride")
    ]
    (one,) = warning_words(found, priced_year)
    assert one["sentences"] == [
        f"{name}: a claim costs 2.0 times what was priced." for name in ("Stay", "Ride")
    ]


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ([], "the claims of April 2026 are not entered"),
        ([(5, 9_000), (None, None), (5, 9_000)], "The months from May 2026 on"),
    ],
)
def test_what_cannot_be_told_yet_is_said_never_guessed(staff, priced_year, months, said):
    if months:
        claims(priced_year, *months)
        watched(priced_year)
    page = staff.get(url("watch", priced_year)).content.decode()
    assert said in page
    assert "Claims are within what chance explains" not in page or months


def test_benefits_without_any_claim_entered_are_named(scheme, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    terms = {"hospitalisation": ChosenTerms(event_cap=5_000.0), "transport": ChosenTerms(fixed_amount=400.0)}
    figures = {"package": make_package(scheme, **terms), "insured": 600}
    year = actions.open_year(scheme=scheme, starts_on=date(2026, 4, 1), values=figures)
    assert not any("nothing is entered for" in words for words in watched(year).unknown)
    claims(year, (5, 9_000))
    assert any("nothing is entered for Transport, so" in words for words in watched(year).unknown)
    claims(year, (0, 0), benefit="transport")
    assert not any("nothing is entered for" in words for words in watched(year).unknown)


def test_without_a_package_there_is_nothing_to_compare_with(staff, year):
    page = staff.get(url("watch", year)).content.decode()
    assert "it is not known which package was sold" in page
    assert f"{url('figures', year)}#package" in page
    assert "within what chance explains" not in page


def test_claims_of_a_whole_year_are_no_months(staff, priced_year):
    line = ClaimsLine(row=1, benefit="", month=0, values={"paid": Decimal(90_000)})
    actions.change_claims(year=priced_year, seen_version=1, lines=[line])
    assert "known for the whole year only" in staff.get(url("watch", priced_year)).content.decode()


def test_a_worker_works_it_out_once_and_the_page_waits_meanwhile(staff, priced_year):
    cache.clear()
    claims(priced_year, (5, 9_000))
    for _ in range(2):
        assert "Working out what a year" in staff.get(url("watch", priced_year)).content.decode()
    job = every(Job).get(kind=year_work.YEAR_LAWS)
    look = staff.get(url("watch_progress", priced_year))
    assert "HX-Refresh" not in look
    assert len(look.content) <= 300
    year_work.work_out(job.question)
    assert staff.get(url("watch_progress", priced_year))["HX-Refresh"] == "true"
    assert "Month by month" in staff.get(url("watch", priced_year)).content.decode()


def test_a_chance_is_never_written_as_none_or_certain_before_it_is():
    assert chance_words(-1e-12) == chance_words(0.0002) == "less than 0.1\u00a0%"
    assert chance_words(0.99999) == "more than 99.9\u00a0%"
    assert chance_words(0.123) == "12.3\u00a0%"


def test_another_organisation_sees_nothing_of_it(priced_year):
    other = client_of(make_organisation())
    make_scheme(make_organisation())
    assert other.get(url("watch", priced_year)).status_code == 404
