"""The explained price: every layer on screen and on paper, in the language asked for."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from accounts.models import AuditEntry
from accounts.trail import What
from calculator.cases import ChosenTerms, chosen_of
from calculator.models import Package
from calculator.packages import line_of
from calculator.quotes import quote
from explained.content import content_of
from explained.page import Explained
from explained.prints import print_of
from schemes.numbers import parse_number
from tests.calculator.pages import words
from tests.makers import every
from tests.workshop.conftest import make_package
from workshop.print_figures import PrintChoices

__all__ = ["make_package"]


@pytest.fixture
def explained(package):
    return Explained(line_of(package), choices=PrintChoices())


def address(package, name="package", **asked):
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    return reverse(f"explained:{name}", args=[package.pk]) + (f"?{query}" if query else "")


def numbers(rows, key="amount"):
    return [parse_number(row[key].replace("−", "-"), negative_allowed=True) for row in rows]


def test_every_layer_is_there_and_the_address_gives_the_same_ten_years_again(signed_in, package):
    page = words(signed_in.get(address(package)))
    for said in (
        "Why ₹ 461?",
        "Everyone puts ₹ 461 a year into one pot, and from it families are helped",
        # wage loss is covered at a rate of 0: nobody is promised it
        "by fixed rules, with: Hospitalisation, Injury, Imaging, Transport. Many",
        "Many pay and receive nothing: 37 of 100 families in a usual year.",
        "of 100 families pay their premium and receive nothing.",
        "Of each 100 rupees that are paid in",
        "The sum, with this community’s numbers",
        "Ten years, as they may fall",
        "How likely is it that the money does not suffice?",
        "Where it may be wrong",
    ):
        assert said in page.replace("\xa0", " "), said
    assert page == words(signed_in.get(address(package, ten="0")))
    another = words(signed_in.get(address(package, ten=2)))
    assert another != page
    assert "The first ten years" in another
    assert another == words(signed_in.get(address(package, ten=2)))


def test_ten_years_that_there_are_not_are_the_first(signed_in, package):
    for asked in ("-1", "9999", "two", "२", "1.5", ""):
        response = signed_in.get(address(package, ten=asked))
        assert (response.status_code, response.context["decade"]) == (200, 1), asked


def test_every_printed_line_adds_up(explained):
    content = content_of(explained)
    found = content["sum"]
    pure, loading, with_risk, admin, total, _small, _large, over_all = numbers(found["steps"])
    assert sum(numbers(found["benefits"])) == pure
    assert pure + loading == with_risk
    assert with_risk + admin == total == over_all == Decimal("460.96")
    for row in found["benefits"]:
        product = parse_number(row["often"]) * parse_number(row["each"]) / 100
        # to the last digit, which the adding up may move by one
        assert abs(product - parse_number(row["amount"])) < Decimal("0.015")
    assert sum(int(row["n"]) for row in content["split"]["rows"]) == 100
    for picture in content["hundred"]["pictures"]:
        assert sum(int(each["count"]) for each in picture["counts"]) == len(picture["icons"]) == 100
        for each in picture["counts"]:
            assert picture["icons"].count(each["icon"]) == int(each["count"])
    paper = print_of(explained)
    assert paper == content | {"pictures": paper["pictures"], "icons": paper["icons"]}


def test_what_an_empty_pot_was_lent_is_said_and_said_to_be_paid_back(explained):
    left = (10.0, -30.0, 5.0, -1.0, 50.0, -4.0, 1.0, 1.0, 1.0, 1.0)
    explained.years = tuple(
        replace(year, claims=year.premium - year.running - each, pot=sum(left[:number]))
        for number, (year, each) in enumerate(zip(explained.years, left, strict=True), start=1)
    )
    found = content_of(explained)["ten"]
    assert [row["enough"] for row in found["rows"]] == [
        "yes",
        "no: the pot is empty, the rest is lent",
        "yes, and part of what was lent is paid back",
        "no: the pot is empty, the rest is lent",
        "yes, and what was lent is paid back",
        "no: the pot paid the rest",
        *["yes"] * 4,
    ]
    assert any("as if somebody lent what was missing" in each for each in found["says"])


def test_a_cap_over_all_benefits_and_a_named_loading_add_up_too(package):
    line = line_of(package)
    case = line.case
    capped = replace(
        case,
        package=replace(case.package, family_cap=9_000.0),
        loadings=replace(case.loadings, risk_basis="joint", further=(("Reserve", 0.03),)),
    )
    line.case, line.quote = capped, quote(capped, simulated=None, carried_from="exact")
    found = content_of(Explained(line, choices=PrintChoices()))
    steps = {row["name"]: amount for row, amount in zip(
        found["sum"]["steps"], numbers(found["sum"]["steps"]), strict=True
    )}  # fmt: skip
    assert steps["Package cap"] < 0
    assert sum(numbers(found["sum"]["benefits"])) + steps["Package cap"] == steps["Pure risk premium"]
    total = steps["Premium with risk loading"] + steps["+ Running the scheme"] + steps["+ Reserve"]
    assert total == steps["One person, one year"]
    assert [row["words"] for row in found["split"]["rows"]][-1] == "Reserve"


def test_ruin_is_the_true_chance_and_the_surveys_part_is_told(linked):
    of = Explained(line_of(every(Package).get(scheme=linked)), choices=PrintChoices())
    content = content_of(of)
    found, survey = content["ruin"], of.sure.chance.survey
    one, _five, ten = found["rows"]
    assert one["short_once"] == one["runs_out"] == of.share(of.sure.chance.skewness, 1)
    assert one["in_doubt"].startswith(f"{100 * survey.chance:.1f}")
    assert "±" in ten["in_doubt"]
    assert of.say.money(survey.total_low) in content["sources"]["doubts"][0]


def test_without_people_asked_no_doubt_is_made_up_and_that_is_said(explained):
    found = content_of(explained)
    assert not found["ruin"]["with_doubt"]
    assert [row["in_doubt"] for row in found["ruin"]["rows"]] == ["–"] * 3
    assert "The true chances are higher." in found["ruin"]["note"]
    assert "is not known" in found["sources"]["doubts"][0]


def test_a_package_that_pays_for_nothing_says_so(signed_in, package, make_package):
    nothing = make_package(package, "Nothing", **{
        key.replace("-", "_"): ChosenTerms(covered=False) for key in chosen_of(package).terms
    })  # fmt: skip
    said = "This package pays for nothing, so there is no price to explain."
    assert said in words(signed_in.get(address(nothing)))
    paper = signed_in.get(address(nothing, "package_pdf"))
    assert said in PdfReader(io.BytesIO(paper.content)).pages[0].extract_text().replace("\n", " ")


def test_each_language_has_its_own_print_and_the_trail_knows_who_took_it(signed_in, package):
    for language in ("en", "hi", "ne", "or"):
        response = signed_in.get(address(package, "package_pdf", lang=language, ten=3))
        assert response.headers["Content-Type"] == "application/pdf"
        assert f"explained-{language}.pdf" in response.headers["Content-Disposition"]
        document = PdfReader(io.BytesIO(response.content))
        assert document.trailer["/Root"]["/Lang"] == language
        assert 2 <= len(document.pages) <= 4
    taken = [row.after for row in every(AuditEntry).filter(package_id=package.pk, what=What.EXPORTED)]
    assert taken == [{"file": "explained.pdf"}] * 4


def test_a_page_in_hindi_writes_its_own_digits_when_asked(signed_in, package):
    page = signed_in.get(address(package, lang="hi", digits="own"))
    content = page.content.decode()
    assert '<article class="explained" data-digits="chosen" lang="hi">' in content
    shown = re.search(r'<article class="explained"[^>]*>(.*)</article>', content, re.DOTALL)[1]
    assert "४६१" in shown
    # Latin ones only where something is copied, not read: engine, seeds, the case's hash
    before, _facts = shown.split('<dl class="facts">')
    assert re.findall(r"[0-9]", re.sub(r"<[^>]+>", "", before.replace("Majumdar 2018", ""))) == []
    assert translation.get_language() == "en"


def test_the_price_is_explained_from_the_package_the_comparison_and_the_shortlist(
    signed_in, package, make_package
):
    make_package(package, "Another", injury=ChosenTerms(covered=False))
    signed_in.post(reverse("workshop:shortlist_add", args=[package.pk]))
    link = f'href="{address(package)}"'
    for page in (
        reverse("calculator:package", args=[package.pk]),
        reverse("workshop:compare", args=[package.scheme_id]),
        reverse("workshop:shortlist", args=[package.scheme_id]),
    ):
        assert link in signed_in.get(page).content.decode(), page


def test_a_deleted_package_is_not_explained(signed_in, package):
    signed_in.post(reverse("calculator:delete", args=[package.pk]))
    assert signed_in.get(address(package)).status_code == 404
    assert signed_in.get(address(package, "package_pdf")).status_code == 404
