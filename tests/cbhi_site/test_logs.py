"""The log says what happened and to which row; never what somebody typed."""

import io
import json
import logging
import sys
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from cbhi_site import logs
from tests.cbhi_site.breaks import BREAKS
from tests.makers import client_of, make_organisation

NAME, PHONE, MAIL, COST = "Ramesh Munda", "+91 98765 43210", "ramesh@example.org", "3,52,54,537"
TYPED = {"name": NAME, "phone": PHONE, "email": MAIL, "cost": COST}
FIVE = str(UUID(int=5))
TRACES = ("ramesh", "munda", "98765", "43210", "example.org", "52,54", "3525")


@pytest.fixture
def log():
    """What a server would write, as one text."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def lines_of(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def assert_private(log):
    said = log.getvalue().lower()
    assert said
    for trace in TRACES:
        assert trace not in said, said


# ---- the requests ------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.urls("tests.cbhi_site.breaks")
@pytest.mark.parametrize("view", BREAKS, ids=lambda view: view.__name__)
def test_a_page_that_breaks_logs_where_and_nothing_that_was_typed(view, log):
    client = Client(raise_request_exception=False)
    address = f"/breaks/{view.__name__}/{MAIL}/?who={NAME}"
    response = client.post(address, TYPED)
    assert response.status_code in {400, 500}
    assert_private(log)
    last = lines_of(log)[-1]
    assert (last["route"], last["status"]) == (f"/breaks/{view.__name__}/<key>/", response.status_code)
    places = [place for line in lines_of(log) for place in line.get("failure", [])]
    assert any(place.startswith("tests/cbhi_site/breaks.py") for place in places)


@pytest.mark.django_db
@pytest.mark.urls("tests.cbhi_site.breaks")
def test_the_error_page_has_the_reference_that_is_in_the_log(log):
    response = Client(raise_request_exception=False).post("/breaks/caused/x/", TYPED)
    page = response.content.decode()
    reference = response["X-Request-ID"]
    UUID(reference)
    assert f"<strong>{reference}</strong>" in page
    assert NAME not in page
    failures = [line for line in lines_of(log) if "failure" in line]
    assert [line["request"] for line in failures] == [reference] * len(failures)
    assert failures[0]["failure"][0] == "ValueError"
    assert "RuntimeError" in failures[0]["failure"]
    part = Client(raise_request_exception=False).post("/breaks/caused/x/", headers={"HX-Request": "true"})
    assert part["X-Request-ID"] in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.cbhi_site.breaks")
def test_the_error_page_is_dressed_and_says_what_was_lost(monkeypatch):
    client = Client(raise_request_exception=False)
    posted, looked = (send("/breaks/caused/x/").content.decode() for send in (client.post, client.get))
    assert f'<link rel="stylesheet" href="{static("css/common.css")}">' in posted
    assert "What you did was not saved" in posted
    assert "nothing was changed" in looked
    assert "not saved" not in looked
    asked = client.get("/breaks/caused/x/", headers={"hx-request": "true"}).content.decode()
    assert "Nothing was changed. Reference:" in asked

    def missing(name):
        raise ValueError(name)

    monkeypatch.setattr("cbhi_site.errors.static", missing)
    bare = client.get("/breaks/caused/x/")
    assert bare.status_code == 500
    assert "Reference:" in bare.content.decode()


@pytest.mark.django_db
def test_refusals_of_every_kind_log_nothing_that_was_typed(log, settings):
    organisation = make_organisation(NAME)
    client = client_of(organisation, role=Role.ADMIN)
    strict = Client(enforce_csrf_checks=True)
    answers = [
        client.get(f"/{MAIL}/{PHONE}/?q={NAME}"),
        client.post(reverse("schemes:new"), TYPED | {"inhabitants": f"{NAME} {PHONE}"}),
        client.get("/", headers={"host": "ramesh.example.org"}),
        strict.post(
            "/sign-in/", TYPED, headers={"referer": f"https://{MAIL.split('@')[1]}/?q={NAME}"}, secure=True
        ),
        Client().post("/sign-in/", {"login": MAIL, "password": PHONE, "username": MAIL}),
        client.post("/sign-out/nowhere/", TYPED),
        client.post(
            reverse("schemes:new"), {"file": SimpleUploadedFile(f"{NAME}.csv", f"{PHONE},{COST}".encode())}
        ),
        client.generic(NAME.replace(" ", ""), "/", TYPED),
        client.post("/", b"\xff", content_type=f"multipart/form-data; boundary={'x' * 300}{NAME}"),
    ]
    assert {response.status_code for response in answers} <= {200, 302, 400, 403, 404, 405, 422}
    assert answers[2].status_code == 400
    assert_private(log)


@pytest.mark.django_db
def test_a_request_line_says_who_where_how_and_how_long(log):
    organisation = make_organisation()
    client = client_of(organisation)
    client.get("/help/?name=Ramesh")
    line = lines_of(log)[-1]
    assert line["route"] == "/help/"
    assert line["method"] == "GET"
    assert line["status"] == 200
    assert line["milliseconds"] >= 0
    assert line["organisation"] == str(organisation.pk)
    assert isinstance(line["user"], int | str)
    assert line["level"] == "INFO"


@pytest.mark.django_db
def test_an_address_shows_ids_of_rows_and_no_keys(log):
    row, key = uuid4(), uuid4()
    client = client_of(make_organisation())
    client.get(f"/schemes/{row}/")
    assert lines_of(log)[-1]["route"] == f"/schemes/{row}/"
    from types import SimpleNamespace

    from cbhi_site.request_log import route

    kwargs = {"key": key, "token": "abc", "scheme_id": row, "number": 3}
    match = SimpleNamespace(route="p/<uuid:key>/<str:token>/<uuid:scheme_id>/<int:number>/", kwargs=kwargs)
    assert route(match) == f"/p/<key>/<token>/{row}/3/"
    assert route(None) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("behind_proxy", "given", "taken"),
    [
        (True, "4f3a9c0e77b1d2a4", True),
        (True, "a\r\nfaked: line", False),
        (True, "<script>alert(1)</script>", False),
        (True, "short", False),
        (True, "x" * 65, False),
        (False, "4f3a9c0e77b1d2a4", False),
    ],
)
def test_the_proxys_id_is_taken_if_there_is_a_proxy_and_it_is_an_id(settings, behind_proxy, given, taken):
    settings.BEHIND_PROXY = behind_proxy
    response = Client().get("/help/", headers={"X-Request-ID": given})
    assert (response["X-Request-ID"] == given) is taken


# ---- too large, too many -----------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.urls("tests.cbhi_site.breaks")
def test_too_many_fields_or_files_are_answered_in_plain_words(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    fields = Client().post("/fields/", {f"f{number}": "1" for number in range(20)})
    files = Client().post("/fields/", {f"f{number}": io.BytesIO(b"1") for number in range(4)})
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    large = Client().post("/fields/", {"f": "1" * 100})
    for response, words in ((fields, "more boxes"), (files, "more files"), (large, "too large")):
        assert response.status_code == 413
        assert words in response.content.decode()
        assert "<h1>" in response.content.decode()


# ---- the formatter -----------------------------------------------------------------------------------------
def record(name="django.request", message="", *arguments, failure=None, **extra):
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, failure)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (record("django.request", "Not Found: %s", f"/{MAIL}"), "Not Found: …"),
        (record("django.security.Odd", f"Invalid host {MAIL}"), "refused: django.security.Odd"),
        (record("py.warnings", f"{NAME} is odd"), "…"),
        (record("other", f"cannot read '{NAME}' {PHONE} {MAIL}"), "cannot read … … …"),
        (record("other", "%s %s", 12, True), "12 True"),
        (record("other", "%d", 9876543210), "%d"),
        (record("other", "%s", [NAME]), "…"),
        (record("other", "%s", ValueError(NAME)), "ValueError"),
        (record("other", "%s %s", NAME), "%s %s"),
        (record("jobs.tasks", "job %s: %s", UUID(int=5), "OSError"), f"job {UUID(int=5)}: OSError"),
        (record("jobs.tasks", "job %s", NAME), "job …"),
        (
            record("celery", "Task %(name)s[%(id)s] %(exc)s", {"name": "jobs.work", "id": FIVE, "exc": NAME}),
            f"Task jobs.work[{FIVE}] …",
        ),
    ],
)  # fmt: skip
def test_only_what_is_known_to_be_harmless_is_written(made, said):
    assert logs.plain_message(made) == said


def test_extras_of_others_are_not_written_and_a_failure_has_no_message():
    try:
        raise ValueError(NAME)
    except ValueError:
        failure = sys.exc_info()
    made = record("django.request", "x", failure=failure, request=NAME, status=NAME, route=NAME)
    for formatter in (logs.JsonFormatter(), logs.LineFormatter()):
        said = formatter.format(made)
        assert NAME not in said
        assert "ValueError" in said
        assert "test_logs.py" in said


def test_a_failure_that_causes_itself_ends():
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert list(logs.failure(one)) == ["KeyError", "ValueError"]


def test_the_servers_log_is_json_and_the_laptops_is_for_eyes():
    made = record("jobs.tasks", "job %s", 3)
    assert json.loads(logs.JsonFormatter().format(made))["message"] == "job 3"
    assert "ERROR jobs.tasks job 3" in logs.LineFormatter().format(made)
    server, laptop = (logs.configuration(as_json=is_server, level="INFO") for is_server in (True, False))
    assert server["formatters"]["safe"]["()"] is logs.JsonFormatter
    assert laptop["formatters"]["safe"]["()"] is logs.LineFormatter


def test_a_workers_lines_carry_the_job_and_the_request_that_rang(log):
    from cbhi_site import celery as wiring

    job, request = str(uuid4()), str(uuid4())
    headers: dict[str, object] = {}
    wiring._pass_on_who_asked(headers=headers)
    assert headers == {}
    token = logs.about.set({"request": request, "user": 5})
    wiring._pass_on_who_asked(headers=headers)
    logs.about.reset(token)

    class Task:
        request = headers

    wiring._say_in_every_line(task=Task, args=(job,))
    logging.getLogger("jobs.tasks").warning("job %s chunk %d failed", job, 3)
    wiring._say_no_more()
    (event,) = [json.loads(line) for line in log.getvalue().splitlines()]
    assert (event["job"], event["request"]) == (job, request)
    assert logs.about.get() is None
