"""How long the calculator's page takes on the server: every change of a cap, all eight rows covered.

Runs on a throw-away SQLite database; prints medians and 95th percentiles, the number of queries, and the
bytes of a first view. Nothing here is a test.
"""

from __future__ import annotations

import gzip
import io
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 60


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "CBHI_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "cbhi_site.settings",
            "LOG_LEVEL": "ERROR",
        }
        sys.path.insert(0, str(Path(__file__).parents[1]))
        measure()


def measure() -> None:
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.contrib.staticfiles.storage import staticfiles_storage
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from calculator.models import Draft
    from schemes.models import Scheme

    for command in ("migrate", "example"):
        call_command(command, verbosity=0, stdout=io.StringIO())
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get())
    schemes = Scheme.objects.across_organisations(reason="a benchmark of its own database")
    for scheme in schemes.order_by("name"):
        url = f"/schemes/{scheme.pk}/calculator/"
        client.get(url)
        boxes = dict(Draft.objects.beside(scheme).get(scheme=scheme).typed)
        boxes |= {f"{row}-on": "on" for row in ("lab", "caesarean", "opd")}
        boxes |= {f"{row}-event_cap": "300" for row in ("lab", "opd")}
        boxes |= {f"{row}-family_cap": "1500" for row in ("lab", "opd")}

        def change(round_: int, url: str = url, boxes: dict[str, str] = boxes) -> None:
            cap = {"hospitalisation-event_cap": str(2000 + 37 * round_)}
            client.post(url, boxes | cap | {"do": "recalculate"}, headers={"HX-Request": "true"})

        print(f"{scheme.name}: a changed cap        {_times(change)}")
        print(f"{scheme.name}: the whole page        {_times(lambda _round, url=url: client.get(url))}")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url).content
        sizes = f"page {len(page):,} bytes, {len(gzip.compress(page)):,} gzipped"
        print(f"{scheme.name}: {len(queries)} queries, {sizes}")
        started = time.perf_counter()
        client.get(f"{url}sure/")
        print(f"{scheme.name}: how sure, first time  {1e3 * (time.perf_counter() - started):.0f} ms")
    files = (
        "css/common.css",
        "js/sheet.js",
        "django_htmx/htmx-2.min.js",
        "icons.svg",
    )
    stored = {name: Path(staticfiles_storage.path(staticfiles_storage.stored_name(name))) for name in files}
    sizes = {name: len(gzip.compress(path.read_bytes())) for name, path in stored.items()}
    print(f"files of a first view, gzipped: {sum(sizes.values()):,} bytes  {sizes}")


def _times(work: Callable[[int], object]) -> str:
    taken = []
    for round_ in range(ROUNDS):
        started = time.perf_counter()
        work(round_)
        taken.append(1e3 * (time.perf_counter() - started))
    p95 = statistics.quantiles(taken, n=20)[-1]
    return f"median {statistics.median(taken):.0f} ms, p95 {p95:.0f} ms"


if __name__ == "__main__":
    main()
