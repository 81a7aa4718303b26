"""A package as a FHIR R4 `InsurancePlan` resource. Pure: no Django.

Coverage groups the benefits by where they are given; each benefit carries its limits; the plan carries the
price of every family size (`generalCost.groupSize`) and what the family bears of each bill (`specificCost`).
Codes that R4 does not have are the scheme's own, under `SYSTEM`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from workshop.handover import Care, Gap, HandedBenefit, HandedPackage, Json, Mapped, common_gaps, money

SYSTEM = "urn:cbhi:insurance-plan"
CURRENCIES = "urn:iso:std:iso:4217"
UNITS = "http://unitsofmeasure.org"
PLAN_TYPES = "http://terminology.hl7.org/CodeSystem/insurance-plan-type"
URIS = "urn:ietf:rfc:3986"
COVERAGES: dict[Care, str] = {
    "in": "Care with a stay in hospital",
    "out": "Care without a stay in hospital",
    "both": "Care with or without a stay in hospital",
}
FEWEST_SIZES = 7
"""Sizes of families that are always priced, whatever the survey met."""


def insurance_plan(package: HandedPackage) -> Mapped:
    """The resource, and what R4 cannot carry of the package."""
    work = _Work(package=package)
    resource: Json = {
        "resourceType": "InsurancePlan",
        "language": "en",
        "identifier": [{"system": URIS, "value": f"urn:uuid:{package.key}"}],
        "status": "active" if package.is_chosen else "draft",
        "type": [
            {
                "coding": [{"system": PLAN_TYPES, "code": "medical", "display": "Medical"}],
                "text": "Community-based health insurance",
            }
        ],
        "name": package.name,
        "alias": [f"{package.scheme}: {package.name}"],
    }
    if package.starts_on and package.ends_on:
        resource["period"] = {"start": package.starts_on.isoformat(), "end": package.ends_on.isoformat()}
    resource["ownedBy"] = {"display": package.owner}
    if package.place:
        resource["coverageArea"] = [{"display": package.place}]
    if coverage := work.coverage():
        resource["coverage"] = coverage
    resource["plan"] = [work.plan()]
    return Mapped(document=resource, gaps=tuple(work.gaps))


def _concept(code: str, text: str) -> Json:
    return {"coding": [{"system": SYSTEM, "code": code, "display": text}], "text": text}


@dataclass
class _Work:
    package: HandedPackage
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gaps += common_gaps(self.package)
        self.gaps.append(Gap(code="own_codes", values={"system": SYSTEM}))
        if self.package.waiting_days:
            self.gaps.append(Gap(code="waiting_in_words", values={"days": self.package.waiting_days}))

    def _money(self, value: float) -> Json:
        return {"value": money(value), "currency": self.package.currency}

    def _amount(self, value: float) -> Json:
        code = self.package.currency
        return {"value": money(value), "unit": code, "system": CURRENCIES, "code": code}

    # ---- what is covered -----------------------------------------------------------------------------------
    def coverage(self) -> list[Json]:
        found: list[Json] = []
        for care, text in COVERAGES.items():
            inside = [one for one in self.package.benefits if one.care == care]
            if inside:
                found.append(
                    {
                        "type": _concept(f"care-{care}", text),
                        "benefit": [self._benefit(one) for one in inside],
                    }
                )
        cap = self.package.family_cap
        if math.isfinite(cap) and found:
            self.gaps.append(Gap(code="package_cap", values={"cap": cap}))
            text = "All benefits together"
            found.append(
                {
                    "type": _concept("all-together", text),
                    "benefit": [
                        {
                            "type": _concept("all-together", text),
                            "limit": [self._limit("family-cap-a-year", "Most for a family a year", cap)],
                        }
                    ],
                }
            )
        return found

    def _benefit(self, benefit: HandedBenefit) -> Json:
        said: Json = {"type": _concept(benefit.key, benefit.name)}
        if words := self._requirement(benefit):
            said["requirement"] = " ".join(words)
        if limits := self._limits(benefit):
            said["limit"] = limits
        return said

    def _requirement(self, benefit: HandedBenefit) -> list[str]:
        """What has no element of its own stands here in words, for people to read."""
        words = []
        if benefit.paid_on:
            words.append(f"Paid on an event of: {benefit.paid_on}.")
            self.gaps.append(
                Gap(code="linked_in_words", benefit=benefit.name, values={"paid_on": benefit.paid_on})
            )
        if benefit.wage is not None:
            wage = benefit.wage
            words.append(f"Paid for each day of work lost, from day {wage.start_day} to day {wage.last_day}.")
            self.gaps.append(
                Gap(
                    code="wage_in_words",
                    benefit=benefit.name,
                    values={"first": wage.start_day, "last": wage.last_day},
                )
            )
        if benefit.fixed is not None:
            words.append("A fixed amount for each event, whatever the bill.")
            self.gaps.append(
                Gap(code="fixed_as_limit", benefit=benefit.name, values={"amount": benefit.fixed.amount})
            )
        if self.package.waiting_days:
            words.append(f"Nothing is paid in the first {self.package.waiting_days} days of cover.")
        return words

    def _limit(self, code: str, text: str, value: float) -> Json:
        return {"value": self._amount(value), "code": _concept(code, text)}

    def _limits(self, benefit: HandedBenefit) -> list[Json]:
        found = []
        if math.isfinite(benefit.event_cap):
            found.append(self._limit("event-cap", "Most for one event", benefit.event_cap))
        if benefit.fixed is not None:
            found.append(self._limit("fixed-amount", "Fixed amount for one event", benefit.fixed.amount))
        if benefit.wage is not None:
            days = {"value": benefit.wage.most_days, "unit": "d", "system": UNITS, "code": "d"}
            found.append(self._limit("rate-a-day", "Amount for one day", benefit.wage.rate))
            found.append({"value": days, "code": _concept("days-an-event", "Most days for one event")})
        if math.isfinite(benefit.family_cap):
            found.append(self._limit("family-cap-a-year", "Most for a family a year", benefit.family_cap))
        return found

    # ---- what it costs -------------------------------------------------------------------------------------
    def plan(self) -> Json:
        plan: Json = {
            "type": _concept("yearly", "One year, the same days for everybody"),
            "generalCost": [
                {
                    "type": _concept("premium", "Premium of the whole family, one year"),
                    "groupSize": size,
                    "cost": self._money(size * self.package.tariff.person(size=size)),
                }
                for size in self._sizes
            ],
        }
        if specific := [self._specific(one) for one in self.package.benefits if one.threshold or one.copay]:
            plan["specificCost"] = specific
        self.gaps.append(Gap(code="larger_families", values={"largest": self._sizes[-1]}))
        return plan

    @property
    def _sizes(self) -> Sequence[int]:
        return range(1, max(self.package.largest_family, FEWEST_SIZES) + 1)

    def _specific(self, benefit: HandedBenefit) -> Json:
        """What the family bears of each event's bill: the threshold first, then its share of the rest."""
        costs = []
        if benefit.threshold:
            costs.append(
                {
                    "type": _concept("deductible", "Threshold of each event"),
                    "value": self._amount(benefit.threshold),
                }
            )
        if benefit.copay:
            share = {"value": money(100.0 * benefit.copay), "unit": "%", "system": UNITS, "code": "%"}
            costs.append({"type": _concept("copay", "Copay of the bill above the threshold"), "value": share})
        return {
            "category": _concept(f"care-{benefit.care}", COVERAGES[benefit.care]),
            "benefit": [{"type": _concept(benefit.key, benefit.name), "cost": costs}],
        }
