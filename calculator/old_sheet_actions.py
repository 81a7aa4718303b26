"""What people do with old calculator sheets: upload one, place its labels, take its terms over."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import ActionRefused
from accounts.trail import What, record
from calculator.actions import keep_typed, start_afresh
from calculator.case import Case
from calculator.cases import Chosen, ChosenTerms, build_case
from calculator.models import Draft
from calculator.old_sheet.file import Grid, calculator_cells
from calculator.old_sheet.reading import OldRow, OldSheet, read_sheet
from calculator.old_sheet.reasons import Finding, reconcile
from calculator.old_sheets import OldSheetFile
from calculator.typed import typed_of
from schemes.models import Scheme
from simulation.models import BenefitRisk, Kind
from survey.reading.guards import clean_name
from survey.reading.problems import FileRefused
from survey.refusals import refusal_words

KEPT = 20
"""Sheets kept for each scheme; the oldest go first."""
LARGEST_PERSONS = 999_999_999


class SheetNotUnderstood(ActionRefused):
    """No sheet of the file looks like a calculator."""

    message = _(
        "No sheet in this file looks like a premium calculator. It needs a row of headings such as Benefit, "
        "Threshold, Event cap, Family cap and Pure risk premium, with a row for each benefit below it. Try "
        "the sample to see the shape."
    )


class SheetRefused(ActionRefused):
    """The file cannot be opened; its message says why."""


def read_upload(
    *, scheme: Scheme, user: User, upload: UploadedFile, risks: Sequence[BenefitRisk]
) -> OldSheetFile:
    """Read an uploaded file and keep the cells of its calculator.

    Raises
    ------
    SheetRefused, SheetNotUnderstood
        Nothing is kept.
    """
    name = clean_name(upload.name or "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        with path.open("wb") as target:
            for part in upload.chunks():
                target.write(part)
        try:
            cells = calculator_cells(path, name=name, benefits=names_of(risks))
        except FileRefused as refused:
            raise SheetRefused(refusal_words(refused)) from None
    if cells is None:
        raise SheetNotUnderstood
    return _keep(scheme, user, name, cells)


@transaction.atomic
def _keep(scheme: Scheme, user: User, name: str, cells: Grid) -> OldSheetFile:
    kept = OldSheetFile.objects.create(
        organisation=scheme.organisation, scheme=scheme, uploaded_by=user, name=name[:150], cells=cells
    )
    older = OldSheetFile.objects.of(scheme.organisation).filter(scheme=scheme)[KEPT:]
    OldSheetFile.objects.of(scheme.organisation).filter(pk__in=[one.pk for one in older]).delete()
    record(what=What.SHEET_UPLOADED, subject=kept, scheme=scheme, after={"name": name})
    return kept


def place_labels(*, kept: OldSheetFile, benefits: Mapping[int, str], lines: Mapping[int, str]) -> None:
    """Keep what a person said the sheet's labels mean."""
    kept.placed = {
        "benefits": {str(place): key for place, key in benefits.items()},
        "lines": {str(place): key for place, key in lines.items()},
    }
    kept.save(update_fields=["placed", "changed_at"])


def names_of(risks: Sequence[BenefitRisk]) -> dict[str, str]:
    return {risk.key: risk.name for risk in risks}


@dataclass
class Understood:
    """A kept sheet as it is understood now, on the scheme's current assumptions."""

    kept: OldSheetFile
    scheme: Scheme
    risks: Sequence[BenefitRisk]

    @cached_property
    def sheet(self) -> OldSheet:
        found = read_sheet(self.kept.cells, benefits=names_of(self.risks))
        if found is None:
            # a benefit was renamed or removed since: nothing of the sheet is known any more
            raise SheetNotUnderstood
        placed = self.kept.placed or {}
        return found.placed(
            {int(place): key for place, key in placed.get("benefits", {}).items()},
            {int(place): key for place, key in placed.get("lines", {}).items()},
        )

    @cached_property
    def places(self) -> list[int | None]:
        """For each row the benefit it is; one benefit is taken once."""
        keys = [risk.key for risk in self.risks]
        seen: set[str] = set()
        found: list[int | None] = []
        for row in self.sheet.rows:
            known = row.benefit in keys and row.benefit not in seen
            found.append(keys.index(row.benefit) if known else None)
            seen |= {row.benefit} if known else set()
        return found

    @cached_property
    def chosen(self) -> Chosen:
        """The sheet's terms and loadings; what it does not say is the scheme's."""
        sheet, scheme = self.sheet, self.scheme
        rows = {place: row for place, row in zip(self.places, sheet.rows, strict=True) if place is not None}
        persons = sheet.amount("persons")
        admin = sheet.line("admin")
        return Chosen(
            persons=scheme.persons if persons is None else min(max(1, round(persons)), LARGEST_PERSONS),
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=_share(sheet.amount("chance"), scheme.chance_of_bankruptcy, most=0.5),
            admin_rate=_share(admin.rate if admin else None, scheme.admin_rate, most=1.0),
            large_family_discount=_share(sheet.amount("discount"), 0.0, most=0.9),
            share_in_large=_share(sheet.amount("share"), scheme.share_in_large_families, most=1.0),
            risk_basis=scheme.risk_basis,
            terms={
                risk.key: _terms(risk, rows[place]) if place in rows else ChosenTerms(covered=False)
                for place, risk in enumerate(self.risks)
            },
        )

    @cached_property
    def case(self) -> Case:
        return build_case(risks=list(self.risks), chosen=self.chosen, currency=self.scheme.currency)

    @cached_property
    def findings(self) -> list[Finding]:
        return reconcile(self.sheet, self.case, self.places)


def _share(found: float | None, otherwise: float | None, *, most: float) -> float:
    """A share of the sheet, where it can be one; at most as much as the calculator takes."""
    usable = found is not None and (found > 0.0 or most >= 0.9) and 0.0 <= found <= most
    return found if usable else otherwise  # type: ignore[return-value]


def _terms(risk: BenefitRisk, row: OldRow) -> ChosenTerms:
    """A row's terms; a row without any amount, and without a premium, is not covered."""
    values = row.values
    caps = {name: values.get(name) for name in ("event_cap", "family_cap")}
    covered = bool(values.get("pppy"))
    if risk.kind == Kind.FIXED:
        return ChosenTerms(
            covered=covered, fixed_amount=caps["event_cap"] or 0.0, family_cap=caps["family_cap"]
        )
    if risk.kind == Kind.WAGE_DAYS:
        start = max(1, round(values.get("start_day", 1)))
        return ChosenTerms(
            covered=covered,
            rate=values.get("rate", 0.0),
            start_day=start,
            last_day=max(start, round(values.get("last_day", 10))),
            family_cap=caps["family_cap"],
        )
    copay = values.get("copay", 0.0)
    return ChosenTerms(
        covered=covered,
        threshold=values.get("threshold", 0.0),
        copay=min(1.0, copay / 100.0 if copay > 1.0 else copay),
        event_cap=caps["event_cap"],
        family_cap=caps["family_cap"],
    )


@transaction.atomic
def take_terms(*, draft: Draft, understood: Understood) -> None:
    """Put the sheet's terms on the calculator; what was there before comes back by undo."""
    risks = list(understood.risks)
    start_afresh(draft=draft, risks=risks)
    keep_typed(draft=draft, typed=typed_of(understood.scheme, understood.chosen, risks))
