"""What tells who people are is in no stored byte once a survey was read, and the reading stays the same."""

from __future__ import annotations

import io
import json
import zipfile

import openpyxl
import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry, Role
from survey.blobs import Blob, BlobPiece
from survey.models import State, Survey, SurveyFile
from survey.problem_rows import SurveyProblem
from survey.reading_actions import ask_for_reading, correct
from survey.upload_actions import forget
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.survey.site import read_survey_of, text_of, upload, work

pytestmark = pytest.mark.django_db

HEAD = ["household_id", "village", "head name", "members", "mobile", "asked"]
STAYS_HEAD = ["household_id", "kind", "bill", "days", "respondent"]
COUNT = 40


def phone(number: int) -> str:
    return f"98765{number:05d}"


def households(ids=lambda number: f"H{number}"):
    rows = [
        [ids(n), f"V{n % 5}", f"Sita Devi {n}", 4, phone(n), f"2024-05-{1 + n % 28:02d}"]
        for n in range(1, COUNT)
    ]
    return [HEAD, *rows, ["", "", "", "", phone(77), ""], ["Total", "", "", 4 * COUNT, "", ""]]


def stays(ids=lambda number: f"H{number}"):
    rows = [[ids(n), "hospital", 4000 + 137 * n, 1 + n % 9, f"Gita Rai {n}"] for n in range(1, 31)]
    rows[3][2] = "none of your business"
    return [STAYS_HEAD, *rows, ["H999", "hospital", 900, 1, "Hari Thapa"]]


def csv_of(rows, encoding="utf-8", separator=",") -> bytes:
    return "".join(separator.join(map(str, row)) + "\n" for row in rows).encode(encoding)


def workbook_of(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = "Ramesh Thapa"
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        page["C3"].comment = openpyxl.comments.Comment("call Sita Devi 2", "Ramesh Thapa")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods_of(**sheets) -> bytes:
    def cell(value):
        if isinstance(value, int):
            return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    place = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{place}office:1.0" xmlns:table="{place}table:1.0" '
        f'xmlns:text="{place}text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{place}manifest:1.0"/>'
        )
        archive.writestr("content.xml", content)
    return file.getvalue()


PARTS = {"households": households(), "stays": stays()}
SURVEYS = {
    "csv": [("households.csv", csv_of(households())), ("stays.csv", csv_of(stays()))],
    "wide csv": [
        ("households.csv", csv_of(households(), "utf-16", ";")),
        ("stays.csv", csv_of(stays(), "cp1252", "\t")),
    ],
    "xlsx": [("survey.xlsx", workbook_of(**PARTS))],
    "ods": [("survey.ods", ods_of(**PARTS))],
}
SECRETS = ("98765", "Sita", "Gita", "Hari Thapa", "Ramesh")


def stored() -> bytes:
    """Every byte of every table of surveys and jobs, unpacked."""
    found = []
    for blob in every(Blob):
        content = blob.bytes()
        found += [content, content.replace(b"\0", b"")]
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found += [archive.read(name) for name in archive.namelist()]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("survey_", "jobs_", "accounts_audit")) and table != BlobPiece._meta.db_table:
                cursor.execute(f'SELECT * FROM "{table}"')
                for row in cursor.fetchall():
                    found += [
                        bytes(one) if isinstance(one, memoryview | bytes) else str(one).encode()
                        for one in row
                    ]
    return b"\n".join(found)


def told_of(survey: Survey) -> tuple[bytes, str, list]:
    """What a reading says: its tables, its report, its problems."""
    fields = (
        "number",
        "code",
        "severity",
        "file",
        "file_sha256",
        "sheet",
        "row",
        "column",
        "value",
        "params",
    )
    problems = [
        [str(value) for value in row]
        for row in every(SurveyProblem).filter(survey=survey).values_list(*fields)
    ]
    return survey.tables.bytes(), json.dumps(survey.report, sort_keys=True), sorted(problems)


def read_again(survey: Survey) -> Survey:
    every(Survey).filter(pk=survey.pk).update(read_as="")
    ask_for_reading(survey=every(Survey).get(pk=survey.pk))
    work()
    return every(Survey).get(pk=survey.pk)


@pytest.fixture
def scheme():
    return make_scheme(make_organisation())


@pytest.fixture
def browser_of(scheme):
    return client_of(scheme.organisation)


@pytest.mark.parametrize("kind", SURVEYS)
def test_no_stored_byte_tells_who_people_are_and_reading_again_says_the_same(browser_of, scheme, kind):
    upload(browser_of, scheme, *SURVEYS[kind])
    assert b"Sita" in stored()
    work()
    survey = every(Survey).get()
    assert survey.state == State.READ
    assert {one["column"] for one in survey.report["dropped_columns"]} == {
        "head name",
        "mobile",
        "respondent",
    }
    assert not [secret for secret in SECRETS if secret.encode() in stored()]
    before = told_of(survey)
    again = read_again(survey)
    assert told_of(again) == before
    assert not [secret for secret in SECRETS if secret.encode() in stored()]
    text = text_of(browser_of.get(reverse("survey:survey", args=[survey.pk])))
    assert "erased, from the stored file too" in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ids_that_are_phone_numbers_are_replaced_and_rows_go_on_belonging_together(browser_of, scheme, kind):
    def ids(number):
        return ("0" if number % 2 else "") + phone(number)

    parts = {"households": households(ids), "stays": stays(phone)}
    files = (
        [("survey.xlsx", workbook_of(**parts))]
        if kind == "xlsx"
        else [(f"{name}.csv", csv_of(rows)) for name, rows in parts.items()]
    )
    survey = read_survey_of(browser_of, scheme, *files)
    assert survey.report["after"]["events"] == {"hospital": 30}
    before = told_of(survey)
    assert not [secret for secret in SECRETS if secret.encode() in stored()]
    assert told_of(read_again(survey)) == before
    text = text_of(browser_of.get(reverse("survey:survey", args=[survey.pk])))
    assert "replaced by running numbers" in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_corrections_name_the_file_as_it_arrived_and_still_apply(browser_of, scheme, kind):
    survey = read_survey_of(browser_of, scheme, *SURVEYS[kind])
    wrong = every(SurveyProblem).get(code="not_a_number")
    correct(survey=survey, seen_version=survey.version, problems=[wrong], value="4321", user=None)
    again = read_again(survey)
    assert not every(SurveyProblem).filter(code="not_a_number").exists()
    assert "corrections_unused" not in again.report["counts"]
    before = float(survey.report["after"]["money"]["hospital"])
    assert float(again.report["after"]["money"]["hospital"]) - before == pytest.approx(4321)


def test_the_same_file_is_known_again_after_its_scrubbing(browser_of, scheme):
    first = read_survey_of(browser_of, scheme, *SURVEYS["csv"])
    again = upload(browser_of, scheme, *SURVEYS["csv"])
    assert again.url == reverse("survey:survey", args=[first.pk])
    file = first.files.first()
    assert file.sha256 != file.blob.sha256


def test_rows_of_two_files_that_differed_by_a_name_alone_go_on_differing(browser_of, scheme):
    one = [STAYS_HEAD, ["H1", "hospital", 900, 2, "Gita Rai"], ["H2", "hospital", 800, 2, "Hari Thapa"]]
    two = [STAYS_HEAD, ["H1", "hospital", 900, 2, "Maya Lama"], ["H2", "hospital", 800, 2, "Hari Thapa"]]
    files = [("h.csv", csv_of(households())), ("a.csv", csv_of(one)), ("b.csv", csv_of(two))]
    survey = read_survey_of(browser_of, scheme, *files)
    assert survey.report["counts"]["row_of_other_file"] == {"dropped": 1}
    before = told_of(survey)
    assert told_of(read_again(survey)) == before


def test_values_that_slid_out_of_their_columns_are_erased_with_their_row(browser_of, scheme):
    rows = [*households(), ["H88", "V1", "Devi", " Sita", 4, phone(88), "2024-05-01"]]
    read_survey_of(browser_of, scheme, ("h.csv", csv_of(rows)), ("s.csv", csv_of(stays())))
    assert not [secret for secret in SECRETS if secret.encode() in stored()]


def test_the_stored_workbook_is_a_workbook_with_its_rows_where_they_were(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme, *SURVEYS["ods"])
    file = survey.files.get()
    answer = browser_of.get(reverse("survey:download", args=[survey.pk, file.pk]))
    content = b"".join(answer.streaming_content)
    assert answer["Content-Length"] == str(len(content))
    assert "survey.ods.xlsx" in answer["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["households", "stays"]
    assert [cell.value for cell in book["households"][1]] == HEAD
    assert [cell.value for cell in book["households"][5]] == ["H4", "V4", "…", 4, "…", "2024-05-05"]


def test_nobody_gets_a_file_that_was_not_looked_through_and_only_administrators_one_that_was(
    browser_of, scheme
):
    upload(browser_of, scheme, *SURVEYS["csv"])
    file = every(SurveyFile).first()
    address = reverse("survey:download", args=[file.survey_id, file.pk])
    assert browser_of.get(address).status_code == 404
    work()
    assert browser_of.get(address).status_code == 200
    assert every(AuditEntry).filter(what="file.exported").count() == 1
    staff = client_of(scheme.organisation, role=Role.FIELD_STAFF)
    assert staff.get(address).status_code == 403
    assert address not in staff.get(reverse("survey:survey", args=[file.survey_id])).content.decode()


def test_a_refused_file_is_not_kept(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme, ("survey.csv", b"household_id;Sita Devi 9876500001\n"))
    assert survey.state == State.REFUSED
    assert not every(Blob).exists()
    text = text_of(browser_of.get(reverse("survey:survey", args=[survey.pk])))
    assert "not kept" in text


def test_rows_are_deleted_from_scrubbed_surveys_too(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme, *SURVEYS["xlsx"])
    forget(survey=survey)
    assert not every(Blob).exists()
    assert b"H17" not in stored()
