"""A column's values as JSON and back, to the last bit: numbers, texts, dates, bytes, identifiers."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Field, ForeignKey


@dataclass(frozen=True)
class Way:
    there: Callable[[Any], Any]
    back: Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


AS_IT_IS = Way(_same, _same)
WAYS = {
    "BinaryField": Way(lambda value: base64.b64encode(value).decode("ascii"), base64.b64decode),
    "DateField": Way(lambda value: value.isoformat(), date.fromisoformat),
    "DateTimeField": Way(lambda value: value.isoformat(), datetime.fromisoformat),
    "DecimalField": Way(str, Decimal),
    "UUIDField": Way(str, UUID),
}
PLAIN = frozenset(
    {"AutoField", "BigAutoField", "BooleanField", "CharField", "FloatField", "GenericIPAddressField"}
    | {"IntegerField", "JSONField", "PositiveBigIntegerField", "PositiveIntegerField"}
    | {"PositiveSmallIntegerField", "SlugField", "TextField"}
)


def way_of(field: Field[Any, Any]) -> Way:
    """How the values of this column travel; a kind of column that nobody has thought about is refused."""
    target: Any = field
    while isinstance(target, ForeignKey):
        target = target.target_field
    kind = target.get_internal_type()
    if kind in WAYS:
        return WAYS[kind]
    if kind in PLAIN:
        return AS_IT_IS
    raise TypeError(f"{field} is a {kind}, which backups do not know: say in cbhi_site/backup/values.py how.")
