"""The Celery application. Every rule about jobs lives in `jobs`; here is only the wiring."""

import logging
import os
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import (
    before_task_publish,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_process_init,
)

from cbhi_site import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

app = Celery("cbhi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_the_site_does(loglevel: int = logging.INFO, **_extra: Any) -> None:
    """The site's own handlers and formatter, which hide what a task was given; only the level is Celery's."""
    logging.getLogger("celery").setLevel(loglevel)


@before_task_publish.connect
def _pass_on_who_asked(headers: dict[str, Any], **_extra: Any) -> None:
    """The id of the request that rang: its lines and the worker's are found together."""
    known = logs.about.get() or {}
    if "request" in known:
        headers["rung_by"] = known["request"]


@task_prerun.connect
def _say_in_every_line(task: Any, args: Sequence[Any], **_extra: Any) -> None:
    """The job that the doorbell was for; a line about another one names it itself."""
    known = {"request": _id(task.request.get("rung_by")), "job": _id(args[0] if args else None)}
    logs.about.set({name: value for name, value in known.items() if value})


def _id(given: object) -> str:
    """What came with a message, if it is an id: a broken one may hold anything, and logs tell of nobody."""
    try:
        return str(UUID(str(given)))
    except ValueError:
        return ""


@task_postrun.connect
def _say_no_more(**_extra: Any) -> None:
    logs.about.set(None)


@worker_process_init.connect
def _hold_memory(**_extra: Any) -> None:
    from django.conf import settings  # noqa: PLC0415  the application is made before the settings are read

    from jobs.memory import hold_memory  # noqa: PLC0415

    hold_memory(settings.WORKER_MEMORY_MB)


@app.on_after_finalize.connect
def _look_for_work_when_idle(sender: Celery, **_extra: Any) -> None:
    from jobs.reconciler import Reconciler  # noqa: PLC0415  needs Django's apps

    sender.steps["worker"].add(Reconciler)


@app.on_after_finalize.connect
def _say_that_it_is_there(sender: Celery, **_extra: Any) -> None:
    from cbhi_site.worker_seen import SayThere  # noqa: PLC0415  needs Django's apps

    sender.steps["worker"].add(SayThere)
