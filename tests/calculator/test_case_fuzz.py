"""Whatever is thrown at the reader, it reads or refuses: never anything else."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from calculator.case import CaseRefused, case_to_json, parse_json, read_case
from tests.calculator.cases import linked_json

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["poisson", "lognormal", "lomax", "cost", "hospitalisation", 10**400, 1e-320]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def put(data, path, value):
    *inner, last = path
    for step in inner:
        data = data[step]
    data[last] = value


def paths(data, path=()):
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield from paths(value, (*path, step))


PATHS = sorted((path for path in paths(linked_json()) if path), key=str)


def read_or_refuse(data):
    case, found = None, ()
    try:
        case = read_case(data)
    except CaseRefused as refused:
        found = refused.problems
    assert (case is None) == bool(found)
    assert all(problem.strip() and "\n" not in problem for problem in found)
    if case is not None:
        assert read_case(json.loads(json.dumps(case_to_json(case), allow_nan=False))) == case


@given(anything)
def test_any_json_is_read_or_refused(data):
    read_or_refuse(data)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PATHS), anything), min_size=1, max_size=3))
def test_any_change_to_a_case_is_read_or_refused(changes):
    data = linked_json()
    for path, value in changes:
        try:
            put(data, path, value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    read_or_refuse(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(raw):
    try:
        data = parse_json(raw)
    except CaseRefused:
        return
    read_or_refuse(data)
