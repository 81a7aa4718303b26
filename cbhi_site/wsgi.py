"""The web application as gunicorn sees it."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

application = get_wsgi_application()
# Django imports the pages when the first is asked for: that visitor would wait for all of them.
import_module(settings.ROOT_URLCONF)
