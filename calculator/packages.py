"""Saved packages as pages show them: one line in a list, and a run's figures beside the exact ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from calculator.case import Case
from calculator.cases import build_case, chosen_of
from calculator.figures import Figures
from calculator.models import CarriedFrom, Package
from calculator.quotes import Engine, Quote, quote
from calculator.review_queries import SignOffState, sign_off_states
from jobs.live import Live, pause_of
from schemes.models import Scheme
from simulation.runs import RunState, find_all, run_states

PACKAGE_PAGES = (
    *("package", "package_sure", "open", "copy", "delete"),
    *("run", "progress", "cancel", "retry"),
    *("csv", "case"),
)
"""Names of the addresses that every saved package has."""


def case_of(package: Package) -> Case:
    """The case that a saved package is, from its own rows."""
    return build_case(
        risks=list(package.assumption_set.risks.all()),
        chosen=chosen_of(package),
        name=package.name,
        currency=package.scheme.currency,
    )


@dataclass
class Line:
    """One package in a list."""

    package: Package
    case: Case
    run: RunState
    is_open: bool = False
    sign_off: SignOffState | None = None

    @cached_property
    def quote(self) -> Quote:
        carried: Engine = "simulated" if self.package.carried_from == "simulated" else "exact"
        return quote(self.case, simulated=self.run.found.moments, carried_from=carried)

    @cached_property
    def premium(self) -> float:
        """What is to be paid: as it was saved, or from the simulation where it is carried from there.

        A list shows it for every package; none of them is priced anew for that.
        """
        saved = getattr(self.package, "saved_total", None)
        if saved is None or self.package.carried_from == CarriedFrom.SIMULATED:
            return self.quote.premium.total
        return float(saved)

    @cached_property
    def say(self) -> Figures:
        return Figures(self.package.scheme, scale=self.premium)

    @property
    def total(self) -> str:
        return self.say.amount(self.premium)

    @cached_property
    def urls(self) -> dict[str, str]:
        urls = {name: reverse(f"calculator:{name}", args=[self.package.pk]) for name in PACKAGE_PAGES}
        return urls | {"sheet": reverse("calculator:sheet", args=[self.package.scheme_id])}

    @property
    def url(self) -> str:
        return self.urls["package"]

    @property
    def open_url(self) -> str:
        return self.urls["open"]

    @property
    def copy_url(self) -> str:
        return self.urls["copy"]

    @property
    def cancel_url(self) -> str:
        return self.urls["cancel"]

    @property
    def live(self) -> Live:
        """How its simulation gets on, as a line of a list tells it."""
        return self._live(f"{self.urls['progress']}?as=line", self.run.words)

    @property
    def live_run(self) -> Live:
        """The same as the run's own page tells it."""
        return self._live(self.urls["progress"], self.run.parts_words or self.run.words)

    def _live(self, address: str, words: str) -> Live:
        return Live(address=address, pause=pause_of(self.run.job), words=words, percent=self.run.percent)

    @property
    def run_url(self) -> str:
        return self.urls["run"]


def lines_of(
    packages: Sequence[Package], *, scheme: Scheme, open_package: Package | None = None
) -> list[Line]:
    """The packages of one scheme as lines; one query for all their simulations."""
    for package in packages:
        package.scheme = scheme
    cases = [case_of(package) for package in packages]
    found = find_all(organisation=scheme.organisation, packages=[case.package for case in cases])
    runs = run_states(found=found, jobs=[package.simulation for package in packages])
    return [
        Line(
            package=package,
            case=case,
            run=run,
            is_open=open_package is not None and package.pk == open_package.pk,
        )
        for package, case, run in zip(packages, cases, runs, strict=True)
    ]


def line_of(package: Package) -> Line:
    return lines_of([package], scheme=package.scheme)[0]


def with_sign_offs(lines: Sequence[Line]) -> Sequence[Line]:
    """The same lines, each knowing where it stands with its reviewers; one query for all."""
    states = sign_off_states([line.package for line in lines])
    for line in lines:
        line.sign_off = states[line.package.pk]
    return lines


@dataclass
class RunFigures:
    """Exact and simulated side by side."""

    quote: Quote
    say: Figures

    @property
    def total(self) -> str:
        return self.say.amount(self.quote.premium.total)

    @property
    def unit(self) -> str:
        source = _("exact") if self.quote.premium.source == "exact" else _("simulated")
        return _("%(units)s a person a year, %(source)s") % {
            "units": self.say.scheme.money.units,
            "source": source,
        }

    @property
    def exact(self) -> str:
        return self.say.amount(self.quote.exact_premium.total, more=2)

    @property
    def simulated(self) -> str:
        found = self.quote.simulated_premium
        if found is None:
            return _("not yet")
        total, error = self.say.amount(found.total, more=2), found.total_error or 0.0
        return _("%(total)s ± %(error)s (two standard errors)") % {
            "total": total,
            "error": self.say.amount(2 * error, more=2),
        }

    @property
    def difference(self) -> str:
        if not self.quote.agreements:
            return _("not yet")
        found = self.quote.agreements[-1][1].in_standard_errors
        return _("none") if found is None else _("%(n)s standard errors") % {"n": self.say.number(found, 1)}

    @property
    def disagrees(self) -> bool:
        return not self.quote.engines_agree

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each covered benefit and the package, by both engines."""
        if self.quote.simulated is None:
            return []
        benefits = self.quote.case.package.benefits
        exact = (*self.quote.exact.benefits, self.quote.exact.package)
        simulated = (*self.quote.simulated.benefits, self.quote.simulated.package)
        lines = []
        for place, (name, found) in enumerate(self.quote.agreements):
            is_total = place == len(benefits)
            if not is_total and not benefits[place].covered:
                continue
            far = found.in_standard_errors
            lines.append(
                {
                    "name": _("Package") if is_total else name,
                    "exact": self.say.amount(exact[place].pure, more=3),
                    "simulated": self.say.amount(simulated[place].pure, more=3),
                    "error": self.say.amount(found.standard_error, more=3),
                    "difference": "–" if far is None else self.say.number(far, 1),
                    "is_total": is_total,
                    "disagrees": not found.agree,
                }
            )
        return lines


def figures_of(line: Line) -> RunFigures:
    return RunFigures(quote=line.quote, say=line.say)
