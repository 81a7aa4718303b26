"""The workshop's pages in a real browser: six packages on a phone, on a desk and on paper."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from calculator.actions import save_package
from calculator.cases import ChosenTerms, chosen_of
from calculator.models import Package
from schemes.models import Scheme
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import NARROW, violations
from tests.makers import every
from workshop.shortlist_actions import add_to_shortlist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def six(quiet_site):
    """The site with six packages on the shortlist of a scheme."""
    scheme = every(Scheme).get(name="Slide example, linked")
    first = every(Package).select_related("assumption_set", "scheme").get(scheme=scheme)
    add_to_shortlist(package=first)
    for number in range(2, 7):
        terms = {
            "hospitalisation": ChosenTerms(event_cap=1000.0 * number, family_cap=20_000.0, threshold=100.0),
            "wage-loss": ChosenTerms(rate=100.0, start_day=4, last_day=10 + number),
        }
        package = save_package(
            scheme=scheme,
            assumption_set=first.assumption_set,
            chosen=replace(chosen_of(first), terms=terms),
            name=f"Hospital, transport and wages {number}",
            note="",
            user=None,
        )
        add_to_shortlist(package=package)
    return quiet_site, scheme


def test_six_packages_are_compared_on_a_phone_and_on_paper(six, page: Page):
    site, scheme = six
    sign_in(page, site)
    address = f"{site}/schemes/{scheme.pk}/compare/?income=72000"
    wrong = []
    for width in (NARROW, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for each in (address, f"{site}/schemes/{scheme.pk}/shortlist/"):
            page.goto(each)
            wrong += violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(address)
    score = page.get_by_text("Families that are paid nothing, of 100")
    expect(score).to_be_hidden()
    page.get_by_label("Three scores").check()
    expect(score).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 800})
    expect(page.get_by_text("Scheme pays").first).to_be_visible()
    page.goto(f"{site}/schemes/{scheme.pk}/board/?show=poster")
    cut = ".pack__rows, .pack__bill, .pack__price"
    assert (
        page.locator(cut).evaluate_all(
            "all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length"
        )
        == 0
    )
    page.goto(address)
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    assert len(sheets) <= 4


def test_forty_a_month_leads_to_a_saved_package_on_the_shortlist(six, page: Page):
    site, scheme = six
    sign_in(page, site)
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(f"{site}/schemes/{scheme.pk}/shortlist/")
    page.get_by_role("button", name="Take off Hospital, transport and wages 6").click()
    page.get_by_role("link", name="What can we pay?").click()
    page.get_by_label("We can pay").fill("40")
    page.get_by_role("button", name="Look for packages").click()
    assert violations(page) == []
    page.locator(".offer--best").get_by_role("button", name="Put it on the sheet").click()
    expect(page.get_by_text("The package is on the sheet")).to_be_visible()
    expect(page.locator("#PREMIUM, .banner").first).to_contain_text("48")
