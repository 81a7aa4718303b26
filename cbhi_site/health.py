"""What a supervisor and a monitor ask: is the process alive, can it serve, how is the server."""

from __future__ import annotations

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from cbhi_site import metrics

TIMEOUT_SECONDS = 1.0


class HealthMiddleware:
    """Answers these first of all: whoever asks knows neither the host name nor TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": healthz, "/readyz": readyz, "/metrics": figures}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        response = answer(request)
        response.headers["Cache-Control"] = "no-store"
        return response


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _said(["ok"])


def readyz(_request: HttpRequest) -> HttpResponse:
    """The process can serve: its database answers and is up to date.

    Without the broker work waits and everything else goes on: that is said and is no reason to turn people
    away.
    """
    if not _database_answers():
        return _said(["database does not answer"], status=503)
    broker = "ok" if _broker_answers() else "does not answer: work waits, everything else goes on"
    if not _Migrated.check():
        return _said(["database ok", "migrations are missing", f"broker {broker}"], status=503)
    return _said(["database ok", "migrations ok", f"broker {broker}"])


def figures(request: HttpRequest) -> HttpResponse:
    """For whoever has the token; nobody else learns that this address exists."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        return _said(["not found"], status=404)
    try:
        return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)
    except DatabaseError:
        return _said(["database does not answer"], status=503)


def _said(lines: list[str], *, status: int = 200) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=status)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


class _Migrated:
    """Whether the database has every migration of this code; once it has, it keeps them."""

    is_sure = False

    @classmethod
    def check(cls) -> bool:
        if not cls.is_sure:
            try:
                executor = MigrationExecutor(connection)
                cls.is_sure = not executor.migration_plan(executor.loader.graph.leaf_nodes())
            except DatabaseError:
                return False
        return cls.is_sure


def _broker_answers() -> bool:
    """Whether something listens where the broker should be (a folder, without Redis, always answers)."""
    parts = urlsplit(settings.CELERY_BROKER_URL)
    if parts.scheme == "filesystem":
        return True
    try:
        if parts.scheme == "redis+socket":
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(TIMEOUT_SECONDS)
                line.connect(parts.path)
        else:
            socket.create_connection((parts.hostname, parts.port or 6379), TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True
