"""Writes a backup: every table's rows as they were at one moment."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cbhi_site.backup.values import way_of
from cbhi_site.checked_zip import PIECE_BYTES, Writing, checked, written

KIND = "backup"
FORMAT = 1
# Sign-ins end with a restore: everybody signs in again. Who works and what was backed up is of that server.
LEFT_OUT = frozenset(
    {"sessions.Session", "usersessions.UserSession", "cbhi_site.WorkerSeen", "cbhi_site.BackupMade"}
)
NAME = "cbhi-%Y%m%d-%H%M%S.zip"
ROWS_AT_A_TIME = 200


@dataclass(frozen=True, kw_only=True)
class Made:
    path: Path
    rows: int
    bytes: int
    seconds: float


def back_up(folder: Path) -> Made:
    """Write a backup into `folder`, read it again to its last byte, and say what it holds."""
    started = time.perf_counter()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(".cbhi-*.zip.part"):
        left.unlink()
    path = folder / timezone.now().strftime(NAME)
    rows = write(path)
    with checked(path, kind=KIND):
        return Made(path=path, rows=rows, bytes=path.stat().st_size, seconds=time.perf_counter() - started)


def write(path: Path) -> int:
    """All rows at one moment; how many."""
    rows = 0
    with transaction.atomic():
        _hold_still()
        with written(path, about=_about()) as file:
            for model in kept_models():
                rows += _table(file, model)
    return rows


def _hold_still() -> None:
    """What others write meanwhile is not seen. (SQLite's transaction lets nobody else write.)"""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _about() -> dict[str, Any]:
    return {
        "kind": KIND,
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "made_on": connection.vendor,
        "key": key_print(),
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
    }


def key_print() -> str:
    """Tells whether two sites have the same SECRET_KEY, and nothing else about it."""
    return salted_hmac("cbhi_site.backup", "key", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()[
        :16
    ]


def kept_models() -> list[type[models.Model]]:
    found = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    kept = [model for model in found if not model._meta.proxy and model._meta.label not in LEFT_OUT]
    return sorted(kept, key=lambda model: model._meta.db_table)


def _table(file: Writing, model: type[models.Model]) -> int:
    counted = 0

    def pieces() -> Iterator[bytes]:
        nonlocal counted
        piece = bytearray()
        for line in lines(model):
            piece += line
            counted += 1
            if len(piece) >= PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
        yield bytes(piece)

    file.add(f"rows/{model._meta.db_table}.jsonl", pieces())
    # The first line names the columns.
    return counted - 1


def lines(model: type[models.Model]) -> Iterator[bytes]:
    """The names of the columns, then a line a row, sorted by key: equal tables are equal texts."""
    fields = list(model._meta.concrete_fields)
    ways = [way_of(field) for field in fields]
    yield _line([field.column for field in fields])
    # A plain query set: the model's own asks whose rows are meant, and here it is everybody's.
    rows: models.QuerySet[Any, Any] = (
        models.QuerySet(model).order_by("pk").values_list(*(field.attname for field in fields))
    )
    for row in rows.iterator(chunk_size=ROWS_AT_A_TIME):
        yield _line(
            [None if value is None else way.there(value) for way, value in zip(ways, row, strict=True)]
        )


def _line(values: list[Any]) -> bytes:
    return (json.dumps(values, separators=(",", ":"), sort_keys=True) + "\n").encode()


def forget_old(folder: Path, *, days: int, now: datetime) -> list[Path]:
    """Delete backups older than so many days; the newest is kept whatever its age."""
    made = sorted(folder.glob("cbhi-*.zip"))
    limit = (now - timedelta(days=days)).strftime(NAME)
    old = [path for path in made[:-1] if path.name < limit]
    for path in old:
        path.unlink()
    return old
