"""A saved or a chosen package as the value that is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calculator.case import Case, case_hash
from calculator.models import Package
from calculator.packages import Line, lines_of
from calculator.premium import PremiumBreakdown
from calculator.queries import packages_of
from schemes.models import Scheme
from simulation.engine import ENGINE_VERSION
from workshop.choice_queries import frozen_case, standing_choices, standing_of
from workshop.choice_rows import ChosenPackage
from workshop.handover import HandedBenefit, HandedPackage, Tariff
from workshop.queries import shortlist_of
from workshop.rules_rows import SchemeRules


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One package of a scheme that can be handed over; `choice` where the community chose it."""

    line: Line
    choice: ChosenPackage | None
    waiting_days: int

    @property
    def package(self) -> Package:
        return self.line.package

    @property
    def handed(self) -> HandedPackage:
        return handed_package(self.line, choice=self.choice, waiting_days=self.waiting_days)


def offers_of(scheme: Scheme, *, packages: Sequence[Package] | None = None) -> list[Offer]:
    """Every saved package: the one the scheme runs on, others chosen, the shortlist, then the newest."""
    chosen = {choice.package_id: choice for choice in standing_choices(scheme)}
    listed = [entry.package_id for entry in shortlist_of(scheme=scheme)]
    saved = list(packages_of(scheme=scheme) if packages is None else packages)
    rules = SchemeRules.objects.beside(scheme).filter(scheme=scheme).first()
    offers = [
        Offer(
            line=line,
            choice=chosen.get(line.package.pk),
            waiting_days=rules.waiting_days if rules else 0,
        )
        for line in lines_of(saved, scheme=scheme)
    ]

    current = standing_of(list(chosen.values()))

    def place(offer: Offer) -> tuple[int, float]:
        if offer.choice is not None:
            return 0 if offer.choice == current else 1, -offer.choice.starts_on.toordinal()
        if offer.package.pk in listed:
            return 2, listed.index(offer.package.pk)
        return 3, -offer.package.created_at.timestamp()

    return sorted(offers, key=place)


def offer_of(package: Package) -> Offer:
    return offers_of(package.scheme, packages=[package])[0]


def handed_package(line: Line, *, choice: ChosenPackage | None, waiting_days: int) -> HandedPackage:
    """The package as it was chosen, with its days of cover; as it is saved where nobody chose it."""
    package, scheme = line.package, line.package.scheme
    case = line.case if choice is None else frozen_case(choice)
    risks = {risk.key: risk.pictogram for risk in package.assumption_set.risks.all()}
    keys = (
        [risk.key for risk in package.assumption_set.risks.all()]
        if choice is None
        else [row["key"] for row in choice.frozen["lines"]]
    )
    benefits = [
        HandedBenefit(
            key=key,
            name=benefit.name,
            pictogram=risks.get(key, ""),
            terms=benefit.terms,
            paid_on=benefit.linked_to or "",
            chance=benefit.probability,
        )
        for key, benefit in zip(keys, case.package.benefits, strict=True)
        if benefit.covered
    ]
    return HandedPackage(
        key=str(package.pk),
        name=package.name if choice is None else choice.name,
        scheme=scheme.name,
        owner=str(scheme.organisation),
        place=scheme.place,
        currency=scheme.currency,
        benefits=tuple(benefits),
        tariff=_saved_tariff(line.quote.premium) if choice is None else _frozen_tariff(choice, case),
        persons=case.community.persons,
        largest_family=int(max(case.community.families.shares)),
        family_cap=case.package.family_cap,
        starts_on=choice.starts_on if choice else None,
        ends_on=choice.ends_on if choice else None,
        waiting_days=waiting_days,
        is_chosen=choice is not None,
        case_hash=case_hash(case),
        engine=ENGINE_VERSION,
    )


def _saved_tariff(premium: PremiumBreakdown) -> Tariff:
    return Tariff(
        average=premium.total,
        small=premium.small_family,
        large=premium.large_family,
        pure=premium.pure,
        risk_loading=premium.risk_loading,
        admin=premium.admin,
        further=premium.further,
        chance_of_bankruptcy=premium.loadings.chance_of_bankruptcy,
    )


def _frozen_tariff(choice: ChosenPackage, case: Case) -> Tariff:
    """What was agreed, taken apart by the loadings of the case that was frozen with it."""
    price: dict[str, Any] = choice.frozen["price"]
    loadings = case.loadings
    with_risk = price["total"] / loadings.factor
    return Tariff(
        average=price["total"],
        small=price["small_family"],
        large=price["large_family"],
        pure=price["pure"],
        risk_loading=max(with_risk - price["pure"], 0.0),
        admin=loadings.admin * with_risk,
        further=tuple((name, rate * with_risk) for name, rate in loadings.further),
        chance_of_bankruptcy=loadings.chance_of_bankruptcy,
    )
