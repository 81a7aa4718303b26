"""What every page costs the server, and what a premium costs: `make bench-pages` writes docs/page-speed.md.

    python bench/bench_pages.py [--rounds 20] [--write docs/page-speed.md]

Every kind of page that the tests look at in a browser is asked for in turn, round after round, on a
PostgreSQL and a Valkey of the benchmark's own, with the example organisation, a year, a session and a survey.
There is no network and no web server: what is measured is the site.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FAMILIES = 250_000
LEAST_ROUNDS = 5
SLOW_MS = 150
BENEFITS = (1, 8, 12)
OWN_INCIDENCES = (0.02, 0.1, 0.4, 1.5)
TEXT = """# What a page costs the server

Written by `make bench-pages`; do not edit. Milliseconds on {machine}; load {load:.1f} when it began.

{pages} pages, each asked for {rounds} times in turn by an administrator of the example organisation, whose
simulations, survey and year are worked out, through Django's test client, PostgreSQL and Valkey beside it:
no network, no web server. CPU is that of the site's process alone; wall has in it the database and whatever
else the machine did. First is the CPU of the very first visit, when no figure is kept and no template was
read. KB is the page alone, gzipped.

Of all visits but the first: CPU median {cpu:.0f}, p95 {cpu95:.0f}; wall median {wall:.0f}, p95 {wall95:.0f}.
{slow}

| Page | CPU p50 | CPU p95 | wall p50 | wall p95 | first | queries | KB |
|---|---|---|---|---|---|---|---|
{rows}

## A premium

A sheet of twelve benefits, of which so many are covered, each with a threshold, a copay and both caps, or a
fixed amount or a daily rate. CPU of one premium by the exact engine alone (mean, variance and every
covariance, checked), and of the sheet's answer to one changed cap: reading, checking and keeping what was
typed, the price, the parts of the page that change.

| Benefits covered | premium p50 | premium p95 | answer p50 | answer p95 |
|---|---|---|---|---|
{premiums}
"""


@dataclass(kw_only=True)
class Page:
    """One address: its first visit, and all later ones in milliseconds."""

    address: str
    first: float
    size: int
    queries: int = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The address without the numbers of this one database."""
        return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", self.address)

    @property
    def row(self) -> str:
        figures = [*spread(self.cpu), *spread(self.wall), self.first, self.queries]
        return row(f"`{self.name}`", *(f"{value:.0f}" for value in figures), f"{self.size / 1000:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", type=Path, default=ROOT / "docs" / "page-speed.md")
    options = parser.parse_args()
    if options.rounds < LEAST_ROUNDS:
        parser.error(f"fewer than {LEAST_ROUNDS} rounds have no 95th percentile worth the name")
    from tests.services import services

    load = os.getloadavg()[0]
    with services(os.environ):
        os.environ |= {"DJANGO_SETTINGS_MODULE": "cbhi_site.settings", "LOG_LEVEL": "ERROR"}
        os.environ["SIMULATED_FAMILIES"] = str(FAMILIES)
        start()
        client, addresses = site()
        pages = visited(client, addresses, rounds=options.rounds)
        text = written(pages, premiums(client, rounds=options.rounds), rounds=options.rounds, load=load)
    options.write.write_text(text, encoding="utf-8")
    print(text)


def start() -> None:
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def site() -> tuple[Any, list[str]]:
    """The example organisation with everything worked out: a client, and what to ask it for."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import Organisation
    from cbhi_site.management.commands.example import make_example
    from cbhi_site.survey_example import start_survey_example
    from jobs import tasks
    from survey.estimate_sets import EstimateSet, Source
    from survey.models import Survey
    from tests.journeys.test_every_page import addresses
    from tests.makers import every

    user = make_example()
    start_survey_example(organisation=Organisation.objects.get(), user=user)
    asked = addresses()
    while tasks.step():
        pass
    survey, estimates = every(Survey).get(), every(EstimateSet).get(source=Source.SURVEY)
    asked += [reverse(f"survey:{name}", args=[survey.pk]) for name in ("survey", "problems", "columns")]
    asked.append(reverse("survey:estimates", args=[estimates.pk]))
    asked.append(reverse("survey:benefit", args=[estimates.pk, "hospitalisation"]))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client, asked


def visited(client: Any, addresses: Sequence[str], *, rounds: int) -> list[Page]:
    """Every page, each as often; one after the other, so that a busy moment of the machine hits all alike."""
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    pages = []
    for address in addresses:
        cpu, _wall, answer = timed(lambda address=address: client.get(address))
        if answer.status_code >= 500:
            raise SystemExit(f"{address} answers {answer.status_code}")
        pages.append(Page(address=address, first=cpu, size=len(gzip.compress(answer.content))))
    for _round in range(rounds):
        for page in pages:
            cpu, wall, _answer = timed(lambda page=page: client.get(page.address))
            page.cpu.append(cpu)
            page.wall.append(wall)
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            client.get(page.address)
        page.queries = len(queries)
    return pages


def premiums(client: Any, *, rounds: int) -> list[str]:
    """Rows of a table: the engine alone, and the sheet's answer to a changed cap."""
    from django.urls import reverse

    from accounts.models import Organisation
    from calculator.cases import build_case
    from calculator.queries import risks_tuple
    from calculator.quotes import quote
    from simulation.actions import add_risk
    from simulation.queries import current_set
    from tests.calculator.pages import boxes
    from tests.makers import make_scheme

    scheme = make_scheme(Organisation.objects.get(), name="Twelve benefits")
    assumptions = current_set(scheme=scheme)
    for incidence in OWN_INCIDENCES:
        law = {"kind": "cost", "frequency_law": "poisson", "incidence": incidence}
        law |= {"severity_law": "lognormal", "severity_mean": 900.0, "severity_sigma": 1.1}
        add_risk(assumption_set=assumptions, values={"name": f"Benefit of {incidence}"} | law)
    risks = risks_tuple(current_set(scheme=scheme))
    address = reverse("calculator:sheet", args=[scheme.pk])
    empty = {name: value for name, value in boxes(client.get(address)).items() if not name.endswith("-on")}
    cases = {number: build_case(risks=risks, chosen=chosen(scheme, risks[:number])) for number in BENEFITS}
    sheets = {number: empty | sheet_of(risks[:number]) for number in BENEFITS}
    quotes: dict[int, list[float]] = {number: [] for number in BENEFITS}
    answers: dict[int, list[float]] = {number: [] for number in BENEFITS}
    for round_ in range(3 * rounds):
        for number in BENEFITS:
            quotes[number].append(timed(lambda case=cases[number]: quote(case))[0])
            typed = sheets[number] | {"hospitalisation-event_cap": str(3000 + 37 * round_)}
            cpu, _wall, answer = timed(lambda typed=typed: client.post(address, typed, headers=HTMX))
            if answer.status_code != 200 or b'role="alert"' in answer.content:
                raise SystemExit(f"the sheet with {number} benefits was refused")
            answers[number].append(cpu)
    figures = {number: [*spread(quotes[number]), *spread(answers[number])] for number in BENEFITS}
    return [row(str(number), *(f"{value:.1f}" for value in found)) for number, found in figures.items()]


HTMX = {"HX-Request": "true"}
TERMS: dict[str, dict[str, float]] = {
    "cost": {"threshold": 100, "copay": 10, "event_cap": 3000, "family_cap": 10000},
    "fixed": {"fixed_amount": 1000, "family_cap": 2000},
    "wage_days": {"rate": 150, "start_day": 4, "last_day": 13, "family_cap": 3000},
}
PER_CENT = {"copay"}


def sheet_of(risks: Sequence[Any]) -> dict[str, str]:
    """What a person types who covers these benefits."""
    typed = {"do": "recalculate"}
    for risk in risks:
        typed |= {f"{risk.key}-on": "on"}
        typed |= {f"{risk.key}-{name}": str(value) for name, value in TERMS[risk.kind].items()}
    return typed


def chosen(scheme: Any, risks: Sequence[Any]) -> Any:
    """The same sheet as numbers."""
    from calculator.cases import Chosen, ChosenTerms

    def terms(kind: str) -> Any:
        return ChosenTerms(
            **{name: value / 100 if name in PER_CENT else value for name, value in TERMS[kind].items()}
        )

    return Chosen(
        persons=scheme.persons,
        family_sizes=scheme.family_sizes,
        chance_of_bankruptcy=0.05,
        admin_rate=0.2,
        terms={risk.key: terms(risk.kind) for risk in risks},
    )


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Milliseconds of CPU and of wall, and what came of it."""
    cpu, wall = time.process_time(), time.perf_counter()
    answer = work()
    return 1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - wall), answer


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    return statistics.median(values), statistics.quantiles(values, n=20, method="inclusive")[-1]


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def written(pages: Sequence[Page], premium_rows: Sequence[str], *, rounds: int, load: float) -> str:
    cpu, cpu95 = spread([value for page in pages for value in page.cpu])
    wall, wall95 = spread([value for page in pages for value in page.wall])
    by_cost = sorted(pages, key=lambda page: -statistics.median(page.cpu))
    slow = [f"`{page.name}`" for page in by_cost if statistics.median(page.cpu) > SLOW_MS]
    none = f"No page takes {SLOW_MS} ms of CPU."
    return TEXT.format(
        machine=machine(),
        load=load,
        pages=len(pages),
        rounds=rounds,
        cpu=cpu,
        cpu95=cpu95,
        wall=wall,
        wall95=wall95,
        slow=f"More than {SLOW_MS} ms of CPU: {', '.join(slow)}." if slow else none,
        rows="\n".join(page.row for page in by_cost),
        premiums="\n".join(premium_rows),
    )


def machine() -> str:
    """The processor and the Python, as they call themselves."""
    cores = os.cpu_count()
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    model = named.group(1) if named else platform.machine()
    return f"{cores} cores of {model}, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
