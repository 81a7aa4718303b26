"""Frozen dataclasses as JSON and back, by their own type hints: what is stored is what was meant.

Numbers, words, truth values, None, tuples of one kind, mappings from words, and dataclasses of these. NaN and
infinity have no place in JSON and are refused on the way out; unknown and missing fields on the way in.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ValueRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """A value that does not fit where it stands; says where."""


def to_json(value: Any, *, path: str = "value") -> Any:
    """Plain JSON: dict, list, str, int, float, bool, None.

    Raises
    ------
    ValueRefused
        NaN, infinity, or something that is none of the above.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueRefused(f"{path}: {value} is not a number that JSON can hold")
        return float(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name), path=f"{path}.{f.name}") for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(one, path=f"{path}.{key}") for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(one, path=f"{path}[{index}]") for index, one in enumerate(value)]
    raise ValueRefused(f"{path}: a {type(value).__name__} has no form in JSON")


def from_json(kind: type[T], data: Any, *, path: str = "value") -> T:
    """The dataclass ``kind`` from what ``to_json`` made of it.

    Raises
    ------
    ValueRefused
        Names the place that does not fit.
    """
    made: T = _dataclass(kind, data, path)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any, data: Any, path: str) -> Any:
    if not isinstance(data, Mapping):
        raise ValueRefused(f"{path}: is not an object")
    known = {f.name: f for f in fields(kind)}
    unknown = set(data) - set(known)
    if unknown:
        raise ValueRefused(f"{path}: {', '.join(sorted(map(str, unknown)))} is not known")
    given = {}
    for name, f in known.items():
        if name in data:
            given[name] = _value(_hints(kind)[name], data[name], f"{path}.{name}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise ValueRefused(f"{path}.{name}: is missing")
    return kind(**given)


def _value(hint: Any, data: Any, path: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        return _one_of(arguments, data, path)
    if origin is tuple:
        return _tuple(arguments, data, path)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        if not isinstance(data, Mapping):
            raise ValueRefused(f"{path}: is not an object")
        return {str(key): _value(arguments[1], one, f"{path}.{key}") for key, one in data.items()}
    if is_dataclass(hint):
        return _dataclass(hint, data, path)
    return _plain(hint, data, path)


def _one_of(arguments: tuple[Any, ...], data: Any, path: str) -> Any:
    """The first alternative that takes the value."""
    problem: ValueRefused | None = None
    for alternative in arguments:
        try:
            return _value(alternative, data, path)
        except ValueRefused as refused:
            problem = problem or refused
    assert problem is not None
    raise problem


def _tuple(arguments: tuple[Any, ...], data: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(data, list | tuple):
        raise ValueRefused(f"{path}: is not an array")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_value(arguments[0], one, f"{path}[{index}]") for index, one in enumerate(data))
    if len(data) != len(arguments):
        raise ValueRefused(f"{path}: has {len(data)} elements, not {len(arguments)}")
    return tuple(
        _value(hint, one, f"{path}[{index}]")
        for index, (hint, one) in enumerate(zip(arguments, data, strict=True))
    )


def _plain(hint: Any, data: Any, path: str) -> Any:
    if hint is type(None) or hint is None:
        if data is None:
            return None
    elif hint is bool:
        if isinstance(data, bool):
            return data
    elif hint is float:
        if isinstance(data, float | int) and not isinstance(data, bool) and math.isfinite(data):
            return float(data)
    elif isinstance(data, hint) and not isinstance(data, bool):
        return data
    raise ValueRefused(f"{path}: {data!r} is not a {getattr(hint, '__name__', hint)}")
