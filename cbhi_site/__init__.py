"""The site: settings, addresses, the Celery application and the one-command supervisor."""

from cbhi_site.celery import app as celery_app

__all__ = ["celery_app"]
