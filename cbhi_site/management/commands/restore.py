"""`manage.py restore FILE`: a backup's rows back into the database."""

from __future__ import annotations

import contextlib
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import DatabaseError, connection

from cbhi_site.backup.restoring import NotRestoredError, restore
from cbhi_site.checked_zip import DamagedFileError
from cbhi_site.management.commands.serve import only_one


class Command(BaseCommand):
    help = (
        "Check a backup and put its rows into this site's database, all or none of them. Stop the site "
        "first. Works with the site's settings, so from SQLite to PostgreSQL too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="delete what is in the database now")

    def handle(self, *_args: Any, file: Path, replace: bool, **_options: Any) -> None:
        try:
            with nobody_works():
                notes = restore(file, replace=replace)
        except (NotRestoredError, DamagedFileError) as problem:
            raise CommandError(f"Nothing was changed. {problem}") from None
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.") from None
        except DatabaseError as problem:
            raise CommandError(
                f"Nothing was changed. The database refused: {problem}. Are web and workers stopped?"
            ) from None
        for note in notes:
            self.stdout.write(f"Note: {note}")
        self.stdout.write("Restored. Everybody signs in again.")


@contextlib.contextmanager
def nobody_works() -> Iterator[None]:
    """A laptop's site must not run meanwhile; a server's web and workers are stopped by hand."""
    if connection.vendor == "sqlite":
        with only_one(settings.VAR_DIR):
            yield
    else:
        yield
