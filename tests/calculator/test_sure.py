"""How sure the premium is: on the page, from the engines' own figures, without ever asking for ever."""

from __future__ import annotations

import pytest

from calculator import true_chance
from simulation.models import BenefitRisk
from tests.calculator.pages import words
from tests.calculator.test_sheet import change, url
from tests.makers import every

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def test_the_slides_five_per_cent_is_really_a_little_more(signed_in, slide):
    text = words(signed_in.get(url(slide, "sure")))
    assert "True chance of bankruptcy 5.1 % ; asked for: 5 %" in text
    assert "23 % in 5 years and 41 % in 10" in text
    assert "Survey range not known" in text


def test_a_survey_of_stated_size_makes_it_far_worse_and_says_what_would_help(signed_in, linked):
    text = words(signed_in.get(url(linked, "sure")))
    assert "+ the survey’s error 2" in text
    assert "would make it truly 5 %" in text
    assert "Or a larger survey: with" in text
    assert "That is more people than the scheme has" in text
    low, high = text.split("Survey range ")[1].split(" The")[0].split(" to ")
    assert int(low) < 490 < int(high)


def test_a_benefit_without_person_years_is_named_as_taken_for_certain(signed_in, linked):
    every(BenefitRisk).filter(assumption_set__scheme=linked, key="imaging").update(survey_person_years=None)
    text = words(signed_in.get(url(linked, "sure")))
    assert "Taken as certain, because no person-years are given: Imaging." in text


def test_figures_known_already_stand_on_the_sheet_at_once(signed_in, slide):
    assert "asked for; really" not in words(signed_in.get(url(slide)))
    signed_in.get(url(slide, "sure"), headers=HTMX)
    assert "asked for; really 5.1 %" in words(signed_in.get(url(slide)))


def test_the_fragment_brings_the_banner_along(signed_in, slide):
    part = signed_in.get(url(slide, "sure"), headers=HTMX).content.decode()
    assert 'id="banner" hx-swap-oob="true"' in part
    assert "<html" not in part


def test_what_cannot_be_worked_out_is_said_and_not_asked_for_again(signed_in, slide, monkeypatch):
    def overflow(**_given):
        raise FloatingPointError

    monkeypatch.setattr("calculator.sure.true_chance", overflow)
    part = signed_in.get(url(slide, "sure"), headers=HTMX).content.decode()
    assert "too far out" in part
    assert 'hx-trigger="load"' not in part


def test_assumptions_beyond_counting_are_refused_in_words(signed_in, slide, monkeypatch):
    def overflow(_package):
        raise FloatingPointError

    change(signed_in, slide)
    monkeypatch.setattr("calculator.quotes.price_exact", overflow)
    monkeypatch.setattr("calculator.views.lines_of", lambda *_given, **_named: [])
    page = signed_in.post(url(slide), {"do": "recalculate", "kept": "1"}, headers=HTMX)
    assert "too large or too small to be worked out" in words(page)
    assert "No premium yet" in words(page)


def test_the_widest_mover_comes_first(signed_in, slide):
    text = words(signed_in.get(url(slide, "movers")))
    assert (
        text.index("How often (incidence)")
        < text.index("How dear (average cost)")
        < text.index("How many join")
    )
    assert "50 % to 100 % 461–469" in text


def test_no_price_leaves_the_panel_alone(signed_in, slide):
    rows = ("hospitalisation", "injury", "imaging", "transport", "wage-loss")
    change(signed_in, slide, **{f"{row}__on": None for row in rows})
    assert signed_in.get(url(slide, "sure"), headers=HTMX).status_code == 204
    assert signed_in.get(url(slide, "sure")).status_code == 302


def test_the_page_uses_the_figures_of_the_command(signed_in, slide, package):
    from calculator.models import Premium

    answer = every(Premium).get(package=package).answer
    assert answer["true_chance_of_bankruptcy"]["skewness"] == pytest.approx(0.0512, abs=5e-5)
    assert true_chance.SURVEYS % true_chance.BLOCKS == 0


def test_a_failed_check_of_the_true_chance_is_said(signed_in, slide, monkeypatch):
    from dataclasses import replace

    from simulation.engine.moments import Check

    failed = (Check(name="outside the window", error=1.0, tolerance=1e-6, about="scheme"),)
    monkeypatch.setattr(
        "calculator.sure.true_chance",
        lambda **given: replace(true_chance.true_chance(**given), failed_checks=failed),
    )
    text = words(signed_in.get(url(slide, "sure")))
    assert "A check of this calculation failed (outside the window): take it as rough." in text
