"""Reads a backup into a database: whole or not at all, and never over somebody's rows unasked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from cbhi_site.backup.values import way_of
from cbhi_site.backup.writing import FORMAT, KIND, ROWS_AT_A_TIME, kept_models, key_print
from cbhi_site.checked_zip import Checked, checked

# Made by every migration, so they are no sign of anybody's work.
MADE_BY_MIGRATING = frozenset({"django_content_type", "auth_permission"})
LOCK_SECONDS = 30
OTHER_KEY = (
    "The backup was made under another SECRET_KEY. Give the old one as SECRET_KEY_FALLBACKS: without it "
    "second factors, public links and the seals of the audit trail are not recognised."
)


class NotRestoredError(Exception):
    """Says why nothing was changed."""


def restore(path: Path, *, replace: bool) -> list[str]:
    """Put a backup's rows into this site's database; sentences of what to look at afterwards.

    The file is compared with its checksums before anything is touched, and what goes wrong after that leaves
    the database as it was.
    """
    with checked(path, kind=KIND) as file:
        steps = _known_steps(file)
        if not replace and (busy := busy_tables()):
            raise NotRestoredError(
                f"The database holds rows already ({', '.join(busy[:3])} ...). Restore into an empty one, or "
                "say --replace to put the backup in its place; everything in it now will be gone."
            )
        with emptied():
            _load(file, steps)
    if file.about["key"] == key_print():
        return []
    return [OTHER_KEY]


def _known_steps(file: Checked) -> list[tuple[str, str]]:
    """The migrations that the backup's database had; all of them must be ours too."""
    if file.about.get("format") != FORMAT:
        raise NotRestoredError("The backup was made by a newer version of the site. Install that one first.")
    known = MigrationLoader(None).graph.nodes
    steps = [(str(app), str(name)) for app, name in file.about["migrations"]]
    unknown = [f"{app}.{name}" for app, name in steps if (app, name) not in known]
    if unknown:
        raise NotRestoredError(
            f"The backup was made by a newer version of the site (it knows {', '.join(unknown[:3])}). "
            "Install that one first."
        )
    return steps


def busy_tables() -> list[str]:
    """Tables with rows of people's work in them."""
    there = set(connection.introspection.table_names())
    ours = [model for model in kept_models() if model._meta.db_table not in MADE_BY_MIGRATING]
    return [
        model._meta.db_table
        for model in ours
        if model._meta.db_table in there and models.QuerySet(model).order_by().exists()
    ]


@contextmanager
def emptied() -> Iterator[None]:
    """A database without a table, whose old contents come back should the block fail."""
    if connection.vendor == "sqlite":
        with _another_file():
            yield
    else:
        with transaction.atomic():
            _drop_everything()
            yield


@contextmanager
def _another_file() -> Iterator[None]:
    """SQLite: a new file, which takes the place of the old one at the end."""
    kept = Path(connection.settings_dict["NAME"])
    draft = kept.with_name(f".{kept.name}.restoring")
    connection.close()
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in kept.parent.glob(f"{draft.name}*"):
        left.unlink()
    connection.settings_dict["NAME"] = draft
    try:
        yield
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        for beside in ("-wal", "-shm"):
            kept.with_name(kept.name + beside).unlink(missing_ok=True)
        draft.chmod(0o600)
        draft.replace(kept)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = kept
        for left in kept.parent.glob(f"{draft.name}*"):
            left.unlink()


def _drop_everything() -> None:
    """PostgreSQL: its schema made anew, inside the transaction that fills it."""
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {
        "django_migrations"
    }
    foreign = sorted(set(connection.introspection.table_names()) - ours)
    if foreign:
        raise NotRestoredError(f"The database has tables that are not the site's: {', '.join(foreign[:5])}.")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")


def _load(file: Checked, steps: list[tuple[str, str]]) -> None:
    """The tables as they were when the backup was made, its rows, then whatever migrations came later."""
    executor = MigrationExecutor(connection)
    last = _last(executor.loader, set(steps))
    executor.migrate(last)
    state = executor.loader.project_state(last)
    by_table = {model._meta.db_table: model for model in state.apps.get_models(include_auto_created=True)}
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Migrations made some immediate for the rest of the transaction; tables come in any order.
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        filled = [_fill(file, name, by_table) for name in file.names()]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), filled):
                cursor.execute(statement)
    connection.check_constraints()
    call_command("migrate", verbosity=0, interactive=False)


def _last(loader: MigrationLoader, steps: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those that no other one of them builds upon."""
    nodes = loader.graph.node_map
    return sorted(step for step in steps if not any(child.key in steps for child in nodes[step].children))


def _fill(file: Checked, name: str, by_table: dict[str, type[models.Model]]) -> type[models.Model]:
    model = by_table[name.removeprefix("rows/").removesuffix(".jsonl")]
    lines = file.lines(name)
    columns = json.loads(next(lines))
    by_column = {field.column: field for field in model._meta.concrete_fields}
    fields = [by_column[column] for column in columns]
    ways = [way_of(field) for field in fields]
    rows = (
        [
            None if value is None else way.back(value)
            for way, value in zip(ways, json.loads(line), strict=True)
        ]
        for line in lines
    )
    _insert(model, fields, rows)
    return model


def insert(model: type[models.Model], fields: list[Any], rows: Iterable[models.Model]) -> None:
    """Rows as they are, with the times and keys they say: saving them would set some anew."""
    _insert(model, fields, ([getattr(row, field.attname) for field in fields] for row in rows))


def _insert(model: type[models.Model], fields: list[Any], rows: Iterable[list[Any]]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  our tables
    left = iter(rows)
    with connection.cursor() as cursor:
        while some := list(islice(left, ROWS_AT_A_TIME)):
            stored = [[_stored(each, value) for each, value in zip(fields, row, strict=True)] for row in some]
            cursor.executemany(statement, stored)


def _stored(field: Any, value: Any) -> Any:
    if value is not None:
        return field.get_db_prep_save(value, connection)
    # A JSON column that is never empty holds JSON's own null.
    return None if field.null else field.get_db_prep_value(None, connection)
