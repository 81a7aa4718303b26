"""The pieces of the calculator page: a row of the sheet, something to put right, something to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from calculator.forms import RowForm
from simulation.models import BenefitRisk, Kind


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something to put right: where, and what would be accepted."""

    field_id: str
    where: str
    label: str
    message: str

    @property
    def id(self) -> str:
        """What the box's `aria-describedby` names."""
        return f"{self.field_id}_error"


@dataclass(frozen=True, kw_only=True)
class Notice:
    title: str
    text: str
    do: str = ""
    button: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One benefit of the sheet, ready to be written."""

    form: RowForm
    risk: BenefitRisk
    name: str
    pure: str
    assumption: str
    assumption_url: str
    warnings: Sequence[str]
    error_list: Sequence[Problem]

    @property
    def key(self) -> str:
        return self.risk.key

    @property
    def kind(self) -> str:
        return self.risk.kind

    @property
    def pictogram(self) -> str:
        return self.risk.pictogram

    @property
    def aside(self) -> str:
        return self.risk.remark

    @property
    def source(self) -> str:
        return self.risk.source_note

    @property
    def on(self) -> bool:
        return self.form.is_on()

    @property
    def each(self) -> str:
        return _("Fixed, each event")

    @property
    def css(self) -> str:
        kind = {Kind.FIXED: "is-fixed", Kind.WAGE_DAYS: "is-wage"}.get(Kind(self.risk.kind), "")
        return " ".join(filter(None, ("" if self.on else "is-off", kind)))
