"""How far the assumptions of each scheme are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from schemes.models import Scheme
from schemes.stages import StageState
from simulation.models import AssumptionSet


def assumption_states(schemes: Sequence[Scheme]) -> Mapping[UUID, StageState]:
    """Done when every figure is somebody's own, or when a run has used them; examples are counted all the
    same.
    """
    sets = (
        AssumptionSet.objects.beside(*schemes)
        .filter(scheme__in=schemes, is_current=True)
        .annotate(benefits=Count("risks"), examples=Count("risks", filter=Q(risks__is_example=True)))
        .values_list("scheme_id", "frozen_at", "benefits", "examples")
    )
    return {row[0]: _state(*row) for row in sets}


def _state(scheme_id: UUID, frozen_at: datetime | None, benefits: int, examples: int) -> StageState:
    if examples:
        sentence = ngettext(
            "%(n)s of %(of)s figures is still an example.",
            "%(n)s of %(of)s figures are still examples.",
            examples,
        )
    else:
        sentence = ngettext("%(of)s benefit has its figures.", "%(of)s have their figures.", benefits)
    return StageState(
        state="todo" if examples and frozen_at is None else "done",
        url=reverse("simulation:assumptions", args=[scheme_id]),
        sentence=sentence % {"n": examples, "of": benefits},
        action=_("Enter your figures") if examples else _("Assumptions"),
    )
