"""What every test may rely on: no network beyond this machine, and pages served as production serves them."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Generator

import pytest
from coverage import Coverage
from django.test import TransactionTestCase, override_settings
from hypothesis import settings as hypothesis_settings

# Playwright's synchronous interface keeps an event loop in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# What migrating wrote, which no test changes.
MADE_BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}

# The pure modules, which coverage is about, have tests of their own: those that need no rows in a database.
NEEDS_ROWS = {"db", "transactional_db"}

# The same examples every time, so that a red test is the change's doing.
# HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.register_profile("explore", deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

_connect = socket.socket.connect


def _guarded_connect(self, address):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0]
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
        assert local, f"A test tried to reach {host}: tests stay on this machine."
    return _connect(self, address)


def pytest_configure(config: pytest.Config) -> None:
    socket.socket.connect = _guarded_connect
    first_process = not hasattr(config, "workerinput")
    if first_process and not config.option.collectonly:
        # Once, before parallel workers start: they would race for the files.
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)


def pytest_unconfigure() -> None:
    socket.socket.connect = _connect


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if os.environ.get("SLOW") != "yes":
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def needs_rows(item: pytest.Item) -> bool:
    used = NEEDS_ROWS.intersection(getattr(item, "fixturenames", ()))
    return bool(used) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Trace nothing where no pure module is tested: tracing makes a test take half as long again."""
    measured = Coverage.current()
    if measured is None or not needs_rows(item):
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):  # noqa: ARG001
    """The test database, in which the audit trail may be emptied, and with nobody left in it at the end.

    Tests that really commit empty every table afterwards; the trigger that would refuse is off here, and on
    in the test that tries it.

    A page that a browser asked for last may still be in the making, and a connection kept for the next
    request may still be open: PostgreSQL would refuse to drop the database, and the last test would be
    called an error.
    """
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_auditentry DISABLE TRIGGER audit_entry_is_kept")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _only_what_was_written_is_emptied():
    """After a test that commits Django would empty every table and fill in its own: a second each time.

    The few tables that were written lose their rows in one transaction, at whose end foreign keys are asked.
    The audit trail lets no row go, only all of them at once.
    """
    from django.db import connection, transaction

    def empty(_test: TransactionTestCase) -> None:
        tables = set(connection.introspection.table_names()) - MADE_BY_MIGRATIONS
        asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in sorted(tables))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            for (name,) in cursor.fetchall():
                way = "TRUNCATE" if name == "accounts_auditentry" else "DELETE FROM"
                cursor.execute(f'{way} "{name}"')

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_hashed_quickly():
    """How slow the real way is, is Django's own business: 0.2 s for each person made."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _whitenoise_serves_static():
    """Let WhiteNoise answer for static files.

    pytest-django's live server would answer from the source folders, where no hashed name is known.
    """
    from django.contrib.staticfiles import handlers

    class Passthrough(handlers.StaticFilesHandler):
        def _should_handle(self, path: str) -> bool:  # noqa: ARG002
            return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "StaticFilesHandler", Passthrough)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once():
    """Every test client builds the middleware anew; WhiteNoise would walk the folder each time for 30 ms."""
    from whitenoise import WhiteNoise

    listed: dict[tuple[str, str], dict[str, object]] = {}
    walk = WhiteNoise.update_files_dictionary

    def walk_once(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in listed:
            walk(self, root, prefix)
            listed[root, prefix] = dict(self.files)
        self.files.update(listed[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", walk_once)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium; `make test` finds it or installs it and says so in CHROMIUM."""
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": list(CHROMIUM_FLAGS)}
