"""Two questions a supervisor asks: is the process alive, and can it serve."""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

TIMEOUT_SECONDS = 1.0


class HealthMiddleware:
    """Answers `/healthz` and `/readyz` first of all: whoever asks knows neither the host name nor TLS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": healthz, "/readyz": readyz}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        response = answer()
        response.headers["Cache-Control"] = "no-store"
        return response


def healthz() -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz() -> HttpResponse:
    """The process can serve: its database and its broker answer in time."""
    checks: dict[str, Callable[[], bool]] = {"database": _database_answers, "broker": _broker_answers}
    found = {name: check() for name, check in checks.items()}
    lines = [f"{name} {'ok' if ok else 'does not answer'}" for name, ok in found.items()]
    status = 200 if all(found.values()) else 503
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain", status=status)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


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
