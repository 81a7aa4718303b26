"""Two questions a supervisor asks: is the process alive, and can it serve."""

import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

TIMEOUT_SECONDS = 1.0


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
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
            return cursor.fetchone() == (1,)
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
