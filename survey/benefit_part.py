"""What both parts of a benefit's page share: how often, and how dear."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from survey.benefit_words import benefit_words
from survey.estimate_pages import SetPage
from survey.estimates import BenefitEstimate, Estimates, IncidenceEstimate, SeverityEstimate


class BenefitPart:
    """One benefit of a set."""

    def __init__(self, page: SetPage, key: str) -> None:
        self.set = page
        self.key = key
        assert page.found is not None
        self.found: Estimates = page.found

    @property
    def name(self) -> str:
        return benefit_words(self.key)

    @cached_property
    def benefit(self) -> BenefitEstimate | None:
        return self.found.benefit(self.key)

    @cached_property
    def incidence(self) -> IncidenceEstimate | None:
        """Of the events it is paid on; None for a linked benefit, which has a share instead."""
        if self.benefit is None or self.benefit.linked_to:
            return None
        return self.found.incidence(self.benefit.source_kind)

    @cached_property
    def severity(self) -> SeverityEstimate | None:
        return self.found.severity(self.key)

    @property
    def is_days(self) -> bool:
        return self.severity is not None and self.severity.unit == "days"

    @property
    def choice(self) -> dict[str, Any]:
        return self.set.choice(self.key)

    @property
    def law(self) -> str:
        """What is taken over as things stand."""
        chosen = self.choice["law"]
        return str(chosen or (self.severity.suggested_law if self.severity else ""))

    def amount(self, value: float) -> str:
        return self.set.short(value) if self.is_days else self.set.money(value)
