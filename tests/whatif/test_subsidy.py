"""The page about a subsidy that ends."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(package):
    return reverse("whatif:question", args=[package.pk, "subsidy"])


def test_half_of_the_slides_premium_falling_over_five_years(signed_in, asked, package):
    response = signed_in.get(asked, {"share": "50", "years": "5", "trend": "0"})
    rows = response.context["answer"].tables[0].rows
    assert len(rows) == 6
    premium, donor, members, step, _bill = rows[0].cells
    assert (premium, step) == (rows[5].cells[2], "–")
    assert donor == members
    assert rows[5].cells[1] == "₹\u00a00"
    assert "risen" not in words(response)


def test_a_budget_is_answered_in_years_and_in_share(signed_in, asked):
    response = signed_in.get(asked, {"budget": "5,00,000"})
    assert "With ₹ 500,000 in all" in words(response)
    assert "Years paid at this share" in words(response)
