"""A package as an openIMIS product: the fields of its product model and of `createProduct`. Pure: no Django.

openIMIS values a claim in this order: price, fixed limit of a line, deductible, co-insurance, maximum of the
claim's category, ceiling. So a maximum of a category is our event cap exactly (after the copay), a fixed
limit is our event cap where the family bears nothing else, and a ceiling for each policy is our family cap.
A product takes one deductible and one ceiling for stays in hospital and one of each for everything else; what
does not fit in there is named in the gaps.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulation.engine.families import LARGE_FAMILY_FROM
from workshop.handover import Gap, HandedBenefit, HandedPackage, Json, Mapped, common_gaps, money

LONGEST_NAME = 100
CODE_LENGTH = 8
SERVICE_CODE_LENGTH = 6
ANY_NUMBER = 999
"""Stands for "no limit" where openIMIS wants a number of members."""
EVERYBODY = 15
"""openIMIS's mark for men, women, adults and children together."""
DAYS_A_MONTH = 365.25 / 12

CATEGORY = {"hospital": "H", "caesarean": "D", "opd": "C"}
"""Category of a service that has a maximum of its own in the product: stay, delivery, consultation."""
MAXIMUM = {"H": "max_amount_hospitalization", "D": "max_amount_delivery", "C": "max_amount_consultation"}
CARE_TYPE = {"in": "I", "out": "O", "both": "B"}


def product_document(package: HandedPackage) -> Mapped:
    """The document, and what openIMIS cannot carry of the package.

    With one price for everybody it holds one product. With a large-family discount it holds two, one for
    families of up to three and one for four and more: a lump sum and a price for each further member cannot
    say both prices.
    """
    work = _Work(package=package)
    services = [work.service(place, benefit) for place, benefit in enumerate(package.benefits, start=1)]
    lines = [work.line(service, benefit) for service, benefit in zip(services, package.benefits, strict=True)]
    limits = work.limits(lines)
    products = [
        work.product(limits=limits, lines=lines, suffix=suffix, price=price, members=members)
        for suffix, price, members in work.tariffs()
    ]
    document = {
        "format": "openIMIS product, fields of openimis-be-product_py and openimis-be-medical_py",
        "currency": package.currency,
        "products": products,
        "services": services,
        "items": [],
        "source": {"package": package.key, "case_hash": package.case_hash, "engine": package.engine},
    }
    return Mapped(document=document, gaps=tuple(work.gaps))


def product_code(name: str, key: str, suffix: str = "") -> str:
    """Eight characters at most: letters of the name, then of the package's own key."""
    letters = re.sub(r"[^A-Z0-9]", "", name.upper())[:3]
    return f"{letters or 'PKG'}{key.replace('-', '')[:4].upper()}{suffix}"[:CODE_LENGTH]


def service_code(key: str, place: int) -> str:
    letters = re.sub(r"[^A-Z0-9]", "", key.upper())[:4]
    return f"{letters or 'BEN'}{place:02d}"[:SERVICE_CODE_LENGTH]


@dataclass
class _Work:
    """One package on its way into a document; `gaps` grow as decisions are taken."""

    package: HandedPackage
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gaps += common_gaps(self.package)
        package = self.package
        self.gaps.append(Gap(code="location", values={"place": package.place}))
        if package.waiting_days:
            self.gaps.append(
                Gap(code="waiting_days", values={"days": package.waiting_days, "months": self.waiting_months})
            )

    @property
    def waiting_months(self) -> int:
        """openIMIS waits in whole months; never shorter than agreed."""
        return math.ceil(self.package.waiting_days / DAYS_A_MONTH)

    def missing(self, code: str, benefit: HandedBenefit, **values: float | str) -> None:
        self.gaps.append(Gap(code=code, benefit=benefit.name, values=values))

    # ---- services ------------------------------------------------------------------------------------------
    def service(self, place: int, benefit: HandedBenefit) -> Json:
        """The benefit as a service of its own: a row of openIMIS's list of services."""
        fixed, wage = benefit.fixed, benefit.wage
        amount = fixed.amount if fixed else wage.rate if wage else 0.0
        if benefit.paid_on:
            self.missing("linked", benefit, paid_on=benefit.paid_on)
        return {
            "code": service_code(benefit.key, place),
            "name": benefit.name[:LONGEST_NAME],
            "type": "C",
            "level": "H" if benefit.care == "in" else "S",
            "category": CATEGORY.get(benefit.pictogram, "O"),
            "care_type": CARE_TYPE[benefit.care],
            "price": money(amount),
            "frequency": None,
            "patient_category": EVERYBODY,
        }

    def line(self, service: Json, benefit: HandedBenefit) -> Json:
        """The product's line for the service: how much of a bill is paid."""
        kind, limit, number = self._limit(service, benefit)
        return {
            "service_code": service["code"],
            "price_origin": "O" if benefit.fixed is None and benefit.wage is None else "P",
            **{f"limitation_type{visit}": kind for visit in ("", "_r", "_e")},
            **{f"limit_{age}{visit}": limit for age in ("adult", "child") for visit in ("", "_r", "_e")},
            "limit_no_adult": number,
            "limit_no_child": number,
            "waiting_period_adult": self.waiting_months,
            "waiting_period_child": self.waiting_months,
            "ceiling_exclusion_adult": None,
            "ceiling_exclusion_child": None,
        }

    def _limit(self, service: Json, benefit: HandedBenefit) -> tuple[str, float, int | None]:
        """Type of limit, the limit, and the number a year."""
        if benefit.fixed is not None:
            return "F", money(benefit.fixed.amount), None
        if benefit.wage is not None:
            wage = benefit.wage
            self.missing(
                "wage_days", benefit, first=wage.start_day, last=wage.last_day, days=wage.most_days,
                rate=wage.rate,
            )  # fmt: skip
            return "F", money(wage.rate), wage.most_days
        percent = money(100.0 * (1.0 - benefit.copay))
        if math.isinf(benefit.event_cap) or self._has_maximum(service):
            return "C", percent, None
        if benefit.copay == 0.0 and benefit.threshold == 0.0:
            return "F", money(benefit.event_cap), None
        self.missing("event_cap", benefit, cap=benefit.event_cap)
        return "C", percent, None

    def _has_maximum(self, service: Json) -> bool:
        """Whether the product has a maximum for claims of this category, and no other benefit shares it."""
        same = [one for one in self.package.benefits if CATEGORY.get(one.pictogram) == service["category"]]
        return service["category"] in MAXIMUM and len(same) == 1

    # ---- deductibles, maxima and ceilings ------------------------------------------------------------------
    def limits(self, lines: Sequence[Json]) -> Json:
        """All limits of the product; marks the lines that a ceiling does not count."""
        found: Json = {"ceiling_interpretation": "I", "threshold": 0}
        for benefit in self.package.benefits:
            category = CATEGORY.get(benefit.pictogram, "O")
            if math.isfinite(benefit.event_cap) and self._has_maximum({"category": category}):
                found[MAXIMUM[category]] = money(benefit.event_cap)
        found |= self._deductibles() | self._ceilings(lines)
        if {"ded_ip_treatment", "max_ip_policy"} & found.keys():
            self.gaps.append(Gap(code="day_stay"))
        return found

    def _deductibles(self) -> Json:
        found: Json = {}
        for place, care in (("ip", ("in",)), ("op", ("out", "both"))):
            inside = [one for one in self.package.benefits if one.care in care]
            thresholds = {one.threshold for one in inside}
            if thresholds == {0.0} or not inside:
                continue
            if len(thresholds) == 1:
                found[f"ded_{place}_treatment"] = money(thresholds.pop())
                continue
            for one in inside:
                if one.threshold > 0.0:
                    self.missing("threshold", one, threshold=one.threshold)
        return found

    def _ceilings(self, lines: Sequence[Json]) -> Json:
        capped = [one for one in self.package.benefits if math.isfinite(one.family_cap)]
        if math.isfinite(self.package.family_cap):
            for one in capped:
                self.missing("family_cap_beside_package", one, cap=one.family_cap)
            return {"ceiling_type": "P", "max_policy": money(self.package.family_cap)}
        found: Json = {}
        for place, care in (("ip", ("in",)), ("op", ("out", "both"))):
            inside = [one for one in capped if one.care in care]
            if len(inside) == 1 and inside[0].care != "both":
                found[f"max_{place}_policy"] = money(inside[0].family_cap)
                self._count_only(inside[0], lines)
                continue
            for one in inside:
                self.missing("family_cap", one, cap=one.family_cap)
        return {"ceiling_type": "P", **found} if found else found

    def _count_only(self, counted: HandedBenefit, lines: Sequence[Json]) -> None:
        """Leave every line but this one, and those with a ceiling of their own, out of the ceilings."""
        for line, benefit in zip(lines, self.package.benefits, strict=True):
            if benefit is not counted and math.isinf(benefit.family_cap):
                line["ceiling_exclusion_adult"] = line["ceiling_exclusion_child"] = "B"

    # ---- products ------------------------------------------------------------------------------------------
    def tariffs(self) -> list[tuple[str, float, int]]:
        """Ending of the code, price of a person, most members: one product or two."""
        tariff = self.package.tariff
        if not tariff.by_size:
            return [("", tariff.average, ANY_NUMBER)]
        self.gaps.append(Gap(code="two_products", values={"small": tariff.small, "large": tariff.large}))
        return [("S", tariff.small, LARGE_FAMILY_FROM - 1), ("L", tariff.large, ANY_NUMBER)]

    def product(
        self, *, limits: Json, lines: Sequence[Json], suffix: str, price: float, members: int
    ) -> Json:
        package = self.package
        starts, ends = package.starts_on, package.ends_on
        fields: Json = {
            "code": product_code(package.name, package.key, suffix),
            "name": package.name[:LONGEST_NAME],
            "location": {"name": package.place, "level": "D"},
            "date_from": starts.isoformat() if starts else None,
            "date_to": ends.isoformat() if ends else None,
            "insurance_period": _months(package),
            "administration_period": 0,
            "start_cycle_1": starts.strftime("%d-%m") if starts else None,
            "grace_period_enrolment": 0,
            "grace_period_payment": 0,
            "grace_period_renewal": 0,
            "max_members": members,
            "lump_sum": 0.0,
            "premium_adult": money(price),
            "premium_child": money(price),
            **limits,
        }
        return {
            "product": fields,
            "product_services": list(lines),
            "create_product": self._mutation(fields),
        }

    def _mutation(self, fields: Json) -> Json:
        """What `createProduct` takes: one level for deductible and ceiling, so the family's ceiling goes."""
        sent = {
            name: value
            for name, value in fields.items()
            if name != "location" and not name.startswith(("ded_", "max_ip", "max_op", "max_policy"))
        }
        levels = {"max_policy": "ceiling", "max_ip_policy": "ceiling_ip", "max_op_policy": "ceiling_op"}
        ceilings = {sent_as: fields[name] for name, sent_as in levels.items() if name in fields}
        if ceilings:
            self._unsent(fields)
            return sent | ceilings
        deducted = {
            f"deductible_{place}": fields[f"ded_{place}_treatment"]
            for place in ("ip", "op")
            if f"ded_{place}_treatment" in fields
        }
        return sent | ({"ceiling_type": "T"} if deducted else {}) | deducted

    def _unsent(self, fields: Json) -> None:
        """A deductible for each event beside a ceiling for each family has to be typed in by hand."""
        gap = Gap(
            code="deductible_by_hand",
            values={name: fields[name] for name in fields if name.startswith("ded_")},
        )
        if gap.values and gap not in self.gaps:
            self.gaps.append(gap)
        swapped = Gap(code="swapped_ceilings")
        if {"max_ip_policy", "max_op_policy"} & fields.keys() and swapped not in self.gaps:
            self.gaps.append(swapped)


def _months(package: HandedPackage) -> int:
    """Whole months of cover; a year where no days are chosen."""
    if package.starts_on is None or package.ends_on is None:
        return 12
    return max(1, round(((package.ends_on - package.starts_on).days + 1) / DAYS_A_MONTH))
