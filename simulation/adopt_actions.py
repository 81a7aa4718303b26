"""Figures from elsewhere (a survey, a group, a person) become the next version of a scheme's assumptions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from accounts.trail import What, record
from schemes.models import Scheme
from simulation.actions import MOST_BENEFITS, _lock, copied_on, freeze
from simulation.choices import Pictogram
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set
from simulation.refusals import AssumptionsMoved, HasLinkedBenefits, LastBenefit, TooManyBenefits


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One benefit's new figures.

    Attributes
    ----------
    key : of the benefit; one that is there gets the figures, another one is added.
    values : fields of `BenefitRisk`, without names and links.
    linked_to_key : the benefit on whose events it is paid, "" for none; None leaves the link as it is.
    name, pictogram : of a benefit that is added.
    """

    key: str
    values: Mapping[str, Any]
    linked_to_key: str | None = ""
    name: str = ""
    pictogram: str = Pictogram.HOSPITAL
    note: str = field(default="")


@transaction.atomic
def adopt_figures(
    *,
    scheme: Scheme,
    seen_number: int,
    figures: Sequence[Figures],
    remove: Collection[str] = (),
    note: str = "",
) -> AssumptionSet:
    """Make the next version from the current one with these figures in it, and keep it unchanged for ever.

    Benefits that are not named stay as they are, unless their key is in `remove`.

    Raises
    ------
    AssumptionsMoved
        Another version became current since `seen_number` was shown.
    ValidationError
        The engine refuses a figure.
    """
    now = _lock(current_set(scheme=scheme))
    if now.number != seen_number or not now.is_current:
        raise AssumptionsMoved
    rows = copied_on(now)
    made = next(iter(rows.values())).assumption_set
    names = {key: row.name for key, row in rows.items()}
    _remove(rows, set(remove) - {one.key for one in figures})
    # Parents first: links go one level only.
    for one in sorted(figures, key=lambda one: bool(one.linked_to_key)):
        rows[one.key] = _take(one, rows, made)
    if len(rows) > MOST_BENEFITS:
        raise TooManyBenefits
    made.note = note[:300]
    made.save(update_fields=["note", "changed_at"])
    # What was adopted stays what the survey said: the next change makes the next version.
    freeze(assumption_set=made)
    record(
        what=What.VERSION_MADE,
        subject=made,
        scheme=scheme,
        before={"number": now.number},
        after={
            "number": made.number,
            "adopted": [rows[one.key].name for one in figures],
            "removed": sorted(names.get(key, key) for key in remove),
        },
    )
    return made


def _remove(rows: dict[str, BenefitRisk], keys: Collection[str]) -> None:
    for key in sorted(keys, key=lambda key: rows[key].linked_to_id is None if key in rows else True):
        row = rows.get(key)
        if row is None:
            continue
        if row.linked.exists():
            raise HasLinkedBenefits
        if len(rows) == 1:
            raise LastBenefit
        row.delete()
        del rows[key]


def _take(one: Figures, rows: Mapping[str, BenefitRisk], made: AssumptionSet) -> BenefitRisk:
    risk = rows.get(one.key)
    is_new = risk is None
    if risk is None:
        last = max((row.position for row in rows.values()), default=0)
        risk = BenefitRisk(
            organisation=made.organisation,
            assumption_set=made,
            key=slugify(one.key)[:60],
            name=_free_name(one.name or one.key, rows),
            pictogram=one.pictogram,
            position=last + 1,
        )
    for name, value in one.values.items():
        setattr(risk, name, value)
    if one.linked_to_key is not None:
        risk.linked_to = rows[one.linked_to_key] if one.linked_to_key else None
        if risk.linked_to is None:
            risk.link_probability = 1.0
    risk.is_example = False
    if not is_new:
        risk.version += 1
    risk.full_clean()
    risk.save(force_insert=is_new)
    return risk


def _free_name(name: str, rows: Mapping[str, BenefitRisk]) -> str:
    taken = {row.name for row in rows.values()}
    found, number = name[:80], 1
    while found in taken:
        number += 1
        found = f"{name[:74]} {number}"
    return found
