"""Asks the web process of this container whether it is alive; for a container's health check."""

from __future__ import annotations

import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Exit 0 when the web process on this machine answers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, port: int, **_options: Any) -> None:
        url = f"http://127.0.0.1:{port}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=3):
                return
        except (urllib.error.URLError, OSError) as problem:
            raise CommandError(f"{url} does not answer: {problem}") from None
