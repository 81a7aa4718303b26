"""A downloaded workbook in a formula engine, and what the site says to the same choices."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ironcalc

from calculator.cases import Chosen, ChosenTerms, build_case
from calculator.premium import PremiumBreakdown
from calculator.quotes import quote
from calculator.workbook.axes import Axes, axes_of
from calculator.workbook.contents import COVERED, FIRST_BENEFIT, NOTE, PREMIUM, Places
from schemes.models import Scheme
from simulation.models import BenefitRisk, Kind

INPUT = 5


@dataclass
class Book:
    """The first sheet of a workbook: type into it, and read its lines."""

    path: Path
    places: Places

    def __post_init__(self) -> None:
        self.model = ironcalc.load_from_xlsx(str(self.path), "en", "UTC", "en")

    def type(self, row: int, column: int, value: object) -> None:
        self.model.set_user_input(0, row + 1, column + 1, str(value))

    def read(self, row: int, column: int = PREMIUM) -> Any:
        return self.model.get_cell_value(0, row + 1, column + 1)

    def note(self, benefit: int) -> str:
        return str(self.read(FIRST_BENEFIT + benefit, NOTE))

    def choose(self, choice: Choice) -> None:
        """Type a whole sheet and let it calculate."""
        for row, column, value in choice.cells(self.places):
            self.type(row, column, value)
        self.model.evaluate()

    def lines(self, *, largest: int) -> dict[str, float]:
        """Every line of the sheet."""
        at = self.places
        names = ("pure", "persons", "sigma", "risk_loading", "with_risk", "admin", "total", "small", "large")
        found = {name: self.read(getattr(at, name)) for name in (*names, "average", "collected")}
        found |= {f"benefit {i}": self.read(FIRST_BENEFIT + i) for i in range(at.benefits)}
        found |= {f"further {i}": self.read(at.first_further + i) for i in range(at.further)}
        for size in range(1, largest + 1):
            found[f"year {size}"] = self.read(at.families + size, 1)
            found[f"month {size}"] = self.read(at.families + size, 2)
        return found


def site_lines(premium: PremiumBreakdown, *, largest: int) -> dict[str, float]:
    """The same lines as the site has them."""
    found: dict[str, float] = {
        "pure": premium.pure,
        "persons": premium.persons,
        "sigma": premium.sigma,
        "risk_loading": premium.risk_loading,
        "with_risk": premium.with_risk,
        "admin": premium.admin,
        "total": premium.total,
        "small": premium.small_family,
        "large": premium.large_family,
        "average": premium.average,
        "collected": premium.collected,
    }
    found |= {f"benefit {i}": line.pure for i, line in enumerate(premium.lines)}
    found |= {f"further {i}": amount for i, (_name, amount) in enumerate(premium.further)}
    for size in range(1, largest + 1):
        found[f"year {size}"] = premium.per_family(size=size)
        found[f"month {size}"] = premium.per_family_month(size=size)
    return found


@dataclass(frozen=True)
class Choice:
    """Somebody's sheet: as it is typed into the workbook, and as the site would take it."""

    typed: list[tuple[object, ...]]
    chosen: Chosen
    inhabitants: int
    take_up: float

    def cells(self, at: Places) -> list[tuple[int, int, object]]:
        """What is typed where: row and column from 0."""
        chosen = self.chosen
        rows = [
            (FIRST_BENEFIT + place, COVERED + column, value)
            for place, values in enumerate(self.typed)
            for column, value in enumerate(values)
            if value != ""
        ]
        inputs = {
            at.inhabitants: self.inhabitants,
            at.take_up: self.take_up,
            at.chance: chosen.chance_of_bankruptcy,
            at.basis: chosen.risk_basis,
            at.admin: chosen.admin_rate,
            at.discount: chosen.large_family_discount,
            at.share: "" if chosen.share_in_large is None else chosen.share_in_large,
        }
        inputs |= {at.first_further + place: rate for place, (_, rate) in enumerate(chosen.further_loadings)}
        return [*rows, *((row, INPUT, value) for row, value in inputs.items())]


def random_choice(rng: random.Random, *, risks: list[BenefitRisk], chosen: Chosen, scheme: Scheme) -> Choice:
    """Any terms of the menus, any loadings."""
    case = build_case(risks=risks, chosen=chosen)
    rows = [
        _random_row(rng, risk, axes_of(benefit))
        for risk, benefit in zip(risks, case.package.benefits, strict=True)
    ]
    inhabitants, take_up = 20 * rng.randint(15, 450), rng.choice((1, 0.8, 0.35))
    persons = round(inhabitants * take_up)
    return Choice(
        typed=[typed for typed, _terms in rows],
        chosen=replace(
            chosen,
            persons=persons,
            chance_of_bankruptcy=rng.choice((0.01, 0.05, 0.1, 0.2)),
            admin_rate=rng.choice((0.0, 0.2, 0.3)),
            large_family_discount=rng.choice((0.0, 0.1, 0.25)),
            share_in_large=rng.choice((None, 0.34)),
            risk_basis=rng.choice(("joint", "independent")),
            further_loadings=tuple((name, rng.choice((0.0, 0.05))) for name, _ in chosen.further_loadings),
            family_sizes=scheme.family_sizes,
            terms={risk.key: terms for risk, (_typed, terms) in zip(risks, rows, strict=True)},
        ),
        inhabitants=inhabitants,
        take_up=take_up,
    )


def _random_row(rng: random.Random, risk: BenefitRisk, axes: Axes) -> tuple[tuple[object, ...], ChosenTerms]:
    covered = rng.random() < 0.75
    first, second, third, cap = (rng.choice(axis) for axis in axes.values)
    typed: tuple[object, ...] = ("yes" if covered else "no", *map(_shown, (first, second, third, cap)))
    family_cap = None if math.isinf(cap) else cap
    if risk.kind == Kind.FIXED:
        terms = ChosenTerms(covered=covered, fixed_amount=third, family_cap=family_cap)
        return (typed[0], "", "", typed[3], typed[4]), terms
    if risk.kind == Kind.WAGE_DAYS:
        terms = ChosenTerms(
            covered=covered, start_day=int(first), last_day=int(second), rate=third, family_cap=family_cap
        )
        return typed, terms
    terms = ChosenTerms(
        covered=covered,
        threshold=first,
        copay=second,
        event_cap=None if math.isinf(third) else third,
        family_cap=family_cap,
    )
    return typed, terms


def _shown(value: float) -> object:
    return "none" if math.isinf(value) else value


def priced(risks: list[BenefitRisk], chosen: Chosen) -> PremiumBreakdown:
    """The site's own price."""
    return quote(build_case(risks=risks, chosen=chosen)).premium
