"""The lesson's figures are those of the played year and of the whole scheme; in a bad season more happens."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from django.urls import reverse
from pypdf import PdfReader

from calculator.packages import lines_of
from calculator.queries import packages_of
from calculator.sensitivity import with_incidence
from simulation.engine.exact import price_exact
from tests.calculator.pages import words
from tests.makers import client_of, make_scheme
from tests.workshop.risks import PACKAGE, UNITS
from workshop.lesson import SHOCK, Season
from workshop.lesson_page import Lesson
from workshop.play import FAMILIES_OF_VILLAGE, YEARS, year_of_dice
from workshop.print_figures import PrintChoices
from workshop.years_of_families import World

DRAWN = 80_000


@pytest.fixture(scope="module")
def usual():
    return Season(World(package=PACKAGE, unit_costs=UNITS), PACKAGE, 1.0, DRAWN)


@pytest.fixture(scope="module")
def bad():
    return Season(World(package=PACKAGE, unit_costs=UNITS), PACKAGE, SHOCK, DRAWN)


def test_a_card_tells_the_year_that_its_dice_pick_on_the_page(usual):
    for share in (0.1, 0.5, 0.9):
        year = usual.year_at(share - 0.05, share + 0.05)
        families = usual.villages.play(year_of_dice(year.dice))
        assert year.paid == pytest.approx(math.fsum(family.paid[0] for family in families))
        assert year.bills == pytest.approx(math.fsum(family.bills for family in families))
        assert year.worst_bill == max(family.bills for family in families)
        assert year.helped == sum(family.paid[0] > 0 for family in families)
        assert sum(year.happened.values()) == sum(len(family.happened) for family in families)


def test_a_card_stands_for_its_share_of_the_years_of_the_dice(usual):
    paid = np.sort(usual.villages.by_year(usual.villages.paid[0])[:YEARS])
    for share in (0.1, 0.5, 0.9):
        year = usual.year_at(share - 0.02, share + 0.02)
        assert paid[int((share - 0.02) * YEARS)] <= year.paid <= paid[int((share + 0.02) * YEARS)]


@pytest.mark.parametrize("season", ["usual", "bad"])
def test_what_the_pot_pays_on_average_is_what_the_exact_engine_expects(season, request):
    """Within four standard errors; no package cap, so that families' payouts are independent."""
    drawn = request.getfixturevalue(season)
    moments = price_exact(with_incidence(PACKAGE, drawn.factor))
    paid = drawn.villages.paid[0]
    error = paid.std() / math.sqrt(len(paid)) * FAMILIES_OF_VILLAGE
    sizes = drawn.villages.families.sizes
    a_family = moments.package.mean[np.searchsorted(PACKAGE.families.sizes, sizes)].mean()
    assert abs(drawn.mean_paid - FAMILIES_OF_VILLAGE * a_family) < 4 * error


def test_a_bad_season_is_the_same_village_with_about_twice_the_events_and_no_dice(usual, bad):
    sizes = [one.villages.families.sizes[one.villages.places(0)] for one in (usual, bad)]
    assert np.array_equal(*sizes)
    events = [
        sum(one.per_family.sum() for one in season.villages.families.events.values())
        for season in (usual, bad)
    ]
    assert events[1] / events[0] == pytest.approx(SHOCK, rel=0.02)
    assert bad.mean_paid > 1.5 * usual.mean_paid
    assert bad.year_at(0.4, 0.6).dice == ""


@pytest.fixture
def lesson(linked):
    return Lesson(lines_of(list(packages_of(scheme=linked)), scheme=linked)[0], PrintChoices())


def test_the_pot_is_the_premium_without_what_running_costs(lesson):
    figures, premium = lesson.figures, lesson.line.quote.premium
    assert figures.paid_in == pytest.approx(sum(premium.per_family(size=size) for size in figures.sizes))
    assert figures.pot + figures.running == pytest.approx(figures.paid_in)
    assert figures.pot / figures.paid_in == pytest.approx(premium.with_risk / premium.total)
    assert [year.paid for year in figures.years] == sorted(year.paid for year in figures.years)


def test_being_many_helps_against_luck_and_hardly_against_a_bad_season(lesson):
    figures = lesson.figures
    alone = figures.usual.share_above(figures.pot)
    assert figures.scheme_short(factor=1.0) < 0.1 < alone
    assert figures.scheme_short(factor=SHOCK) > 0.9


def test_amounts_on_a_card_add_up_as_they_are_shown(lesson):
    """Children reckon with them: each is rounded to 10, so that a sum may be one step off."""
    for year, card in zip(lesson.figures.years, lesson.document["cards"][:6], strict=True):
        shown = [row["value"] for row in card["rows"]]
        left = lesson.figures.pot - year.paid
        assert shown[0] == lesson.money(lesson.figures.pot)
        assert shown[1] == lesson.money(year.paid)
        assert ("is missing" in shown[2]) == (left < 0)


def test_the_page_and_the_paper_say_the_same(signed_in, linked):
    page = words(signed_in.get(reverse("workshop:lesson", args=[linked.pk])))
    pdf = signed_in.get(reverse("workshop:lesson_pdf", args=[linked.pk]))
    assert pdf["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(pdf.content))
    assert len(reader.pages) == 4
    paper = " ".join(sheet.extract_text() for sheet in reader.pages)
    for text in ("One pot for all: a lesson of 45 minutes", "A bad season", "What now?", "The die shows 6"):
        assert text in page
        assert text in paper


@pytest.mark.parametrize("language", ["hi", "or"])
def test_it_is_printed_in_other_languages_with_their_own_digits(signed_in, linked, language):
    asked = {"lang": language, "digits": "own"}
    pdf = signed_in.get(reverse("workshop:lesson_pdf", args=[linked.pk]), asked)
    assert pdf.status_code == 200
    reader = PdfReader(io.BytesIO(pdf.content))
    assert reader.root_object["/Lang"] == language


def test_without_a_package_it_says_what_to_do(signed_in, linked):
    scheme = make_scheme(linked.organisation)
    assert "No package is saved yet" in words(signed_in.get(reverse("workshop:lesson", args=[scheme.pk])))
    client = client_of(linked.organisation)
    assert client.get(reverse("workshop:lesson_pdf", args=[scheme.pk])).status_code == 404
