"""A scheme with a year, its priced package chosen for it, and somebody signed in."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Role
from experience.actions import open_year
from tests.makers import client_of, make_organisation, make_scheme


@pytest.fixture
def organisation(db):
    return make_organisation()


@pytest.fixture
def scheme(organisation):
    return make_scheme(organisation, name="Vaishali")


@pytest.fixture
def year(scheme):
    return open_year(scheme=scheme, starts_on=date(2017, 4, 1))


@pytest.fixture
def browser_of_admin(organisation):
    return client_of(organisation)


@pytest.fixture
def staff(organisation):
    return client_of(organisation, role=Role.FIELD_STAFF)
