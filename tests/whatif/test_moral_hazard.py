"""The page about more care when it is covered."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.calculator.pages import words

pytestmark = pytest.mark.django_db


def test_without_an_answer_the_premium_is_the_packages_and_with_one_it_is_more(signed_in, package):
    asked = reverse("whatif:question", args=[package.pk, "moral-hazard"])
    none, full = (signed_in.get(asked, {"strength": strength}) for strength in ("0", "100"))
    assert none.context["answer"].figure == "₹\u00a0461"
    assert full.context["answer"].figure > none.context["answer"].figure
    assert "in the United States in the 1970s" in words(full)
    half = signed_in.get(asked, {"strength": "0", "terms": "all", "copay": "50"})
    assert half.context["answer"].figure == none.context["answer"].tables[0].rows[-1].cells[0]
