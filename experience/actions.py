"""Writes of scheme years: one transaction each, every correction in the trail with before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.actions import save_if_unchanged
from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from experience.figures import AMOUNTS, contradiction, counted_twice
from experience.models import SchemeYear, YearClaims, YearState, year_later
from experience.queries import CLAIM_NUMBERS
from experience.sheet import ClaimsLine, Sheet, YearLine
from experience.sheet_cells import YearKey, usual_first_day
from experience.sheet_words import WORDS
from schemes.models import Scheme


class YearIsClosed(ActionRefused):
    message = _("This year is closed. An administrator can open it again, with a reason.")


class YearsOverlap(ActionRefused):
    """Two years of one scheme would share days."""

    def __init__(self, *, other: SchemeYear) -> None:
        super().__init__(
            _g("The scheme’s year %(year)s runs from %(first)s to %(last)s. Years do not overlap.")
            % {"year": other.label, "first": other.starts_on, "last": other.ends_on}
        )


class FirstDayUnknown(ActionRefused):
    message = _(
        "It is not known on which day this year begins. Write it by its first day, such as 2017-04-01, or "
        "open the year first."
    )


class CountedTwice(ActionRefused):
    """Claims would count twice; nothing was saved."""


class NothingToClose(ActionRefused):
    message = _(
        "Enter the premium collected and the claims paid first: without them a closed year tells nothing."
    )


# ---- one year ----------------------------------------------------------------------------------------------
@transaction.atomic
def open_year(*, scheme: Scheme, starts_on: date, values: Mapping[str, Any] | None = None) -> SchemeYear:
    """Begin a year. Raises `ValidationError` or `YearsOverlap`."""
    _lock(scheme)
    year = SchemeYear(organisation=scheme.organisation, scheme=scheme, starts_on=starts_on, **(values or {}))
    year.full_clean()
    _refuse_overlap(year)
    year.save(force_insert=True)
    record(what=What.YEAR_OPENED, subject=year, scheme=scheme, after=snapshot(year), label=_label(year))
    return year


@transaction.atomic
def change_figures(*, year: SchemeYear, seen_version: int, values: Mapping[str, Any]) -> SchemeYear:
    """Save the figures of a year unless somebody else did since; `StaleEdit` then, and nothing is written.

    Raises
    ------
    StaleEdit, YearIsClosed, YearsOverlap, ValidationError
    """
    stored = _locked(year)
    before = snapshot(stored)
    for name, value in values.items():
        setattr(stored, name, value)
    stored.full_clean()
    _refuse_overlap(stored)
    saved = save_if_unchanged(row=year, seen_version=seen_version, changes=values)
    _record(What.YEAR_CHANGED, saved, before, snapshot(saved))
    return saved


@transaction.atomic
def change_claims(*, year: SchemeYear, seen_version: int, lines: Sequence[ClaimsLine]) -> SchemeYear:
    """Put these lines in place of those of the same benefit and month; the other lines stay.

    A line without any figure takes its place away. All lines or none.

    Raises
    ------
    StaleEdit, YearIsClosed, CountedTwice, ValidationError
    """
    _locked(year)
    saved = save_if_unchanged(row=year, seen_version=seen_version, changes={})
    before, after = _write_claims(saved, lines)
    if before != after:
        _record(What.YEAR_CHANGED, saved, before, after)
    return saved


@transaction.atomic
def close_year(*, year: SchemeYear, seen_version: int) -> SchemeYear:
    """No more changes, until somebody opens it again with a reason."""
    stored = _locked(year)
    if stored.premium is None or not stored.claims.exclude(paid=None).exists():
        raise NothingToClose
    return _move(stored, seen_version, What.YEAR_CLOSED, state=YearState.CLOSED, reason="")


@transaction.atomic
def reopen_year(*, year: SchemeYear, seen_version: int, reason: str) -> SchemeYear:
    """Let a closed year be corrected; the reason stays with it and in the trail."""
    stored = SchemeYear.objects.beside(year).select_for_update(of=("self",)).get(pk=year.pk)
    if not stored.is_closed:
        raise ActionRefused(_("This year is open already."))
    return _move(stored, seen_version, What.YEAR_REOPENED, state=YearState.REOPENED, reason=reason)


def _move(year: SchemeYear, seen_version: int, what: What, **changes: Any) -> SchemeYear:
    before = snapshot(year)
    for name, value in changes.items():
        setattr(year, name, value)
    year.full_clean()
    saved = save_if_unchanged(row=year, seen_version=seen_version, changes=changes)
    _record(what, saved, before, snapshot(saved))
    return saved


# ---- many lines at once ------------------------------------------------------------------------------------
@transaction.atomic
def import_sheet(*, scheme: Scheme, sheet: Sheet) -> list[SchemeYear]:
    """Take a sheet of years or of claims: all lines or none. Years that are not there yet are opened.

    Returns
    -------
    list of SchemeYear
        Those that were touched, in the order of the sheet.

    Raises
    ------
    ImportProblem
        With the row, and why.
    """
    _lock(scheme)
    touched: dict[Any, SchemeYear] = {}
    for line in sheet.years:
        year = _at_row(line.row, _year_for, scheme, line.year)
        if year.pk in touched:
            told = _g("The year %(year)s is told of by two lines of this sheet. Keep one of them.")
            raise ImportProblem(row=line.row, message=told % {"year": year.label})
        _at_row(line.row, _take_figures, year, line)
        touched[year.pk] = year
    by_year: dict[YearKey, list[ClaimsLine]] = {}
    for claim in sheet.claims:
        assert claim.year is not None  # a sheet about a whole scheme names the year in every line
        by_year.setdefault(claim.year, []).append(claim)
    for key, lines in by_year.items():
        year = _at_row(lines[0].row, _year_for, scheme, key)
        _at_row(lines[0].row, _take_claims, year, lines)
        touched[year.pk] = year
    return list(touched.values())


class ImportProblem(ActionRefused):
    """One row cannot be taken, though each of its cells can; nothing of the sheet was taken."""

    def __init__(self, *, row: int, message: str, column: str = "") -> None:
        self.row, self.column = row, column
        super().__init__(message)


def _at_row(row: int, do: Any, *arguments: Any) -> Any:
    try:
        return do(*arguments)
    except ImportProblem:
        raise
    except ValidationError as refused:
        raise ImportProblem(row=row, message=" ".join(refused.messages)) from refused
    except ActionRefused as refused:
        of_year = isinstance(refused, YearIsClosed | YearsOverlap | FirstDayUnknown)
        column = _g("year") if of_year else ""
        raise ImportProblem(row=row, column=column, message=str(refused)) from refused


def _take_figures(year: SchemeYear, line: YearLine) -> None:
    _refuse_closed(year)
    before = snapshot(year)
    for name, value in line.values.items():
        setattr(year, name, value)
    name, code = contradiction({name: getattr(year, name) for name in AMOUNTS})
    if code:
        label = SchemeYear._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        raise ImportProblem(row=line.row, column=str(label), message=_g(WORDS[code]))
    year.version += 1
    year.full_clean()
    year.save()
    _record(What.YEAR_IMPORTED, year, before, snapshot(year))


def _take_claims(year: SchemeYear, lines: Sequence[ClaimsLine]) -> None:
    _refuse_closed(year)
    before, after = _write_claims(year, lines)
    year.version += 1
    year.save(update_fields=["version", "changed_at"])
    _record(What.YEAR_IMPORTED, year, before, after)


def _year_for(scheme: Scheme, key: YearKey) -> SchemeYear:
    """The year that is meant; opened if it is not there, on its first day, else as the others begin."""
    years = SchemeYear.objects.beside(scheme).select_for_update(of=("self",)).filter(scheme=scheme)
    if key.first_day is not None:
        found = years.filter(starts_on=key.first_day).first()
        return found or open_year(scheme=scheme, starts_on=key.first_day)
    found = years.filter(starts_on__year=key.first_year).first()
    if found is not None:
        return found
    newest = years.order_by("-starts_on").first()
    day = usual_first_day(key, newest=None if newest is None else newest.starts_on)
    if day is None:
        raise FirstDayUnknown
    return open_year(scheme=scheme, starts_on=day)


# ---- what they share ---------------------------------------------------------------------------------------
def _write_claims(year: SchemeYear, lines: Iterable[ClaimsLine]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write the lines; what was in their places before, and what is now, for the trail."""
    kept = {(row.benefit, row.month): row for row in YearClaims.objects.beside(year).filter(year=year)}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for line in lines:
        place = (line.benefit, line.month)
        row = kept.get(place)
        before |= _said(year, row)
        if line.is_empty:
            if row is not None:
                row.delete()
                del kept[place]
            continue
        row = row or YearClaims(
            organisation=year.organisation, year=year, benefit=line.benefit, month=line.month
        )
        for name, value in line.values.items():
            setattr(row, name, value)
        row.full_clean()
        row.save()
        kept[place] = row
        after |= _said(year, row)
    if problem := counted_twice(kept):
        raise CountedTwice(_g(problem))
    return before, after


def _said(year: SchemeYear, row: YearClaims | None) -> dict[str, Any]:
    """The figures of a line, each under benefit, month and name, as the history shows them."""
    if row is None:
        return {}
    where = (
        f"{row.benefit or 'all benefits'}, {year.first_of_month(row.month):%Y-%m}"
        if row.month
        else (f"{row.benefit or 'all benefits'}, whole year")
    )
    said = {f"{where}, {name}": getattr(row, name) for name in CLAIM_NUMBERS}
    return {key: value if value is None else str(value) for key, value in said.items()}


def _lock(scheme: Scheme) -> None:
    """Two who write years of one scheme wait for each other."""
    Scheme.objects.beside(scheme).select_for_update(no_key=True).only("pk").get(pk=scheme.pk)


def _locked(year: SchemeYear) -> SchemeYear:
    stored = SchemeYear.objects.beside(year).select_for_update(of=("self",)).get(pk=year.pk)
    _refuse_closed(stored)
    return stored


def _refuse_closed(year: SchemeYear) -> None:
    if year.is_closed:
        raise YearIsClosed


def _refuse_overlap(year: SchemeYear) -> None:
    others = SchemeYear.objects.beside(year).filter(scheme_id=year.scheme_id).exclude(pk=year.pk)
    for other in others:
        if year.starts_on < year_later(other.starts_on) and other.starts_on < year_later(year.starts_on):
            raise YearsOverlap(other=other)


def _record(what: What, year: SchemeYear, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    record(what=what, subject=year, scheme=year.scheme_id, before=before, after=after, label=_label(year))


def _label(year: SchemeYear) -> str:
    return f"{year.scheme.name}, {year.label}"
