"""Writes of assumptions. A version that a run has used is frozen: changing it makes the next version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts.actions import save_if_unchanged
from accounts.refusals import StaleEdit
from accounts.trail import What, plain, record, snapshot
from schemes.models import Scheme
from simulation.defaults import DEFAULT_RISKS, DefaultRisk
from simulation.models import AssumptionSet, BenefitRisk, RemovedBenefit
from simulation.refusals import (
    EarlierVersion,
    HasLinkedBenefits,
    LastBenefit,
    TooManyBenefits,
    UsedByPackages,
)

MOST_BENEFITS = 24
_BY_PLACE = {"id", "organisation", "assumption_set", "linked_to", "key", "position", "version"}
_KEPT = tuple(
    field.name
    for field in BenefitRisk._meta.concrete_fields
    if field.name not in _BY_PLACE | {"created_at", "changed_at"}
)


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A row as saved, and whether saving it made a new version of the assumptions."""

    risk: BenefitRisk
    new_version: bool


@transaction.atomic
def start_assumptions(*, scheme: Scheme, linked: bool = True) -> AssumptionSet:
    """Version 1 of a scheme's assumptions: the slide's eight rows, marked as examples.

    `linked` pays transport and wage loss on the hospital stays that cause them; without it every row counts
    on its own, as the slide's calculator did.
    """
    made = AssumptionSet.objects.create(
        organisation=scheme.organisation, scheme=scheme, number=1, is_current=True
    )
    rows: dict[str, BenefitRisk] = {}
    for position, default in enumerate(DEFAULT_RISKS, start=1):
        rows[default.key] = _default_row(made, default, position, rows if linked else {})
    return made


def _default_row(
    made: AssumptionSet, default: DefaultRisk, position: int, parents: Mapping[str, BenefitRisk]
) -> BenefitRisk:
    parent = parents.get(default.linked_to or "")
    return BenefitRisk.objects.create(
        organisation=made.organisation,
        assumption_set=made,
        position=position,
        key=default.key,
        name=str(default.name),
        remark=str(default.remark),
        pictogram=default.pictogram,
        linked_to=parent,
        source_note=str(default.source_note),
        is_example=True,
        **default.values | ({} if parent else default.unlinked),
    )


def give_first_assumptions(*, scheme: Scheme, **_signal: Any) -> None:
    """Receiver of `schemes.actions.scheme_created`."""
    start_assumptions(scheme=scheme)


def freeze(*, assumption_set: AssumptionSet) -> None:
    """Keep this version as it is for ever: a run or a saved package has used it. Safe to call twice."""
    frozen = AssumptionSet.objects.beside(assumption_set).filter(pk=assumption_set.pk, frozen_at__isnull=True)
    frozen.update(frozen_at=timezone.now())
    assumption_set.refresh_from_db(fields=["frozen_at"])


@transaction.atomic
def change_risk(*, risk: BenefitRisk, seen_version: int, values: Mapping[str, Any]) -> Changed:
    """Save one benefit's figures, in a new version when the present one is frozen.

    Raises `StaleEdit` when somebody else saved this benefit first, `EarlierVersion` when it is not in the
    current version, `ValidationError` when the figures cannot be.
    """
    now = _current(risk)
    before = _said(BenefitRisk.objects.beside(risk).select_related("linked_to").get(pk=risk.pk))
    changes = {**values, "is_example": values.get("is_example", False)}
    for field, value in changes.items():
        setattr(risk, field, value)
    risk.full_clean()
    if not now.is_frozen:
        saved = save_if_unchanged(row=risk, seen_version=seen_version, changes=changes)
        _record(What.BENEFIT_CHANGED, saved, before=before, after=_said(saved))
        return Changed(risk=saved, new_version=False)
    copied = _next_version(now)
    parent = changes.get("linked_to")
    if parent is not None:
        changes["linked_to"] = copied[parent.key]
    saved = save_if_unchanged(row=copied[risk.key], seen_version=seen_version, changes=changes)
    _record(What.BENEFIT_CHANGED, saved, before=before, after=_said(saved))
    return Changed(risk=saved, new_version=True)


@transaction.atomic
def add_risk(
    *, assumption_set: AssumptionSet, values: Mapping[str, Any], what: What = What.BENEFIT_ADDED
) -> Changed:
    """Add a benefit of one's own at the end. Raises `ValidationError` when the figures cannot be."""
    now = _lock(assumption_set)
    if now.risks.count() >= MOST_BENEFITS:
        raise TooManyBenefits
    frozen = now.is_frozen
    copied = _next_version(now) if frozen else {}
    target = next(iter(copied.values())).assumption_set if copied else now
    parent = values.get("linked_to")
    if parent is not None and copied:
        values = {**values, "linked_to": copied[parent.key]}
    last = target.risks.aggregate(last=models.Max("position"))["last"] or 0
    risk = BenefitRisk(
        organisation=target.organisation,
        assumption_set=target,
        position=last + 1,
        key=_free_key(target, str(values["name"])),
        **values,
    )
    risk.full_clean()
    risk.save(force_insert=True)
    _record(what, risk, after=_said(risk))
    return Changed(risk=risk, new_version=frozen)


@transaction.atomic
def remove_risk(*, risk: BenefitRisk) -> bool:
    """Take a benefit out of the current version; returns whether that made a new version.

    It is kept beside the versions: `simulation.removed` brings it back for 30 days.
    """
    now = _current(risk)
    if risk.linked.exists():
        raise HasLinkedBenefits
    if now.risks.count() == 1:
        raise LastBenefit
    target = _next_version(now)[risk.key] if now.is_frozen else risk
    _record(What.BENEFIT_REMOVED, target, before=_said(target))
    try:
        target.delete()
    except models.ProtectedError:
        raise UsedByPackages from None
    RemovedBenefit.objects.create(
        organisation=now.organisation,
        scheme=now.scheme,
        name=risk.name,
        linked_to_key=risk.linked_to.key if risk.linked_to else "",
        values={name: plain(getattr(risk, name)) for name in _KEPT},
    )
    return now.is_frozen


@transaction.atomic
def move_risk(*, risk: BenefitRisk, up: bool) -> None:
    """Swap a benefit with its neighbour. The order is how rows are shown, not an assumption: it makes no
    version.
    """
    rows = list(_current(risk).risks.select_for_update())
    here = next(index for index, row in enumerate(rows) if row.pk == risk.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, start=1):
        row.position = position
    BenefitRisk.objects.beside(risk).bulk_update(rows, ["position"])
    _record(What.BENEFIT_MOVED, risk, before={"position": here + 1}, after={"position": there + 1})


@transaction.atomic
def make_current(*, assumption_set: AssumptionSet) -> None:
    """Work with this version from now on. Nothing is copied or lost: the others stay in the list."""
    scheme = assumption_set.scheme
    before = scheme.assumption_sets.filter(is_current=True).values_list("number", flat=True).first()
    _set_current(assumption_set)
    record(
        what=What.VERSION_CHOSEN,
        subject=assumption_set,
        scheme=scheme,
        before={"number": before},
        after={"number": assumption_set.number},
    )


def _set_current(assumption_set: AssumptionSet) -> None:
    sets = AssumptionSet.objects.beside(assumption_set).filter(scheme=assumption_set.scheme)
    sets.filter(is_current=True).update(is_current=False)
    sets.filter(pk=assumption_set.pk).update(is_current=True)


def _current(risk: BenefitRisk) -> AssumptionSet:
    """The row's version, locked. A row that a new version replaced meanwhile was somebody else's edit."""
    now = _lock(risk.assumption_set)
    if now.is_current:
        return now
    theirs = (
        BenefitRisk.objects.beside(risk)
        .filter(assumption_set__scheme=now.scheme, assumption_set__is_current=True, key=risk.key)
        .first()
    )
    if theirs is not None and theirs.assumption_set.number > now.number:
        raise StaleEdit(theirs=theirs)
    raise EarlierVersion


def _lock(assumption_set: AssumptionSet) -> AssumptionSet:
    sets = AssumptionSet.objects.beside(assumption_set).select_related("scheme", "organisation")
    return sets.select_for_update(of=("self",)).get(pk=assumption_set.pk)


def _next_version(now: AssumptionSet) -> dict[str, BenefitRisk]:
    """`copied_on`, and a line in the trail."""
    copies = copied_on(now)
    made = next(iter(copies.values())).assumption_set
    record(
        what=What.VERSION_MADE,
        subject=made,
        scheme=made.scheme,
        before={"number": now.number},
        after={"number": made.number},
    )
    return copies


def copied_on(now: AssumptionSet) -> dict[str, BenefitRisk]:
    """Copy a version into the next one and make that current; its rows by key. Whoever asks records it."""
    versions = AssumptionSet.objects.beside(now).filter(scheme=now.scheme)
    newest = versions.aggregate(newest=models.Max("number"))["newest"]
    made = AssumptionSet(organisation=now.organisation, scheme=now.scheme, number=newest + 1)
    made.save(force_insert=True)
    rows = list(now.risks.select_related("linked_to"))
    copies: dict[str, BenefitRisk] = {}
    # Parents first: links go one level only.
    for row in sorted(rows, key=lambda row: row.linked_to_id is not None):
        copies[row.key] = _copy(row, made, copies)
    _set_current(made)
    made.is_current = True
    return copies


def _copy(row: BenefitRisk, made: AssumptionSet, copies: Mapping[str, BenefitRisk]) -> BenefitRisk:
    kept = {
        field.attname: getattr(row, field.attname)
        for field in BenefitRisk._meta.concrete_fields
        if field.name not in {"id", "assumption_set", "linked_to", "created_at", "changed_at"}
    }
    parent = copies[row.linked_to.key] if row.linked_to else None
    return BenefitRisk.objects.create(**kept, assumption_set=made, linked_to=parent)


def _said(risk: BenefitRisk) -> dict[str, Any]:
    return snapshot(risk, linked_to=risk.linked_to.name if risk.linked_to else None)


def _record(what: What, risk: BenefitRisk, **said: Any) -> None:
    record(what=what, subject=risk, scheme=risk.assumption_set.scheme_id, **said)


def _free_key(assumption_set: AssumptionSet, name: str) -> str:
    base = slugify(name)[:50] or "benefit"
    taken = set(assumption_set.risks.values_list("key", flat=True))
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
