"""Reports of browsers about stopped scripts: little is read, nothing of a visitor is kept."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from accounts import limits
from cbhi_site import reports

pytestmark = pytest.mark.django_db
OLDER = {
    "csp-report": {
        "document-uri": "https://premiums.example/help/?name=Ramesh",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/ramesh@example.org",
        "script-sample": "Ramesh 98765 43210",
    }
}
NEWER = [
    {
        "type": "csp-violation",
        "body": {
            "documentURL": "https://premiums.example/nowhere/Ramesh/",
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
            "sample": "Ramesh",
        },
    }
]


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch):
    cache.clear()
    monkeypatch.setattr(limits._Cache, "away_until", 0.0)
    monkeypatch.setattr(limits, "_now", lambda: 1_800_000_100.0)


def send(body, kind="application/csp-report", **more):
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post("/csp-report/", body, content_type=kind, **more)


def test_both_kinds_of_report_reach_the_log_in_our_own_words(caplog):
    assert send(OLDER).status_code == send(NEWER, "application/reports+json").status_code == 204
    said = [record.getMessage() for record in caplog.records if record.name == reports.__name__]
    assert said == [
        "stopped by the content security policy: script_src_elem address on help",
        "stopped by the content security policy: style_src_attr inline on elsewhere",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe", "{", "[]", "[1, null]", '"text"', '{"csp-report": 3}', "[" * 5000,
        '{"csp-report": {"effective-directive": 7, "document-uri": "http://[bad"}}',
    ],
)  # fmt: skip
def test_nonsense_is_answered_quietly(body):
    assert send(body).status_code == 204


def test_a_report_that_is_too_large_is_not_read():
    assert send("x" * (reports.BODY_BYTES + 1)).status_code == 413


def test_reports_are_counted_for_the_whole_site(caplog):
    answers = [send(NEWER).status_code for _ in range(reports.A_MINUTE + 5)]
    assert answers.count(204) == reports.A_MINUTE
    assert answers[-1] == 429


def test_many_reports_in_one_are_cut_off(caplog):
    send(NEWER * 50)
    said = [record for record in caplog.records if record.name == reports.__name__]
    assert len(said) == reports.REPORTS_AT_A_TIME


def test_production_asks_browsers_to_report_sends_hsts_and_names_its_cookies():
    code = """
import django
django.setup()
from django.conf import settings
settings.DATABASES = {}
from django.test import RequestFactory
from django.http import HttpResponse
from csp.middleware import CSPMiddleware
from cbhi_site.headers import HeadersMiddleware
from django.middleware.security import SecurityMiddleware
view = SecurityMiddleware(CSPMiddleware(HeadersMiddleware(lambda request: HttpResponse("x"))))
answer = view(RequestFactory().get("/", secure=True, headers={"host": "premiums.example"}))
for name, value in answer.headers.items(): print(name, value)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE)
print("cookie of", settings.SESSION_COOKIE_DOMAIN, settings.SESSION_COOKIE_PATH)
"""
    environ = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "cbhi_site.settings",
        "CBHI_MODE": "production",
        "SECRET_KEY": "k7Jq-2vX9_pLmW4bN8sTzR6yHcD1fGuE3aKoQi5tVxZwBnMj",
        "ALLOWED_HOSTS": "premiums.example",
        "DATABASE_URL": "postgresql://nobody@localhost/nothing",
        "REDIS_URL": "redis://:secret@localhost/0",
        "EMAIL_HOST": "smtp.premiums.example",
    }
    environ["SECRET_KEY"] *= 2
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60,
        cwd=django_settings.BASE_DIR,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Strict-Transport-Security max-age=31536000; includeSubDomains; preload" in done.stdout
    assert "report-uri /csp-report/" in done.stdout
    assert "report-to csp" in done.stdout
    assert 'Reporting-Endpoints csp="/csp-report/"' in done.stdout
    assert "__Host-session True True" in done.stdout
    assert "__Host-csrf True" in done.stdout
    # What the prefix asks for: no domain, the whole site.
    assert "cookie of None /" in done.stdout
