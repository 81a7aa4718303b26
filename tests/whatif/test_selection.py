"""The page about who joins: its two lessons are links."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words
from whatif.selection_model import follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(signed_in, package):
    asked = reverse("whatif:question", args=[package.pk, "selection"])
    return lambda query="": signed_in.get(f"{asked}?{query}")


def last_premium(response):
    return response.context["answer"].tables[0].rows[-1].cells


def test_the_lessons_are_links_and_lead_to_dearer_schemes(ask):
    page = ask().content.decode()
    assert 'href="?packages=two"' in page
    assert 'href="?when=year"' in page
    base, four, five = ask(), ask("packages=two"), ask("when=year")
    assert four.context["answer"].figure.startswith("₹\u00a0461 → ₹")
    amount = [
        int(last_premium(each)[place].split("\u00a0")[1]) for each, place in ((base, 1), (four, 2), (five, 1))
    ]
    assert amount[0] < amount[2]
    assert amount[0] < amount[1]


def test_a_whole_group_pays_the_packages_premium_year_after_year(ask):
    response = ask("unit=group")
    assert "Everybody is in, so nobody is chosen: the premium stays at ₹ 461." in words(response)
    assert last_premium(response)[:2] == ["100\u00a0%", "₹\u00a0461"]


def test_a_whole_group_cannot_have_two_packages(ask):
    response = ask("unit=group&packages=two")
    assert response.status_code == 422
    assert "takes one package" in words(response)


def test_the_page_says_what_was_fitted_and_what_was_tested(ask):
    page = words(ask())
    assert "Not fitted, but tested: in those families members had spent 1.70 times" in page
    assert "The model gives 1.68" in page


def test_an_emptied_scheme_is_said_to_be_empty(ask):
    assert "Hardly anybody is in the scheme" in words(ask("knows=100&tenth=9&joined=20&when=date&years=15"))


def test_a_scheme_that_hardly_anybody_joins_is_not_said_to_have_lost_them_to_a_rise(ask):
    sentence = ask("joined=0.5").context["answer"].sentence
    assert sentence == "Hardly anybody joins at ₹\u00a0461: the scheme does not begin."


def test_a_way_that_two_tables_show_is_followed_once(signed_in, package, monkeypatch):
    followed = []

    def seen(drawn, offer, rules, *, years):
        followed.append((float(drawn.wish.sum()), rules))
        return follow(drawn, offer, rules, years=years)

    monkeypatch.setattr("whatif.selection_tables.follow", seen)
    assert signed_in.get(reverse("whatif:question", args=[package.pk, "selection"])).status_code == 200
    assert len(followed) == len(set(followed)) < 11
