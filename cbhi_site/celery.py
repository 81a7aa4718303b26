"""The Celery application. Every rule about jobs lives in `jobs`; here is only the wiring."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

app = Celery("cbhi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
