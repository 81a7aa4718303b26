"""The page about three ways to rate."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words

pytestmark = pytest.mark.django_db


def test_families_are_priced_three_ways_and_leave_by_what_they_get(signed_in, package):
    asked = reverse("whatif:question", args=[package.pk, "rating"])
    response = signed_in.get(asked, {"old": "10", "old_cost": "3", "worth": "200", "can_pay": "100"})
    rows = {row.name: row.cells for row in response.context["answer"].tables[0].rows}
    young = rows["Young couple, middle income"]
    assert young[3].startswith("₹\u00a0922: ")
    assert rows["Young couple, best off"][1] == young[1]
    assert rows["Young couple, best off"][2] != young[2]
    assert "equal premiums last when all join or none" in words(response)
