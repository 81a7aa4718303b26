"""Benefits that were removed: kept as they were for 30 days, brought back into the current version."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Organisation
from accounts.trail import What, record
from schemes.models import LONGEST_UNDO, Scheme
from simulation.actions import Changed, add_risk
from simulation.models import RemovedBenefit
from simulation.queries import current_set
from simulation.refusals import ParentIsGone

_REASON = "the undo of 30 days has passed for whoever removed it"


def removed_lately(*, scheme: Scheme) -> QuerySet[RemovedBenefit]:
    kept = RemovedBenefit.objects.of(scheme.organisation).filter(scheme=scheme)
    return kept.filter(created_at__gt=timezone.now() - LONGEST_UNDO)


def find_removed(*, organisation: Organisation | None, removed_id: Any) -> RemovedBenefit:
    kept = RemovedBenefit.objects.of(organisation).filter(scheme__deleted_at=None)
    since = timezone.now() - LONGEST_UNDO
    return kept.select_related("scheme__organisation").get(pk=removed_id, created_at__gt=since)


@transaction.atomic
def bring_back(*, removed: RemovedBenefit) -> Changed:
    """Add it to the current version again, at the end. Raises `ParentIsGone`, `TooManyBenefits`."""
    mine = RemovedBenefit.objects.beside(removed).filter(pk=removed.pk)
    mine.select_for_update().get()
    now = current_set(scheme=removed.scheme)
    parent = None
    if removed.linked_to_key:
        parent = now.risks.filter(key=removed.linked_to_key, linked_to=None).first()
        if parent is None:
            raise ParentIsGone
    back = add_risk(
        assumption_set=now,
        values={**removed.values, "linked_to": parent},
        what=What.BENEFIT_RESTORED,
    )
    mine.delete()
    return back


def purge_removed() -> int:
    """What was removed too long ago goes for good."""
    old = RemovedBenefit.objects.across_organisations(reason=_REASON)
    return sum(_purge(each) for each in old.filter(created_at__lte=timezone.now() - LONGEST_UNDO))


@transaction.atomic
def _purge(removed: RemovedBenefit) -> int:
    organisation, scheme = removed.organisation, removed.scheme_id
    RemovedBenefit.objects.beside(removed).filter(pk=removed.pk).delete()
    record(what=What.BENEFIT_PURGED, organisation=organisation, label=removed.name, scheme=scheme)
    return 1
