"""A reviewer signs in a real browser; a stranger opens what an administrator published."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from accounts.models import Role
from calculator.comment_actions import write_comment
from calculator.dossier_findings import QUESTIONS
from calculator.links import new_secret
from calculator.models import Package, SignOff
from tests.calculator.reviewers import sign
from tests.calculator.test_public_links import publish
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import settled, violations
from tests.makers import PASSWORD, every, make_member, make_organisation

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sign_in_as(page: Page, site: str, user) -> None:
    page.goto(f"{site}/sign-in/")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/")


def test_a_reviewer_reads_signs_and_takes_the_pdf_home(landed_site, browser):
    package = every(Package).get(name="Everyday care")
    context = browser.new_context()
    page = context.new_page()
    sign_in_as(page, landed_site, make_member(package.organisation, role=Role.REVIEWER))
    page.goto(f"{landed_site}/packages/{package.pk}/")
    page.get_by_role("link", name="Dossier and sign-off").click()
    page.get_by_role("link", name="Sign this version").click()
    for line in QUESTIONS.values():
        page.get_by_label(str(line)).check()
    page.get_by_label("Accepted", exact=True).check()
    page.get_by_label("Your name, as you sign").fill("Asha Rao")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Professional title")
    expect(page.get_by_label("Your name, as you sign")).to_have_value("Asha Rao")
    page.get_by_label("Professional title").fill("Consulting actuary")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name="Accepted")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name="The signed PDF").click()
    content = taken.value.path().read_bytes()
    row = every(SignOff).get()
    assert content == bytes(row.pdf)
    assert "Asha Rao" in PdfReader(io.BytesIO(content)).pages[0].extract_text()
    signed = page.url
    context.close()

    context = browser.new_context()
    page = context.new_page()
    sign_in_as(page, landed_site, make_member(make_organisation(), role=Role.ADMIN))
    answer = page.goto(signed)
    assert answer is not None
    assert answer.status == 404
    context.close()


def test_a_link_opens_for_a_stranger_its_neighbours_do_not_and_withdrawing_closes_it(landed_site, browser):
    package = every(Package).get(name="Everyday care")
    office = browser.new_context()
    page = office.new_page()
    sign_in(page, landed_site)
    page.goto(f"{landed_site}/packages/{package.pk}/")
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    address = page.locator(".publink__at a").inner_text()

    village = browser.new_context(viewport={"width": 360, "height": 800})
    stranger = village.new_page()
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name="What is not covered")).to_be_visible()
    assert stranger.evaluate("document.documentElement.scrollWidth") <= 360
    assert village.cookies() == []
    assert len(re.findall(rb"/Type\s*/Page\b", stranger.pdf(prefer_css_page_size=True))) == 1
    other = address[:-2] + ("B" if address[-2] == "A" else "A") + "/"
    answer = stranger.goto(other)
    assert answer is not None
    assert answer.status == 404

    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Withdrawn. The link opens no more.")).to_be_visible()
    late = browser.new_context().new_page()
    answer = late.goto(address)
    assert answer is not None
    assert answer.status == 404
    office.close()
    village.close()
    late.context.close()


def test_no_page_of_review_violates_accessibility_or_is_wider_than_a_phone(landed_site, browser):
    package = every(Package).get(name="Everyday care and wages")
    reviewer = make_member(package.organisation, role=Role.REVIEWER)
    comment = write_comment(package=package, user=reviewer, text="Is 4.2 in 100 right?")
    row = sign(package, statement="with_remarks", remarks="Mind the tail.")
    link = publish(package)
    wrong = []
    for user, addresses in (
        (
            reviewer,
            [
                f"/packages/{package.pk}/dossier/", f"/packages/{package.pk}/sign/", f"/sign-offs/{row.pk}/",
                f"/sign-offs/{row.pk}/withdraw/", f"/packages/{package.pk}/comments/",
                f"/comments/{comment.pk}/", f"/packages/{package.pk}/", f"/p/{new_secret(link.pk)}/", "/p/x/",
            ],
        ),
        (
            make_member(package.organisation),
            [f"/schemes/{package.scheme_id}/public-links/", f"/packages/{package.pk}/publish/"],
        ),
    ):  # fmt: skip
        context = browser.new_context(viewport={"width": 360, "height": 800})
        page = context.new_page()
        sign_in_as(page, landed_site, user)
        for address in addresses:
            page.goto(landed_site + address)
            settled(page)
            wrong += violations(page)
            width = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{address}: {width} px wide"] if width > 360 else []
        context.close()
    assert wrong == []
