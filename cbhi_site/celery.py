"""The Celery application. Every rule about jobs lives in `jobs`; here is only the wiring."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

app = Celery("cbhi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_the_site_does(loglevel: int = logging.INFO, **_extra: Any) -> None:
    """The site's own handlers and formatter, which hide what a task was given; only the level is Celery's."""
    logging.getLogger("celery").setLevel(loglevel)


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
