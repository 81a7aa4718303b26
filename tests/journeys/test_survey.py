"""From an empty template to a premium with its survey range, in a real browser with a real worker."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from calculator.models import Package
from calculator.survey_error_job import SURVEY_ERROR
from cbhi_site.survey_example import SURVEY_EXAMPLE, start_survey_example
from jobs.models import Job
from schemes.models import Scheme
from survey.estimate_sets import EstimateSet
from survey.models import Survey
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import settled, violations
from tests.makers import every
from tests.simulation.test_runs import run
from tests.survey.site import workbook_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PATIENCE = 60_000


def filled(template: bytes) -> bytes:
    """Type a made-up survey into the template that was downloaded, with two slips in it."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    source = openpyxl.load_workbook(io.BytesIO(workbook_of(300)))
    for name in ("households", "members", "events", "recall"):
        sheet, rows = book[name], list(source[name].iter_rows(values_only=True))
        sheet.delete_rows(2, sheet.max_row)
        for row in rows[1:]:
            sheet.append(row)
    header = [cell.value for cell in book["events"][1]]
    bill = header.index("bill") + 1
    book["events"].cell(row=3, column=bill).value = "twelve hundred"
    book["events"].cell(row=4, column=bill).value = -700
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_new_user_takes_the_template_and_ends_at_a_premium_with_its_range(site, page: Page, tmp_path):
    sign_in(page, site)
    scheme = every(Scheme).get(name="Slide example, linked")
    page.goto(f"{site}/schemes/{scheme.pk}/surveys/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel template").click()
    file = tmp_path / "my survey.xlsx"
    file.write_bytes(filled(download.value.path().read_bytes()))

    page.get_by_role("link", name="Upload a survey").first.click()
    page.get_by_label("File or files").set_input_files(str(file))
    page.get_by_text("Each household agreed by word of mouth").click()
    page.get_by_role("button", name="Upload and read").click()

    # it is read by itself, without a click
    expect(page.get_by_text("What was counted")).to_be_visible(timeout=PATIENCE)
    # its names are ours: nothing to say about the columns, and who wants to may look
    expect(page.get_by_role("link", name="Check the columns")).to_have_count(0)
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_role("link", name="Look at the problems first")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("link", name="Look at the problems first").click()
    expect(page.get_by_text("“twelve hundred” is not a number")).to_be_visible()
    page.get_by_label(re.compile("Right value for row 3, bill")).fill("1,200")
    page.get_by_role("checkbox", name="Leave out row 4", exact=True).check(force=True)
    page.get_by_label("Why are rows left out?").fill("A refund")
    page.get_by_role("button", name="Keep what I typed and ticked").click()
    expect(page.get_by_text("2 corrections wait")).to_be_visible()
    page.get_by_role("button", name="Read again with the corrections").click()
    estimate = page.get_by_role("button", name="Work out the estimates")
    expect(estimate).to_be_visible(timeout=PATIENCE)
    estimate.click()

    compare = page.get_by_role("button", name="Compare with the present assumptions")
    expect(compare).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Hospitalisation").first.click()
    expect(page.get_by_text("With 95 % confidence the truth lies")).to_be_visible()
    page.get_by_role("link", name="All of them").click()
    compare.click()
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("Taken over: version 2")).to_be_visible()

    page.goto(f"{site}/schemes/{scheme.pk}/packages/")
    page.get_by_role("link", name="Everyday care and wages").first.click()
    page.get_by_role("button", name="Price it on the newest").click()
    expect(page.get_by_text("priced on version 2")).to_be_visible()
    expect(page.get_by_text("Survey range")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("What the survey leaves unsure")).click()
    expect(page.get_by_text("Survey range of the premium")).to_be_visible(timeout=PATIENCE)
    expect(
        page.get_by_text(re.compile("more households? would bring it to|large enough|No survey"))
    ).to_be_visible()


def test_no_page_of_a_survey_violates_accessibility_or_is_wider_than_a_phone(quiet_site, page: Page):
    """With a survey that was read, estimated, taken over and priced."""
    user = User.objects.get(username="demo")
    scheme = start_survey_example(organisation=Organisation.objects.get(), user=user)
    for job in every(Job).filter(kind=SURVEY_EXAMPLE):
        with transaction.atomic():
            run(job)
    survey, estimates = every(Survey).get(), every(EstimateSet).get()
    package = every(Package).get(scheme=scheme)
    own, said = f"/surveys/{survey.pk}/", f"/estimates/{estimates.pk}/"
    sign_in(page, quiet_site)
    page.goto(f"{quiet_site}/packages/{package.pk}/survey-error/")
    for job in every(Job).filter(kind=SURVEY_ERROR):
        with transaction.atomic():
            run(job)
    wrong = []
    for address in (
        f"/schemes/{scheme.pk}/surveys/", f"/schemes/{scheme.pk}/surveys/upload/",
        f"/schemes/{scheme.pk}/figures-without-survey/",
        own, f"{own}columns/", f"{own}problems/", f"{own}delete-rows/",
        said, f"{said}hospitalisation/", f"{said}wage-loss/", f"{said}transport/", f"{said}families/",
        f"{said}take-over/", f"/packages/{package.pk}/", f"/packages/{package.pk}/survey-error/",
    ):  # fmt: skip
        page.set_viewport_size({"width": 360, "height": 800})
        page.goto(quiet_site + address)
        settled(page)
        wrong += violations(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wrong.append(f"{address}: {width} px wide")
        page.set_viewport_size({"width": 1440, "height": 900})
        wide = page.evaluate(
            "[...document.querySelectorAll('table')]"
            ".filter((table) => table.scrollWidth > table.parentElement.clientWidth + 1)"
            ".map((table) => table.textContent.trim().slice(0, 40))"
        )
        wrong += [f"{address}: {table}" for table in wide]
    assert wrong == []
