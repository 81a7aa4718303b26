"""A scheme's premium pack: from its current assumptions, its families and the terms its packages have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.cache import cache

from calculator import queries
from calculator.cases import Chosen, build_case, chosen_of
from calculator.models import Package
from calculator.typed import TypedSheet, first_sheet
from calculator.workbook.axes import axes_of
from calculator.workbook.tables import make_tables
from offline.pack import FORMAT, pack_of
from schemes.models import Scheme
from simulation.engine import ENGINE_VERSION
from simulation.engine.menu import default_menu
from simulation.engine.package import Package as Contract
from simulation.engine.terms import Terms, WageTerms
from simulation.models import AssumptionSet, BenefitRisk
from simulation.questions import content_hash, package_to_json

KEPT_SECONDS = 24 * 3600
MOST_COMBINATIONS = 3500
"""Of one benefit. The newest packages' terms are put on its lists while they are no longer than this."""
PACKAGES_LOOKED_AT = 6


@dataclass(frozen=True)
class PackPlan:
    """What a pack will hold, known before its tables are made; `version` names all of it."""

    scheme: Scheme
    assumption_set: AssumptionSet
    keys: tuple[str, ...]
    contract: Contract
    also: dict[str, list[Terms]]
    about: dict[str, object]
    version: str

    @property
    def content(self) -> bytes:
        """The compressed pack; made once for all who keep it."""
        key = f"offline:pack:{self.version}"
        found: bytes | None = cache.get(key)
        if found is None:
            tables = make_tables(self.contract, also=self.also)
            found = pack_of(about=self.about | {"version": self.version}, keys=self.keys, tables=tables)
            cache.set(key, found, KEPT_SECONDS)
        return found


def plan_of(scheme: Scheme) -> PackPlan:
    """The pack of a scheme on its current assumptions."""
    assumption_set = queries.current_set(scheme=scheme)
    risks = queries.risks_tuple(assumption_set)
    saved = [
        package for package in queries.packages_of(scheme=scheme) if package.assumption_set == assumption_set
    ]
    newest = sorted(saved, key=lambda package: package.changed_at, reverse=True)[:PACKAGES_LOOKED_AT]
    contract = _contract(scheme, risks, newest)
    also = _also(contract, risks, scheme, newest)
    about = _about(scheme, assumption_set)
    axes = [axes_of(benefit, also[benefit.name]).values for benefit in contract.benefits]
    lists = [[[repr(value) for value in axis] for axis in each] for each in axes]
    named = [FORMAT, ENGINE_VERSION, package_to_json(contract), lists, about, [risk.key for risk in risks]]
    return PackPlan(
        scheme=scheme,
        assumption_set=assumption_set,
        keys=tuple(risk.key for risk in risks),
        contract=contract,
        also=also,
        about=about,
        version=content_hash(named)[:16],
    )


def _contract(scheme: Scheme, risks: Sequence[BenefitRisk], saved: Sequence[Package]) -> Contract:
    """Every benefit of the scheme; amounts and rates a day of the newest package give their menus' scale."""
    first = TypedSheet(scheme, tuple(risks), first_sheet(scheme, risks)).chosen
    chosen = replace(chosen_of(saved[0]), family_sizes=scheme.family_sizes) if saved else first
    off = {key: replace(terms, covered=False, label="") for key, terms in chosen.terms.items()}
    return _open(risks, replace(chosen, terms=off), scheme)


def _open(risks: Sequence[BenefitRisk], chosen: Chosen, scheme: Scheme) -> Contract:
    case = build_case(risks=risks, chosen=chosen, currency=scheme.currency)
    return replace(case.package, family_cap=math.inf)


def _also(
    contract: Contract, risks: Sequence[BenefitRisk], scheme: Scheme, packages: Sequence[Package]
) -> dict[str, list[Terms]]:
    """The saved packages' terms, priced to the last digit then, and every rate a day of its menu."""
    also: dict[str, list[Terms]] = {
        benefit.name: list(default_menu(benefit)) if isinstance(benefit.terms, WageTerms) else []
        for benefit in contract.benefits
    }
    for package in packages:
        saved = _open(risks, replace(chosen_of(package), family_sizes=scheme.family_sizes), scheme)
        for benefit, own in zip(contract.benefits, saved.benefits, strict=True):
            more = [*also[benefit.name], own.terms]
            if own.covered and math.prod(axes_of(benefit, more).shape) <= MOST_COMBINATIONS:
                also[benefit.name] = more
    return also


def _about(scheme: Scheme, assumption_set: AssumptionSet) -> dict[str, object]:
    return {
        "scheme": str(scheme.pk),
        "assumptions": assumption_set.number,
        "engine": ENGINE_VERSION,
        "grouping": scheme.number_grouping,
        "sign": scheme.money.sign,
        "inhabitants": scheme.inhabitants,
        "take_up": scheme.expected_take_up,
        "share_in_large": scheme.computed_share_in_large_families,
        "largest_family": max(int(size) for size in scheme.family_sizes),
        "further": [[row["name"], row["rate"]] for row in scheme.further_loadings],
    }
