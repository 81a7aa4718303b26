"""What `manage.py fit_survey` prints: guesses, problems and estimates as lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey.case_block import case_benefits
from survey.estimates import Estimates, Interval, SeverityEstimate
from survey.reading.problems import SEVERITIES
from survey.reading.reading import Reading
from survey.reading.words import QUESTION_WORDS

PERSONS = 5_000


def reading_lines(reading: Reading) -> Iterator[str]:
    """What was read, what the columns were taken for, and what is wrong."""
    yield f"layout: {reading.shape.replace('_', ' ')} (confidence {reading.confidence:.2f})"
    for file in reading.files:
        yield f"file: {file.name}, sha256 {file.sha256}"
    yield ""
    yield "columns (file, sheet, column: role, confidence)"
    for guess in reading.guesses:
        where = f"{guess.file}, {guess.sheet}" if guess.sheet else guess.file
        yield f"  {where}, {guess.column}: {guess.role or 'not used'}, {guess.confidence:.2f}"
    for dropped in reading.dropped_columns:
        yield f"  {dropped.file}, {dropped.column}: dropped at the door ({dropped.reason})"
    yield ""
    for kind, days in reading.mapping.recall.items():
        yield f"recall: {kind}, {days:g} days"
    for question in reading.questions:
        about = f" ({question.about})" if question.about else ""
        yield f"to check: {QUESTION_WORDS[question.code]}{about} Assumed: {question.assumed}"
    before, after = reading.before, reading.after
    yield (
        f"rows: {after.rows:,} of {before.rows:,} count; households {after.households:,} of "
        f"{before.households:,}; persons {after.persons:,} of {before.persons:,}"
    )
    for kind, count in before.events.items():
        yield f"events: {kind or 'of unknown kind'}, {after.events.get(kind, 0):,} of {count:,} count"
    counts = ", ".join(f"{reading.count_of(severity):,} {severity}" for severity in SEVERITIES)
    yield f"problems: {counts}"


def problem_lines(reading: Reading, *, most: int) -> Iterator[str]:
    """The first problems, then how many there are of each code."""
    for problem in reading.problems[:most]:
        where = ", ".join(
            part
            for part in (
                problem.file,
                problem.sheet,
                f"row {problem.row}" if problem.row else "",
                problem.column,
            )
            if part
        )
        yield f"{problem.severity}: {where}: {problem.message}"
    for code, by_severity in reading.counts.items():
        yield f"{code}: {sum(by_severity.values()):,}"


def estimate_lines(estimates: Estimates) -> Iterator[str]:
    """Incidence and severity with their intervals and goodness of fit."""
    summary = estimates.summary
    yield (
        f"survey: {summary.households:,} households, {summary.persons:,} persons, {summary.events:,} events; "
        f"intervals of 95 % from {summary.resamples:,} resamples by {summary.resampled_by}"
    )
    yield "incidence (events per person-year)"
    for one in estimates.incidences:
        yield f"  {one.kind}: {_interval(one.per_person_year, 4)}, from {one.events:,} events"
    yield "severity"
    for severity in estimates.severities:
        yield from _severity_lines(severity)
    for link in estimates.links:
        yield f"{link.key}: paid on a share of {_interval(link.probability, 3)} of {link.parent_key}"


def _severity_lines(severity: SeverityEstimate) -> Iterator[str]:
    yield (
        f"  {severity.key} ({severity.unit}): mean {_interval(severity.data_mean, 1)}, {severity.events:,} "
        f"values; suggested: {severity.suggested_law or 'none'}"
    )
    for fit in severity.fits:
        if fit.usable:
            yield f"    {fit.law}: {fit_words(fit)}"


def fit_words(fit: Any) -> str:
    """Parameters and goodness of fit of one law."""
    parameters = ", ".join(f"{name} {value:.4g}" for name, value in dict(fit.parameters).items())
    tests = [
        f"{name.replace('_', ' ')} {value:.5g}"
        for name in ("aic", "bic", "anderson_darling_p", "kolmogorov_p")
        if isinstance(value := getattr(fit, name, None), float)
    ]
    return "; ".join(part for part in (parameters, ", ".join(tests)) if part)


def _interval(interval: Interval, places: int) -> str:
    return f"{interval.value:,.{places}f} ({interval.low:,.{places}f} to {interval.high:,.{places}f})"


def case_of(estimates: Estimates, *, laws: dict[str, str], persons: int = PERSONS) -> dict[str, Any]:
    """A whole case: the survey's benefits and family sizes, usual loadings, no limits on what is paid."""
    return {
        "community": {
            "persons": persons,
            "family_sizes": {size: share for size, share in estimates.families.shares.items() if share > 0},
            "share_in_large_families": estimates.families.share_in_large.value,
        },
        "loadings": {"chance_of_bankruptcy": 0.05, "admin": 0.20, "large_family_discount": 0.0},
        "benefits": case_benefits(estimates, laws=laws),
    }
