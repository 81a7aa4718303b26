"""Workers say that they are there, in the database: so the site knows it without the broker."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import bootsteps
from django.db import DatabaseError, connections
from django.db.models.functions import Now

from cbhi_site.models import WorkerSeen

EVERY_SECONDS = 15
# Three times unheard: gone, or cut off from the database.
LOST_SECONDS = 3 * EVERY_SECONDS + 5
FORGOTTEN = timedelta(days=1)
logger = logging.getLogger(__name__)


def say(name: str, *, processes: int) -> None:
    """By the database's clock: machines whose clocks differ agree on who is there."""
    WorkerSeen.objects.filter(seen_at__lt=Now() - FORGOTTEN).delete()
    WorkerSeen.objects.update_or_create(name=name, defaults={"processes": processes, "seen_at": Now()})


def leave(name: str) -> None:
    WorkerSeen.objects.filter(name=name).delete()


class SayThere(bootsteps.StartStopStep):
    """A timer in the worker's main process."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer_entry: Any = None

    def start(self, parent: Any) -> None:
        self.look(parent)
        self.timer_entry = parent.timer.call_repeatedly(EVERY_SECONDS, self.look, (parent,), priority=10)

    def stop(self, parent: Any) -> None:
        if self.timer_entry is not None:
            self.timer_entry.cancel()
            self.timer_entry = None
            _ask(lambda: leave(parent.hostname))

    def look(self, worker: Any) -> None:
        _ask(lambda: say(worker.hostname, processes=worker.pool.num_processes))


def _ask(write: Any) -> None:
    try:
        write()
    except DatabaseError as problem:
        logger.warning("cannot say that this worker is there: %s", type(problem).__name__)
    finally:
        # The worker's main process forks: it must not hand an open connection to its children.
        connections.close_all()
