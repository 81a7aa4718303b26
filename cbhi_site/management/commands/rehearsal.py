"""`manage.py rehearsal`: the server of docker-compose.yml on this machine, without Docker."""

from __future__ import annotations

import shlex
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from cbhi_site.rehearsal import Rehearsal
from cbhi_site.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run the server of docker-compose.yml on this machine: PostgreSQL, Redis, TLS, web, workers."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "var" / "rehearsal")
        parser.add_argument("--port", type=int, default=8443)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *_args: Any, folder: Path, port: int, workers: int, **_options: Any) -> None:
        self._say("Starting PostgreSQL, Redis, web and workers; the first start takes a little longer ...")
        # From here on Ctrl-C is a wish, not an end: everything started is stopped again.
        supervisor = Supervisor(say=self._say)
        try:
            with Rehearsal(folder, workers=workers, tls_port=port) as site:
                supervisor.children = list(site.children.values())
                self._tell(site, folder)
                supervisor.run()
        except RuntimeError as problem:
            raise CommandError(str(problem)) from None
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._say("Stopped. The data stays.")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _tell(self, site: Rehearsal, folder: Path) -> None:
        shown = folder / "environment"
        given = {name: value for name, value in site.environ.items() if name not in {"PATH", "HOME", "LANG"}}
        shown.touch(mode=0o600)
        shown.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in given.items()))
        self._say(f"Ready: {site.address}")
        self._say(
            "TLS by Caddy with the server's own Caddyfile."
            if site.has_proxy
            else "No Caddy on the PATH: the web server speaks TLS itself, by a certificate made for this."
        )
        self._say("Your browser does not know the certificate and warns.")
        self._say("The first administrator's link, in another terminal:")
        self._say(
            f"  . {shown} && .venv/bin/python manage.py create_organisation Name --admin a@example.org "
            f"--site {site.address}"
        )
        self._say(f"Data, logs, backups: {folder}. Ctrl-C stops everything.")
