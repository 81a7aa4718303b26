"""`manage.py backup`: the whole database in one checked file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from cbhi_site.backup.writing import back_up, forget_old
from cbhi_site.models import BackupMade


class Command(BaseCommand):
    help = (
        "Write every row of the database into one file, check it, and delete files older than "
        "BACKUP_KEEP_DAYS. The file holds personal data: keep it as the database is kept, and a copy on "
        "another machine."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BACKUP_FOLDER)
        parser.add_argument("--keep-days", type=int, default=settings.BACKUP_KEEP_DAYS)

    def handle(self, *_args: Any, folder: Path, keep_days: int, **_options: Any) -> None:
        if keep_days < 1:
            raise CommandError("--keep-days must be 1 or more.")
        if connection.introspection.table_names() == []:
            raise CommandError("There is no database to back up yet: run manage.py migrate first.")
        try:
            made = back_up(folder)
        except OSError as problem:
            raise CommandError(f"Nothing was written to {folder}: {problem.strerror}.") from None
        BackupMade.objects.create(
            made_at=timezone.now(),
            file=made.path.name,
            rows=made.rows,
            bytes=made.bytes,
            seconds=made.seconds,
        )
        gone = forget_old(folder, days=keep_days, now=timezone.now())
        size = f"{made.rows} rows, {made.bytes / 1e6:.1f} MB, {made.seconds:.1f} s"
        self.stdout.write(f"{made.path}: {size}, read again and whole. {len(gone)} old file(s) deleted.")
