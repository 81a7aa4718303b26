"""Files that are not read at all: made here, refused by name within two seconds, changing nothing."""

import random
import time
import zipfile
from pathlib import Path

import pytest

from survey.reading.guards import clean_name
from survey.reading.limits import Limits
from survey.reading.problems import FileRefused
from survey.reading.reader import read_survey
from survey.reading.sandbox import read_survey_apart
from survey.reading.sources import SurveyFile
from tests.survey.reading_files import (
    EVENTS,
    EVENTS_HEAD,
    compound,
    old_workbook,
    open_document,
    part,
    rebuilt,
    roster,
    workbook,
    write,
)

ROWS = [["household_id", "event_kind", "bill"], ["H1", "hospital", 500]]
SHEET = "xl/worksheets/sheet1.xml"


def refused(*files, apart=False, **options):
    """The refusal; within two seconds even when a child process is started."""
    before = [Path(getattr(file, "path", file)).read_bytes() for file in files]
    started = time.perf_counter()
    with pytest.raises(FileRefused) as caught:
        (read_survey_apart if apart else read_survey)(list(files), **options)
    assert time.perf_counter() - started < 2.0
    assert [Path(getattr(file, "path", file)).read_bytes() for file in files] == before
    return caught.value


def test_a_zip_bomb_of_two_megabytes_is_refused_before_it_is_expanded(tmp_path):
    path = workbook(tmp_path, events=ROWS)
    row = b"<row><c><v>1234567</v></c></row>"
    noise = random.Random(5).randbytes(1_950_000)
    bomb = b"<worksheet><sheetData>" + row * (219_000_000 // len(row)) + b"</sheetData></worksheet>"
    rebuilt(path, {SHEET: bomb}, {"xl/media/noise.bin": noise})
    assert 1e6 < path.stat().st_size < 3e6
    problem = refused(path, apart=True)
    assert problem.code == "unpacks_too_large"
    assert "MB" in problem.message


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    path = workbook(tmp_path, events=ROWS)
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(SHEET)
    raw = bytearray(path.read_bytes())
    # The size of the packed part, in the list at the end.
    at = raw.rfind(b"PK\x01\x02", 0, raw.rfind(SHEET.encode()))
    assert int.from_bytes(raw[at + 20 : at + 24], "little") == info.compress_size
    raw[at + 20 : at + 24] = (10_000_000).to_bytes(4, "little")
    path.write_bytes(raw)
    assert refused(path).code == "damaged"


def test_too_many_parts_are_refused(tmp_path):
    path = rebuilt(workbook(tmp_path, events=ROWS), {}, {f"xl/media/{n}.txt": b"x" for n in range(2_100)})
    assert refused(path).code == "too_many_parts"


def test_an_archive_inside_an_archive_is_refused(tmp_path):
    inner = workbook(tmp_path, name="inner.xlsx", events=ROWS).read_bytes()
    path = rebuilt(workbook(tmp_path, events=ROWS), {}, {"xl/media/inner.xlsx": inner})
    assert refused(path).code == "archive_inside"


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("definition", [LAUGHS, EXTERNAL, b"<!doctype x>"])
@pytest.mark.parametrize("place", [SHEET, "xl/workbook.xml", "xl/styles.xml"])
def test_xml_definitions_are_refused_wherever_they_stand(tmp_path, definition, place):
    path = workbook(tmp_path, events=ROWS)
    head, mark, rest = part(path, place).partition(b"?>")
    contents = head + mark + definition + rest if mark else definition + head
    assert refused(rebuilt(path, {place: contents})).code == "xml_entities"


def test_xml_definitions_in_utf_16_and_behind_a_long_comment_are_refused(tmp_path):
    path = workbook(tmp_path, events=ROWS)
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    assert refused(rebuilt(path, {SHEET: text.encode("utf-16")})).code == "xml_entities"
    long = b"<!--" + b"x" * 70_000 + b"-->" + LAUGHS + b"<worksheet/>"
    assert refused(rebuilt(path, {SHEET: long})).code == "xml_entities"


def test_xml_definitions_in_an_open_document_are_refused(tmp_path):
    path = write(tmp_path, "survey.ods", open_document(ROWS, doctype=LAUGHS.decode()))
    assert refused(path).code == "xml_entities"


@pytest.mark.parametrize("name", ["survey.xlsm", "survey.xlsb", "survey.xltm"])
def test_workbooks_with_macros_are_refused_by_name(tmp_path, name):
    path = workbook(tmp_path, events=ROWS).rename(tmp_path / name)
    problem = refused(path)
    assert problem.code == "macros"
    assert ".xlsx" in problem.message


def test_a_workbook_with_macros_under_another_name_is_refused(tmp_path):
    path = rebuilt(workbook(tmp_path, events=ROWS), {}, {"xl/vbaProject.bin": b"macro"})
    assert refused(path).code == "macros"


@pytest.mark.parametrize(
    ("name", "contents", "found"),
    [
        ("survey.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("survey.xls", b"\xef\xbb\xbf  <HTML><body>x</body></HTML>", "web page"),
        ("survey.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>', "XML"),
        ("survey.csv", b"<!DOCTYPE html><html></html>", "web page"),
        ("survey.csv", b"%PDF-1.7 something", "PDF"),
        ("survey.ods", b"household_id,bill\nH1,3\n", "text"),
        ("survey.csv", b"PK\x03\x04rest", "packed"),
        ("survey.xls", b"PK\x03\x04rest", "packed"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_with_what_it_is(tmp_path, name, contents, found):
    problem = refused(write(tmp_path, name, contents))
    assert problem.code == "not_what_it_says"
    assert found in problem.message


def test_an_old_workbook_renamed_is_refused(tmp_path):
    problem = refused(write(tmp_path, "survey.xlsx", old_workbook([["a"]])))
    assert problem.code == "not_what_it_says"
    assert "XLS" in problem.message


def test_workbooks_of_the_other_kind_are_refused(tmp_path):
    assert refused(write(tmp_path, "survey.xlsx", open_document(ROWS))).code == "not_what_it_says"
    path = workbook(tmp_path, events=ROWS).rename(tmp_path / "survey.ods")
    assert refused(path).code == "not_what_it_says"


def test_unknown_kinds_of_files_are_refused(tmp_path):
    assert refused(write(tmp_path, "survey.docx", b"PK\x03\x04")).code == "unknown_extension"
    assert refused(write(tmp_path, "survey", b"a,b\n1,2\n")).code == "unknown_extension"


def test_files_with_a_password_are_named_as_such(tmp_path):
    xlsx = write(tmp_path, "survey.xlsx", compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    assert refused(xlsx).code == "password"
    assert refused(write(tmp_path, "survey.xls", old_workbook([["a"]], protected=True))).code == "password"
    assert refused(write(tmp_path, "survey.ods", open_document(ROWS, encrypted=True))).code == "password"
    locked = workbook(tmp_path, name="locked.xlsx", events=ROWS)
    raw = bytearray(locked.read_bytes())
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(raw)
    assert refused(locked).code == "password"


@pytest.mark.parametrize("name", ["survey.csv", "survey.xlsx", "survey.xls", "survey.ods"])
def test_an_empty_file_is_refused(tmp_path, name):
    assert refused(write(tmp_path, name, b"")).code == "empty"


def test_a_file_without_rows_is_refused(tmp_path):
    assert refused(write(tmp_path, "survey.csv", EVENTS_HEAD)).code == "no_rows"
    assert refused(write(tmp_path, "blank.csv", "\n\n  \n")).code == "no_rows"
    assert refused(workbook(tmp_path, events=[])).code == "no_rows"


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.02])
def test_a_file_that_was_cut_off_is_refused(tmp_path, kept):
    path = workbook(tmp_path, events=ROWS * 200)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(kept * len(raw))])
    assert refused(path, apart=True).code == "damaged"
    old = write(tmp_path, "survey.xls", old_workbook(ROWS)[:700])
    assert refused(old).code == "damaged"


def test_sixteen_thousand_columns_are_refused(tmp_path):
    wide = ",".join(f"c{n}" for n in range(16_384))
    problem = refused(write(tmp_path, "wide.csv", f"{wide}\n{wide}\n"))
    assert problem.code == "too_many_columns"
    assert "16384" in problem.message
    path = workbook(tmp_path, name="wide.xlsx", wide=[[f"c{n}" for n in range(16_384)], [1] * 16_384])
    assert refused(path).code == "too_many_columns"


def test_a_quotation_mark_that_never_closes_is_named_with_its_row(tmp_path):
    broken = EVENTS_HEAD + 'H1,hospital,"7000,4\n' + "H2,outpatient,300,\n" * 20_000
    problem = refused(write(tmp_path, "events.csv", broken))
    assert problem.code == "cell_too_long"
    assert problem.params["row"] == 2


def test_limits_on_rows_files_sheets_and_size_hold(tmp_path):
    many = write(tmp_path, "events.csv", EVENTS_HEAD + "H1,hospital,1,1\n" * 300)
    assert refused(roster(tmp_path), many, limits=Limits(rows=200)).code == "too_many_rows"
    assert refused(many, limits=Limits(file_bytes=1000)).code == "too_large"
    assert refused(many, roster(tmp_path), limits=Limits(files=1)).code == "too_many_files"
    book = workbook(tmp_path, a=ROWS, b=ROWS, c=ROWS)
    assert refused(book, limits=Limits(sheets=2)).code == "too_many_sheets"
    assert refused(book, limits=Limits(cells=5)).code == "too_many_cells"
    assert refused(book, limits=Limits(rows=1)).code == "too_many_rows"
    with pytest.raises(FileRefused, match="No file"):
        read_survey([])
    with pytest.raises(ValueError, match="at least 1"):
        Limits(rows=0)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    noise = random.Random(3).randbytes(4000)
    assert refused(write(tmp_path, "noise.csv", noise)).code == "not_text"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\survey.csv", "survey.csv"),
        ("survey\u202evsc.exe.csv", "surveyvsc.exe.csv"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("  .. ", "file"),
        ("", "file"),
        ("सर्वे २०२६.xlsx", "सर्वे २०२६.xlsx"),
        ('<b>"x"</b>.csv', "b_.csv"),
    ],
)
def test_file_names_are_made_harmless(name, shown):
    assert clean_name(name) == shown


def test_a_file_name_of_three_hundred_characters_keeps_its_ending():
    shown = clean_name("x" * 300 + ".xlsx")
    assert len(shown) == 120
    assert shown.endswith("….xlsx")
    assert len(clean_name("y" * 400)) <= 120


def test_the_name_a_file_came_with_is_read_under_not_the_one_it_lies_under(tmp_path):
    path = write(tmp_path, "0b7c.bin", EVENTS)
    reading = read_survey([SurveyFile(path=path, name="../../events.csv"), roster(tmp_path)])
    assert [file.name for file in reading.files] == ["events.csv", "households.csv"]


def test_a_refusal_survives_being_stored():
    refusal = FileRefused("too_many_columns", file="a.csv", found=9, most=5)
    again = FileRefused.from_json(refusal.as_json())
    assert (again.code, again.message) == (refusal.code, refusal.message)
