"""`manage.py import_scheme FILE --organisation NAME`: a scheme from a file, as a new one."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.models import Organisation
from cbhi_site.scheme_file import NotImportedError, import_scheme


class Command(BaseCommand):
    help = "Take in a scheme that export_scheme wrote: whole, with the same premiums, or not at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, metavar="NAME")

    def handle(self, *_args: Any, file: Path, organisation: str, **_options: Any) -> None:
        whose = Organisation.objects.filter(name=organisation).first()
        if whose is None:
            raise CommandError(f"There is no organisation called {organisation!r}.")
        try:
            scheme = import_scheme(organisation=whose, source=file)
        except NotImportedError as problem:
            raise CommandError(f"Nothing was taken in. {problem}") from None
        except FileNotFoundError:
            raise CommandError(f"There is no file {file}.") from None
        self.stdout.write(f"Made {scheme.name} ({scheme.pk}) for {whose.name}, with the same premiums.")
