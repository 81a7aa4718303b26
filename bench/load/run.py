"""The load of 200 people on the rehearsed server: `make load`, which sets locust up in its own environment.

    python bench/load/run.py LOCUST [--users 200] [--seconds 150] [--families 1000000]

Prints what locust measured, the CPU that each part of the site used, and how busy the machine was with other
work: locust itself runs on the same cores.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from rehearsed import started  # noqa: E402

PARSER = argparse.ArgumentParser(description=__doc__.splitlines()[0])
PARSER.add_argument("locust")
PARSER.add_argument("--users", type=int, default=200)
PARSER.add_argument("--seconds", type=int, default=150)
PARSER.add_argument("--families", type=int, default=1_000_000)
OPTIONS = PARSER.parse_args()
SITE = started(workers=2, families=OPTIONS.families)

import psutil  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import Role  # noqa: E402
from jobs.models import Job  # noqa: E402
from tests.calculator.pages import boxes_of  # noqa: E402
from tests.faults import jobs  # noqa: E402
from tests.faults.browser import TOKEN, Browser  # noqa: E402
from tests.faults.site import FaultSite  # noqa: E402
from tests.makers import every, make_member, make_organisation, make_scheme  # noqa: E402

ORGANISATIONS = 10


def people(site: FaultSite, users: int) -> list[dict[str, object]]:
    """Everybody's way in, pages and sheet; each ten of them work on a scheme of their own organisation."""
    found: list[dict[str, object]] = []
    for _organisation in range(ORGANISATIONS):
        organisation = make_organisation()
        scheme = make_scheme(organisation)
        package = jobs.save(scheme, "Everyday care")
        pages = [("schemes", "/"), ("scheme", reverse("schemes:detail", args=[scheme.pk]))]
        pages += [(name, reverse(f"calculator:{name}", args=[scheme.pk])) for name in ("sheet", "runs")]
        pages += [(name, reverse(f"calculator:{name}", args=[package.pk])) for name in ("package", "run")]
        pages.append(("assumptions", reverse("simulation:assumptions", args=[scheme.pk])))
        sheet = reverse("calculator:sheet", args=[scheme.pk])
        for _user in range(users // ORGANISATIONS):
            browser = Browser.of(site.web, make_member(organisation, role=Role.ADMIN))
            fields = boxes_of(browser.get(sheet).text, form="calc-form") if not found else None
            fields = fields or dict(found[0]["fields"])  # type: ignore[call-overload]
            fields |= {"csrfmiddlewaretoken": TOKEN}
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
            found.append(
                {"number": len(found), "cookie": cookie, "pages": pages, "sheet": sheet, "fields": fields}
            )
    return found


def cpu_of(site: FaultSite) -> dict[str, float]:
    """CPU seconds of each part, with its children, so far."""
    seconds = {}
    for name, pid in site.pids.items():
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        seconds[name] = sum(sum(process.cpu_times()[:4]) for process in family if process.is_running())
    return seconds


def main() -> int:
    """Set up, load, print."""
    # Nobody signs in by password here, and two hundred good hashes take a minute.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with tempfile.TemporaryDirectory() as folder:
        return _load(SITE, Path(folder), OPTIONS)


def _load(site: FaultSite, folder: Path, options: argparse.Namespace) -> int:
    (folder / "people.json").write_text(json.dumps(people(site, options.users)), encoding="utf-8")
    command = [options.locust, "-f", str(HERE / "visitors.py"), "--headless", "--only-summary"]
    command += ["-u", str(options.users), "-r", "20", "-t", f"{options.seconds}s", "--host", site.web]
    command += ["--csv", str(folder / "load"), "--reset-stats", "--exit-code-on-error", "0"]
    machine, before, began = psutil.cpu_times(), cpu_of(site), time.monotonic()
    loader = psutil.Popen(command, env={**os.environ, "PEOPLE": str(folder / "people.json")})
    used = 0.0
    while loader.poll() is None:
        try:
            used = sum(loader.cpu_times()[:2])
        except psutil.Error:
            break
        time.sleep(0.5)
    loader.wait()
    seconds = time.monotonic() - began
    after, now = cpu_of(site), psutil.cpu_times()
    busy = 1 - (now.idle - machine.idle) / (sum(now) - sum(machine))
    parts = {name: after[name] - before.get(name, 0.0) for name in after}
    print(f"machine {busy:.0%} busy for {seconds:.0f} s on {os.cpu_count()} cores; CPU seconds: ", end="")
    print(", ".join(f"{name} {value:.0f}" for name, value in parts.items()), f"locust {used:.0f}")
    statuses = {status: every(Job).filter(status=status).count() for status in ("queued", "running", "done")}
    print("jobs at the end:", statuses)
    failed = 0
    with (folder / "load_stats.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            failed += int(row["Failure Count"]) if row["Name"] != "Aggregated" else 0
            print(
                f"{row['Name']:24} {int(row['Request Count']):6} asked, {int(row['Failure Count'])} failed, "
                f"{float(row['Requests/s']):6.1f}/s, p50 {row['50%']} p95 {row['95%']} p99 {row['99%']} ms"
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
