"""The server of docker-compose.yml without Docker: its commands, settings and order, on this machine.

    with Rehearsal(folder, workers=2) as site:
        site.web       # http://127.0.0.1:PORT: gunicorn, as the proxy reaches it; send FROM_PROXY along
        site.environ   # what web and workers were given, for commands beside them
        site.pids      # of "postgres", "redis", "web", "worker-1", "worker-2", "daily"
        site.kill("worker-1"), site.stop("redis"), site.start("redis"), site.manage("check_trail")

What differs from Docker, and nothing else: PostgreSQL and Redis listen on sockets that only this user may
open instead of a private network, folders of this machine stand for volumes, and each worker has a name of
its own, which in Docker its container gives it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from psycopg import sql

from cbhi_site import compose, env, local_postgres
from cbhi_site.child import broker_program
from cbhi_site.supervisor import Child

BASE_DIR = Path(__file__).resolve().parent.parent
COMPOSE = BASE_DIR / "docker-compose.yml"
FROM_PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1", "Host": "localhost"}
PATIENCE_SECONDS = 60.0
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "METRICS_TOKEN")


class Rehearsal:
    """A running server in `folder`; what is kept there is found again by the next one."""

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        port: int = 0,
        extra: Mapping[str, str] | None = None,
        static: Path | None = None,
        keep: bool = True,
        tls_port: int = 0,
    ) -> None:
        """`extra` are further variables for web and workers; `static` are files collected already.

        With `tls_port` browsers are served there: by Caddy where it is on the PATH, as on the server, else by
        the web server itself, which then speaks TLS only. Without it whoever asks plays the proxy.
        """
        self.folder = folder
        self.workers = workers
        self.port = port or free_port()
        self.extra = dict(extra or {})
        self.static = static
        self.keep = keep
        self.tls_port = tls_port
        self.has_proxy = bool(tls_port) and shutil.which("caddy") is not None
        if tls_port and not self.has_proxy:
            self.port = tls_port
        self.children: dict[str, Child] = {}
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]
        # Sockets have short paths (about 100 characters). As root PostgreSQL's files lie here too, for its
        # user cannot be let into the folder.
        self.home = Path(tempfile.gettempdir()) / f"cbhi-rehearsal-{os.getuid()}-{digest}"
        self.services: dict[str, compose.Service] = {}
        self._held = contextlib.ExitStack()

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """Where a browser finds the site."""
        return f"https://localhost:{self.tls_port}" if self.tls_port else self.web

    @property
    def pids(self) -> dict[str, int]:
        return {name: child.process.pid for name, child in self.children.items() if child.process is not None}

    @property
    def environ(self) -> dict[str, str]:
        """The environment of web, workers and every `manage.py` command beside them."""
        return self._environ_of(self.services["web"])

    # ---- coming up, going down ----------------------------------------------------------------------------

    def __enter__(self) -> Self:
        try:
            self._prepare_folders()
            self._hold_folder()
            self.services = compose.services(COMPOSE, self._variables())
            self._add_postgres()
            self._add_redis()
            self._add_site()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trail: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Everything ends, those that others need last."""
        first = [name for name in self.children if name not in {"postgres", "redis"}]
        for name in first:
            self.children[name].ask_to_stop()
        for name in [*first, "redis", "postgres"]:
            if name in self.children:
                self.stop(name)
        self.children.clear()
        self._held.close()
        if not self.keep:
            shutil.rmtree(self.home, ignore_errors=True)

    def start(self, name: str) -> None:
        """Start again what was stopped or killed, and wait until it answers."""
        child = self.children[name]
        if child.process is not None:
            raise RuntimeError(f"{name} is running.")
        child.start()
        self._wait_for(child, self._readiness(name))

    def stop(self, name: str) -> None:
        """As `docker compose stop` does: ask, give it its time, then end it."""
        child = self.children[name]
        child.ask_to_stop()
        child.wait_or_kill(time.monotonic() + child.warm_seconds)
        child.process = None

    def kill(self, name: str) -> None:
        """kill -9, with every process it started."""
        child = self.children[name]
        if child.process is not None:
            child.kill()
            child.process.wait()
            child.process = None

    def manage(self, *arguments: str, timeout: float = 300) -> str:
        """What a `manage.py` command says, run as an administrator runs it in a container."""
        return self._run([sys.executable, "manage.py", *arguments], timeout=timeout)

    def _run(self, command: list[str], *, timeout: float = 300) -> str:
        done = subprocess.run(
            command,
            check=False,
            cwd=BASE_DIR,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    # ---- what the children are given ----------------------------------------------------------------------

    def _prepare_folders(self) -> None:
        for folder in (self.folder, self.home):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.home.is_symlink() or self.home.stat().st_uid != os.getuid():
            raise RuntimeError(f"{self.home} is not yours. Remove it and start again.")
        self.home.chmod(0o711)
        for name in ("redis", "backups", "log", "var"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    def _hold_folder(self) -> None:
        lock = self._held.enter_context((self.folder / "lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"A rehearsal is running in {self.folder} already.") from None

    def _variables(self) -> dict[str, str]:
        """What a person writes into .env."""
        secrets = {name: env.kept_secret(self.folder / name.lower().replace("_", "-")) for name in SECRETS}
        letters = {"EMAIL": "console", "SECURITY_CONTACT": "mailto:security@example.org"}
        return {"ALLOWED_HOSTS": "localhost", **secrets, **letters, **self.extra}

    @property
    def _of_this_machine(self) -> dict[str, str]:
        """A server's port is 443, which goes without saying; here it has to be said where forms come from."""
        return {"CSRF_TRUSTED_ORIGINS": self.address} if self.tls_port else {}

    def _environ_of(self, service: compose.Service) -> dict[str, str]:
        given = {**service.environment, **self.extra}
        database, broker = urlsplit(given["DATABASE_URL"]), urlsplit(given["REDIS_URL"])
        given["DATABASE_URL"] = (
            f"{database.scheme}://{database.username}:{database.password}@{database.path}?host={self.postgres_line}"
        )
        given["REDIS_URL"] = f"redis+socket://:{broker.password}@{self.redis_line}?virtual_host=0"
        given["BACKUP_FOLDER"] = str(self.folder / "backups")
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
        image = {
            "PYTHONUNBUFFERED": "1",
            "CBHI_VAR": str(self.folder / "var"),
            "STATIC_ROOT": str(self.static or self.folder / "static"),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        return {**kept, **image, **self._of_this_machine, **given}

    def _command(self, service: compose.Service) -> list[str]:
        """The container's command, by this machine's Python and on this machine's port."""
        here = {"python": [sys.executable], "0.0.0.0:8000": [f"127.0.0.1:{self.port}"]}
        here |= {name: [sys.executable, "-m", name] for name in ("gunicorn", "celery")}
        return [part for word in service.command for part in here.get(word, [word])]

    # ---- the children -------------------------------------------------------------------------------------

    @property
    def postgres_line(self) -> Path:
        return self.data if local_postgres.needs_another_user() else self.home

    @property
    def data(self) -> Path:
        return (self.home if local_postgres.needs_another_user() else self.folder) / "postgres"

    @property
    def redis_line(self) -> Path:
        return self.home / "redis.sock"

    def _add_postgres(self) -> None:
        service = self.services["postgres"]
        found = local_postgres.programs(self.home)
        user = service.environment["POSTGRES_USER"]
        password = service.environment["POSTGRES_PASSWORD"]
        is_new = not self.data.exists()
        if is_new:
            local_postgres.make_cluster(found, self.data, user=user, password=password)
        command = local_postgres.server_command(found, self.data, socket=self.postgres_line, settings={})
        child = self._child("postgres", [*command, *service.command[1:]], warm_seconds=service.stop_seconds)
        child.user, child.stop_signal = found.user, signal.SIGINT
        self._begin(child)
        if is_new:
            name = sql.Identifier(service.environment["POSTGRES_DB"])
            with psycopg.connect(
                host=str(self.postgres_line), user=user, password=password, dbname="postgres", autocommit=True
            ) as line:
                line.execute(sql.SQL("CREATE DATABASE {}").format(name))

    def _add_redis(self) -> None:
        service = self.services["redis"]
        program = broker_program()
        if program is None:
            raise RuntimeError(
                "There is no Valkey or Redis on this machine: install one, or `make setup-dev`."
            )
        place = ["--port", "0", "--unixsocket", str(self.redis_line), "--unixsocketperm", "700"]
        place += ["--dir", str(self.folder / "redis"), "--save", "", "--daemonize", "no"]
        self.redis_line.unlink(missing_ok=True)
        command = [program, *service.command[1:], *place]
        self._begin(self._child("redis", command, warm_seconds=service.stop_seconds))

    def _add_site(self) -> None:
        if self.static is None:
            self.manage("collectstatic", "--no-input")
        self._run(self._command(self.services["migrate"]))
        web, worker, daily = (self.services[name] for name in ("web", "worker", "daily"))
        for number in range(1, self.workers + 1):
            command = [*self._command(worker), "--hostname", f"worker-{number}@%h"]
            self._begin(self._child(f"worker-{number}", command, warm_seconds=worker.stop_seconds))
        speaks_tls = bool(self.tls_port) and not self.has_proxy
        tls = own_certificate(self.folder) if speaks_tls else []
        self._begin(self._child("web", [*self._command(web), *tls], warm_seconds=web.stop_seconds))
        if self.has_proxy:
            self._add_proxy()
        self._begin(self._child("daily", self._command(daily), warm_seconds=daily.stop_seconds))

    def _add_proxy(self) -> None:
        """The server's Caddyfile on ports of this machine, with a certificate by Caddy's own authority."""
        said = {
            "SITE_ADDRESS": "localhost",
            "WEB_ADDRESS": f"127.0.0.1:{self.port}",
            "BIND": "127.0.0.1",
            "HTTPS_PORT": str(self.tls_port),
            "HTTP_PORT": str(free_port()),
            "HEALTH_PORT": str(free_port()),
            "XDG_DATA_HOME": str(self.folder / "proxy"),
            "XDG_CONFIG_HOME": str(self.folder / "proxy"),
        }
        command = ["caddy", "run", "--config", str(BASE_DIR / "Caddyfile"), "--adapter", "caddyfile"]
        child = self._child("proxy", command, warm_seconds=10)
        child.environ = {**os.environ, **said}
        child.start()
        self._wait_for(child, lambda: listens(self.tls_port))

    def _child(self, name: str, command: list[str], *, warm_seconds: float) -> Child:
        log = self.folder / "log" / f"{name}.log"
        service = self.services[name.partition("-")[0]]
        environ = self._environ_of(service) if "DATABASE_URL" in service.environment else dict(os.environ)
        child = Child(name=name, command=command, log=log, environ=environ, warm_seconds=warm_seconds)
        self.children[name] = child
        return child

    def _begin(self, child: Child) -> None:
        child.start()
        self._wait_for(child, self._readiness(child.name))

    def _readiness(self, name: str) -> Callable[[], bool]:
        """What Docker's health check asks, over this machine's sockets; others need only stay alive."""
        if name == "postgres":
            found = local_postgres.programs(self.home)
            return lambda: local_postgres.is_ready(found, self.postgres_line)
        if name == "redis":
            return lambda: answers_on(self.redis_line)
        if name == "web":
            return lambda: listens(self.port)
        return lambda: True

    def _wait_for(self, child: Child, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            assert child.process is not None
            if child.process.poll() is not None or time.monotonic() > until:
                end = child.log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"{child.name} does not start. The end of {child.log}:\n{end}")
            time.sleep(0.05)


def own_certificate(folder: Path) -> list[str]:
    """Options by which gunicorn speaks TLS, with a certificate for localhost that only this machine has."""
    key, certificate = folder / "tls.key", folder / "tls.crt"
    if not certificate.exists():
        private = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = timezone.now()
        signed = (
            x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
            .not_valid_before(now)
            .not_valid_after(now + timedelta(days=365))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(private, hashes.SHA256())
        )
        key.touch(mode=0o600)
        key.write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return ["--keyfile", str(key), "--certfile", str(certificate)]


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(2)
        return line.connect_ex(("127.0.0.1", port)) == 0


def answers_on(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        return line.connect_ex(str(path)) == 0
