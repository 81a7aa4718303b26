"""The explained price: every layer on screen and on paper, in the language asked for."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import AuditEntry
from calculator.packages import line_of
from explained.content import content_of
from explained.page import Explained
from explained.sum_words import Sum
from schemes.numbers import parse_number
from tests.calculator.pages import words
from tests.makers import every
from workshop.print_figures import PrintChoices


@pytest.fixture
def explained(package):
    return Explained(line_of(package), choices=PrintChoices())


def address(package, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return reverse("explained:package", args=[package.pk]) + (f"?{query}" if query else "")


def test_every_layer_is_there(signed_in, package):
    page = words(signed_in.get(address(package)))
    for said in (
        "Why ₹ 461?",
        "Everyone puts ₹ 461 a year into one pot",
        "of 100 families in a usual year. That is how the pot can help those who are hit.",
        "of 100 families pay their premium and receive nothing.",
        "Of each 100 rupees that are paid in",
        "The sum, with this community’s numbers",
        "Ten years, as they may fall",
        "How likely is it that the money does not suffice?",
        "Where it may be wrong",
    ):
        assert said in page, said
