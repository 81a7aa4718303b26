"""The contract as JSON: what a simulation was asked, so that a worker, an auditor or a test can ask it again.

One linked group of benefits is one question. Groups are independent, so each has its own random numbers (its
seed is made from the run's seed and the group's own content) and its answer depends on nothing else in the
package: the same group in another package is never simulated twice.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields, replace
from typing import Any

from jobs.questions import canonical
from simulation.engine import ENGINE_VERSION
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

Json = dict[str, Any]

LAWS: dict[str, type] = {
    law.__name__: law
    for law in (
        Poisson, NegativeBinomial, Bernoulli,
        Lognormal, Gamma, Weibull, Lomax, Empirical, Constant, DayLaw,
        CostTerms, FixedTerms, WageTerms,
    )
}  # fmt: skip
CAPS = frozenset({"event_cap", "family_cap"})


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def law_to_json(law: Any) -> Json | None:
    """A law or a set of terms as ``{"law": name, field: value ...}``; an absent cap (infinity) is null."""
    if law is None:
        return None
    parts: Json = {"law": type(law).__name__}
    for field in fields(law):
        value = getattr(law, field.name)
        parts[field.name] = None if field.name in CAPS and math.isinf(value) else value
    return parts


def law_from_json(data: Json | None) -> Any:
    """The inverse of ``law_to_json``."""
    if data is None:
        return None
    values = {name: _value_from_json(name, value) for name, value in data.items() if name != "law"}
    return LAWS[data["law"]](**values)


def _value_from_json(name: str, value: Any) -> Any:
    if name in CAPS and value is None:
        return math.inf
    return tuple(value) if isinstance(value, list) else value


def _benefit_to_json(benefit: Benefit) -> Json:
    return {
        "name": benefit.name,
        "terms": law_to_json(benefit.terms),
        "frequency": law_to_json(benefit.frequency),
        "severity": law_to_json(benefit.severity),
        "linked_to": benefit.linked_to,
        "probability": benefit.probability,
        "covered": benefit.covered,
    }


def _benefit_from_json(data: Json) -> Benefit:
    laws = {name: law_from_json(data[name]) for name in ("terms", "frequency", "severity")}
    return Benefit(**{**data, **laws})


def package_to_json(package: Package) -> Json:
    """A whole contract, names included."""
    return {
        "benefits": [_benefit_to_json(benefit) for benefit in package.benefits],
        "families": {str(size): share for size, share in sorted(package.families.shares.items())},
        "family_cap": None if math.isinf(package.family_cap) else package.family_cap,
    }


def package_from_json(data: Json) -> Package:
    """The inverse of ``package_to_json``."""
    return Package(
        benefits=tuple(_benefit_from_json(benefit) for benefit in data["benefits"]),
        families=FamilySizes({int(size): share for size, share in data["families"].items()}),
        family_cap=math.inf if data["family_cap"] is None else data["family_cap"],
    )


def split(package: Package) -> tuple[tuple[int, ...], ...]:
    """The places of the benefits that are simulated together, group by group.

    A benefit that is not covered is left out unless something covered is linked to it. One cap over all
    benefits together makes one group of them all.
    """
    order = {benefit.name: place for place, benefit in enumerate(package.benefits)}
    groups = []
    for group in package.groups:
        parent, children = group[0], [child for child in group[1:] if child.covered]
        if parent.covered or children:
            groups.append(tuple(order[benefit.name] for benefit in (parent, *children)))
    if package.has_family_cap and groups:
        return (tuple(sorted(place for group in groups for place in group)),)
    return tuple(groups)


def _nameless(package: Package, places: tuple[int, ...]) -> Package:
    """The group as a contract of its own, its benefits called by their place: a name changes no answer."""
    names = {package.benefits[place].name: str(index) for index, place in enumerate(places)}
    benefits = tuple(
        replace(
            package.benefits[place],
            name=names[package.benefits[place].name],
            linked_to=None if (parent := package.benefits[place].linked_to) is None else names[parent],
        )
        for place in places
    )
    return Package(benefits=benefits, families=package.families, family_cap=package.family_cap)


@dataclass(frozen=True, kw_only=True)
class GroupQuestion:
    """One linked group with the hashes that its answer is kept under.

    Attributes
    ----------
    places : tuple of int
        Where the group's benefits stand in the package.
    group : Package
        The group alone, its benefits called "0", "1" ... in the order of `places`.
    risk_hash : str
        What can happen whatever the terms: laws and links in order, and the families.
    terms_hash : str
        What is paid.
    seed : int
        Starts the group's own random numbers.
    """

    places: tuple[int, ...]
    group: Package
    risk_hash: str
    terms_hash: str
    seed: int


def questions(package: Package, *, seed: int) -> tuple[GroupQuestion, ...]:
    """What has to be simulated for this package, group by group.

    Two groups alike in one package are told apart by their place among their likes: they are independent of
    each other, so they must not share random numbers.
    """
    seen: dict[str, int] = {}
    answer = []
    for places in split(package):
        group = _nameless(package, places)
        families = package_to_json(group)["families"]
        alike = content_hash([ENGINE_VERSION, _risks(group), families])
        occurrence = seen[alike] = seen.get(alike, -1) + 1
        key = content_hash([alike, occurrence])
        answer.append(
            GroupQuestion(
                places=places,
                group=group,
                risk_hash=key,
                terms_hash=content_hash([_paid(group), package_to_json(group)["family_cap"]]),
                seed=int(content_hash([seed, key])[:16], 16),
            )
        )
    return tuple(answer)


def menu_hash(benefit: Benefit) -> str:
    """The hash of the default menu of a benefit of a group.

    The menu follows from the risk and, for a set amount or a rate, from that.
    """
    scale = getattr(benefit.terms, "amount", None) or getattr(benefit.terms, "rate", None)
    return content_hash(["default menu", benefit.name, type(benefit.terms).__name__, scale])


def _risks(group: Package) -> list[Any]:
    return [
        [
            law_to_json(benefit.frequency),
            law_to_json(benefit.severity),
            benefit.linked_to,
            benefit.probability,
        ]
        for benefit in group.benefits
    ]


def _paid(group: Package) -> list[Any]:
    return [law_to_json(benefit.terms) if benefit.covered else None for benefit in group.benefits]
