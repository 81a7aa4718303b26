"""A calculator sheet that was changed without a network, and what becomes of it when it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.refusals import ActionRefused
from calculator import actions, queries
from calculator.forms import LoadingsForm, NameForm
from calculator.models import Draft
from calculator.sheet import opened_of
from calculator.typed import LONGEST_TYPED, Typed, row_names
from simulation.models import BenefitRisk

SETTLED_SECONDS = 7 * 24 * 3600
MOST_BOXES = 2000


class NotASheet(ActionRefused):
    """What was sent is no sheet."""


class Arrived(StrEnum):
    KEPT = "kept"
    """It is on the sheet now; what was there before can be brought back by undo."""
    KNOWN = "known"
    """It was sent before, or settled by hand."""
    CLASH = "clash"
    """The sheet here was changed too: a person chooses."""


@dataclass(frozen=True, kw_only=True)
class SentSheet:
    """A sheet as a phone kept it.

    Attributes
    ----------
    id : UUID
        Made on the phone: what was settled once is not asked again.
    typed, base : mapping
        What is in the boxes, and what was in them when the phone last had a network.
    opened : str
        The saved package on the sheet and its version.
    """

    id: UUID
    typed: Typed
    base: Typed
    opened: str


def sheet_of(sent: Any) -> SentSheet:
    """Raises `NotASheet` when it is not of the shape that a page sends."""
    try:
        return SentSheet(
            id=UUID(sent["id"]),
            typed=_texts(sent["typed"]),
            base=_texts(sent["base"]),
            opened=str(sent["opened"])[:LONGEST_TYPED],
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NotASheet(_("This is no sheet of the calculator.")) from None


def _texts(values: Any) -> Typed:
    if not isinstance(values, Mapping) or len(values) > MOST_BOXES:
        raise ValueError
    if not all(isinstance(text, str) for text in values.values()):
        raise TypeError
    return {str(name): text[:LONGEST_TYPED] for name, text in values.items()}


def boxes_of(draft: Draft) -> set[str]:
    """The names of all boxes that the sheet has."""
    risks: tuple[BenefitRisk, ...] = queries.risks_tuple(queries.assumptions_for(draft))
    names = {name for risk in risks for name in row_names(risk)}
    return names | set(LoadingsForm.base_fields) | set(NameForm.base_fields)


@transaction.atomic
def arrive(*, draft: Draft, sent: SentSheet) -> Arrived:
    """Put a sheet from a phone on the sheet here, unless this one was changed since the phone saw it."""
    if cache.get(_settled_key(draft, sent.id)):
        return Arrived.KNOWN
    now = Draft.objects.of(draft.organisation).select_for_update().get(pk=draft.pk)
    known = boxes_of(now)
    typed = {name: text for name, text in sent.typed.items() if name in known}
    if _holds(now, typed):
        return Arrived.KNOWN
    base = {name: text for name, text in sent.base.items() if name in known}
    if sent.opened != opened_of(now) or not _holds(now, base):
        return Arrived.CLASH
    actions.keep_typed(draft=now, typed=typed)
    return Arrived.KEPT


def _holds(draft: Draft, texts: Typed) -> bool:
    return all(draft.typed.get(name, "") == text for name, text in texts.items())


def settle(*, draft: Draft, typed: Typed, sent_id: UUID) -> None:
    """Put on the sheet what was chosen out of both; the phone's sheet is settled with it."""
    actions.keep_typed(draft=draft, typed=typed)
    cache.set(_settled_key(draft, sent_id), True, SETTLED_SECONDS)


def _settled_key(draft: Draft, sent_id: UUID) -> str:
    return f"offline:settled:{draft.pk}:{sent_id}"
