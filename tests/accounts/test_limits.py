"""Limits on how often and how much: shared counters, a page in plain words, nothing typed is lost."""

import re

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts import limits
from accounts.limits import Allowance, TooMany, limited, spend, waiting_time
from accounts.models import Role
from schemes.models import Scheme
from tests.makers import client_of, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch):
    cache.clear()
    monkeypatch.setattr(limits._Cache, "away_until", 0.0)
    # The middle of a stretch, so that no test meets the end of one.
    monkeypatch.setattr(limits, "_now", lambda: 1_800_000_100.0)


def request_of(user=None, organisation=None, *, method="get"):
    request = getattr(RequestFactory(), method)("/")
    request.user, request.organisation = user or make_member(organisation), organisation
    return request


def some_view(_request):
    return HttpResponse("done")


def test_a_person_is_refused_after_their_allowance_and_told_how_long_to_wait(settings):
    settings.LIMITS = {"export": (2, 100, 300)}
    request = request_of(organisation=make_organisation())
    view = limited("export")(some_view)
    assert view(request).content == view(request).content == b"done"
    with pytest.raises(TooMany) as refused:
        view(request)
    assert refused.value.seconds == 200
    assert "Wait 4 minutes" in str(refused.value)


def test_the_next_stretch_of_time_starts_anew(settings, monkeypatch):
    settings.LIMITS = {"export": (1, 100, 300)}
    request = request_of()
    spend(request, "export")
    with pytest.raises(TooMany):
        spend(request, "export")
    monkeypatch.setattr(limits, "_now", lambda: 1_800_000_301.0)
    spend(request, "export")


def test_an_organisation_shares_one_allowance_and_another_has_its_own(settings):
    settings.LIMITS = {"export": (100, 2, 300)}
    ours, theirs = make_organisation(), make_organisation()
    spend(request_of(organisation=ours), "export")
    spend(request_of(organisation=ours), "export")
    with pytest.raises(TooMany):
        spend(request_of(organisation=ours), "export")
    spend(request_of(organisation=theirs), "export")


def test_looking_at_a_page_that_starts_runs_counts_nothing_and_an_export_counts_always(settings):
    settings.LIMITS = {"run": (1, 1, 300), "export": (1, 1, 300)}
    request = request_of()
    look = limited("run")(some_view)
    for _ in range(5):
        look(request)
    export = limited("export")(some_view)
    export(request)
    with pytest.raises(TooMany):
        export(request)


def test_a_mark_with_a_name_that_has_no_limit_is_a_mistake_found_at_import():
    with pytest.raises(KeyError):
        limited("exprot")


@pytest.mark.parametrize("numbers", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_a_limit_of_nothing_is_refused(numbers):
    person, organisation, seconds = numbers
    with pytest.raises(ValueError, match="above 0"):
        Allowance(person=person, organisation=organisation, seconds=seconds)


@pytest.mark.parametrize(("seconds", "words"), [(1, "1 second"), (89, "89 seconds"), (91, "2 minutes")])
def test_the_wait_is_said_in_seconds_or_whole_minutes(seconds, words):
    assert waiting_time(seconds) == words


def test_a_cache_that_is_away_stops_nobody_and_is_not_asked_at_every_click(settings, monkeypatch, caplog):
    settings.LIMITS = {"export": (1, 1, 300)}
    asked = []

    def away(*_args, **_kwargs):
        asked.append(1)
        raise ConnectionError("no route to 10.0.0.1")

    monkeypatch.setattr(limits.cache, "add", away)
    request = request_of(organisation=make_organisation())
    for _ in range(5):
        spend(request, "export")
    assert len(asked) == 1
    assert "ConnectionError" in caplog.text
    assert "10.0.0.1" not in caplog.text


# ---- as pages ----------------------------------------------------------------------------------------------
def full_form(**changes):
    return {"name": "ईश्वर & <b>sons</b>", "place": "Khunti", "inhabitants": "1,200"} | changes


def test_too_many_changes_get_a_page_that_keeps_what_was_typed(settings):
    settings.LIMITS = {**settings.LIMITS, "submit": (1, 100, 300)}
    organisation = make_organisation()
    client = client_of(organisation, role=Role.ADMIN)
    client.post(reverse("schemes:new"), {})
    response = client.post(reverse("schemes:new"), full_form(password1="secret words"))
    page = response.content.decode()
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "200"
    assert "Wait 4 minutes" in page
    assert 'value="ईश्वर &amp; &lt;b&gt;sons&lt;/b&gt;"' in page
    assert 'value="1,200"' in page
    assert "secret words" not in page
    (form,) = (form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if "1,200" in form)
    assert len(re.findall(r'name="csrfmiddlewaretoken"', form)) == 1
    assert not Scheme.objects.of(organisation).exists()


def test_looking_is_not_counted_as_a_change(settings):
    settings.LIMITS = {**settings.LIMITS, "submit": (1, 1, 300)}
    client = client_of(make_organisation())
    assert {client.get("/").status_code for _ in range(4)} == {200}


def test_a_part_of_a_page_is_answered_with_a_part_of_a_page(settings):
    settings.LIMITS = {**settings.LIMITS, "submit": (1, 1, 300)}
    organisation = make_organisation()
    client = client_of(organisation, role=Role.ADMIN)
    address = reverse("calculator:sheet", args=[make_scheme(organisation).pk])
    client.post(address, {}, headers={"HX-Request": "true"})
    response = client.post(address, {}, headers={"HX-Request": "true"})
    assert response.status_code == 429
    assert "<html" not in response.content.decode()


def test_too_large_a_body_is_refused_before_it_is_read(settings):
    settings.BODY_BYTES = 1000
    client = client_of(make_organisation(), role=Role.ADMIN)
    response = client.post(reverse("schemes:new"), {"name": "x" * 2000})
    assert response.status_code == 413
    assert "too large" in response.content.decode()
    response = client.post(reverse("schemes:new"), {"name": "x" * 2000}, headers={"HX-Request": "true"})
    assert response.status_code == 413
    assert "<html" not in response.content.decode()


def test_a_page_that_accepts_uploads_takes_as_much_as_it_says(settings):
    settings.BODY_BYTES = 1000
    request = RequestFactory().post("/", {"name": "x" * 2000})
    request.user = make_member(make_organisation())
    request.organisation = None
    middleware = limits.LimitsMiddleware(some_view)
    assert middleware.process_view(request, some_view, (), {}).status_code == 413
    assert (
        middleware.process_view(request, limits.accepts_upload(megabytes=1)(lambda _: None), (), {}) is None
    )
