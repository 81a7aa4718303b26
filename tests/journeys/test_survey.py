"""From an empty template to a premium with its survey range, in a real browser with a real worker."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from schemes.models import Scheme
from tests.journeys.conftest import sign_in
from tests.makers import every
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
    page.get_by_role("link", name="Check the columns").click()
    page.get_by_role("button", name="Use these columns").click()
    expect(page.get_by_role("link", name="Look at the problems first")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("link", name="Look at the problems first").click()
    expect(page.get_by_text("“twelve hundred” is not a number")).to_be_visible()
    page.get_by_label(re.compile("Right value for row 3, bill")).fill("1,200")
    page.get_by_label("Leave out row 4").check(force=True)
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
    expect(page.get_by_text("19 times in 20")).to_be_visible()
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
