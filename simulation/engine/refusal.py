"""How a pure object refuses a value: one sentence that says what happened and what would be accepted."""

from __future__ import annotations

import math


class Refused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """A value that no contract can have.

    Attributes
    ----------
    field : str
        The name of the field that is wrong, for example ``"copay"``.
    problem : str
        What is wrong and what would be accepted, without the field's name.
    """

    def __init__(self, *, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


def require_number(*, field: str, value: float, infinite_allowed: bool = False) -> None:
    """Refuse what is not a number (NaN, infinity unless it means "no limit")."""
    if math.isnan(value):
        raise Refused(field=field, problem="is not a number")
    if math.isinf(value) and not (infinite_allowed and value > 0):
        raise Refused(field=field, problem="must be finite")


def require_at_least(*, field: str, value: float, lowest: float, infinite_allowed: bool = False) -> None:
    """Refuse a value below ``lowest``."""
    require_number(field=field, value=value, infinite_allowed=infinite_allowed)
    if value < lowest:
        raise Refused(field=field, problem=f"{value:g} is below {lowest:g}")


def require_above(*, field: str, value: float, bound: float, infinite_allowed: bool = False) -> None:
    """Refuse a value that is not strictly above ``bound``."""
    require_number(field=field, value=value, infinite_allowed=infinite_allowed)
    if value <= bound:
        raise Refused(field=field, problem=f"{value:g} is not above {bound:g}")


def require_share(*, field: str, value: float) -> None:
    """Refuse what is not a share between 0 and 1; a percentage typed as a whole number gets a suggestion."""
    require_number(field=field, value=value)
    if not 0.0 <= value <= 1.0:
        hint = f"; did you mean {value / 100:.2f}?" if 1.0 < value <= 100.0 else ""
        raise Refused(field=field, problem=f"{value:g} is not between 0 and 1{hint}")
