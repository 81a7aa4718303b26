"""Takes the guides' pictures of the real site with its example: `make guides` runs it, `make test` does not.

What a picture shows is told by its alt text in `cbhi_site/guides/`; `tests/guides/test_guides.py` holds that
each picture that a guide names is there, and light.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from calculator.actions import save_package
from calculator.cases import ChosenTerms, chosen_of
from calculator.models import Package
from calculator.packages import lines_of
from cbhi_site.guides.guide_parts import HEIGHT, WIDTH
from cbhi_site.management.commands.example import DEMO_USER, make_example
from cbhi_site.survey_example import start_survey_example
from jobs.models import Job
from schemes.models import Scheme
from survey.estimate_sets import EstimateSet
from survey.models import Survey
from tests.experience.years import make_year
from tests.guides.lightness import DOTS, MOST_BYTES
from tests.journeys.conftest import sign_in
from tests.makers import every
from tests.simulation.test_runs import run
from tests.workshop.choosing import make_choice
from tests.workshop.session_rows import make_group, vote
from workshop.session_actions import create_session
from workshop.shortlist_actions import add_to_shortlist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

FOLDER = Path(settings.BASE_DIR) / "static" / "guides"
SCREEN = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": DOTS, "mobile": False}
QUALITIES = (70, 55, 40)
"""Of WebP; the first one that keeps a picture light is taken."""


def test_takes_the_pictures(live_server, browser, settings):
    settings.SIMULATED_FAMILIES = 200_000
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=DOTS, reduced_motion="reduce"
    )
    page = context.new_page()
    addresses = example_of_everything()
    sign_in(page, live_server.url)
    # Looking at a page may ask for work: the first look asks, the second one finds it done.
    for address, _begins in addresses.values():
        page.goto(live_server.url + address)
        page.wait_for_timeout(500)
    finish_all_work()
    for name, (address, begins) in addresses.items():
        page.goto(live_server.url + address)
        page.wait_for_timeout(1500)
        page.locator(begins).first.evaluate("(element) => { element.scrollIntoView(); scrollBy(0, -6) }")
        page.wait_for_timeout(200)
        picture = light_picture(page)
        assert len(picture) <= MOST_BYTES, f"{name}: {len(picture)} bytes"
        (FOLDER / f"{name}.webp").write_bytes(picture)
    context.close()


def light_picture(page: Page) -> bytes:
    line = page.context.new_cdp_session(page)
    # A picture by this way has one dot a pixel unless it is said here once more.
    line.send("Emulation.setDeviceMetricsOverride", SCREEN)
    for quality in QUALITIES:
        answer = line.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(answer["data"])
        if len(picture) <= MOST_BYTES:
            break
    return picture


def example_of_everything() -> Mapping[str, tuple[str, str]]:
    """Every picture by its name: the address of its page and where on the page it begins."""
    make_example()
    user = User.objects.get(username=DEMO_USER)
    scheme = start_survey_example(organisation=every(Scheme).first().organisation, user=user)
    finish_all_work()
    scheme = every(Scheme).get(pk=scheme.pk)
    first = every(Package).get(scheme=scheme)
    packages = [first, *(_like(first, name, user, **terms) for name, terms in OTHERS.items())]
    for package in packages:
        add_to_shortlist(package=package)
    session = create_session(
        scheme=scheme,
        values={"held_on": date(2026, 11, 20), "place": "Kalahandi", "facilitator": "Meera"},
        lines=lines_of(packages, scheme=scheme),
    )
    women, men = make_group(session, "Ujala", people=14), make_group(session, "Kisan", people=12, kind="men")
    vote(women, *[1] * 8, *[2] * 4, *[3] * 2)
    vote(men, *[1] * 5, *[2] * 6, 3)
    choice = make_choice(first, user, reason="Most chose it, in both groups.")
    year = make_year(scheme, first)
    survey, estimates = every(Survey).get(scheme=scheme), every(EstimateSet).get(scheme=scheme)
    return {
        "scheme": (reverse("schemes:detail", args=[scheme.pk]), "h1"),
        "survey": (reverse("survey:survey", args=[survey.pk]), "h1"),
        "estimates": (reverse("survey:estimates", args=[estimates.pk]), "h1"),
        "calculator": (reverse("calculator:sheet", args=[scheme.pk]), "#calc"),
        "package": (reverse("calculator:package", args=[first.pk]), ".paper__lines"),
        "claims": (reverse("experience:claims", args=[year.pk, 1]), "form.card.stack"),
        "compare": (reverse("workshop:compare", args=[scheme.pk]), "main table"),
        "board": (reverse("workshop:board", args=[scheme.pk]), ".board"),
        "play": (reverse("workshop:play", args=[scheme.pk]) + "?dice=3514", "#village"),
        "session": (reverse("workshop:session", args=[session.pk]), "h1"),
        "votes": (reverse("workshop:votes", args=[women.pk, "individual"]), "h1"),
        "tally": (reverse("workshop:tally", args=[session.pk]), "h1"),
        "choice": (reverse("workshop:chosen", args=[choice.pk]), "h1"),
    }


def finish_all_work() -> None:
    while waiting := every(Job).exclude(status="done").first():
        with transaction.atomic():
            run(waiting)


OTHERS = {
    "Large bills only": {"hospitalisation": ChosenTerms(threshold=2000, event_cap=15000, family_cap=30000)},
    "Hospital and transport": {
        "hospitalisation": ChosenTerms(event_cap=5000, family_cap=15000),
        "transport": ChosenTerms(fixed_amount=1000),
    },
}


def _like(package: Package, name: str, user: User, **terms: ChosenTerms) -> Package:
    return save_package(
        scheme=package.scheme,
        assumption_set=package.assumption_set,
        chosen=replace(chosen_of(package), terms=terms),
        name=name,
        note="",
        user=user,
    )
