"""The site: settings, addresses, the Celery application and the one-command supervisor."""

import os

# Read once, when NumPy is first imported. A second thread makes small products slower under load, and a sum
# split among threads may differ in its last bit from one machine to the next.
for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

from cbhi_site.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
