"""One rehearsed server for all faults, and their figures at the end of the run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

import tests.jobs.probe  # noqa: F401  registers its kind
from accounts.models import Organisation, Role
from jobs import actions
from tests.faults.browser import Browser
from tests.faults.site import FAMILIES, FaultSite, as_client_of
from tests.makers import make_member, make_organisation

FIGURES: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those that need the whole server run by `make faults` alone."""
    if os.environ.get("FAULTS") == "yes":
        # The logs are searched when everything has been broken.
        items.sort(key=lambda item: item.name.startswith("test_f32"))
        return
    whole = [item for item in items if item.get_closest_marker("faults")]
    config.hook.pytest_deselected(items=whole)
    items[:] = [item for item in items if item not in whole]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("figures of the faults")
        for line in FIGURES:
            terminalreporter.write_line(line)


@pytest.fixture
def figure(capsys: pytest.CaptureFixture[str]):
    """Keeps a measured figure for the end of the run."""

    def keep(fault: str, words: str) -> None:
        FIGURES.append(f"{fault:4} {words}")
        with capsys.disabled():
            sys.stdout.write(f"\n{fault} {words}\n")

    return keep


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultSite]:
    extra = {
        "SIMULATED_FAMILIES": str(FAMILIES),
        "TIME_ZONE": "Asia/Kathmandu",
        "REQUIRE_ADMIN_SECOND_FACTOR": "0",
        "LIMIT_RUN": "1000/1000 in 60",
        "LIMIT_SUBMIT": "10000/10000 in 60",
    }
    folder, static = tmp_path_factory.mktemp("site"), Path(settings.STATIC_ROOT)
    with FaultSite(folder, workers=2, extra=extra, static=static, keep=False) as site:
        yield site


@pytest.fixture
def site(running_site: FaultSite, django_db_blocker: DjangoDbBlocker) -> Iterator[FaultSite]:
    """The server, whole before and after; meanwhile this process works on its rows."""
    running_site.all_up()
    with django_db_blocker.unblock(), as_client_of(running_site):
        yield running_site
    running_site.all_up()


@pytest.fixture
def organisation(site: FaultSite) -> Organisation:
    return make_organisation()


@pytest.fixture
def ask(organisation: Organisation):
    """A probe's question; keyword arguments go into it."""

    def submit(**question):
        asked = {"chunks": 4, "seed": 7, **question}
        return actions.submit(organisation=organisation, kind="probe", question=asked)

    return submit


@pytest.fixture
def person(site: FaultSite, organisation: Organisation) -> Browser:
    return Browser.of(site.web, make_member(organisation, role=Role.ADMIN))
