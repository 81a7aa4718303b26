"""A pack priced in Python, by another way through the same numbers: what the browser is held to."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from calculator.premium import Community, Loadings, PremiumBreakdown, price_premium
from simulation.engine.families import FamilySizes
from simulation.engine.moments import PackageMoments, PayoutMoments

ONE = FamilySizes({1: 1.0})
"""A pack's figures are per person already."""


class Tables:
    """One benefit of a pack, opened."""

    def __init__(self, one: dict[str, Any], pack: dict[str, Any]) -> None:
        self.name, self.kind, self.group = one["name"], one["kind"], one["group"]
        self.axes = [[math.inf if value is None else value for value in axis] for axis in one["axes"]]
        self.mean = self._opened(one["mean"]) * pack["mean_step"]
        self.spread = self._opened(one["spread"]) * pack["spread_step"]
        self.shared = [self._opened(column) * pack["spread_step"] for column in one["shared"]]

    def _opened(self, differences: list[int]) -> np.ndarray:
        found = np.array(differences, dtype=np.int64).reshape([len(axis) for axis in self.axes])
        for axis in range(found.ndim):
            found = found.cumsum(axis=axis)
        return found.astype(float)

    def corners(self, values: list[float]) -> list[tuple[tuple[int, ...], float]]:
        """The places around some terms with their weights."""
        columns = []
        for axis, value in zip(self.axes, values, strict=True):
            if value in axis:
                columns.append([(axis.index(value), 1.0)])
                continue
            above = next(place for place, each in enumerate(axis) if each > value)
            assert above > 0
            assert math.isfinite(axis[above])
            share = (value - axis[above - 1]) / (axis[above] - axis[above - 1])
            columns.append([(above - 1, 1.0 - share), (above, share)])
        return [
            (tuple(place for place, _ in each), math.prod(weight for _, weight in each))
            for each in itertools.product(*columns)
        ]


def opened(pack: dict[str, Any]) -> list[Tables]:
    return [Tables(one, pack) for one in pack["benefits"]]


def priced(
    pack: dict[str, Any], all_tables: list[Tables], choice: dict[str, Any], families: FamilySizes
) -> PremiumBreakdown:
    """The premium of a choice, by `calculator.premium` from the pack's tables."""
    benefits, vectors, groups = [], [], []
    for one, tables in zip(pack["benefits"], all_tables, strict=True):
        terms = choice["terms"][one["key"]]
        corners = tables.corners(_numbers(terms["values"])) if terms["covered"] else []
        mean = sum(weight * tables.mean[at] for at, weight in corners)
        variance = sum(weight * tables.spread[at] for at, weight in corners) ** 2
        vectors.append([sum(weight * column[at] for at, weight in corners) for column in tables.shared])
        groups.append(tables.group)
        benefits.append(_moments(tables.name, float(mean), float(variance)))
    variance = sum(one.variance_per_person for one in benefits)
    for (a, one), (b, other) in itertools.combinations(zip(groups, vectors, strict=True), 2):
        if a and a == b:
            variance += 2.0 * float(np.dot(one, other))
    moments = PackageMoments(
        source="exact",
        benefits=tuple(benefits),
        package=_moments("package", sum(one.pure for one in benefits), variance),
    )
    return price_premium(
        moments=moments,
        community=Community(persons=choice["persons"], families=families, share_in_large=choice["share"]),
        loadings=Loadings(
            chance_of_bankruptcy=choice["chance"],
            admin=choice["admin"],
            large_family_discount=choice["discount"],
            risk_basis=choice["basis"],
            further=tuple((name, rate) for name, rate in pack["further"]),
        ),
    )


def _numbers(values: list[float | None]) -> list[float]:
    return [math.inf if value is None else float(value) for value in values]


def _moments(name: str, mean: float, variance: float) -> PayoutMoments:
    return PayoutMoments(name=name, families=ONE, mean=np.array([mean]), variance=np.array([variance]))
