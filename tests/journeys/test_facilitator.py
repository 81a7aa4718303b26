"""A facilitator's whole way in a real browser: from six packages to one chosen, every print on disk."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext
from playwright.sync_api import Locator, Page, ViewportSize, expect
from pypdf import PdfReader

from calculator.actions import save_package
from calculator.cases import ChosenTerms, chosen_of
from calculator.models import Package
from schemes.models import Scheme
from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import NARROW, violations
from tests.makers import every
from tests.workshop.choosing import has_words
from workshop.shortlist_actions import add_to_shortlist

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TARGET = 44
PHONE: ViewportSize = {"width": NARROW, "height": 740}
DESK: ViewportSize = {"width": 1440, "height": 900}
NAME = "Hospital, transport and wages {}"
PRINTS = (
    ("A3 board as PDF", "Which package suits us?"),
    ("PDF of the health-event cards", "Bill"),
    ("PDF of the pot game", "The pot: 100 cards"),
    ("PDF of the tally sheets", "Tally sheet"),
    ("PDF Forty a month", "What our insurance pays"),
)
WHEEL = "What shall our package pay for?"


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
            name=NAME.format(number),
            note="",
            user=None,
        )
        add_to_shortlist(package=package)
    return quiet_site, scheme


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()


def saved(link: Locator, folder: Path) -> Path:
    """The file behind a link, kept on disk as somebody keeps it who prints without a network."""
    with link.page.expect_download() as found:
        link.click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def printed(link: Locator, folder: Path, language: str, words: str) -> None:
    path = saved(link, folder)
    assert len(PdfReader(path).pages) > 0
    with translation.override(language):
        assert has_words(path.read_bytes(), pgettext("print", words)), f"{path.name}: {words}"


def test_a_facilitator_goes_from_six_packages_to_a_chosen_one(six, page: Page, tmp_path):
    site, scheme = six
    home = f"{site}/schemes/{scheme.pk}"
    sign_in(page, site)
    compared(page, home)
    found_for_forty(page, home)
    boards_on_disk(page, home, tmp_path)
    workbook_on_disk(page, tmp_path)
    voted(page, home)
    played(page, home)
    chosen(page, home)
    signed_on_paper(page, tmp_path)
    refused_and_overridden(page, home)
    handed_over(page, home, tmp_path)


def compared(page: Page, home: str) -> None:
    """On a phone, on a desk and on paper."""
    address = f"{home}/compare/?income=72000"
    score = page.get_by_text("Families that are paid nothing, of 100")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        for each in (f"{home}/shortlist/", address):
            page.goto(each)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        assert violations(page) == []
        if size is PHONE:
            expect(score).to_be_hidden()
            page.get_by_label("Three scores").check()
            expect(score).to_be_visible()
    expect(page.get_by_text("Scheme pays").first).to_be_visible()
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    assert len(sheets) <= 4


def found_for_forty(page: Page, home: str) -> None:
    """What can we pay: onto the sheet, saved, and in the place of two others."""
    page.goto(f"{home}/shortlist/")
    for number in (5, 6):
        press(page, f"Take off {NAME.format(number)}")
    follow(page, "What can we pay?")
    page.get_by_label("We can pay").fill("40")
    press(page, "Look for packages")
    assert violations(page) == []
    page.locator(".offer--best").get_by_role("button", name="Put it on the sheet").click()
    expect(page.get_by_text("The package is on the sheet")).to_be_visible()
    expect(page.locator(".banner").first).to_contain_text("48")
    page.get_by_label("Name", exact=True).fill("Forty a month")
    press(page, "Save package")
    expect(page.get_by_text("Saved: Forty a month")).to_be_visible()
    page.goto(f"{home}/shortlist/")
    press(page, "Put it on Forty a month")
    press(page, "Up Forty a month")
    expect(page.locator(".shortlist__row").nth(3)).to_contain_text("Forty a month")


def boards_on_disk(page: Page, home: str, folder: Path) -> None:
    """On the wall nothing is cut; in each language every print opens and says its words."""
    page.goto(f"{home}/board/?show=poster")
    rows = page.locator(".pack__rows, .pack__bill, .pack__price")
    assert rows.evaluate_all("all => all.filter(one => one.scrollHeight > one.clientHeight + 1).length") == 0
    expect(rows.first).to_be_visible()
    for language, _name in settings.LANGUAGES:
        page.goto(f"{home}/board/?lang={language}")
        for link, words in PRINTS:
            printed(page.get_by_role("link", name=link).first, folder, language, words)
        page.goto(f"{home}/board/wheel/?lang={language}")
        printed(page.get_by_role("link", name="A3 wheel as PDF"), folder, language, WHEEL)
    assert len(list(folder.glob("*.pdf"))) == len(settings.LANGUAGES) * (len(PRINTS) + 1)


def workbook_on_disk(page: Page, folder: Path) -> None:
    page.get_by_role("link", name="Choose other packages").or_(
        page.get_by_role("link", name="Shortlist")
    ).first.click()
    follow(page, "Forty a month")
    book = openpyxl.load_workbook(saved(page.get_by_role("link", name="Excel"), folder))
    assert "Calculator" in book.sheetnames


def voted(page: Page, home: str) -> None:
    """Taps on a phone move the bars on the wall; the second group's hands are counted."""
    page.goto(f"{home}/sessions/new/")
    page.get_by_label("Village or place").fill("Kalahandi")
    press(page, "Begin the session")
    for name, kind, people in (("Ujala", "Women", "5"), ("Farmers", "Men", "4")):
        adding = page.locator("details.addgroup")
        if adding.get_attribute("open") is None:
            adding.locator("summary").click()
        page.get_by_label("Name of the group").fill(name)
        adding.get_by_label(kind, exact=True).check()
        page.get_by_label("How many people").fill(people)
        press(page, "Add the group")
    session = page.url.split("#")[0]
    wall = page.context.new_page()
    wall.goto(f"{session}tally/?show=wall")
    expect(wall.get_by_text("No vote yet")).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name="Enter : Ujala, Each person alone").click()
    tapped(page)
    expect(wall.locator("#tally")).to_contain_text("2 of 5 people")
    expect(wall.locator("#tally")).to_contain_text("How far people differ: 0.00")
    wall.close()
    page.goto(session)
    page.get_by_role("link", name="Enter : Farmers, Whole community").click()
    follow(page, "Count hands, note reasons")
    page.locator("#id_first_2").fill("4")
    page.get_by_label("We can pay it").check()
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.set_viewport_size(DESK)


def tapped(page: Page) -> None:
    """Three taps, a second choice, one taken back."""
    taps = page.locator("#taps")
    for button in taps.locator("button").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET
        assert box["y"] + box["height"] <= PHONE["height"]
    for number, counted in ((3, 1), (3, 2), (1, 3)):
        page.locator(f"#tap-{number}").click()
        expect(taps).to_contain_text(f"{counted} of 5 have voted")
    taps.get_by_role("button", name=NAME.format(2)).last.click()
    expect(taps).to_contain_text(f"second 2 {NAME.format(2)}")
    assert violations(page) == []
    press(page, "Take it back")
    expect(taps).to_contain_text("2 of 5 have voted")


def played(page: Page, home: str) -> None:
    page.goto(f"{home}/play/")
    for dice in ("1111", "2222"):
        page.get_by_label("What the dice show").fill(dice)
        press(page, "Play")
        expect(page.get_by_role("heading", name=f"The year of the dice {dice}")).to_be_visible()
    expect(page.get_by_role("row", name="Forty a month").first).to_be_visible()


def chosen(page: Page, home: str) -> None:
    """The package with most votes, for a year; then the rules."""
    page.goto(f"{home}/choice/")
    expect(page.locator(".candidate", has_text="most votes")).to_contain_text(NAME.format(2))
    follow(page, f"Choose this one {NAME.format(2)}")
    page.locator("[name=starts_on]").fill("2027-01-01")
    press(page, "Choose this package")
    expect(page.get_by_text(f"{NAME.format(2)} is chosen from 1 Jan 2027 to 31 Dec 2027")).to_be_visible()
    follow(page, "Write the rules")
    follow(page, "Write the rules")
    page.get_by_label("Cooperative").check()
    press(page, "Save the rules")
    expect(page.get_by_text("The rules are saved.")).to_be_visible()


def signed_on_paper(page: Page, folder: Path) -> None:
    """Resolution and member sheet in each language."""
    for name, link, words in (
        ("Resolution", "PDF of the resolution", "Resolution"),
        ("Member sheet", "PDF", "What our insurance pays"),
    ):
        page.get_by_label("Choice", exact=True).get_by_role("link", name=name).click()
        for language, _name in settings.LANGUAGES:
            page.get_by_label("Language of the print").select_option(language)
            press(page, "Show")
            printed(page.get_by_role("link", name=link).first, folder, language, words)


def refused_and_overridden(page: Page, home: str) -> None:
    """A second package is refused with the lesson; an administrator may let it in, and it stays visible."""
    page.goto(f"{home}/choice/")
    page.locator("summary", has_text="Packages to choose from").click()
    follow(page, "Choose this one Forty a month")
    page.locator("[name=starts_on]").fill("2027-06-01")
    page.get_by_label("Why this package?").fill("Large bills weigh most")
    press(page, "Choose this package")
    expect(page.get_by_role("alert").first).to_contain_text("families who expect illness join the larger one")
    page.locator("[name=second_on]").check()
    page.locator("[name=second_reason]").fill("A hamlet with its own fund")
    press(page, "Choose this package")
    expect(page.get_by_role("heading", name="Two packages in one scheme")).to_be_visible()


def handed_over(page: Page, home: str, folder: Path) -> None:
    """The files of the package that was chosen first, and everything in one file."""
    page.goto(f"{home}/choice/")
    follow(page, "To the files")
    expect(page.get_by_role("heading", name=f"Package: {NAME.format(2)}")).to_be_visible()
    plan = json.loads(saved(page.get_by_role("link", name="JSON FHIR R4: InsurancePlan"), folder).read_text())
    assert plan["resourceType"] == "InsurancePlan"
    with zipfile.ZipFile(
        saved(page.get_by_role("link", name="Everything as one file"), folder)
    ) as everything:
        assert {"tables/votes.csv", "tables/choices.csv"} <= set(everything.namelist())
