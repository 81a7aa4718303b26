"""`manage.py rehearsal`: the server of docker-compose.yml on this machine, without Docker."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from cbhi_site.rehearsal import Rehearsal


class Command(BaseCommand):
    help = "Run the server of docker-compose.yml on this machine: PostgreSQL, Redis, proxy, web, workers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "var" / "rehearsal")
        parser.add_argument("--port", type=int, default=0)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *_args: Any, folder: Path, port: int, workers: int, **_options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler)
        try:
            with Rehearsal(folder, port=port, workers=workers) as site:
                self.stdout.write(f"Ready: {site.web}")
                self.stdout.flush()
                while True:
                    time.sleep(1)
        except RuntimeError as problem:
            raise CommandError(str(problem)) from None
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
