"""What is handed over of one package, whatever the format: terms, tariff, days. Pure: no Django.

A format's mapping makes a document and says, at the place where it decides, what the document cannot carry:
so the list of gaps is never longer or shorter than the package at hand makes it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from simulation.engine.families import LARGE_FAMILY_FROM
from simulation.engine.refusal import Refused, require_at_least, require_share
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms

Care = Literal["in", "out", "both"]
Json = dict[str, Any]

CARE: Mapping[str, Care] = {
    "hospital": "in",
    "caesarean": "in",
    "lab": "out",
    "imaging": "out",
    "opd": "out",
}
"""Where a benefit is given, by its pictogram; any other may be in or out of a hospital's bed."""


@dataclass(frozen=True, kw_only=True)
class HandedBenefit:
    """One covered benefit.

    Parameters
    ----------
    key, name : str
        Its key in the assumptions, and what people call it.
    pictogram : str
        Tells what kind of care it is: "hospital", "opd" …
    terms : Terms
    paid_on : str
        Name of the benefit on whose events it is paid; empty for one with events of its own.
    chance : float
        Chance that it is paid on such an event, 0 to 1.
    """

    key: str
    name: str
    pictogram: str
    terms: Terms
    paid_on: str = ""
    chance: float = 1.0

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Refused(field="name", problem="is empty; a benefit is handed over by its name")
        require_share(field="chance", value=self.chance)

    @property
    def care(self) -> Care:
        return CARE.get(self.pictogram, "both")

    @property
    def threshold(self) -> float:
        return self.terms.threshold if isinstance(self.terms, CostTerms) else 0.0

    @property
    def copay(self) -> float:
        return self.terms.copay if isinstance(self.terms, CostTerms) else 0.0

    @property
    def event_cap(self) -> float:
        """The most paid for one event's bill; infinity where there is none."""
        return self.terms.event_cap if isinstance(self.terms, CostTerms) else math.inf

    @property
    def family_cap(self) -> float:
        return self.terms.family_cap

    @property
    def fixed(self) -> FixedTerms | None:
        return self.terms if isinstance(self.terms, FixedTerms) else None

    @property
    def wage(self) -> WageTerms | None:
        return self.terms if isinstance(self.terms, WageTerms) else None


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """What people pay a year, money; the parts are of the average person."""

    average: float
    small: float
    large: float
    pure: float
    risk_loading: float
    admin: float
    further: tuple[tuple[str, float], ...] = ()
    chance_of_bankruptcy: float

    def __post_init__(self) -> None:
        for name in ("average", "small", "large", "pure", "risk_loading", "admin"):
            require_at_least(field=name, value=getattr(self, name), lowest=0.0)

    @property
    def by_size(self) -> bool:
        """Whether persons in large families pay another price than those in small ones."""
        return self.small != self.large

    def person(self, *, size: int) -> float:
        return self.large if size >= LARGE_FAMILY_FROM else self.small


@dataclass(frozen=True, kw_only=True)
class HandedPackage:
    """One package with everything that a format may ask for.

    Parameters
    ----------
    key : str
        The package's own identifier, a UUID as text.
    starts_on, ends_on : date or None
        First and last day of cover; None while nobody chose them.
    waiting_days : int
        Days after joining in which nothing is paid.
    is_chosen : bool
        Whether the community chose it, or it is only saved.
    largest_family : int
        The largest family priced for.
    family_cap : float
        The most one family gets a year over all benefits; infinity for none.
    """

    key: str
    name: str
    scheme: str
    owner: str
    place: str
    currency: str
    benefits: tuple[HandedBenefit, ...]
    tariff: Tariff
    persons: int
    largest_family: int
    family_cap: float = math.inf
    starts_on: date | None = None
    ends_on: date | None = None
    waiting_days: int = 0
    is_chosen: bool = False
    case_hash: str = ""
    engine: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Refused(field="name", problem="is empty; a package is handed over by its name")
        if len(self.currency) != 3:
            raise Refused(
                field="currency", problem=f"{self.currency!r} is not a code of three letters like INR"
            )
        if (self.starts_on is None) != (self.ends_on is None):
            raise Refused(field="starts_on", problem="a first day and a last day of cover go together")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise Refused(field="ends_on", problem=f"{self.ends_on} is before the first day {self.starts_on}")

    @property
    def has_loadings(self) -> bool:
        tariff = self.tariff
        return bool(tariff.risk_loading or tariff.admin or tariff.further)


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing of the package that a document does not carry, or carries only in part.

    `code` says what; `benefit` whose it is, empty for the whole package; `values` the figures lost.
    """

    code: str
    benefit: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """A document and what it does not carry."""

    document: Json
    gaps: tuple[Gap, ...]


def money(value: float) -> float:
    """An amount as documents write it: two places."""
    return round(float(value), 2)


def common_gaps(package: HandedPackage) -> list[Gap]:
    """What no format for products has a place for: how the price came about."""
    gaps = [
        Gap(code="assumptions", values={"benefits": len(package.benefits)}),
        Gap(code="persons", values={"persons": package.persons}),
    ]
    tariff = package.tariff
    if package.has_loadings:
        gaps.append(
            Gap(
                code="loadings",
                values={
                    "average": tariff.average,
                    "pure": tariff.pure,
                    "risk": tariff.risk_loading,
                    "admin": tariff.admin + sum(amount for _name, amount in tariff.further),
                    "chance": tariff.chance_of_bankruptcy,
                },
            )
        )
    if package.starts_on is None:
        gaps.append(Gap(code="no_days"))
    return gaps
