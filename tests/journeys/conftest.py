"""A whole site for a person to walk through: a real browser, a real worker, the demo organisation."""

from __future__ import annotations

import pytest
from celery import current_app

from cbhi_site.management.commands.example import make_example
from jobs.models import Job
from tests.jobs.workers import celery_worker
from tests.makers import every
from tests.simulation.test_runs import run
from tests.snapshots import made_or_put_back


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Without the worker that keeps pages on a phone: that is tried in tests/offline."""
    return {**browser_context_args, "service_workers": "block"}


@pytest.fixture
def site(live_server, settings, tmp_path):
    """The running site with the demo organisation, and a worker that simulates."""
    settings.SIMULATED_FAMILIES = 2_000_000
    with current_app.connection_for_write() as line:
        line.default_channel.queue_purge("celery")
    make_example()
    with celery_worker(tmp_path / "worker.log"):
        yield live_server.url


@pytest.fixture
def quiet_site(live_server, settings):
    """The running site without a worker: for tests that only look."""
    settings.SIMULATED_FAMILIES = 2_000_000
    made_or_put_back(make_example, key=("example", settings.SIMULATED_FAMILIES))
    return live_server.url


@pytest.fixture
def landed_site(live_server, settings):
    """The running site where every simulation has landed: pages are fullest then."""
    settings.SIMULATED_FAMILIES = 50_000
    made_or_put_back(_make_landed, key=("landed example", settings.SIMULATED_FAMILIES))
    return live_server.url


def _make_landed() -> None:
    make_example()
    for job in every(Job).all():
        run(job)


def sign_in(page, site: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/")
