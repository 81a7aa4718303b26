"""Where a package's simulation stands, and what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from numpy.typing import NDArray

from accounts.models import Organisation
from jobs.models import Job, Status
from jobs.queries import Progress, progress_of
from simulation.engine import ENGINE_VERSION
from simulation.engine.moments import PackageMoments
from simulation.engine.package import Package
from simulation.models import Moments
from simulation.questions import GroupQuestion, questions
from simulation.stored_moments import unpacked_line

SEED = 20180802
"""The day of the talk the method was shown in. Any seed serves; one for all makes figures reproducible."""


def families_asked_for() -> int:
    """Family-years that a run represents."""
    return int(settings.SIMULATED_FAMILIES)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is stored for one package: the moments of its groups, some perhaps missing."""

    package: Package
    asked: tuple[GroupQuestion, ...]
    stored: Mapping[tuple[str, str], Moments]

    @cached_property
    def missing(self) -> tuple[GroupQuestion, ...]:
        """What is not known: never simulated, or stored bits that have changed since."""
        return tuple(
            group
            for group in self.asked
            if (row := self.stored.get((group.risk_hash, group.terms_hash))) is None or row.is_damaged
        )

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def simulated_at(self) -> datetime | None:
        """When the last of the answers landed."""
        return max((row.created_at for row in self.stored.values()), default=None)

    @cached_property
    def moments(self) -> PackageMoments | None:
        """The simulation's answer for the whole package; None while a group is missing."""
        if not self.is_complete:
            return None
        arrays = [self.stored[group.risk_hash, group.terms_hash].figures for group in self.asked]
        return _assembled(self.package, self.asked, arrays)


def _assembled(
    package: Package, asked: Sequence[GroupQuestion], arrays: Sequence[NDArray[Any]]
) -> PackageMoments:
    """Groups are independent: their means, variances and squared errors add."""
    nothing = np.zeros((len(package.families.sizes) + 1, 3))
    lines = [nothing] * len(package.benefits)
    total = nothing.copy()
    for group, figures in zip(asked, arrays, strict=True):
        for place, line in zip(group.places, figures[:-1], strict=True):
            lines[place] = line
        total[:, :2] += figures[-1][:, :2]
        total[:, 2] = np.hypot(total[:, 2], figures[-1][:, 2])
    return PackageMoments(
        source="simulated",
        benefits=tuple(
            unpacked_line(benefit.name, line, families=package.families)
            for benefit, line in zip(package.benefits, lines, strict=True)
        ),
        package=unpacked_line("package", total, families=package.families),
    )


def find(*, organisation: Organisation | None, package: Package, seed: int = SEED) -> Found:
    """What this organisation has simulated of the package; one query."""
    return find_all(organisation=organisation, packages=[package], seed=seed)[0]


def find_all(
    *, organisation: Organisation | None, packages: Sequence[Package], seed: int = SEED
) -> list[Found]:
    """`find` for several packages, in one query."""
    asked = [questions(package, seed=seed) for package in packages]
    pairs = {(group.risk_hash, group.terms_hash) for groups in asked for group in groups}
    wanted = Q(pk__in=[])
    for risk, terms in pairs:
        wanted |= Q(risk_hash=risk, asked_hash=terms)
    rows = (
        Moments.objects.of(organisation).filter(wanted, families=families_asked_for(), root_seed=str(seed))
        if pairs
        else ()
    )
    stored = {(row.risk_hash, row.asked_hash): row for row in rows}
    return [
        Found(
            package=package,
            asked=groups,
            stored={
                key: stored[key] for group in groups if (key := (group.risk_hash, group.terms_hash)) in stored
            },
        )
        for package, groups in zip(packages, asked, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class RunState:
    """A package's simulation as a page shows it."""

    found: Found
    job: Job | None
    progress: Progress | None

    @property
    def state(self) -> str:
        if self.found.is_complete:
            return "done"
        if self.job is None:
            return "none"
        if self.job.status != Status.DONE:
            return str(self.job.status)
        # Done, and yet its answer is not there: it is another engine's, or was lost or damaged.
        return "damaged" if self.job.question.get("engine") == ENGINE_VERSION else "earlier_engine"

    @property
    def is_live(self) -> bool:
        return not self.found.is_complete and self.job is not None and self.job.is_live

    @property
    def percent(self) -> int:
        if self.found.is_complete:
            return 100
        return self.progress.percent if self.progress else 0

    @property
    def was_there_already(self) -> bool:
        """Whether an earlier run had answered the question before this package asked it."""
        return self.found.is_complete and bool(self.found.stored) and self.job is None

    @property
    def words(self) -> str:
        """One sentence: what the state means and what to do next."""
        words = {
            "done": self._done_words,
            "queued": _("Waiting for a worker; it starts by itself."),
            "running": self.left_words or _("Simulating."),
            "cancelled": _("Cancelled; the exact figure stays."),
            "needs_attention": self.job.reason_text if self.job else "",
            "damaged": _("A stored result was damaged and is not shown. Simulate again."),
            "earlier_engine": _(
                "Simulated by an earlier version of the engine; its figures are not shown. Simulate again."
            ),
        }
        return words.get(self.state, _("Not simulated yet"))

    @property
    def _done_words(self) -> str:
        if not self.found.asked:
            return _("Nothing is covered, so there is nothing to simulate.")
        at = self.found.simulated_at
        day = date_format(timezone.localtime(at), "j F Y, H:i") if at else ""
        words = _("Already simulated on %(day)s") if self.was_there_already else _("Simulated on %(day)s")
        return words % {"day": day}

    @property
    def left_words(self) -> str:
        seconds = self.progress.seconds_left if self.progress else None
        if seconds is None or not self.is_live:
            return ""
        whole = max(1, round(seconds))
        return ngettext("About %(n)s second left.", "About %(n)s seconds left.", whole) % {"n": whole}

    @property
    def title(self) -> str:
        match self.state:
            case "done" | "queued" | "running":
                return f"{self.percent}\u00a0%"
            case "cancelled":
                return _("Cancelled")
            case "needs_attention" | "damaged":
                return _("Needs attention")
        return _("Not simulated yet")

    @property
    def of_words(self) -> str:
        if self.state not in {"done", "queued", "running"} or not self.found.asked:
            return ""
        total = families_asked_for()
        return _("%(done)s of %(all)s million family-years") % {
            "done": f"{total * self.percent / 100e6:.2g}",
            "all": f"{total / 1e6:.3g}",
        }

    @property
    def parts_words(self) -> str:
        """How many parts are done, and how long the rest takes."""
        if self.progress is None or not self.is_live:
            return ""
        counted = {"done": self.progress.chunks_done, "all": self.progress.chunk_count}
        done = _("%(done)s of %(all)s parts done and kept") % counted
        return f"{done}{pgettext('end of a sentence', '.')} {self.left_words}".rstrip()

    @property
    def can_start_again(self) -> bool:
        return not self.is_live and self.state != "done"

    @property
    def again_words(self) -> str:
        return _("Try again") if self.state == "needs_attention" else _("Simulate")

    @property
    def chip_words(self) -> str:
        if self.is_live:
            return _("Simulating %(percent)s") % {"percent": f"{self.percent}\u00a0%"}
        match self.state:
            case "done":
                return _("Simulated")
            case "cancelled":
                return _("Cancelled")
            case "needs_attention" | "damaged":
                return _("Needs attention")
        return _("Exact only")

    @property
    def chip_css(self) -> str:
        if self.is_live:
            return "chip--now"
        css = {"done": "chip--ok", "needs_attention": "chip--bad", "damaged": "chip--bad"}
        return css.get(self.state, "")

    @property
    def chip_icon(self) -> str:
        if self.is_live:
            return "dice"
        icon = {"done": "tick", "needs_attention": "warning", "damaged": "warning"}
        return icon.get(self.state, "day")


def run_states(*, found: Sequence[Found], jobs: Sequence[Job | None]) -> list[RunState]:
    """The states of several runs; one query counts the chunks of those that are live."""
    asked = list(zip(found, jobs, strict=True))
    live = {job.pk: job for one, job in asked if job is not None and job.is_live and not one.is_complete}
    counted = progress_of(jobs=list(live.values())) if live else {}
    return [
        RunState(found=one, job=job, progress=counted.get(job.pk) if job is not None else None)
        for one, job in asked
    ]


def run_state(*, found: Found, job: Job | None) -> RunState:
    """The state of one run."""
    return run_states(found=[found], jobs=[job])[0]
