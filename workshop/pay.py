"""Solving backwards: from what people can pay to the packages that cover the most for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.cache import cache

from calculator.case import Case, case_hash
from calculator.cases import Chosen, ChosenTerms, build_case
from calculator.premium import Loadings, PremiumBreakdown
from calculator.quotes import quote
from calculator.typed import TypedSheet, first_sheet
from calculator.workbook.axes import NOTHING, Values
from calculator.workbook.tables import SchemeTables
from calculator.workbook_files import tables_key, tables_of
from schemes.models import Scheme
from simulation.engine.families import LARGE_FAMILY_FROM
from simulation.engine.menu import USUAL_AMOUNT, USUAL_RATE
from simulation.engine.package import Package
from simulation.models import BenefitRisk, Kind
from simulation.questions import content_hash
from workshop.cover_menus import Best, CoverMenu, cover_menus, cover_of_all_bills, cover_of_the_dearest
from workshop.frontier import best_packages
from workshop.frontier_menus import Array, Found, PriceRule
from workshop.years_of_families import FAMILIES, SEED, World, draw_families, renamed

KEPT_SECONDS = 24 * 3600
LADDER = (0.5, 0.75, 1.0, 1.25, 1.5)
"""Shown besides the best for the amount itself: for so many times as much."""
USUAL_LAST_DAY = 10


def cover_of(world: World) -> Mapping[str, Array]:
    """What each combination pays of the dearest families' bills, kept as long as the tables."""
    key = cover_key(world)
    found: Mapping[str, Array] | None = cache.get(key)
    if found is None:
        found = cover_of_the_dearest(tables_of(world.package), draw_families(world))
        cache.set(key, found, KEPT_SECONDS)
    return found


def cover_key(world: World) -> str:
    return f"cover:{content_hash([world.as_json(), SEED, FAMILIES])}"


def usual_costs(risks: Sequence[BenefitRisk], known: Mapping[str, float]) -> dict[str, float]:
    """What a set amount or a lost day stands for: the most that saved packages pay, else a usual one."""
    usual = {Kind.FIXED: USUAL_AMOUNT, Kind.WAGE_DAYS: USUAL_RATE}
    return {
        risk.key: known.get(risk.key) or usual[Kind(risk.kind)] for risk in risks if risk.kind != Kind.COST
    }


def sheet_to_start_from(scheme: Scheme, risks: Sequence[BenefitRisk]) -> Chosen:
    """A new sheet's numbers: the scheme's loadings and community."""
    first = TypedSheet(scheme, tuple(risks), first_sheet(scheme, risks))
    assert first.is_valid, first.loadings.errors  # what a scheme has passed its own form
    return first.chosen


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One package found: its terms and its price as the site quotes it.

    Attributes
    ----------
    times : float
        Times the amount that people can pay; 1 for the best that they can pay.
    found : Found
    chosen : Chosen
        As it would stand on the calculator's sheet.
    premium : PremiumBreakdown
    price : float
        In the unit that was asked for, money a year.
    """

    times: float
    found: Found
    chosen: Chosen
    premium: PremiumBreakdown
    price: float


@dataclass
class PayQuestion:
    """`yearly` money for each person (`size` None) or for a family of `size`."""

    scheme: Scheme
    risks: Sequence[BenefitRisk]
    yearly: float
    size: int | None
    keys: Sequence[str]
    unit_costs: Mapping[str, float]
    best: Best = "dear"
    simple: bool = False

    @cached_property
    def base(self) -> Chosen:
        """A new sheet of this scheme: its loadings, its community."""
        return sheet_to_start_from(self.scheme, self.risks)

    @cached_property
    def menu_package(self) -> Package:
        """The risks under terms that say nothing of any package, so that one set of tables serves all."""
        terms = {
            risk.key: ChosenTerms(
                covered=False,
                fixed_amount=self.unit_costs.get(risk.key, 0.0) if risk.kind == Kind.FIXED else 0.0,
                rate=self.unit_costs.get(risk.key, 0.0) if risk.kind == Kind.WAGE_DAYS else 0.0,
                last_day=USUAL_LAST_DAY,
            )
            for risk in self.risks
        }
        case = build_case(risks=self.risks, chosen=replace(self.base, terms=terms, family_cap=None))
        return renamed(case.package, [risk.key for risk in self.risks])

    @cached_property
    def case(self) -> Case:
        """The same as a case, which a worker can read."""
        case = build_case(risks=self.risks, chosen=replace(self.base, terms={}, family_cap=None))
        return replace(case, package=self.menu_package)

    @property
    def is_worked_out(self) -> bool:
        """Whether the tables and the cover are kept, so that an answer takes a tenth of a second."""
        return tables_key(self.menu_package) in cache and cover_key(self.world) in cache

    @cached_property
    def tables(self) -> SchemeTables:
        return tables_of(self.menu_package)

    @cached_property
    def world(self) -> World:
        return World(package=self.menu_package, unit_costs=self.unit_costs)

    @cached_property
    def cover(self) -> Mapping[str, Array]:
        if self.best == "all":
            return cover_of_all_bills(self.tables, self.world)
        return cover_of(self.world)

    @cached_property
    def menus(self) -> list[CoverMenu]:
        return cover_menus(self.tables, self.cover, world=self.world, keys=set(self.keys), simple=self.simple)

    @cached_property
    def rule(self) -> PriceRule:
        """The site's own premium, in the unit that was asked for."""
        loadings = self._loadings
        families = self.menu_package.families
        share = self.base.share_in_large
        used = families.share_in_large if share is None else share
        factor = loadings.factor
        if self.size is not None:
            factor *= self.size / (1.0 - loadings.large_family_discount * used)
            if self.size >= LARGE_FAMILY_FROM:
                factor *= 1.0 - loadings.large_family_discount
        return PriceRule(
            factor=factor,
            loading=loadings.z / math.sqrt(self.base.persons),
            joint=loadings.risk_basis == "joint",
        )

    @property
    def _loadings(self) -> Loadings:
        return build_case(risks=self.risks, chosen=replace(self.base, terms={})).loadings

    @cached_property
    def offers(self) -> list[Offer]:
        """From the cheapest to the dearest, each one once; the best for the amount itself is among them.

        Kept by the content of all that they depend on, so that a page looked at again is not searched again.
        """
        asked = [self.yearly, self.size, sorted(self.keys), self.best, self.simple, LADDER]
        key = f"offers:{content_hash([case_hash(self.case), cover_key(self.world), *asked])}"
        offers: list[Offer] | None = cache.get(key)
        if offers is None:
            offers = self._searched()
            cache.set(key, offers, KEPT_SECONDS)
        return offers

    def _searched(self) -> list[Offer]:
        found = best_packages(
            [menu.menu for menu in self.menus], self.rule, [times * self.yearly for times in LADDER]
        )
        offers: list[Offer] = []
        for times, one in zip(LADDER, found, strict=True):
            if one is None or one.cover <= 0.0 or (offers and offers[-1].found.choice == one.choice):
                continue
            offers.append(self._offer(times, one))
        return offers

    @property
    def best_offer(self) -> Offer | None:
        """The dearest that is no dearer than the amount."""
        return next((one for one in reversed(self.offers) if one.times <= 1.0), None)

    def _offer(self, times: float, found: Found) -> Offer:
        terms = {risk.key: ChosenTerms(covered=False) for risk in self.risks}
        kinds = {risk.key: Kind(risk.kind) for risk in self.risks}
        for menu, item in zip(self.menus, found.choice, strict=True):
            values = menu.terms(item)
            if values is not None:
                terms[menu.key] = chosen_terms(kinds[menu.key], values)
        chosen = replace(self.base, terms=terms)
        premium = quote(build_case(risks=self.risks, chosen=chosen)).premium
        price = premium.total if self.size is None else premium.per_family(size=self.size)
        return Offer(times=times, found=found, chosen=chosen, premium=premium, price=price)


def chosen_terms(kind: Kind, values: Values) -> ChosenTerms:
    """Four columns of a menu as a row of the sheet."""
    first, second, third, last = values
    family_cap = None if math.isinf(last) else last
    if kind == Kind.FIXED:
        return ChosenTerms(fixed_amount=third, family_cap=family_cap)
    if kind == Kind.WAGE_DAYS:
        return ChosenTerms(rate=third, start_day=int(first), last_day=int(second), family_cap=family_cap)
    event_cap = None if math.isinf(third) else third
    return ChosenTerms(threshold=first, copay=second, event_cap=event_cap, family_cap=family_cap)


def values_of_terms(kind: Kind, terms: ChosenTerms) -> Values:
    """The other way round."""
    family_cap = math.inf if terms.family_cap is None else terms.family_cap
    if kind == Kind.FIXED:
        return NOTHING, NOTHING, terms.fixed_amount, family_cap
    if kind == Kind.WAGE_DAYS:
        return float(terms.start_day), float(terms.last_day), terms.rate, family_cap
    event_cap = math.inf if terms.event_cap is None else terms.event_cap
    return terms.threshold, terms.copay, event_cap, family_cap
