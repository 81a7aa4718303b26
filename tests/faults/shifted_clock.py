"""Read by a worker when it starts: its Python is told another time, as by a machine with a wrong clock."""

import logging
import os
import time
from datetime import timedelta

from django.utils import timezone

SHIFT = float(os.environ["SHIFTED_SECONDS"])
_time, _now = time.time, timezone.now

time.time = lambda: _time() + SHIFT
timezone.now = lambda: _now() + timedelta(seconds=SHIFT)
logging.getLogger("cbhi_site").warning("clock shifted by %d s", SHIFT)
