"""F30: the way from signing in to a printed package without JavaScript; and no page breaks its own policy."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from calculator.models import Package
from schemes.models import Scheme
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import addresses, settled
from tests.makers import every

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

WATCH = """
window.refused = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


def test_from_signing_in_to_a_printed_package_without_javascript(quiet_site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, quiet_site)

    page.goto(f"{quiet_site}/schemes/new/")
    page.get_by_label("Name", exact=True).fill("No scripts")
    page.get_by_label("Inhabitants").fill("5,000")
    page.get_by_role("button", name="Set up the scheme").click()
    expect(page.get_by_text("No scripts is set up.")).to_be_visible()
    scheme = every(Scheme).get(name="No scripts")

    page.goto(f"{quiet_site}/schemes/{scheme.pk}/assumptions/")
    page.get_by_role("link", name=re.compile("^Lab")).first.click()
    page.get_by_label("Average cost of one event").fill("900")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Lab is saved.")).to_be_visible()

    page.goto(f"{quiet_site}/schemes/{scheme.pk}/calculator/")
    page.locator("#hospitalisation-event_cap").fill("5,000")
    page.locator("#lab-on").check()
    page.locator("#do-recalculate").click()
    expect(page.locator("#row-lab .money").first).to_have_text(re.compile(r"[1-9]"))
    page.locator("#package-name").fill("By hand")
    page.locator("#do-save").click()
    expect(page.get_by_text("Saved: By hand")).to_be_visible()

    package = every(Package).get(name="By hand")
    page.goto(f"{quiet_site}/packages/{package.pk}/")
    expect(page.get_by_role("heading", name="By hand").first).to_be_visible()
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{quiet_site}/packages/{package.pk}/")
    expect(page).to_have_url(re.compile("/sign-in/"))
    context.close()


def test_no_page_breaks_the_content_security_policy(landed_site, page: Page):
    complaints: list[str] = []
    page.add_init_script(WATCH)
    pages = {f"{landed_site}{address}" for address in addresses()}

    def hear(said: ConsoleMessage) -> None:
        refuses_itself = said.text.startswith("Failed to load resource") and said.location["url"] in pages
        if said.type == "error" and not refuses_itself:
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.goto(f"{landed_site}/sign-in/")
    sign_in(page, landed_site)
    for address in (each.removeprefix(landed_site) for each in sorted(pages)):
        answer = page.goto(landed_site + address)
        assert answer is not None
        assert "content-security-policy" in answer.headers, address
        settled(page)
        complaints += [f"{address}: {each}" for each in page.evaluate("window.refused")]
    assert complaints == []


def test_the_watch_sees_a_script_that_the_policy_forbids(quiet_site, page: Page):
    page.add_init_script(WATCH)
    page.goto(f"{quiet_site}/sign-in/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b style=\"top:0\">x</b>')")
    page.wait_for_function("window.refused.length > 0")
