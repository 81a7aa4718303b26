"""The demo organisation, signed in, for tests of the calculator's pages."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts.models import User
from calculator.models import Package
from cbhi_site.management.commands.example import DEMO_USER, make_example
from schemes.models import Scheme
from tests.makers import every
from tests.snapshots import made_or_put_back


@pytest.fixture
def demo_user(db, settings):
    settings.SIMULATED_FAMILIES = 100_000
    cache.clear()
    made_or_put_back(make_example, key=("example", settings.SIMULATED_FAMILIES))
    return User.objects.get(username=DEMO_USER)


@pytest.fixture
def slide(demo_user):
    return every(Scheme).select_related("organisation").get(name="Slide example")


@pytest.fixture
def linked(demo_user):
    return every(Scheme).select_related("organisation").get(name="Slide example, linked")


@pytest.fixture
def package(slide):
    return every(Package).get(scheme=slide)


@pytest.fixture
def signed_in(client, demo_user):
    client.force_login(demo_user)
    return client
