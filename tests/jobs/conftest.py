from __future__ import annotations

import pytest

import tests.jobs.probe  # noqa: F401  registers its kind
from accounts.models import Organisation
from jobs import actions, tasks


@pytest.fixture
def organisation(db) -> Organisation:
    return Organisation.objects.create(name="Health circle")


@pytest.fixture
def submit(organisation):
    """Asks a probe question; keyword arguments go into the question."""

    def ask(**question):
        asked = {"chunks": 4, "seed": 7, **question}
        return actions.submit(organisation=organisation, kind="probe", question=asked)

    return ask


@pytest.fixture
def work():
    """Does everything there is to do, in this process."""

    def run():
        while tasks.step():
            pass

    return run
