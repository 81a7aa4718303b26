"""A PostgreSQL and a Valkey of the tests' own, from wheels; nothing on the machine is used or changed.

Loaded by pytest before Django reads its settings. DATABASE_URL or REDIS_URL in the environment win. Both
servers listen on sockets in one short temporary folder and end with the test run, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from cbhi_site import local_postgres
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
    programs = local_postgres.programs(folder)
    data = folder / "pg"
    local_postgres.make_cluster(programs, data, user="postgres", options=("--no-sync",))
    # Durability is what the tests can do without: a crash of the machine loses only a test.
    fast = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
    log = folder / "postgresql.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            local_postgres.server_command(programs, data, socket=data, settings=fast),
            user=programs.user,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=dies_with_parent(signal.SIGQUIT),
        )
    with _running(server, log, lambda: local_postgres.is_ready(programs, data), signal.SIGQUIT):
        yield f"postgresql://postgres@/postgres?host={data}"


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
