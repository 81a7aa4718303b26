"""The budgets of a poor network, on a real browser that is held to its speed: bytes, requests, one origin."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from calculator.models import Package
from schemes.models import Scheme
from simulation.models import BenefitRisk
from tests.experience.years import make_year
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import settled
from tests.journeys.wire import HTML, Network, stranger, wired
from tests.makers import every
from tests.workshop.session_rows import make_group, make_session, vote
from workshop.shortlist_actions import add_to_shortlist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

KB = 1000
FIRST_VIEW = 100 * KB
REPEATED = 20 * KB
REQUESTS = 8
# Bytes and requests are the same on a faster line; bench/bench_network.py measures the times on a poor one.
SLOW = Network(bits=1_600_000, round_trip=20)


def main_pages() -> dict[str, str]:
    """The pages of everyday work."""
    scheme = every(Scheme).get(name="Slide example, linked")
    package = every(Package).get(scheme=scheme)
    risk = every(BenefitRisk).filter(assumption_set__scheme=scheme).first()
    assert risk is not None
    add_to_shortlist(package=package)
    group = make_group(make_session(scheme))
    vote(group, 1, 1, 3)
    year = make_year(scheme, package)
    here = f"/schemes/{scheme.pk}"
    return {
        "home": "/",
        "scheme": f"{here}/",
        "assumptions": f"{here}/assumptions/",
        "a benefit": f"/benefits/{risk.pk}/",
        "calculator": f"{here}/calculator/",
        "package": f"/packages/{package.pk}/",
        "compare": f"{here}/compare/",
        "board": f"{here}/board/",
        "session": f"/sessions/{group.session_id}/",
        "votes": f"/groups/{group.pk}/individual/",
        "year": f"/years/{year.pk}/",
        "a month": f"/years/{year.pk}/claims/1/",
        "what if": f"/packages/{package.pk}/what-if/subsidy/",
    }


def test_every_main_page_keeps_the_budget_of_a_poor_network(landed_site, browser: Browser, page: Page):
    sign_in(page, landed_site)
    cookies = page.context.cookies()
    too_much: list[str] = []
    for name, address in {"sign in": "/sign-in/", **main_pages()}.items():
        context = stranger(browser, [] if name == "sign in" else cookies)
        fresh = context.new_page()
        wire = wired(fresh, SLOW)
        for view, most in (("first", FIRST_VIEW), ("again", REPEATED)):
            wire.empty()
            fresh.goto(landed_site + address)
            settled(fresh)
            fresh.locator("html[data-started]").wait_for()
            found = f"{name}, {view}: {wire.total} bytes in {wire.requests} requests, {wire.html} of HTML"
            kept = wire.total <= most and wire.requests <= REQUESTS and 0 < wire.html <= HTML
            if not kept or wire.origins != {landed_site} or "Font" in wire.kinds.values():
                too_much.append(f"{found} {sorted(wire.addresses.values())}")
        context.close()
    assert too_much == []
