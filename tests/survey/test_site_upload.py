"""Taking a survey's files in: what is shown, what is refused, what a cut line leaves behind."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, Role
from jobs.models import Chunk, Job, Status
from survey.blobs import Blob, BlobPiece, DamagedBlob, keep
from survey.models import State, Survey, SurveyFile
from survey.problem_rows import SurveyProblem
from tests.makers import client_of, every, make_organisation, make_scheme
from tests.survey.site import read_survey_of, text_of, upload, work, workbook_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme():
    return make_scheme(make_organisation())


@pytest.fixture
def browser_of(scheme):
    return client_of(scheme.organisation)


def nothing_kept() -> bool:
    return not any(every(model).exists() for model in (Survey, SurveyFile, Blob, Job))


def test_the_upload_page_says_what_is_taken_and_how_much(browser_of, scheme):
    text = text_of(browser_of.get(reverse("survey:upload", args=[scheme.pk])))
    assert "CSV, Excel (XLSX, XLS) or ODS" in text
    assert "100 MB" in text
    assert "dropped at the door" in text


@pytest.mark.parametrize("name", ["questionnaire", "template-excel", "template-csv"])
def test_every_instrument_can_be_taken_away_and_one_that_is_none_cannot(browser_of, scheme, name):
    shown = browser_of.get(reverse("survey:surveys", args=[scheme.pk])).content.decode()
    address = reverse("survey:instrument", args=[name])
    assert address in shown
    answer = browser_of.get(address)
    assert answer.content.startswith(b"PK")
    assert "attachment" in answer["Content-Disposition"]
    assert browser_of.get(reverse("survey:instrument", args=["nothing"])).status_code == 404


def test_a_filled_template_is_read_and_counted(browser_of, scheme):
    answer = upload(browser_of, scheme)
    page = answer.url
    text = text_of(browser_of.get(page))
    assert "The files are being read" in text
    assert "You may close this page" in text
    work()
    text = text_of(browser_of.get(page))
    assert "What was counted" in text
    assert "Households" in text
    survey = every(Survey).get()
    assert survey.state == State.READ
    assert survey.report["after"]["households"] > 100
    assert not Chunk.objects.exists()


def test_who_uploaded_with_what_consent_and_for_what_is_written_down(browser_of, scheme):
    read_survey_of(browser_of, scheme)
    survey = every(Survey).get()
    assert (survey.consent, survey.purpose) == ("spoken", "To price the scheme")
    entry = every(AuditEntry).get(what="survey.uploaded")
    assert entry.subject_id == str(survey.pk)
    assert "spoken" in entry.after_json


def test_without_consent_nothing_is_taken_in(browser_of, scheme):
    answer = upload(browser_of, scheme, consent="")
    assert answer.status_code == 422
    assert "with their consent only" in text_of(answer)
    assert nothing_kept()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("survey.csv", b"", "is empty"),
        ("survey.xlsm", b"PK\x03\x04", "workbook with macros"),
        ("survey.pdf", b"%PDF-1.7", "none of the files that can be read"),
        ("survey.xlsx", b"<html><table></table></html>", "inside"),
        ("survey.xlsx", b"PK\x03\x04 torn", "damaged"),
    ],
)
def test_what_must_not_be_opened_is_refused_at_once_and_nothing_is_kept(
    browser_of, scheme, name, content, words
):
    start = time.monotonic()
    answer = upload(browser_of, scheme, (name, content))
    assert time.monotonic() - start < 2
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert nothing_kept()


def test_a_bomb_is_refused_before_it_is_opened(browser_of, scheme):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 500_000_000)
    start = time.monotonic()
    answer = upload(browser_of, scheme, ("survey.xlsx", packed.getvalue()))
    assert time.monotonic() - start < 2
    assert "would unpack to" in text_of(answer)
    assert nothing_kept()


def test_one_bad_file_of_two_refuses_both(browser_of, scheme):
    answer = upload(browser_of, scheme, ("good.xlsx", workbook_of()), ("bad.csv", b""))
    assert answer.status_code == 422
    assert "“bad.csv” is empty" in text_of(answer)
    assert nothing_kept()


def test_a_file_that_only_the_reader_can_refuse_says_why_on_its_page(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme, ("survey.csv", b"household_id;members\n"))
    assert survey.state == State.REFUSED
    text = text_of(browser_of.get(reverse("survey:survey", args=[survey.pk])))
    assert "This file cannot be used" in text
    assert "no rows below a header line" in text
    assert "Nothing was changed" in text


def test_the_same_file_twice_leads_to_the_first(browser_of, scheme):
    first = read_survey_of(browser_of, scheme)
    again = upload(browser_of, scheme, ("renamed.xlsx", workbook_of()))
    assert again.url == reverse("survey:survey", args=[first.pk])
    assert "here already, byte for byte" in text_of(browser_of.get(again.url))
    assert every(Survey).count() == 1


def test_another_scheme_may_take_the_same_file(browser_of, scheme):
    read_survey_of(browser_of, scheme)
    other = make_scheme(scheme.organisation)
    assert upload(browser_of, other).status_code == 302
    assert every(Survey).count() == 2


def test_hostile_names_are_made_harmless_and_different(browser_of, scheme):
    upload(browser_of, scheme, ("../../etc/x.csv", b"a,b\n1,2\n"), ("x.csv", b"a,b\n3,4\n"))
    assert [one.name for one in every(SurveyFile).order_by("position")] == ["x.csv", "x (2).csv"]


def test_a_body_that_is_too_large_is_refused_unread(browser_of, scheme):
    answer = browser_of.post(
        reverse("survey:upload", args=[scheme.pk]),
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(101 * 1024 * 1024),
    )
    assert answer.status_code == 413
    assert nothing_kept()


def test_a_file_that_tells_of_nobody_comes_back_byte_for_byte_as_an_attachment(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme)
    file = survey.files.get()
    answer = browser_of.get(reverse("survey:download", args=[survey.pk, file.pk]))
    assert b"".join(answer.streaming_content) == workbook_of()
    assert answer["Content-Disposition"].startswith("attachment")
    assert every(AuditEntry).filter(what="file.exported").exists()


def test_stored_bytes_that_were_touched_are_never_used(scheme):
    blob = keep(organisation=scheme.organisation, content=[b"x" * 3_000_000])
    assert blob.pieces.count() == 3
    assert blob.bytes() == b"x" * 3_000_000
    other = keep(organisation=scheme.organisation, content=[b"y" * 3_000_000])
    stolen = other.pieces.get(number=1).data
    BlobPiece.objects.filter(blob=blob, number=1).update(data=bytes(stolen))
    with pytest.raises(DamagedBlob):
        blob.bytes()


def test_personal_columns_are_dropped_and_said_so(browser_of, scheme):
    rows = "".join(f"H{n},Sita Devi {n},98765432{n:02d},4\n" for n in range(1, 31))
    content = f"household_id,head name,mobile,members\n{rows}".encode()
    survey = read_survey_of(browser_of, scheme, ("people.csv", content))
    text = text_of(browser_of.get(reverse("survey:survey", args=[survey.pk])))
    assert "Dropped at the door" in text
    assert "a phone number" in text
    shown = text_of(browser_of.get(reverse("survey:columns", args=[survey.pk])))
    assert "Sita" not in shown
    assert "98765" not in shown
    assert not every(SurveyProblem).filter(value__contains="Sita").exists()
    assert "Sita" not in str(survey.report)


def test_another_organisation_sees_nothing_of_it(browser_of, scheme):
    survey = read_survey_of(browser_of, scheme)
    stranger = client_of(make_organisation())
    file = survey.files.get()
    for name in ("survey", "progress", "columns", "mapping", "problems", "forget"):
        assert stranger.get(reverse(f"survey:{name}", args=[survey.pk])).status_code == 404, name
    for name in ("read_again", "correct", "undo", "estimate", "forget", "keep_longer", "columns"):
        assert stranger.post(reverse(f"survey:{name}", args=[survey.pk])).status_code == 404, name
    assert stranger.get(reverse("survey:download", args=[survey.pk, file.pk])).status_code == 404
    assert stranger.get(reverse("survey:surveys", args=[scheme.pk])).status_code == 404
    assert upload(stranger, scheme).status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FACILITATOR])
def test_who_may_not_work_on_surveys_sees_the_survey_but_no_row(browser_of, scheme, role):
    survey = read_survey_of(browser_of, scheme)
    looker = client_of(scheme.organisation, role=role)
    page = looker.get(reverse("survey:survey", args=[survey.pk]))
    assert page.status_code == 200
    assert "may not work on surveys" in text_of(page)
    for name in ("problems", "columns", "mapping"):
        assert looker.get(reverse(f"survey:{name}", args=[survey.pk])).status_code == 403
    assert upload(looker, scheme).status_code == 403


def test_the_list_of_surveys_asks_the_database_no_more_for_ten_than_for_one(browser_of, scheme):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = reverse("survey:surveys", args=[scheme.pk])
    upload(browser_of, scheme, ("a.csv", b"household_id,members\nH1,4\n"))
    browser_of.get(page)

    def questions() -> int:
        """Besides the session, which is touched now and then."""
        with CaptureQueriesContext(connection) as asked:
            browser_of.get(page)
            return sum(query["sql"].startswith("SELECT") for query in asked.captured_queries)

    one = questions()
    for number in range(9):
        upload(browser_of, scheme, (f"{number}.csv", f"household_id,members\nH1,{number}\n".encode()))
    assert questions() == one


@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_at_nine_tenths_leaves_nothing(live_server):
    scheme = make_scheme(make_organisation())
    client = client_of(scheme.organisation)
    page = client.get(reverse("survey:upload", args=[scheme.pk]))
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    cookies = "; ".join(f"{name}={value.value}" for name, value in client.cookies.items())
    parts = [
        (f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n').encode()
        for name, value in (("csrfmiddlewaretoken", token), ("consent", "spoken"), ("keep_months", "12"))
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="uploads"; filename="a.xlsx"\r\n\r\n'
    body = b"".join(parts) + head + workbook_of() + b"\r\n--edge--\r\n"
    address = urlsplit(live_server.url)
    request = (
        f"POST {reverse('survey:upload', args=[scheme.pk])} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Cookie: {cookies}\r\nReferer: {live_server.url}/\r\n"
        f"Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(request + body[: len(body) * 9 // 10])
        time.sleep(0.2)
    time.sleep(0.5)
    assert nothing_kept()
    assert client.get(reverse("survey:surveys", args=[scheme.pk])).status_code == 200


def test_a_live_reading_is_watched_and_a_stopped_one_can_be_tried_again(browser_of, scheme):
    survey_page = upload(browser_of, scheme).url
    answer = browser_of.get(f"{survey_page}progress/")
    assert "hx-trigger" in answer.content.decode()
    assert len(answer.content) <= 300
    job = every(Job).get(kind="survey_reading")
    every(Job).filter(pk=job.pk).update(status=Status.NEEDS_ATTENTION, reason="worker_lost")
    Chunk.objects.filter(job=job).update(attempts=3)
    answer = browser_of.get(f"{survey_page}progress/")
    assert answer["HX-Refresh"] == "true"
    assert "stopped three times" in text_of(browser_of.get(survey_page))
    browser_of.post(f"{survey_page}read-again/")
    work()
    assert every(Survey).get().state == State.READ
