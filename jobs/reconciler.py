"""What keeps work going when doorbells are lost: each idle Celery worker looks for work by itself."""

from __future__ import annotations

import logging
from typing import Any

from celery import bootsteps
from celery.worker import state
from django.conf import settings
from django.db import DatabaseError, connections

from jobs.tasks import ring_for_idle

logger = logging.getLogger(__name__)


class Reconciler(bootsteps.StartStopStep):
    """A timer in the worker's main process: no scheduler process, no beat.

    It rings only for processes of this worker that stand idle, which they do only when the queue is empty; so
    bells never pile up.
    """

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.timer_entry: Any = None

    def start(self, parent: Any) -> None:
        self.look(parent)
        every = settings.JOBS_LOOK_SECONDS
        self.timer_entry = parent.timer.call_repeatedly(every, self.look, (parent,), priority=10)

    def stop(self, parent: Any) -> None:  # noqa: ARG002
        if self.timer_entry is not None:
            self.timer_entry.cancel()
            self.timer_entry = None

    def look(self, worker: Any) -> None:
        # Reserved are those that wait here and those that run.
        idle = worker.pool.num_processes - len(state.reserved_requests)
        if idle <= 0:
            return
        try:
            ring_for_idle(slots=idle)
        except DatabaseError as problem:
            logger.warning("cannot look for work: %s", type(problem).__name__)
        finally:
            # The worker's main process forks: it must not hand an open connection to its children.
            connections.close_all()
