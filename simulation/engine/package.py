"""The contract that both engines price: the benefits of a package and the families they are sold to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from simulation.engine.discrete_severity import DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Frequency
from simulation.engine.refusal import Refused, require_at_least, require_share
from simulation.engine.severity import Lomax, Severity
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms


@dataclass(frozen=True, kw_only=True)
class Benefit:
    """One line of cover.

    Parameters
    ----------
    name : str
        Unique within the package.
    terms : Terms
        What the scheme pays.
    frequency : Frequency or None
        Law of the yearly count; None exactly when the benefit is linked.
    severity : Severity or None
        Cost of one event (days for wage loss); None exactly for a fixed benefit.
    linked_to : str or None
        Name of the benefit whose events this one is paid on.
    probability : float
        Chance that an event of the parent is also paid here; 1 without a link.
    covered : bool
        A benefit that is not covered pays nothing, but its events still happen: benefits linked to it are
        still paid.
    """

    name: str
    terms: Terms
    frequency: Frequency | None = None
    severity: Severity | None = None
    linked_to: str | None = None
    probability: float = 1.0
    covered: bool = True

    def __post_init__(self) -> None:
        if not self.name:
            raise Refused(field="name", problem="is empty")
        self._check_law()
        self._check_severity()
        require_share(field="probability", value=self.probability)

    def _check_law(self) -> None:
        if self.linked_to is None and self.frequency is None:
            raise Refused(
                field="frequency", problem="is missing; give a frequency or link the benefit to another"
            )
        if self.linked_to is not None and self.frequency is not None:
            raise Refused(
                field="frequency",
                problem="a linked benefit is paid on its parent's events and has none of its own",
            )
        if self.linked_to is None and self.probability != 1.0:
            raise Refused(field="probability", problem="only a linked benefit has one")
        if self.linked_to == self.name:
            raise Refused(field="linked_to", problem="a benefit cannot be linked to itself")

    def _check_severity(self) -> None:
        if isinstance(self.terms, FixedTerms):
            if self.severity is not None:
                raise Refused(
                    field="severity", problem="a fixed benefit pays a set amount and has no severity"
                )
            return
        if self.severity is None:
            raise Refused(field="severity", problem="is missing")
        if isinstance(self.terms, WageTerms) and not _in_whole_days(self.severity):
            raise Refused(
                field="severity", problem="wage loss counts whole days: use days, at least 1 an event"
            )
        if isinstance(self.terms, CostTerms) and isinstance(self.severity, DayLaw):
            raise Refused(field="severity", problem="a law of days belongs to wage loss, not to a cost")
        if isinstance(self.severity, Lomax) and self.covered:
            self._check_tail(self.severity)

    def _check_tail(self, severity: Lomax) -> None:
        capped = math.isfinite(min(self.terms.family_cap, getattr(self.terms, "event_cap", math.inf)))
        if severity.alpha <= 2.0 and not capped:
            raise Refused(
                field="severity.alpha",
                problem=f"with alpha {severity.alpha:g} the variance is infinite; "
                "set an event cap or a family cap",
            )


def _in_whole_days(severity: Severity) -> bool:
    if isinstance(severity, DayLaw):
        return True
    return isinstance(severity, Empirical) and severity.is_whole_days


@dataclass(frozen=True, kw_only=True)
class Package:
    """The chosen terms of every benefit together, and the families they are sold to.

    Parameters
    ----------
    benefits : tuple of Benefit
        In the order shown; names unique; a link goes one level only, to an unlinked benefit.
    families : FamilySizes
        Shares of families by size.
    family_cap : float
        The most the scheme pays one family in a year over ALL benefits together, money; infinity for no cap.
    """

    benefits: tuple[Benefit, ...]
    families: FamilySizes
    family_cap: float = math.inf

    def __post_init__(self) -> None:
        require_at_least(field="package_family_cap", value=self.family_cap, lowest=0.0, infinite_allowed=True)
        by_name = {benefit.name: benefit for benefit in self.benefits}
        if len(by_name) != len(self.benefits):
            raise Refused(field="benefits", problem="two benefits have the same name")
        for benefit in self.benefits:
            if benefit.linked_to is None:
                continue
            parent = by_name.get(benefit.linked_to)
            if parent is None:
                raise Refused(
                    field="linked_to",
                    problem=f"there is no benefit {benefit.linked_to!r} to link {benefit.name!r} to",
                )
            if parent.linked_to is not None:
                raise Refused(
                    field="linked_to",
                    problem=f"{benefit.name!r} is linked to {parent.name!r}, itself linked; "
                    "links go one level only",
                )

    @cached_property
    def groups(self) -> tuple[tuple[Benefit, ...], ...]:
        """Benefits that share events: each parent and those linked to it, in order; independent groups."""
        parents = [benefit for benefit in self.benefits if benefit.linked_to is None]
        return tuple(
            (parent, *(child for child in self.benefits if child.linked_to == parent.name))
            for parent in parents
        )

    @property
    def has_family_cap(self) -> bool:
        """Whether one cap bounds all benefits together."""
        return math.isfinite(self.family_cap)
