"""The workbook gives the site's numbers: by a formula engine, as a viewer shows them, and in LibreOffice."""

from __future__ import annotations

import csv
import io
import random
import shutil
import subprocess
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from django.urls import reverse

from accounts.trail_entry import AuditEntry
from calculator.actions import save_package
from calculator.cases import ChosenTerms, chosen_of
from calculator.packages import line_of
from calculator.queries import current_set, find_package, risks_tuple
from calculator.workbook.axes import values_of
from calculator.workbook.contents import COVERED, FIRST_BENEFIT, FIRST_TERM, PREMIUM, Places
from calculator.workbook_files import TABLES, tables_of
from jobs import kinds
from jobs.models import Job
from simulation.engine.exact import price_exact
from tests.calculator.workbooks import Book, priced, random_choice, site_lines
from tests.makers import every

pytestmark = pytest.mark.django_db

WITHIN = 0.01
EVIL = '=HYPERLINK("http://example.org","x")'


@pytest.fixture
def rich(linked, demo_user):
    """A package with every kind of terms: linked, wage loss, fixed, copay, caps, loadings, a discount."""
    linked.further_loadings = [{"name": "=1+1", "rate": 0.05}, {"name": "Reinsurance", "rate": 0.03}]
    linked.save()
    chosen = chosen_of(find_package(organisation=linked.organisation, package_id=linked.packages.get().pk))
    terms = dict(chosen.terms) | {
        "hospitalisation": ChosenTerms(
            threshold=750, copay=0.15, event_cap=4200, family_cap=13_000, label=EVIL
        ),
        "caesarean": ChosenTerms(fixed_amount=4000, family_cap=6000),
        "wage-loss": ChosenTerms(rate=250, start_day=4, last_day=13, family_cap=2000),
        "opd": ChosenTerms(threshold=20, copay=0.2, event_cap=300, family_cap=1500),
    }
    chosen = replace(
        chosen,
        terms=terms,
        further_loadings=(("=1+1", 0.05), ("Reinsurance", 0.03)),
        large_family_discount=0.1,
        risk_basis="joint",
    )
    return save_package(
        scheme=linked,
        assumption_set=current_set(scheme=linked),
        chosen=chosen,
        name="@SUM(A1) rich",
        note="",
        user=demo_user,
    )


@pytest.fixture
def download(signed_in, tmp_path):
    def fetch(address: str):
        response = signed_in.get(address)
        assert response.status_code == 200, response.content[:500]
        path = tmp_path / "workbook.xlsx"
        path.write_bytes(response.content)
        return path

    return fetch


def places_of(package) -> Places:
    return Places(benefits=package.terms.count(), further=len(package.further_loadings))


def test_200_random_choices_give_the_sites_lines_within_a_paisa(rich, download):
    book = Book(download(f"/packages/{rich.pk}/calculator.xlsx"), places_of(rich))
    package = find_package(organisation=rich.organisation, package_id=rich.pk)
    risks, rng, largest = list(package.assumption_set.risks.all()), random.Random(20180802), 7
    worst: dict[str, float] = {}
    joint_of_linked = 0
    for _number in range(200):
        choice = random_choice(rng, risks=risks, chosen=chosen_of(package), scheme=package.scheme)
        book.choose(choice)
        found, wanted = book.lines(largest=largest), site_lines(priced(risks, choice.chosen), largest=largest)
        assert found.keys() == wanted.keys()
        on = {key for key, terms in choice.chosen.terms.items() if terms.covered}
        joint_of_linked += choice.chosen.risk_basis == "joint" and {"hospitalisation", "transport"} <= on
        for name, value in wanted.items():
            worst[name] = max(worst.get(name, 0.0), abs(found[name] - value))
    assert joint_of_linked > 20
    assert {name: error for name, error in worst.items() if not error <= WITHIN} == {}


def test_a_viewer_that_does_not_calculate_shows_the_sites_lines(rich, download):
    path = download(f"/packages/{rich.pk}/calculator.xlsx")
    with path.open("rb") as stream:
        sheet = openpyxl.load_workbook(stream, data_only=True)["Calculator"]
        shown = {
            name: sheet.cell(getattr(places_of(rich), name) + 1, PREMIUM + 1).value
            for name in ("pure", "risk_loading", "total", "small", "large")
        }
    premium = line_of(find_package(organisation=rich.organisation, package_id=rich.pk)).quote.premium
    wanted = {"pure": premium.pure, "risk_loading": premium.risk_loading, "total": premium.total}
    wanted |= {"small": premium.small_family, "large": premium.large_family}
    assert shown == pytest.approx(wanted, abs=1e-9)


def test_what_every_formula_shows_is_what_it_calculates(rich, download):
    path = download(f"/packages/{rich.pk}/calculator.xlsx")
    model = Book(path, places_of(rich)).model
    model.evaluate()
    with path.open("rb") as stream:
        book, formulas = openpyxl.load_workbook(stream, data_only=True), openpyxl.load_workbook(stream)
        compared = 0
        for number, name in enumerate(book.sheetnames):
            if name not in {"Calculator", "Working"}:
                continue
            for line in formulas[name].iter_rows():
                for cell in line:
                    if cell.data_type != "f":
                        continue
                    shown = book[name][cell.coordinate].value
                    worked = model.get_cell_value(number, cell.row, cell.column)
                    wanted = worked if isinstance(worked, str) else pytest.approx(worked, rel=1e-5, abs=1e-6)
                    assert shown == wanted, (name, cell.coordinate)
                    compared += 1
    assert compared > 800


def test_the_slides_seven_numbers_stand_on_its_workbook(package, download):
    book = Book(download(f"/packages/{package.pk}/calculator.xlsx"), places_of(package))
    book.model.evaluate()
    at = book.places
    shown = [at.pure, at.risk_loading, at.with_risk, at.admin, at.total, at.small, at.large, at.average]
    assert [round(book.read(row)) for row in shown] == [368, 17, 384, 77, 461, 477, 429, 461]


def test_between_two_points_of_a_menu_is_interpolated_and_says_so(package, download):
    book = Book(download(f"/packages/{package.pk}/calculator.xlsx"), places_of(package))
    found = []
    for cap in (2000, 2500, 3000):
        book.type(FIRST_BENEFIT, FIRST_TERM + 2, cap)
        book.model.evaluate()
        found.append(book.read(FIRST_BENEFIT))
    assert found[1] == pytest.approx((found[0] + found[2]) / 2, rel=1e-9)
    assert book.note(0) == "exact"
    book.type(FIRST_BENEFIT, FIRST_TERM + 2, 2500)
    book.model.evaluate()
    assert book.note(0).startswith("interpolated")


@pytest.mark.parametrize(("column", "value"), [(2, 70_000), (2, 10), (1, 0.9), (0, 99_999)])
def test_beyond_a_menu_the_sheet_says_that_it_cannot_tell(package, download, column, value):
    """It never guesses: the premium is an error until something that can be told is chosen."""
    book = Book(download(f"/packages/{package.pk}/calculator.xlsx"), places_of(package))
    book.type(FIRST_BENEFIT, FIRST_TERM + column, value)
    book.model.evaluate()
    assert book.note(0).startswith("not on the menu")
    assert str(book.read(book.places.total)).startswith("#")
    book.type(FIRST_BENEFIT, COVERED, "no")
    book.model.evaluate()
    assert book.read(book.places.total) > 0


def test_a_scheme_without_a_package_has_a_workbook_too(linked, download):
    risks = risks_tuple(current_set(scheme=linked))
    book = Book(
        download(f"/schemes/{linked.pk}/calculator.xlsx"),
        Places(benefits=len(risks), further=len(linked.further_loadings)),
    )
    book.model.evaluate()
    assert book.read(FIRST_BENEFIT) > 0
    assert book.read(book.places.pure) == pytest.approx(book.read(FIRST_BENEFIT))


def test_what_people_wrote_is_text_and_never_a_formula(rich, download):
    path = download(f"/packages/{rich.pk}/calculator.xlsx")
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream)
    written = [
        cell for sheet in book for line in sheet.iter_rows() for cell in line
        if cell.value in ("=1+1", EVIL) or "SUM(A1)" in str(cell.value)
    ]  # fmt: skip
    assert len(written) > 5
    assert {cell.data_type for cell in written} == {"s"}
    assert all(cell.hyperlink is None for cell in written)


def test_the_workbook_is_protected_except_what_is_typed_and_says_what_may_be_typed(rich, download):
    path = download(f"/packages/{rich.pk}/calculator.xlsx")
    assert path.stat().st_size < 1_000_000
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream)
    assert all(sheet.protection.sheet for sheet in book)
    sheet = book["Calculator"]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    open_cells = {cell.coordinate for cell in cells if not cell.protection.locked}
    validated = {str(area) for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges}
    assert open_cells == validated
    assert all(rule.error for rule in sheet.data_validations.dataValidation)
    assert sheet.page_setup.paperSize == 9
    assert _has_chart(path)
    named = set(book.defined_names)
    assert {"inhabitants", "take_up", "chance_of_bankruptcy", "total_premium", "mean_1"} <= named
    words = " ".join(str(cell.value) for line in book["About"].iter_rows() for cell in line if cell.value)
    for said in ("version", "True chance of bankruptcy", "Survey error", "Engine", rich.name):
        assert said in words


def _has_chart(path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return any(name.startswith("xl/charts/chart") for name in archive.namelist())


def test_a_cap_over_all_benefits_is_said_to_be_left_out(package, demo_user, download):
    chosen = replace(
        chosen_of(find_package(organisation=package.organisation, package_id=package.pk)),
        family_cap=4000.0,
        risk_basis="joint",
    )
    capped = save_package(
        scheme=package.scheme,
        assumption_set=package.assumption_set,
        chosen=chosen,
        name="Capped",
        note="",
        user=demo_user,
    )
    with download(f"/packages/{capped.pk}/calculator.xlsx").open("rb") as stream:
        sheet = openpyxl.load_workbook(stream)["Calculator"]
    assert "one cap of ₹" in sheet["A4"].value


def test_taking_a_workbook_away_is_on_the_trail(package, download):
    download(f"/packages/{package.pk}/calculator.xlsx")
    entry = AuditEntry.objects.of(package.organisation).filter(what="file.exported").first()
    assert entry is not None
    assert entry.package_id == package.pk


def test_the_tables_hold_the_covariance_of_linked_benefits(rich):
    """Two vectors' product against the covariance in the package's own variance."""
    case = line_of(find_package(organisation=rich.organisation, package_id=rich.pk)).case
    tables = tables_of(case.package)
    linked = [one for one in tables.benefits if one.group]
    assert {one.name for one in linked} == {EVIL, "Transport", "Wage loss"}
    moments = price_exact(case.package)
    at = []
    for one, benefit in zip(tables.benefits, case.package.benefits, strict=True):
        if one.group:
            row = [axis.index(value) for axis, value in zip(one.axes.values, _values(benefit), strict=True)]
            place = 0
            for axis, index in zip(one.axes.values, row, strict=True):
                place = place * len(axis) + index
            at.append(one.shared[place])
    between = sum(at) @ sum(at) - sum(vector @ vector for vector in at)
    wanted = moments.package.variance_per_person - sum(b.variance_per_person for b in moments.benefits)
    assert between == pytest.approx(wanted, rel=1e-5)
    assert wanted > 0


def _values(benefit):
    return values_of(benefit.terms)


def test_libreoffice_gives_the_same_lines(rich, download, tmp_path):
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    path = download(f"/packages/{rich.pk}/calculator.xlsx")
    package = find_package(organisation=rich.organisation, package_id=rich.pk)
    risks = list(package.assumption_set.risks.all())
    choice = random_choice(random.Random(7), risks=risks, chosen=chosen_of(package), scheme=package.scheme)
    found = _in_libreoffice(soffice, path, choice, places_of(rich), tmp_path)
    premium = priced(risks, choice.chosen)
    wanted = {"pure": premium.pure, "sigma": premium.sigma, "risk_loading": premium.risk_loading}
    wanted |= {"total": premium.total, "small": premium.small_family, "large": premium.large_family}
    assert wanted["pure"] > 0
    assert found == pytest.approx(wanted, abs=WITHIN)


def _in_libreoffice(soffice, path, choice, at, folder) -> dict[str, float]:
    """Type a choice into a copy of the file, let LibreOffice calculate it, and read the first sheet."""
    with path.open("rb") as stream:
        book = openpyxl.load_workbook(stream)
    sheet = book["Calculator"]
    for row, column, value in choice.cells(at):
        sheet.cell(row + 1, column + 1).value = None if value == "" else value
    names = ("pure", "sigma", "risk_loading", "total", "small", "large")
    for name in names:
        sheet.cell(getattr(at, name) + 1, PREMIUM + 1).number_format = "0.000000000"
    book.save(folder / "typed.xlsx")
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(folder), str(folder / "typed.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO((folder / "typed.csv").read_text(encoding="utf-8"))))
    return {name: float(rows[getattr(at, name)][PREMIUM].replace(",", "")) for name in names}


def test_a_worker_makes_the_tables_before_the_workbook_is_asked_for(signed_in, package, monkeypatch):
    before = set(every(Job).values_list("pk", flat=True))
    signed_in.get(reverse("calculator:package", args=[package.pk]))
    (job,) = every(Job).exclude(pk__in=before)
    assert job.kind == TABLES
    kind = kinds.get(TABLES)
    assert kind.run_chunk(job.question, 0) == b""
    kind.finish(job, [b""])
    monkeypatch.setattr(
        "calculator.workbook_files.make_tables", lambda *_args: pytest.fail("made a second time")
    )
    assert signed_in.get(reverse("calculator:package_excel", args=[package.pk])).status_code == 200
    signed_in.get(reverse("calculator:package", args=[package.pk]))
    assert every(Job).exclude(pk__in=before).count() == 1
