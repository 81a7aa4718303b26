"""The rehearsed server with the probe among its workers' kinds, and this process as one more client of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from celery import current_app
from django.db import connections
from django.test import override_settings

from cbhi_site import compose, env
from cbhi_site.rehearsal import Rehearsal
from cbhi_site.supervisor import Child

FAMILIES = 2_000_000
PATIENCE_SECONDS = 180
WORKERS = ("worker-1", "worker-2")


class FaultSite(Rehearsal):
    """Workers know the probe; a child can be started again with other words in its command or environment."""

    def _command(self, service: compose.Service) -> list[str]:
        command = super()._command(service)
        return [*command, "-I", "tests.jobs.probe"] if service.name == "worker" else command

    @contextlib.contextmanager
    def changed(
        self, name: str, *, concurrency: int = 2, imports: str = "", **environ: str
    ) -> Iterator[None]:
        """One worker with something else for a while."""
        child = self.children[name]
        before = child.command, child.environ
        child.command = list(before[0])
        child.command[child.command.index("--concurrency") + 1] = str(concurrency)
        if imports:
            child.command[child.command.index("-I") + 1] += f",{imports}"
        child.environ = {**before[1], **environ}
        self.stop(name)
        self.start(name)
        try:
            yield
        finally:
            self.stop(name)
            child.command, child.environ = before
            self.start(name)

    def children_of(self, name: str) -> list[psutil.Process]:
        """The processes in which a worker's tasks run."""
        return psutil.Process(self.pids[name]).children()

    def log(self, name: str) -> str:
        return self.children[name].log.read_text(encoding="utf-8", errors="replace")

    def restart_ended(self) -> int:
        """What the restart policy of docker-compose.yml does for workers that ended by themselves. How many.

        Celery ends when all its processes are killed while it starts.
        """
        ended = [name for name in WORKERS if self.children[name].has_died()]
        for name in ended:
            self.start(name)
        return len(ended)

    def all_up(self) -> None:
        """Whatever a test left down is started again."""
        for name in ("postgres", "redis", *WORKERS, "web"):
            child: Child = self.children[name]
            if child.process is not None and child.process.poll() is None:
                continue
            child.process = None
            self.start(name)


@contextlib.contextmanager
def as_client_of(site: Rehearsal) -> Iterator[None]:
    """Let the models and the doorbell of this process be the site's."""
    default = connections["default"]
    database = {**default.settings_dict, **env.database(site.environ["DATABASE_URL"])}
    before, broker = default.settings_dict, current_app.conf.broker_url
    default.close()
    default.settings_dict = connections.settings["default"] = database
    current_app.conf.broker_url = env.broker_address(site.environ["REDIS_URL"])
    same = {"SECRET_KEY": site.environ["SECRET_KEY"], "SIMULATED_FAMILIES": FAMILIES}
    try:
        with override_settings(**same):
            yield
    finally:
        default.close()
        default.settings_dict = connections.settings["default"] = before
        current_app.conf.broker_url = broker


def wait_until(true: Callable[[], object], *, seconds: float = PATIENCE_SECONDS, what: str = "") -> float:
    """Look until it is so; how many seconds that took."""
    began = time.monotonic()
    while not true():
        waited = time.monotonic() - began
        assert waited < seconds, f"still not so after {waited:.0f} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began


def written(folder: Path) -> dict[str, str]:
    """All logs of all processes."""
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted((folder / "log").iterdir())
    }
