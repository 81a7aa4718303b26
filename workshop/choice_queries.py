"""Reads of choices, always within one organisation.

Later rooms start here: `standing_choice(scheme)` gives the package a scheme runs on, with its days of cover,
and `frozen_lines(choice)` what was chosen, benefit by benefit, as it was on that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from accounts.models import Organisation
from calculator.case import Case
from calculator.case_reader import read_case
from schemes.models import Scheme
from workshop.choice_rows import ChosenPackage

FIELDS = ("key", "name", "covered", "words", "pure")
PUBLIC_CHOICE = "choice"


@dataclass(frozen=True, kw_only=True)
class FrozenLine:
    """One benefit of a choice, as it was on the day of the choice.

    `key` is the benefit's key in the assumptions, `pure` what the scheme expects to pay a person a year.
    """

    key: str
    name: str
    covered: bool
    words: str
    pure: float


def choices_of(scheme: Scheme) -> list[ChosenPackage]:
    """Every choice, those taken back too, the newest first."""
    rows = ChosenPackage.objects.beside(scheme).filter(scheme=scheme).light()
    return list(rows.select_related("package", "beside", "chosen_by", "closed_by"))


def standing_choices(scheme: Scheme) -> list[ChosenPackage]:
    """Every choice that was not taken back, in the order of cover; a second package after the first."""
    rows = ChosenPackage.objects.beside(scheme).filter(scheme=scheme).standing()
    found = list(rows.select_related("package", "scheme"))
    return sorted(found, key=lambda each: (each.starts_on, each.is_second, each.created_at))


def standing_choice(scheme: Scheme, *, on: date | None = None) -> ChosenPackage | None:
    """The package a scheme runs on that day (today), else the next one to start; None where there is none.

    Where a second package was let in beside it, the first one of the period is meant.
    """
    return standing_of(standing_choices(scheme), on=on)


def standing_of(choices: Sequence[ChosenPackage], *, on: date | None = None) -> ChosenPackage | None:
    """The same, from the standing choices of one scheme."""
    day = on or timezone.localdate()
    left = [each for each in choices if each.ends_on >= day]
    running = [each for each in left if each.starts_on <= day]
    first = sorted(running or left, key=lambda each: (bool(running) and each.is_second, each.starts_on))
    return next(iter(first), None)


def standing_by_scheme(schemes: Sequence[Scheme]) -> Mapping[UUID, list[ChosenPackage]]:
    """The standing choices of many schemes; one query for all of them."""
    found: dict[UUID, list[ChosenPackage]] = {scheme.pk: [] for scheme in schemes}
    if schemes:
        rows = ChosenPackage.objects.beside(*schemes).filter(scheme__in=schemes).standing().light()
        for row in rows:
            found[row.scheme_id].append(row)
    return found


def find_choice(*, organisation: Organisation | None, choice_id: UUID) -> ChosenPackage:
    """One choice of a scheme that is still there."""
    rows = ChosenPackage.objects.of(organisation).select_related("scheme__organisation", "package", "beside")
    return rows.get(pk=choice_id, scheme__deleted_at=None)


def frozen_case(choice: ChosenPackage) -> Case:
    """The case that was chosen: terms, assumptions, families, loadings; it reproduces every figure."""
    return read_case(choice.frozen["case"])


def frozen_lines(choice: ChosenPackage) -> list[FrozenLine]:
    """What was chosen, benefit by benefit, those not covered too."""
    return [FrozenLine(**{name: row[name] for name in FIELDS}) for row in choice.frozen["lines"]]
