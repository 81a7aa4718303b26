"""The Celery application. Every rule about jobs lives in `jobs`; here is only the wiring."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

app = Celery("cbhi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_the_site_does(loglevel: int = logging.INFO, **_extra: Any) -> None:
    """The site's own handlers and formatter, which hide what a task was given; only the level is Celery's."""
    logging.getLogger("celery").setLevel(loglevel)


@app.on_after_finalize.connect
def _look_for_work_when_idle(sender: Celery, **_extra: Any) -> None:
    from jobs.reconciler import Reconciler  # noqa: PLC0415  needs Django's apps

    sender.steps["worker"].add(Reconciler)
