"""The next years by their page: starts from the newest year, the address gives the answer again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from experience.actions import open_year
from experience.projection_page import start_of
from tests.experience.test_watch_page import make_package


@pytest.fixture
def address(scheme):
    return reverse("experience:projection", args=[scheme.pk])


@pytest.fixture
def sold(scheme):
    figures = {
        "package": make_package(scheme),
        "insured": 900,
        "premium": Decimal(270_000),
        "running_costs": Decimal(50_000),
        "reserve": Decimal(40_000),
    }
    return open_year(scheme=scheme, starts_on=date(2024, 4, 1), values=figures)


def test_without_a_priced_year_the_page_says_what_to_do(staff, address, year):
    assert "Nothing to start from" in staff.get(address).content.decode()


def test_it_starts_from_the_newest_year_and_the_address_gives_the_answer_again(staff, scheme, sold, address):
    assert start_of(scheme).numbers | {"doubt": 0} == {
        "persons": 900, "premium": 300.0, "reserve": 40_000, "running": 50_000, "growth": 0.0, "trend": 0.0,
        "premium_growth": 0.0, "cost_growth": 0.0, "interest": 0.04, "doubt": 0, "shock": 0.1,
    }  # fmt: skip
    page = staff.get(address).content.decode()
    assert "within 10 years" in page
    assert 'data-slider="-20 40 1"' in page
    dear = staff.get(address, {"premium": "9,000", "growth": "-5"}).content.decode()
    assert 'value="9,000"' in dear
    assert "less than 0.1" in dear
    assert "large enough" in dear
    poor = staff.get(address, {"premium": "1"}).content.decode()
    assert "more than 99.9" in poor
    assert "so does, without more reserve, a premium of" in poor


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"growth": "lots"}, "is not a number"),
        ({"growth": "-80"}, "Type a number from"),
        ({"persons": "0"}, "0"),
    ],
)
def test_a_slip_stands_beside_its_box(staff, sold, address, typed, said):
    answer = staff.get(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "put right what is marked" in page
    assert f'value="{next(iter(typed.values()))}"' in page
