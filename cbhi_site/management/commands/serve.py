"""One command runs the whole site on this machine: broker, worker, web; Ctrl-C leaves nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command, get_commands

from cbhi_site.child import broker_command, broker_program
from cbhi_site.supervisor import Child, Supervisor

PORTS_TO_TRY = 20
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(BaseCommand):
    help = "Run the whole site on this machine and print its address."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--bind", default=os.environ.get("BIND", "127.0.0.1"))
        parser.add_argument(
            "--workers", type=int, default=max(1, (os.cpu_count() or 2) - 1), help="simulations at a time"
        )

    def handle(self, *_args: Any, port: int, bind: str, workers: int, **_options: Any) -> None:
        self._say("Starting the site; the first start makes the database and takes a little longer ...")
        with only_one(settings.VAR_DIR) as note, private_folder(settings.VAR_DIR) as folder:
            free = self._free_port(bind, port)
            supervisor = Supervisor(say=self._say)
            try:
                environ = self._start_broker(supervisor, folder)
                welcome = self._prepare()
                self._start_site(supervisor, environ, bind=bind, port=free, workers=workers)
                shown = "localhost" if bind in (*LOOPBACK, "0.0.0.0") else bind  # noqa: S104  compared only
                address = f"http://{shown}:{free}/"
                if supervisor.wait_for(lambda: answers(shown, free), seconds=60):
                    note.write_text(address, encoding="utf-8")
                    self._say(f"Ready: {address}")
                    self._say(welcome)
                    self._say("Ctrl-C stops everything.")
                    self._warn_of_hosts(bind)
                elif not supervisor.stopping:
                    raise CommandError(why_not(supervisor))
                supervisor.run()
            finally:
                supervisor.stop()
        self._say("Stopped.")

    def _say(self, message: str) -> None:
        if message:
            self.stdout.write(message)
            self.stdout.flush()

    def _free_port(self, bind: str, port: int) -> int:
        for candidate in range(port, port + PORTS_TO_TRY):
            if port_is_free(bind, candidate):
                if candidate != port:
                    self._say(f"Port {port} is taken by another program; using {candidate} instead.")
                return candidate
        raise CommandError(
            f"Ports {port} to {port + PORTS_TO_TRY - 1} are taken. Choose another: make run PORT=9000"
        )

    def _start_broker(self, supervisor: Supervisor, folder: Path) -> dict[str, str]:
        """The environment that tells web and worker where the broker is."""
        environ = {
            **os.environ,
            # Stopping waits for the slice at hand, so slices are short here.
            "JOBS_SLICE_SECONDS": os.environ.get("JOBS_SLICE_SECONDS", "2"),
            # Parallel work is done by worker processes, one core each.
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
            "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
        }
        if settings.REDIS_URL:
            return environ
        # In this process there is no broker to ring: workers look for work by themselves when they start.
        settings.JOBS_DOORBELLS = 0
        program = broker_program()
        if program is None:
            self._say("No Valkey or Redis found: jobs are handed over by files, which is slower.")
            for name in ("data_folder_in", "control_folder", "processed_folder"):
                Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[name]).mkdir(parents=True, exist_ok=True)
            return environ
        line = folder / "broker.sock"
        command = broker_command(program, socket=line, folder=folder, durable=False)
        log = settings.VAR_DIR / "log" / "broker.log"
        supervisor.add(Child(name="broker", command=command, log=log, environ=environ, warm_seconds=3))
        if not supervisor.wait_for(line.exists, seconds=10) and not supervisor.stopping:
            raise CommandError(why_not(supervisor))
        return {**environ, "REDIS_URL": f"redis+socket://{line}"}

    def _prepare(self) -> str:
        """Bring database, style sheets and example up to date; what the example has to say."""
        call_command("migrate", verbosity=0, interactive=False)
        collect_static_when_changed()
        if "example" not in get_commands():
            return ""
        told = io.StringIO()
        call_command("example", stdout=told)
        return told.getvalue().strip()

    def _start_site(
        self, supervisor: Supervisor, environ: dict[str, str], *, bind: str, port: int, workers: int
    ) -> None:
        logs = settings.VAR_DIR / "log"
        web = [sys.executable, "-m", "gunicorn", "cbhi_site.wsgi", "--bind", f"{bind}:{port}"]
        web += ["--config", "python:cbhi_site.web_server", "--workers", "1"]
        web += ["--graceful-timeout", "3", "--log-level", "warning", "--no-control-socket"]
        worker = [sys.executable, "-m", "celery", "-A", "cbhi_site", "worker", "--pool", "prefork"]
        worker += ["--concurrency", str(workers), "--hostname", "local@%h", "--loglevel", "WARNING"]
        worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        supervisor.add(Child(name="web", command=web, log=logs / "web.log", environ=environ, warm_seconds=4))
        supervisor.add(Child(name="worker", command=worker, log=logs / "worker.log", environ=environ))

    def _warn_of_hosts(self, bind: str) -> None:
        if bind not in LOOPBACK and "ALLOWED_HOSTS" not in os.environ:
            self._say("Others can reach this machine but are turned away: name its address in ALLOWED_HOSTS.")


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[Path]:
    """One supervisor for one folder of data; yields the note that tells a second one where the first is."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Rows of households lie here in plain files: others who use this machine do not read them.
    var.chmod(0o700)
    note = var / "serve.address"
    with (var / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = note.read_text(encoding="utf-8") if note.exists() else "its address appears in a moment"
            raise CommandError(f"The site is running already: {where}") from None
        note.unlink(missing_ok=True)
        try:
            yield note
        finally:
            note.unlink(missing_ok=True)


@contextlib.contextmanager
def private_folder(var: Path) -> Iterator[Path]:
    """A folder for the broker's socket with a short path (sockets allow about 100 characters), ours alone.

    Its name follows from `var`, so that what a killed run left is cleared by the next one.
    """
    digest = hashlib.sha256(str(var).encode()).hexdigest()[:10]
    folder = Path(tempfile.gettempdir()) / f"cbhi-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise CommandError(f"{folder} is not private to you. Remove it and start again.")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def why_not(supervisor: Supervisor) -> str:
    """What to tell when the site does not come up: who fails, and the last lines of its log."""
    for child in supervisor.failing():
        lines = child.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        return "\n".join([f"{child.name} does not start. The end of {child.log}:", *lines])
    return f"The site does not answer. See {settings.VAR_DIR / 'log'}."


def port_is_free(bind: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((bind, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def collect_static_when_changed() -> None:
    """Hashed and compressed style sheets and scripts; made again only when a source changed."""
    if settings.DEBUG:
        return
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            seen.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".sources"
    if stamp.exists() and stamp.read_text(encoding="ascii") == seen.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(seen.hexdigest(), encoding="ascii")
