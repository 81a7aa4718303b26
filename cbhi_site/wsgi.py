"""The web application as gunicorn sees it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbhi_site.settings")

application = get_wsgi_application()
