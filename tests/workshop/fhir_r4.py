"""The structure of FHIR R4's InsurancePlan (4.0.1), written down from the specification, and a check.

Each element: its name, how often it stands (least, most; most None for a list), and its type. A type in
capitals is a data type below; a lower-case one is primitive.
"""

from __future__ import annotations

import re
from typing import Any

Often = tuple[int, int | None, str]
Shape = dict[str, Often]

ONE, MAYBE, ANY, SOME = (1, 1), (0, 1), (0, None), (1, None)
TYPES: dict[str, Shape] = {
    "InsurancePlan": {
        "resourceType": (*ONE, "code"),
        "id": (*MAYBE, "id"),
        "language": (*MAYBE, "code"),
        "identifier": (*ANY, "Identifier"),
        "status": (*MAYBE, "status"),
        "type": (*ANY, "CodeableConcept"),
        "name": (*MAYBE, "string"),
        "alias": (*ANY, "string"),
        "period": (*MAYBE, "Period"),
        "ownedBy": (*MAYBE, "Reference"),
        "administeredBy": (*MAYBE, "Reference"),
        "coverageArea": (*ANY, "Reference"),
        "coverage": (*ANY, "Coverage"),
        "plan": (*ANY, "Plan"),
    },
    "Coverage": {
        "type": (*ONE, "CodeableConcept"),
        "network": (*ANY, "Reference"),
        "benefit": (*SOME, "CoverageBenefit"),
    },
    "CoverageBenefit": {
        "type": (*ONE, "CodeableConcept"),
        "requirement": (*MAYBE, "string"),
        "limit": (*ANY, "Limit"),
    },
    "Limit": {"value": (*MAYBE, "Quantity"), "code": (*MAYBE, "CodeableConcept")},
    "Plan": {
        "identifier": (*ANY, "Identifier"),
        "type": (*MAYBE, "CodeableConcept"),
        "coverageArea": (*ANY, "Reference"),
        "network": (*ANY, "Reference"),
        "generalCost": (*ANY, "GeneralCost"),
        "specificCost": (*ANY, "SpecificCost"),
    },
    "GeneralCost": {
        "type": (*MAYBE, "CodeableConcept"),
        "groupSize": (*MAYBE, "positiveInt"),
        "cost": (*MAYBE, "Money"),
        "comment": (*MAYBE, "string"),
    },
    "SpecificCost": {"category": (*ONE, "CodeableConcept"), "benefit": (*ANY, "CostBenefit")},
    "CostBenefit": {"type": (*ONE, "CodeableConcept"), "cost": (*ANY, "Cost")},
    "Cost": {
        "type": (*ONE, "CodeableConcept"),
        "applicability": (*MAYBE, "CodeableConcept"),
        "qualifiers": (*ANY, "CodeableConcept"),
        "value": (*MAYBE, "Quantity"),
    },
    "Identifier": {
        "use": (*MAYBE, "code"),
        "type": (*MAYBE, "CodeableConcept"),
        "system": (*MAYBE, "uri"),
        "value": (*MAYBE, "string"),
        "period": (*MAYBE, "Period"),
        "assigner": (*MAYBE, "Reference"),
    },
    "CodeableConcept": {"coding": (*ANY, "Coding"), "text": (*MAYBE, "string")},
    "Coding": {
        "system": (*MAYBE, "uri"),
        "version": (*MAYBE, "string"),
        "code": (*MAYBE, "code"),
        "display": (*MAYBE, "string"),
        "userSelected": (*MAYBE, "boolean"),
    },
    "Period": {"start": (*MAYBE, "dateTime"), "end": (*MAYBE, "dateTime")},
    "Reference": {
        "reference": (*MAYBE, "string"),
        "type": (*MAYBE, "uri"),
        "identifier": (*MAYBE, "Identifier"),
        "display": (*MAYBE, "string"),
    },
    "Money": {"value": (*MAYBE, "decimal"), "currency": (*MAYBE, "currency")},
    "Quantity": {
        "value": (*MAYBE, "decimal"),
        "comparator": (*MAYBE, "code"),
        "unit": (*MAYBE, "string"),
        "system": (*MAYBE, "uri"),
        "code": (*MAYBE, "code"),
    },
}
PRIMITIVES = {
    "string": r"[ \r\n\t\S]+",
    "code": r"[^\s]+(\s[^\s]+)*",
    "id": r"[A-Za-z0-9\-\.]{1,64}",
    "uri": r"\S+",
    "status": r"draft|active|retired|unknown",
    "currency": r"[A-Z]{3}",
    "dateTime": r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?",
}


def problems(resource: Any) -> list[str]:
    """What the specification would not accept; empty for a valid resource."""
    found = _of_type(resource, "InsurancePlan", "InsurancePlan")
    if not (resource.get("identifier") or resource.get("name")):
        found.append("ipn-1: an insurance plan has a name or an identifier")
    return found


def _of_type(value: Any, kind: str, where: str) -> list[str]:
    if kind not in TYPES:
        return [] if _is_primitive(value, kind) else [f"{where}: {value!r} is not a {kind}"]
    if not isinstance(value, dict) or not value:
        return [f"{where}: an element is not empty"]
    shape = TYPES[kind]
    found = [f"{where}.{name} is not in the specification" for name in value.keys() - shape.keys()]
    for name, often in shape.items():
        found += _how_often(value, name, often, f"{where}.{name}")
    return found + _rules(value, kind, where)


def _how_often(value: dict[str, Any], name: str, often: Often, where: str) -> list[str]:
    least, most, inner = often
    if name not in value:
        return [f"{where} is missing"] if least else []
    held = value[name]
    if most == 1:
        return [f"{where} is not a list"] if isinstance(held, list) else _of_type(held, inner, where)
    if not isinstance(held, list) or not held:
        return [f"{where} is a list with something in it"]
    return [wrong for place, one in enumerate(held) for wrong in _of_type(one, inner, f"{where}[{place}]")]


def _rules(value: dict[str, Any], kind: str, where: str) -> list[str]:
    """qty-3: a coded unit has a system; per-1: a period does not end before it starts."""
    if kind == "Quantity" and "code" in value and "system" not in value:
        return [f"{where}: qty-3, a code needs a system"]
    if kind == "Period" and value.get("start", "") > value.get("end", "9999"):
        return [f"{where}: per-1, it ends before it starts"]
    return []


def _is_primitive(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "decimal":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "positiveInt":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return isinstance(value, str) and re.fullmatch(PRIMITIVES[kind], value) is not None
