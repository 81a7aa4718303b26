"""How far the assumptions of each scheme are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from schemes.models import Scheme
from schemes.stages import StageState
from simulation.models import AssumptionSet


def assumption_states(schemes: Sequence[Scheme]) -> Mapping[UUID, StageState]:
    """Done when every figure is somebody's own; until then it says how many examples are left."""
    sets = (
        AssumptionSet.objects.filter(scheme__in=schemes, is_current=True)
        .annotate(benefits=Count("risks"), examples=Count("risks", filter=Q(risks__is_example=True)))
        .values_list("scheme_id", "benefits", "examples")
    )
    return {scheme_id: _state(scheme_id, benefits, examples) for scheme_id, benefits, examples in sets}


def _state(scheme_id: UUID, benefits: int, examples: int) -> StageState:
    url = reverse("simulation:assumptions", args=[scheme_id])
    if not examples:
        sentence = ngettext("%(n)s benefit has its figures.", "%(n)s benefits have their figures.", benefits)
        return StageState(state="done", url=url, sentence=sentence % {"n": benefits}, action=_("Assumptions"))
    sentence = ngettext(
        "%(n)s of %(of)s figures is still an example.",
        "%(n)s of %(of)s figures are still examples.",
        examples,
    )
    return StageState(
        state="todo",
        url=url,
        sentence=sentence % {"n": examples, "of": benefits},
        action=_("Enter your figures"),
    )
