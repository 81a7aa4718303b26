"""People's own pages in a real browser: joining, the second factor, a shared phone."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect

from accounts import people
from accounts.models import Membership, Organisation, Role, User
from schemes.models import Scheme
from tests.accounts.people import code_of
from tests.journeys.test_every_page import NARROW, settled, violations
from tests.makers import every

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


class Looker:
    """Looks at a page as it stands: axe's rules, and no wider than a phone."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def at(self, page: Page) -> None:
        self.wrong += violations(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            self.wrong.append(f"{page.url}: {width} px wide")


@pytest.fixture
def link(quiet_site):
    organisation = Organisation.objects.get()
    admin = User.objects.get(username="demo")
    _invitation, token = people.invite(
        organisation=organisation, role=Role.FIELD_STAFF, email="asha@example.org", invited_by=admin
    )
    return f"{quiet_site}/join/{token}/"


def make_account(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("Your name").fill("Asha Kerketta")
    page.get_by_label("User name to sign in with").fill("asha.k")
    page.get_by_label("Password", exact=True).fill("monsoon lantern cart")
    page.get_by_label("Password once more").fill("monsoon lantern cart")
    page.get_by_role("button", name="Make the account and join").click()


def sign_in_as_asha(page: Page, *, shared: bool = False) -> None:
    page.get_by_label("User name or e-mail").fill("asha.k")
    page.get_by_label("Password").fill("monsoon lantern cart")
    if shared:
        page.get_by_label("This is a shared phone").check()
    page.get_by_role("button", name="Sign in", exact=True).click()


def let_idle(page: Page, minutes: int) -> None:
    key = next(each["value"] for each in page.context.cookies() if each["name"] == "sessionid")
    session = SessionStore(key)
    session["seen_at"] -= minutes * 60
    session.save()


def test_from_an_invitation_to_a_second_factor_every_page_is_accessible(quiet_site, link, page: Page):
    look = Looker()
    page.set_viewport_size({"width": NARROW, "height": 800})
    for path in ("/forgotten/", "/forgotten/sent/", "/forgotten/abc-def/", "/sign-in/closed/"):
        page.goto(quiet_site + path)
        look.at(page)
    page.goto(link)
    look.at(page)
    page.get_by_role("button", name="Make the account and join").click()
    expect(page.get_by_role("alert")).to_contain_text("to put right")
    look.at(page)
    make_account(page, link)
    page.wait_for_url(f"{quiet_site}/")
    second = Organisation.objects.create(name="Second circle of mutual aid")
    Membership.objects.create(user=User.objects.get(username="asha.k"), organisation=second)
    page.goto(f"{quiet_site}/account/second-factor/set-up/")
    look.at(page)
    secret = "".join(page.locator("b.code").inner_text().split())
    page.get_by_label("six digits").fill(code_of(secret))
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/codes/")
    look.at(page)
    recovery = page.locator("li.code").first.inner_text()
    for path in ("/account/", "/account/second-factor/codes/new/", "/account/second-factor/take-off/"):
        page.goto(quiet_site + path)
        look.at(page)
    page.goto(link)
    look.at(page)
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in/")
    sign_in_as_asha(page)
    page.wait_for_url("**/sign-in/code/")
    look.at(page)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{quiet_site}/")
    assert look.wrong == []


def test_an_administrator_passes_a_link_on_that_can_be_read_whole_on_a_phone(quiet_site, page: Page):
    look = Looker()
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(f"{quiet_site}/sign-in/?next=/people/")
    page.get_by_label("User name or e-mail").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Facilitator").check()
    page.get_by_role("button", name="Make an invitation link").click()
    shown = page.locator(".link-box")
    expect(shown).to_have_text(re.compile(rf"{quiet_site}/join/[0-9a-f]{{64}}/"))
    look.at(page)
    assert look.wrong == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_form_on_a_shared_phone_survives_fifteen_idle_minutes(quiet_site, link, browser, script):
    context = browser.new_context(java_script_enabled=script, viewport={"width": NARROW, "height": 800})
    page, look = context.new_page(), Looker()
    make_account(page, link)
    page.get_by_role("button", name="Sign out").first.click()
    sign_in_as_asha(page, shared=True)
    page.goto(f"{quiet_site}/schemes/new/")
    page.locator("#id_name").fill("Village of Khunti")
    page.locator("#id_inhabitants").fill("३५००")
    let_idle(page, 16)
    page.get_by_role("button", name="Set up the scheme").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Still there, Asha Kerketta?")
    if script:
        look.at(page)
    page.get_by_label("Password").fill("monsoon lantern cart")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send it now?")
    if script:
        look.at(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Village of Khunti")
    assert every(Scheme).get(name="Village of Khunti").inhabitants == 3500
    assert look.wrong == []
    context.close()


def test_a_page_that_asks_by_itself_goes_to_sign_in_when_the_time_is_over(quiet_site, link, page: Page):
    make_account(page, link)
    page.wait_for_url(f"{quiet_site}/")
    scheme = every(Scheme).get(name="Slide example")
    page.goto(f"{quiet_site}/schemes/{scheme.pk}/calculator/")
    settled(page)
    let_idle(page, 13 * 60)
    page.locator("#hospitalisation-event_cap").fill("4321")
    page.locator("#hospitalisation-event_cap").press("Enter")
    page.wait_for_url("**/sign-in/?next=**", timeout=15_000)
    page.get_by_label("Password").fill("monsoon lantern cart")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Send it now").click()
    expect(page.locator("#hospitalisation-event_cap")).to_have_value("4321")
