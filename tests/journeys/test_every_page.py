"""Every page: no accessibility violation, nothing wider than a phone, light enough for a poor network."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from accounts.models import Membership, Role
from calculator.models import Package
from cbhi_site.models import TrainingScheme
from experience.watching import Watching
from schemes.actions import change_scheme
from schemes.models import Scheme
from simulation.models import BenefitRisk
from tests.experience.years import make_decision, make_year
from tests.journeys.conftest import sign_in
from tests.journeys.wire import HTML, wired
from tests.makers import every, make_member
from tests.workshop.choosing import make_choice, make_rules
from tests.workshop.session_rows import make_group, make_session, vote
from workshop.shortlist_actions import add_to_shortlist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

NARROW = 360


def addresses() -> list[str]:
    """One address of every kind of page that the site has."""
    scheme = every(Scheme).get(name="Slide example, linked")
    package = every(Package).get(scheme=scheme)
    risk = every(BenefitRisk).filter(assumption_set__scheme=scheme).first()
    assert risk is not None
    member = make_member(scheme.organisation, role=Role.REVIEWER)
    year = make_year(scheme, package)
    watched = Watching(year)
    watched.work_out()
    decision = make_decision(scheme)
    add_to_shortlist(package=package)
    TrainingScheme.objects.create(organisation=scheme.organisation, scheme=scheme)
    session = make_session(scheme)
    group = make_group(session)
    vote(group, 1, 1, 3)
    choice = make_choice(package, member, reason="All agreed.")
    make_rules(scheme)
    calculator, assumptions = f"/schemes/{scheme.pk}/calculator/", f"/schemes/{scheme.pk}/assumptions/"
    return [
        "/", "/help/", "/words/", "/help/calculator/", "/guides/field-staff/", "/guides/facilitators/",
        "/training/", f"/schemes/{scheme.pk}/training/", f"/schemes/{scheme.pk}/lesson/?lang=or",
        "/schemes/new/", f"/schemes/{scheme.pk}/", f"/schemes/{scheme.pk}/edit/",
        f"/schemes/{scheme.pk}/delete/", assumptions, f"{assumptions}versions/1/", f"{assumptions}add/",
        f"/benefits/{risk.pk}/", f"/benefits/{risk.pk}/remove/",
        calculator, f"{calculator}sure/", f"{calculator}movers/", f"/schemes/{scheme.pk}/packages/",
        f"/schemes/{scheme.pk}/board/?lang=hi", f"/schemes/{scheme.pk}/board/wheel/",
        f"/schemes/{scheme.pk}/board/publish/", f"/packages/{package.pk}/member-sheet/?lang=or",
        f"/schemes/{scheme.pk}/hand-over/", f"/schemes/{scheme.pk}/compare/",
        f"/schemes/{scheme.pk}/shortlist/",
        f"/schemes/{scheme.pk}/what-can-we-pay/?amount=40",
        f"/schemes/{scheme.pk}/sessions/", f"/schemes/{scheme.pk}/sessions/new/", f"/sessions/{session.pk}/",
        f"/sessions/{session.pk}/edit/", f"/sessions/{session.pk}/tally/", f"/groups/{group.pk}/",
        f"/groups/{group.pk}/individual/", f"/groups/{group.pk}/group-1/counts/",
        f"/schemes/{scheme.pk}/play/?dice=3514&families=all",
        f"/schemes/{scheme.pk}/choice/", f"/packages/{package.pk}/choose/", f"/choices/{choice.pk}/",
        f"/choices/{choice.pk}/close/", f"/choices/{choice.pk}/resolution/?lang=or",
        f"/choices/{choice.pk}/member-sheet/?lang=hi", f"/choices/{choice.pk}/publish/",
        f"/schemes/{scheme.pk}/rules/?lang=ne", f"/schemes/{scheme.pk}/rules/edit/",
        f"/schemes/{scheme.pk}/runs/", f"/schemes/{scheme.pk}/offline/", "/without-network/",
        f"/packages/{package.pk}/", f"/packages/{package.pk}/sure/", f"/packages/{package.pk}/run/",
        f"/schemes/{scheme.pk}/old-sheet/", "/nowhere/",
        f"/packages/{package.pk}/explained/?ten=2", f"/packages/{package.pk}/explained/?lang=hi&digits=own",
        f"/packages/{package.pk}/what-if/", f"/packages/{package.pk}/what-if/subsidy/",
        f"/packages/{package.pk}/what-if/selection/?packages=two", f"/packages/{package.pk}/what-if/rating/",
        f"/packages/{package.pk}/what-if/insurer/?by=event", f"/packages/{package.pk}/what-if/sharing/",
        f"/packages/{package.pk}/what-if/pool/", f"/packages/{package.pk}/what-if/priced-too-low/",
        f"/packages/{package.pk}/what-if/reaching/", f"/packages/{package.pk}/what-if/moral-hazard/",
        f"/schemes/{scheme.pk}/surveys/", f"/schemes/{scheme.pk}/surveys/upload/",
        f"/schemes/{scheme.pk}/figures-without-survey/", f"/packages/{package.pk}/survey-error/",
        f"/schemes/{scheme.pk}/years/", f"/years/{year.pk}/", f"/years/{year.pk}/figures/",
        f"/years/{year.pk}/claims/1/", f"/years/{year.pk}/paste/", "/portfolio/",
        f"/years/{year.pk}/watch/", f"/years/{year.pk}/next-year/?trend=5", f"/years/{year.pk}/open-book/",
        f"/years/{year.pk}/open-book/publish/", f"/schemes/{scheme.pk}/projection/", "/letter/",
        f"/schemes/{scheme.pk}/providers/", f"/providers/{decision.pk}/",
        "/account/", "/account/password/", "/account/email/", "/account/second-factor/set-up/",
        "/people/", f"/people/{member.memberships.get().pk}/", "/organisation/", "/organisation/settings/",
        "/status/",
        "/trail/", "/new-password/cut-short/", "/forgotten/", "/sign-in/closed/",
    ]  # fmt: skip


def settled(page: Page) -> None:
    """Until the parts that follow by themselves have arrived; a progress bar goes on asking."""
    waiting = page.locator("[hx-trigger^=load]:not(.live > *):not(#poll)")
    expect(waiting).to_have_count(0, timeout=20_000)


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {rule['id']} {[node['html'][:120] for node in rule['nodes'][:3]]}" for rule in found
    ]


@pytest.mark.parametrize("site_as_it_is", ["quiet_site", "landed_site"])
def test_no_page_violates_accessibility_or_is_wider_than_a_phone(request, site_as_it_is, page: Page):
    """Both while simulations wait and when all have landed."""
    site = request.getfixturevalue(site_as_it_is)
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.goto(f"{site}/sign-in/")
    wrong = violations(page)
    sign_in(page, site)
    wire = wired(page)
    for address in addresses():
        wire.empty()
        page.goto(site + address)
        settled(page)
        if wire.html > HTML or wire.origins != {site}:
            wrong.append(f"{address}: {wire.html} bytes of HTML, from {wire.origins}")
        wrong += violations(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            wrong.append(f"{address}: {width} px wide")
    assert wrong == []


def test_no_refusal_violates_accessibility_or_is_wider_than_the_screen(quiet_site, page: Page):
    """Answers that no address gives by itself: two people at one form, a role too small, a wrong host."""
    sign_in(page, quiet_site)
    scheme = every(Scheme).get(name="Slide example, linked")
    refused: list[tuple[str, str]] = []

    def looked_at(title: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        refused.extend((title, said) for said in violations(page))
        for width in (768, NARROW):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                refused.append((title, f"wider than {width} px"))

    page.goto(f"{quiet_site}/schemes/{scheme.pk}/edit/")
    theirs = {"admin_rate": 0.25, "place": "Khunti, on the other bank of the river"}
    change_scheme(scheme=scheme, seen_version=scheme.version, values=theirs)
    page.get_by_label("Place").fill("Torpa")
    page.get_by_role("button", name="Save").click()
    looked_at("first")
    Membership.objects.filter(user__username="demo").update(role=Role.REVIEWER)
    page.goto(f"{quiet_site}/people/")
    looked_at("Not allowed")
    page.route("**/wrong-host/", lambda route: route.fulfill(**wrong_host()))
    page.goto(f"{quiet_site}/wrong-host/")
    looked_at("Please try again")
    assert refused == []


def wrong_host() -> dict[str, Any]:
    """What somebody gets who asks under a name that is not the site's."""
    answer = Client().get("/", headers={"host": "elsewhere.example"})
    return {"status": answer.status_code, "content_type": "text/html", "body": answer.content.decode()}


def test_the_calculator_keeps_its_promises_on_a_desk_and_when_refusing(quiet_site, page: Page):
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(page, quiet_site)
    scheme = every(Scheme).get(name="Slide example")
    page.goto(f"{quiet_site}/schemes/{scheme.pk}/calculator/")
    page.locator("#injury-copay").fill("120")
    page.locator("#injury-copay").press("Enter")
    page.get_by_role("alert").wait_for()
    settled(page)
    assert violations(page) == []


def test_a_package_prints_on_one_sheet_of_a4(landed_site, page: Page):
    sign_in(page, landed_site)
    for package in every(Package).all():
        page.goto(f"{landed_site}/packages/{package.pk}/")
        settled(page)
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, package.name


@pytest.mark.parametrize("width", [768, 1024, 1440])
def test_no_table_of_a_package_is_wider_than_its_card(landed_site, page: Page, width):
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, landed_site)
    for package in every(Package).all():
        page.goto(f"{landed_site}/packages/{package.pk}/")
        settled(page)
        wide = page.evaluate(
            "[...document.querySelectorAll('table')]"
            ".filter((table) => table.scrollWidth > table.parentElement.clientWidth + 1)"
            ".map((table) => table.textContent.trim().slice(0, 40))"
        )
        assert wide == []


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_the_price_is_in_sight_while_one_types(quiet_site, page: Page, width):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, quiet_site)
    scheme = every(Scheme).get(name="Slide example")
    page.goto(f"{quiet_site}/schemes/{scheme.pk}/calculator/")
    page.locator("#hospitalisation-event_cap").click()
    expect(page.locator("#banner")).to_be_in_viewport()
