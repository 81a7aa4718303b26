"""Children that are kept running: started, restarted with growing pauses when they die, stopped together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cbhi_site.child import dies_with_parent

BASE_DIR = Path(__file__).resolve().parent.parent
STEADY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 10.0
HOPELESS_DEATHS = 3
LOG_LIMIT_BYTES = 5_000_000


@dataclass
class Child:
    """One process that should be running. `warm_seconds` is what it gets to end in peace when asked by
    `stop_signal`; `user` runs it as somebody else, which only root can."""

    name: str
    command: list[str]
    log: Path
    environ: Mapping[str, str]
    warm_seconds: float = 8.0
    stop_signal: int = signal.SIGTERM
    user: int | None = None
    deaths: int = 0
    started: float = 0.0
    next_start: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".1.log"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                cwd=BASE_DIR if self.user is None else "/",
                preexec_fn=dies_with_parent(self.stop_signal),
            )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        """True once for each death; then nothing of its process group is left."""
        if self.process is None or self.process.poll() is None:
            return False
        self.kill()
        if time.monotonic() - self.started > STEADY_SECONDS:
            self.deaths = 0
        self.deaths += 1
        self.process = None
        self.next_start = time.monotonic() + min(LONGEST_PAUSE_SECONDS, 0.25 * 2 ** (self.deaths - 1))
        return True

    def ask_to_stop(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def wait_or_kill(self, until: float) -> None:
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self.kill()
        self.process.wait()

    def kill(self) -> None:
        """End what is left of its process group: its own children, should it have died before them."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Runs children until a signal says stop. The one added first, which others need, stops last."""

    def __init__(self, *, say: Callable[[str], None]) -> None:
        self.say = say
        self.children: list[Child] = []
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop_soon)

    def _stop_soon(self, *_signal: object) -> None:
        self.stopping = True

    def add(self, child: Child) -> Child:
        self.children.append(child)
        child.start()
        return child

    def wait_for(self, ready: Callable[[], bool], *, seconds: float) -> bool:
        """Watch the children until `ready`; False after so many seconds, or when one cannot be kept alive."""
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until and not self.failing():
            if ready():
                return True
            self._look_after_children()
            time.sleep(0.05)
        return False

    def failing(self) -> list[Child]:
        return [child for child in self.children if child.deaths >= HOPELESS_DEATHS]

    def run(self) -> None:
        while not self.stopping:
            self._look_after_children()
            time.sleep(0.2)

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.has_died():
                self.say(f"{child.name} stopped unexpectedly; starting it again (see {child.log})")
            if child.process is None and time.monotonic() >= child.next_start and not self.stopping:
                child.start()

    def stop(self) -> None:
        """Everything ends; nobody loses the broker while still at work."""
        working = self.children[1:]
        for child in working:
            child.ask_to_stop()
        for child in [*reversed(working), *self.children[:1]]:
            child.ask_to_stop()
            child.wait_or_kill(time.monotonic() + child.warm_seconds)
        self.children.clear()
