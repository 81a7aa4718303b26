"""A field worker's way through the calculator: real Chromium, real worker, with script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from calculator.models import Package
from schemes.models import Scheme
from tests.journeys.conftest import sign_in
from tests.makers import every

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PASTE = """([id, text]) => {
  const cell = document.getElementById(id);
  cell.focus();
  const data = new DataTransfer();
  data.setData('text/plain', text);
  cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""
SIMULATED = re.compile(r"Simulated on \d+ \w+ \d{4}")


def premium(page: Page):
    return page.locator("#banner dd").nth(2)


def open_calculator(page: Page, site: str) -> None:
    sign_in(page, site)
    page.get_by_role("link", name="Slide example", exact=True).first.click()
    page.goto(page.url.rstrip("/") + "/calculator/")
    expect(page.get_by_role("heading", name="Premium calculator")).to_be_visible()


def money(page: Page, row: str):
    return page.locator(f"#row-{row} .money")


def test_a_field_worker_changes_pastes_saves_and_reads_the_simulated_result(site, page: Page):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    open_calculator(page, site)
    expect(premium(page)).to_have_text("461")

    # a changed cap moves the premium, and Enter goes one cell down as in a sheet
    cap = page.locator("#hospitalisation-event_cap")
    cap.fill("5000")
    cap.press("Enter")
    expect(money(page, "hospitalisation")).not_to_have_text("111")
    expect(page.locator("#injury-event_cap")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cap).to_be_focused()

    # a block from a spreadsheet fills the cells
    page.evaluate(PASTE, ["hospitalisation-threshold", "0\t0\t3000\t10000\n0\t0\t800\t3000"])
    expect(money(page, "hospitalisation")).to_have_text("111")
    expect(page.locator("#injury-event_cap")).to_have_value("800")
    expect(money(page, "injury")).not_to_have_text("99")

    # undo takes the paste back, undo again the change before
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#injury-event_cap")).to_have_value("700")
    expect(cap).to_have_value("5000")

    # saving starts the simulation; the progress is watched until the result stands there
    page.get_by_label("Name", exact=True).fill("Higher cap")
    page.get_by_role("button", name="Save as a new package").click()
    said = page.get_by_role("status").filter(has_text="Saved: Higher cap")
    expect(said).to_be_focused()
    expect(said).to_be_in_viewport()
    expect(page.locator("#opened")).to_have_text("Higher cap")
    line = page.locator("li.job", has_text="Higher cap")
    expect(line.get_by_text(SIMULATED)).to_be_visible(timeout=90_000)
    expect(page.get_by_text("they agree")).to_be_visible()
    line.get_by_role("link", name="Higher cap").click()
    engines = page.locator("table", has_text="Difference in standard errors")
    expect(engines.get_by_role("row", name=re.compile("Package"))).to_be_visible()
    expect(page.get_by_text("True chance of bankruptcy")).to_be_visible()
    assert complaints == []


def test_the_same_way_without_script(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_calculator(page, site)
    expect(premium(page)).to_have_text("461")
    page.locator("#hospitalisation-event_cap").fill("6,000")
    page.get_by_role("button", name="Recalculate").first.click()
    expect(money(page, "hospitalisation")).not_to_have_text("111")
    page.get_by_label("Name", exact=True).fill("Higher cap")
    page.get_by_role("button", name="Save as a new package").click()
    expect(page.get_by_text("Saved: Higher cap")).to_be_visible()
    page.locator("li.job", has_text="Higher cap").get_by_role("link", name="Higher cap").click()
    page.get_by_role("link", name="The run").click()
    for _second in range(60):
        if page.get_by_text(SIMULATED).count() or page.get_by_text("100\u00a0%").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_role("heading", name="Exact and simulated, line by line")).to_be_visible()
    page.get_by_role("link", name="The package").click()
    page.get_by_role("link", name="Work it out").click()
    expect(page.get_by_text("True chance of bankruptcy")).to_be_visible()
    context.close()


def test_figures_follow_as_one_types_and_say_that_they_are_behind_until_then(quiet_site, page: Page):
    open_calculator(page, quiet_site)
    cap = page.locator("#hospitalisation-event_cap")
    cap.fill("")
    cap.press_sequentially("500", delay=20)
    expect(page.locator(".behind")).to_contain_text("Being worked out")
    expect(premium(page)).not_to_have_text("461", timeout=4000)
    expect(cap).to_be_focused()
    expect(cap).to_have_value("500")
    expect(page.locator(".behind")).to_be_empty()
    total = premium(page).inner_text()
    expect(page.locator("#sure-title")).to_have_text(f"How sure is {total}?")
    expect(page.locator("#banner")).to_contain_text("really")
    expect(premium(page)).to_have_text(total)


def test_an_answer_for_the_sheet_as_it_was_is_not_laid_over_the_new_one(quiet_site, page: Page):
    open_calculator(page, quiet_site)
    expect(page.locator("#banner")).to_contain_text("really")
    page.route("**/sure/", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    cap = page.locator("#hospitalisation-event_cap")
    cap.fill("500")
    expect(premium(page)).not_to_have_text("461")
    cap.fill("5,000")
    expect(premium(page)).to_have_text(re.compile("[5-9][0-9][0-9]"), timeout=8000)
    total = premium(page).inner_text()
    expect(page.locator("#banner")).to_contain_text("really", timeout=8000)
    expect(premium(page)).to_have_text(total)
    expect(page.locator("#sure-title")).to_have_text(f"How sure is {total}?")


def test_what_is_typed_while_the_answer_is_on_its_way_stays(quiet_site, page: Page):
    open_calculator(page, quiet_site)
    ticked = page.locator("#imaging-on")
    expect(ticked).to_be_checked()
    # a tick whose own request waits its moment when the answer to an earlier one comes
    page.route(
        "**/calculator/",
        lambda route: (ticked.evaluate("box => { box.checked = false; }"), route.continue_()),
        times=1,
    )
    page.locator("#hospitalisation-event_cap").fill("5000")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("#injury-event_cap").press_sequentially("9", delay=20)
    page.keyboard.press("9")
    page.wait_for_timeout(800)
    expect(page.locator("#injury-event_cap")).to_be_focused()
    expect(page.locator("#injury-event_cap")).to_have_value("99700")
    expect(ticked).not_to_be_checked()
    expect(money(page, "imaging")).to_contain_text("not covered")


def test_a_refusal_stands_beside_the_box_and_above_the_sheet(quiet_site, page: Page):
    open_calculator(page, quiet_site)
    page.locator("#injury-copay").fill("120")
    page.locator("#injury-copay").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Injury, Copay: 120 is too much")
    expect(page.locator("#injury-copay")).to_have_value("120")
    expect(page.locator("#injury-copay_error")).to_be_visible()
    expect(premium(page)).to_have_text("461")


def test_a_cancelled_run_says_so_and_can_be_started_again(quiet_site, page: Page):
    sign_in(page, quiet_site)
    package = every(Package).get(name="Everyday care")
    page.goto(f"{quiet_site}/packages/{package.pk}/run/")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled. The exact figure stays.")).to_be_visible()
    page.get_by_role("button", name="Simulate").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()


def test_a_choice_prices_at_once_and_keeps_the_focus(quiet_site, page: Page):
    sign_in(page, quiet_site)
    scheme = every(Scheme).get(name="Slide example, linked")
    page.goto(f"{quiet_site}/schemes/{scheme.pk}/calculator/")
    expect(premium(page)).to_have_text("490")
    page.get_by_label("Independent").click()
    expect(premium(page)).to_have_text("484")
    expect(page.locator("#basis-independent")).to_be_focused()


def test_a_renamed_row_stays_open_and_the_keyboard_stays_there(quiet_site, page: Page):
    open_calculator(page, quiet_site)
    page.locator("#more-imaging > summary").click()
    page.locator("#imaging-label").fill("X-ray")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Tab")
    expect(page.locator("#row-imaging .cover")).to_contain_text("X-ray")
    expect(page.locator("#more-imaging")).to_have_attribute("open", "")
    expect(page.locator("#imaging-cap_basis")).to_be_focused()


def test_a_block_that_does_not_fit_says_how_much_was_left(quiet_site, page: Page):
    open_calculator(page, quiet_site)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.evaluate(PASTE, ["hospitalisation-family_cap", "9000\t1\n2500\t2"])
    expect(page.get_by_text("Pasted into 2 cells; 2 values had no cell here.")).to_be_visible()
