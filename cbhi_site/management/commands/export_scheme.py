"""`manage.py export_scheme SCHEME FILE`: one scheme as a file that another organisation can take in."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from cbhi_site.scheme_file import export_scheme
from schemes.models import Scheme


class Command(BaseCommand):
    help = (
        "Write one scheme into a file: its assumptions, packages, premiums and what was simulated. Names of "
        "people, surveys and comments are not in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scheme", type=UUID, help="the key in the scheme's address")
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, scheme: UUID, file: Path, **_options: Any) -> None:
        everywhere = Scheme.objects.across_organisations(reason="whoever runs the server names the scheme")
        found = everywhere.filter(pk=scheme, deleted_at=None).first()
        if found is None:
            raise CommandError(f"There is no scheme {scheme}.")
        if file.exists():
            raise CommandError(f"{file} is there already.")
        export_scheme(scheme=found, target=file)
        self.stdout.write(f"Wrote {found.name} to {file}, {file.stat().st_size / 1e3:.0f} kB.")
