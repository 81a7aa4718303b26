"""The pages about sharing afterwards."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(signed_in, package):
    def asked(slug, **numbers):
        return signed_in.get(reverse("whatif:question", args=[package.pk, slug]), numbers)

    return asked


def cells(answer, table, row):
    found = answer.tables[table].rows[row].cells
    return [float(text.replace("₹", "").replace(",", "").replace("%", "")) for text in found]


def test_without_a_fee_sharing_costs_the_pure_premium_on_average(ask, package):
    answer = ask("sharing", fee="0").context["answer"]
    ahead, afterwards = cells(answer, 0, 0)
    assert ahead == pytest.approx(461, abs=1)
    assert afterwards < ahead
    bad, worse = cells(answer, 0, 1)[1], cells(answer, 0, 2)[1]
    assert afterwards < bad < worse


def test_a_limit_is_reached_less_often_the_higher_it_is(ask):
    low = ask("sharing", cap="380").context["answer"].tables[1].rows[0].cells[0]
    high = ask("sharing", cap="420").context["answer"].tables[1].rows[0].cells[0]
    assert float(low.split()[0]) > float(high.split()[0])


def test_the_great_pool_shows_history_and_trade_offs(ask):
    page = words(ask("pool"))
    assert "188 yuan was the limit for a month; contemporary reports say for a year" in page
    assert "Xiang Hu Bao on 28 January 2022" in page
    assert "3,369" in page
