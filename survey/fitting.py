"""From a survey's tables to everything it says: estimates with their doubt, and resamples to price with.

Pure: the same tables and options give the same answer, bit for bit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.benefits import LINKED_COLUMNS, PARENT, Benefit, benefit_of, linked_benefit_of
from survey.bootstrap import Design, Times, design_of
from survey.day_laws import days_of
from survey.dispersion import dispersion_of
from survey.estimates import (
    BENEFIT_KEYS,
    WAGE_KEY,
    DispersionEstimate,
    Estimates,
    IncidenceEstimate,
    LinkEstimate,
    SeverityEstimate,
    SurveySummary,
)
from survey.family_sizes import families_of
from survey.fit_options import FitOptions
from survey.incidence import incidence_of
from survey.links import link_of
from survey.resamples import Resamples
from survey.severity import Severity, severity_of
from survey.tables import KINDS, SurveyTables, TablesRefused

Array = NDArray[Any]

HOSPITAL_DAYS = "hospital-days"
"""The key under which the days in hospital are found; they belong to no benefit of their own."""

Progress = Callable[[float], None]
"""Told the share that is done, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """What a survey says, and the surveys that might have been."""

    estimates: Estimates
    resamples: Resamples


def fit_survey(
    tables: SurveyTables,
    *,
    options: FitOptions | None = None,
    strata: Array | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Fit everything.

    Parameters
    ----------
    tables : SurveyTables
    options : FitOptions or None
        None for the defaults.
    strata : ndarray, shape (H,), or None
        Stratum of each household, where clusters were drawn within strata.
    progress : callable or None
        Called after each kind of event.

    Raises
    ------
    TablesRefused
        There is no household.
    """
    options = FitOptions() if options is None else options
    if not len(tables.households):
        raise TablesRefused("households: there are none, so nobody was asked")
    design = design_of(tables, strata=strata)
    times = design.times(options.resamples, _rng(options, "resamples"))
    fitting = _Fitting(tables, design, times, options)
    kinds = [kind for kind in KINDS if kind in tables.recall]
    for number, kind in enumerate(kinds, 1):
        fitting.add(kind)
        if progress is not None:
            progress(number / len(kinds))
    households = tables.households
    summary = SurveySummary(
        households=len(households),
        persons=int(tables.exposed.sum()),
        events=len(tables.events),
        clusters=design.clusters,
        weighted=bool(households["weight"].nunique() > 1),
        resampled_by=design.by,
        resamples=options.resamples,
        seed=options.seed,
    )
    estimates = Estimates(
        summary=summary,
        families=families_of(tables, design=design, times=times),
        incidences=tuple(fitting.incidences),
        dispersions=tuple(fitting.dispersions),
        severities=tuple(fitting.severities),
        links=tuple(fitting.links),
        benefits=tuple(one.estimate for one in fitting.benefits),
        reasons=design.reasons,
    )
    resamples = Resamples(
        households=len(households),
        persons=int(tables.exposed.sum()),
        by=design.by,
        seed=options.seed,
        benefits=tuple(one.resamples for one in fitting.benefits),
    )
    return Fitted(estimates=estimates, resamples=resamples)


def _rng(options: FitOptions, *words: str) -> np.random.Generator:
    """Random numbers of their own for each part: asking for more of one changes no other."""
    return np.random.default_rng([options.seed, *(zlib.crc32(word.encode()) for word in words)])


class _Fitting:
    """Collects the parts, kind by kind."""

    def __init__(self, tables: SurveyTables, design: Design, times: Times, options: FitOptions) -> None:
        self.tables = tables
        self.design = design
        self.times = times
        self.options = options
        self.incidences: list[IncidenceEstimate] = []
        self.dispersions: list[DispersionEstimate] = []
        self.severities: list[SeverityEstimate] = []
        self.links: list[LinkEstimate] = []
        self.benefits: list[Benefit] = []

    def add(self, kind: str) -> None:
        incidence = incidence_of(
            kind, tables=self.tables, design=self.design, times=self.times, options=self.options
        )
        dispersion = dispersion_of(
            kind,
            tables=self.tables,
            persistence=self.options.persistence_of(kind),
            rng=_rng(self.options, "dispersion", kind),
        )
        severity = self._severity(severity_of, BENEFIT_KEYS[kind], kind, "bill")
        benefit = benefit_of(incidence, dispersion, severity, rng=_rng(self.options, "none found", kind))
        self.incidences.append(incidence.estimate)
        self.dispersions.append(dispersion)
        self.benefits.append(benefit)
        if kind == PARENT:
            self._severity(days_of, HOSPITAL_DAYS, kind, "days")
            for key, column in LINKED_COLUMNS:
                self._add_linked(key, column, benefit, severity)

    def _add_linked(self, key: str, column: str, parent: Benefit, parent_severity: Severity) -> None:
        link = link_of(
            key,
            parent_key=parent.estimate.key,
            kind=PARENT,
            column=column,
            tables=self.tables,
            design=self.design,
            times=self.times,
        )
        if link is None:
            return
        self.links.append(link.estimate)
        severity = self._severity(days_of if key == WAGE_KEY else severity_of, key, PARENT, column)
        if link.estimate.found:
            self.benefits.append(linked_benefit_of(link, parent, parent_severity, severity, key=key))

    def _severity(self, fit: Callable[..., Severity], key: str, kind: str, column: str) -> Severity:
        severity = fit(
            key,
            kind=kind,
            column=column,
            tables=self.tables,
            design=self.design,
            times=self.times,
            options=self.options,
            rng=_rng(self.options, "severity", key),
        )
        self.severities.append(severity.estimate)
        return severity
