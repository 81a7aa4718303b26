"""The page about reaching households through self-help groups."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words

pytestmark = pytest.mark.django_db


def test_the_slides_whole_country_is_reached(signed_in, package):
    asked = reverse("whatif:question", args=[package.pk, "reaching"])
    numbers = {"groups": "8500000", "households": "11.7647", "groups_join": "100", "households_join": "100"}
    response = signed_in.get(asked, numbers | {"borrow": "100", "interest": "0", "months": "10"})
    answer = response.context["answer"]
    assert answer.tables[0].rows[-1].cells[1].startswith("99,999,9")
    loan = {row.name: row.cells[0] for row in answer.tables[2].rows}
    assert loan["Interest in all"] == "₹\u00a00"
    assert loan["Paid back each month, for 10 months"] == loan["Without interest, in as many parts"]


def test_what_has_to_be_added_is_said_once_or_for_ever(signed_in, package):
    asked = reverse("whatif:question", args=[package.pk, "reaching"])
    assert "Until then somebody has to add" in words(signed_in.get(asked, {"worker": "100000"}))
    assert "has to add ₹" in words(signed_in.get(asked, {"worker": "9000000"}))
    assert "every year." in words(signed_in.get(asked, {"worker": "9000000"}))
    assert "Nothing has to be added" in words(signed_in.get(asked, {"worker": "0", "training": "0"}))
