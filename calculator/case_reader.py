"""From JSON to a case, refusing strictly: every problem with its path, value and what would be accepted."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from calculator.case_fields import (
    Fields,
    JsonObject,
    Problems,
    between,
    joined,
    money,
    share,
)
from calculator.case_laws import read_frequency, read_severity
from calculator.case_value import Case, SimulationRequest
from calculator.premium import HIGHEST_PERSONS, Community, Loadings
from simulation.engine.discrete_severity import Constant, DayLaw
from simulation.engine.families import LARGEST_FAMILY, FamilySizes
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Severity
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms

MOST_BENEFITS = 60
MOST_FURTHER = 20
MOST_DIGITS = 400
LAST_DAY_OF_YEAR = 366

CASE_FIELDS = ("name", "currency", "community", "loadings", "benefits", "package_family_cap", "simulation")
BENEFIT_FIELDS = (
    "name", "covered", "frequency", "severity", "terms", "linked_to", "probability", "survey_person_years",
)  # fmt: skip
FIXED_FIELDS = ("fixed_amount", "family_cap")
WAGE_FIELDS = ("rate", "start_day", "last_day", "family_cap")
COST_FIELDS = ("threshold", "copay", "event_cap", "family_cap", "cap_basis")


class CaseRefused(ValueError):  # noqa: N818 - refusals are named for what happened
    """A case that cannot be priced.

    Attributes
    ----------
    problems : tuple of str
        One line each: the path, the value, what would be accepted.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def parse_json(raw: bytes) -> Any:
    """The JSON in a file's bytes; repeated fields, NaN and infinity stay, to be refused by path later.

    Raises
    ------
    CaseRefused
        Not UTF-8, not JSON, or nested too deeply.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseRefused([f"byte {error.start + 1}: is not UTF-8 text; save the file as UTF-8"]) from None
    try:
        return json.loads(text, object_pairs_hook=JsonObject.from_pairs, parse_int=_whole_number)
    except RecursionError:
        raise CaseRefused(["the JSON is nested too deeply; a case needs no more than six levels"]) from None
    except json.JSONDecodeError as error:
        raise CaseRefused([f"line {error.lineno} column {error.colno}: is not JSON: {error.msg}"]) from None


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= MOST_DIGITS else math.copysign(math.inf, float(digits[:2] + "1"))


def read_cases(data: Any) -> list[Case]:
    """The cases of a JSON array, in order; one bad case refuses all, with paths that begin with its index."""
    problems = Problems()
    cases = [_read(element, path=f"[{index}]", problems=problems) for index, element in enumerate(data)]
    if problems.lines:
        raise CaseRefused(problems.lines)
    return [case for case in cases if case is not None]


def read_case(data: Any) -> Case:
    """The case of a JSON object.

    Parameters
    ----------
    data : dict
        As ``parse_json`` or ``json.loads`` gives it.

    Raises
    ------
    CaseRefused
        With every problem found.
    """
    problems = Problems()
    case = _read(data, path="", problems=problems)
    if case is None or problems.lines:
        raise CaseRefused(problems.lines)
    return case


def _read(data: Any, *, path: str, problems: Problems) -> Case | None:
    fields = Fields(data, path=path, problems=problems, known=CASE_FIELDS, what="a case")
    if not isinstance(data, dict):
        return None
    name, currency = fields.text("name"), fields.text("currency")
    community = _read_community(fields, problems)
    loadings = _read_loadings(fields, problems)
    drafts = _read_benefits(fields, problems)
    family_cap = fields.number("package_family_cap", money)
    simulation = _read_simulation(fields, problems)
    if community is None or loadings is None or fields.failed:
        return None
    return fields.made(
        lambda: Case(
            name=name,
            currency=currency,
            community=community,
            loadings=loadings,
            package=Package(
                benefits=tuple(draft.benefit for draft in drafts),
                families=community.families,
                family_cap=_cap(family_cap),
            ),
            exposures=tuple(draft.exposure for draft in drafts),
            simulation=simulation,
        )
    )


def _cap(value: float | None) -> float:
    return math.inf if value is None else value


def _inside(
    fields: Fields, name: str, problems: Problems, known: tuple[str, ...], what: str
) -> Fields | None:
    data = fields.raw(name, required=True, expected=what)
    if data is None:
        return None
    return Fields(data, path=joined(fields.path, name), problems=problems, known=known, what=what)


def _read_community(case: Fields, problems: Problems) -> Community | None:
    known = ("persons", "family_sizes", "share_in_large_families")
    fields = _inside(case, "community", problems, known, "a community")
    if fields is None:
        return None
    persons = fields.whole("persons", lowest=1, highest=HIGHEST_PERSONS, required=True)
    families = _read_family_sizes(fields, problems)
    share_in_large = fields.number("share_in_large_families", share)
    if persons is None or families is None:
        return None
    return fields.made(lambda: Community(persons=persons, families=families, share_in_large=share_in_large))


def _read_family_sizes(community: Fields, problems: Problems) -> FamilySizes | None:
    known = tuple(str(size) for size in range(1, LARGEST_FAMILY + 1))
    fields = _inside(community, "family_sizes", problems, known, "shares of families by size")
    if fields is None:
        return None
    shares = {int(size): fields.number(size, share) for size in known if size in fields}
    if not shares:
        fields.problem("", "is empty; give the share of families of each size 1 to 12")
    if fields.failed:
        return None
    total = math.fsum(value for value in shares.values() if value is not None)
    if abs(total - 1.0) > 1e-6:
        fields.problem("", f"the shares add up to {total:.6g}, not 1; divide each by {total:.6g}")
    return fields.made(
        lambda: FamilySizes({size: value for size, value in shares.items() if value is not None})
    )


def _read_loadings(case: Fields, problems: Problems) -> Loadings | None:
    known = ("chance_of_bankruptcy", "admin", "large_family_discount", "risk_basis", "further")
    fields = _inside(case, "loadings", problems, known, "loadings")
    if fields is None:
        return None
    chance = fields.number(
        "chance_of_bankruptcy", share, required=True, expected="a share above 0, at most 0.5"
    )
    admin = fields.number("admin", share, required=True, expected="a share from 0 to 1")
    discount = fields.number("large_family_discount", share)
    basis = fields.choice("risk_basis", ("joint", "independent"))
    further = _read_further(fields, problems)
    if chance is None or admin is None:
        return None
    return fields.made(
        lambda: Loadings(
            chance_of_bankruptcy=chance,
            admin=admin,
            large_family_discount=discount or 0.0,
            risk_basis="independent" if basis == "independent" else "joint",
            further=further,
        )
    )


def _read_further(loadings: Fields, problems: Problems) -> tuple[tuple[str, float], ...]:
    if loadings.raw("further") == []:
        return ()
    listed = loadings.array("further", most=MOST_FURTHER, expected="an array of {name, rate}")
    read = []
    for index, element in enumerate(listed or ()):
        path = joined(loadings.path, f"further[{index}]")
        fields = Fields(
            element, path=path, problems=problems, known=("name", "rate"), what="a further loading"
        )
        name = fields.text("name", required=True)
        rate = fields.number("rate", share, required=True, expected="a share from 0 to 1")
        if name is not None and rate is not None:
            read.append((name, rate))
    return tuple(read)


def _read_simulation(case: Fields, problems: Problems) -> SimulationRequest | None:
    if "simulation" not in case:
        return None
    fields = _inside(case, "simulation", problems, ("families", "seed"), "a simulation")
    if fields is None:
        return None
    families = fields.whole("families", lowest=1_000, highest=1_000_000_000, required=True)
    seed = fields.whole("seed", lowest=0, highest=2**63 - 1, required=True)
    if families is None or seed is None:
        return None
    return SimulationRequest(families=families, seed=seed)


@dataclass(frozen=True)
class _Draft:
    benefit: Benefit
    exposure: float | None


def _read_benefits(case: Fields, problems: Problems) -> list[_Draft]:
    listed = case.array("benefits", most=MOST_BENEFITS, required=True, expected="an array of benefits")
    read = []
    for index, element in enumerate(listed or ()):
        path = joined(case.path, f"benefits[{index}]")
        fields = Fields(element, path=path, problems=problems, known=BENEFIT_FIELDS, what="a benefit")
        draft = _read_benefit(fields, problems) if isinstance(element, dict) else None
        if draft is not None:
            read.append(draft)
    _check_names(case, listed or [])
    return read


def _check_names(case: Fields, listed: list[Any]) -> None:
    """Names used twice, and links that lead nowhere or to a benefit that is itself linked."""
    first: dict[str, int] = {}
    linked: dict[str, Any] = {}
    for index, element in enumerate(listed):
        name = element.get("name") if isinstance(element, dict) else None
        if not isinstance(name, str):
            continue
        if name in first:
            case.problem(
                f"benefits[{index}].name",
                f"{json.dumps(name)} is already the name of benefits[{first[name]}]",
            )
        first.setdefault(name, index)
        linked.setdefault(name, element.get("linked_to"))
    for index, element in enumerate(listed):
        parent = element.get("linked_to") if isinstance(element, dict) else None
        if isinstance(parent, str):
            _check_link(case, index=index, own=element.get("name"), parent=parent, linked=linked)


def _check_link(case: Fields, *, index: int, own: Any, parent: str, linked: dict[str, Any]) -> None:
    path, shown = f"benefits[{index}].linked_to", json.dumps(parent[:60])
    if parent == own:
        return  # the benefit itself refuses that
    if parent not in linked:
        names = ", ".join(json.dumps(name[:60]) for name in linked)
        case.problem(path, f"{shown} is not the name of a benefit; known: {names}")
    elif linked[parent] is not None:
        case.problem(
            path, f"{shown} is itself linked; link to the benefit that has the events, one level only"
        )


def _read_benefit(fields: Fields, problems: Problems) -> _Draft | None:
    name = fields.text("name", required=True)
    covered = fields.flag("covered", default=True)
    linked_to = fields.text("linked_to")
    _check_own_or_linked(fields)
    probability = fields.number("probability", share)
    exposure = fields.number("survey_person_years", _exposure)
    frequency = read_frequency(fields, problems) if "frequency" in fields else None
    severity = read_severity(fields, problems) if "severity" in fields else None
    terms = _read_terms(fields, problems, covered=covered, severity=severity)
    if name is None or terms is None or fields.failed:
        return None
    if severity is None and not isinstance(terms, FixedTerms):
        if covered:
            fields.problem("severity", f"is missing; give {_expected_severity(terms)}")
            return None
        severity = _never_needed(terms)
    benefit = fields.made(
        lambda: Benefit(
            name=name,
            covered=covered,
            frequency=frequency,
            severity=severity,
            terms=terms,
            linked_to=linked_to,
            probability=1.0 if probability is None else probability,
        )
    )
    return None if benefit is None else _Draft(benefit, exposure)


def _expected_severity(terms: Terms) -> str:
    if isinstance(terms, WageTerms):
        return '{"law": "negative_binomial_days", "mean": ..., "variance_to_mean": ...} or empirical days'
    return 'what an event costs, for example {"law": "lognormal", "mean": ..., "cv": ...}'


def _check_own_or_linked(fields: Fields) -> None:
    if "frequency" not in fields and "linked_to" not in fields:
        fields.problem(
            "frequency", 'is missing; give {"law": "poisson", "incidence": ...} or linked_to another benefit'
        )
    if "frequency" in fields and "linked_to" in fields:
        fields.problem(
            "frequency", "a linked benefit is paid on its parent's events and has none of its own; delete it"
        )
    if "probability" in fields and "linked_to" not in fields:
        fields.problem("probability", "only a linked benefit has one; delete it or give linked_to")


def _exposure(name: str, value: float) -> None:
    between(0.01, 1e9)(name, value)


def _never_needed(terms: Terms) -> Severity | None:
    """A benefit that is not covered pays nothing: the law of a cost that nobody asks for."""
    if isinstance(terms, CostTerms):
        return Constant(value=0.0)
    return DayLaw(mean=1.0, variance_to_mean=1.0) if isinstance(terms, WageTerms) else None


def _read_terms(
    benefit: Fields, problems: Problems, *, covered: bool, severity: Severity | None
) -> Terms | None:
    if not covered and "terms" not in benefit:
        if isinstance(severity, DayLaw):
            return WageTerms(rate=0.0)
        return FixedTerms(amount=0.0) if severity is None and "severity" not in benefit else CostTerms()
    data = benefit.raw(
        "terms", required=True, expected="threshold, copay and caps, or fixed_amount, or rate and days"
    )
    if data is None:
        return None
    path, given = joined(benefit.path, "terms"), data if isinstance(data, dict) else {}
    if "fixed_amount" in given:
        fixed = Fields(data, path=path, problems=problems, known=FIXED_FIELDS, what="fixed terms")
        return _read_fixed(fixed)
    if {"rate", "start_day", "last_day"} & set(given):
        return _read_wage(
            Fields(data, path=path, problems=problems, known=WAGE_FIELDS, what="wage loss terms")
        )
    return _read_cost(Fields(data, path=path, problems=problems, known=COST_FIELDS, what="terms on a cost"))


def _read_fixed(fields: Fields) -> Terms | None:
    amount = fields.number("fixed_amount", money, required=True, expected="the amount paid for each event")
    cap = fields.number("family_cap", money)
    return fields.made(lambda: FixedTerms(amount=amount or 0.0, family_cap=_cap(cap)))


def _read_wage(fields: Fields) -> Terms | None:
    rate = fields.number("rate", money, required=True, expected="the amount paid for each day")
    start = fields.whole("start_day", lowest=1, highest=LAST_DAY_OF_YEAR, required=True)
    last = fields.whole("last_day", lowest=1, highest=LAST_DAY_OF_YEAR, required=True)
    cap = fields.number("family_cap", money)
    return fields.made(
        lambda: WageTerms(rate=rate or 0.0, start_day=start or 1, last_day=last or 1, family_cap=_cap(cap))
    )


def _read_cost(fields: Fields) -> Terms | None:
    threshold = fields.number("threshold", money) or 0.0
    copay = fields.number("copay", share) or 0.0
    event_cap, family_cap = fields.number("event_cap", money), fields.number("family_cap", money)
    basis = fields.choice("cap_basis", ("payment", "cost"))
    make = CostTerms.with_cap_on_cost if basis == "cost" and event_cap is not None else CostTerms
    return fields.made(
        lambda: make(threshold=threshold, copay=copay, event_cap=_cap(event_cap), family_cap=_cap(family_cap))
    )
