"""A worker lets go of work that nobody waits for any more, in the middle of it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from django.db import connection


class LetGo(BaseException):
    """Raised inside work whose lease is lost. No kind's own `except Exception` may swallow it."""


class _Armed:
    """Whether the main thread is inside work that may be let go; a signal that comes late finds it is not."""

    now = False


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    if _Armed.now:
        _Armed.now = False
        raise LetGo


@contextlib.contextmanager
def may_be_let_go() -> Iterator[Callable[[], None]]:
    """Gives a function that another thread calls to end the block by `LetGo`.

    Only a process's main thread, where Celery runs tasks, can be interrupted; elsewhere the block runs on. So
    it does inside a transaction, which no worker has around its work: nobody else could see who holds what.
    """
    if connection.in_atomic_block or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    signal.signal(signal.SIGALRM, _on_signal)
    main = threading.get_ident()
    _Armed.now = True
    try:
        yield lambda: signal.pthread_kill(main, signal.SIGALRM)
    finally:
        _Armed.now = False
