"""What the exact engine tests about its own answer, and how large an error it accepts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.engine.moments import Check

Array = NDArray[Any]

TOLERANCES = {
    "event mean": 1e-9,  # lattice against closed form
    "event second moment": 1e-6,  # lattice against closed form
    "total mass": 1e-10,  # transformed and back
    "aliasing": 1e-7,  # bound on the error of a family's mean, relative to it
    "negative variance": 1e-10,  # relative to the squared cap
    "count tail": 1e-13,  # share of E[N^2] left out
    "mean by events": 1e-9,  # mixed over the count of events against the generating function
    "mean on lattice": 1e-3,  # distribution against moments
    "variance on lattice": 1e-2,  # distribution against moments: splitting totals adds a little
    "package mean": 1e-6,  # by how much the capped mean exceeds the uncapped one
    "package variance": 1e-4,  # by how much the capped variance exceeds the uncapped one
}
"""Relative errors accepted, by name of the check."""


def check(name: str, error: Array | float, *, about: str = "") -> Check:
    """The worst of ``error`` against the tolerance of ``name``; a NaN anywhere makes the check fail."""
    worst = float(np.abs(error).max(initial=0.0))
    return Check(name=name, error=worst, tolerance=TOLERANCES[name], about=about)


def relative(found: Array, expected: Array, scale: Array | None = None) -> Array:
    """``found / expected - 1``, 0 where both are the same number; relative to ``scale`` if given."""
    scale = np.abs(expected) if scale is None else scale
    difference = found - expected
    no_scale = np.where(difference == 0.0, 0.0, np.inf)
    return np.asarray(np.divide(difference, scale, out=no_scale, where=scale > 0.0))


def worst_of(checks: Iterable[Check], *, about: str) -> tuple[Check, ...]:
    """One check per name, the worst of its kind, said to be ``about`` a benefit."""
    worst: dict[str, Check] = {}
    for one in checks:
        known = worst.get(one.name)
        if known is None or not one.error <= known.error:
            worst[one.name] = Check(name=one.name, error=one.error, tolerance=one.tolerance, about=about)
    return tuple(worst.values())
