"""The best package for what people can pay: the frontier of cover against price over whole menus. Pure.

    price = factor (M + z sqrt(V) / sqrt(n))     M = sum of means, V = sum of variances and of covariances
    cover = sum over benefits of the cover of the terms chosen for it

Choose one item of every menu so that the cover is largest and the price at most the budget: a knapsack with
one choice for each benefit, were it not for the root. Its tangent at a variance W,

    sqrt(V) <= (W + V) / (2 sqrt(W)),

makes the price a sum of the benefits' parts and never makes it too low. So packages are built up benefit by
benefit; of those at (nearly) the same price by the tangent only the one with the most cover is kept, and only
if it covers more than every cheaper one. The tangent is laid anew at the variance found, and what comes out
is improved by exchanging one item, then two at a time, at the exact price. Where no more packages are
possible than ``KEPT_WHOLE`` nothing is thrown away but what another package dominates in mean, variance and
cover: then the answer is exact.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from simulation.engine.refusal import Refused
from workshop.frontier_menus import Array, Found, Menu, Packages, PriceRule, frontier_of

ITEMS_KEPT, PACKAGES_KEPT = 192, 1_024
"""Otherwise one is kept for each of so many equal steps of price: of one benefit, and of several together."""
ITEMS_EXCHANGED = 96
MOST_ROUNDS = 40
TOLERANCE = 1e-12


def best_packages(
    menus: Sequence[Menu], rule: PriceRule, budgets: Sequence[float]
) -> tuple[Found | None, ...]:
    """The package with the most cover at a price of at most each budget.

    Parameters
    ----------
    menus : sequence of Menu
        At least one.
    rule : PriceRule
    budgets : sequence of float
        Money a year in the unit of ``rule.price``, ascending.

    Returns
    -------
    tuple of Found or None
        One for each budget; None where even the cheapest package costs more. Cover never falls from one
        budget to the next.
    """
    if not menus or not budgets or any(low > high for low, high in itertools.pairwise(budgets)):
        raise Refused(field="budgets", problem="give at least one menu, and budgets that ascend")
    found: list[Found | None] = []
    for better in _Search(menus, rule).best(budgets):
        before = found[-1] if found else None
        falls = before is not None and (better is None or better.cover <= before.cover)
        found.append(before if falls else better)
    return tuple(found)


class _Search:
    """One question over the same menus; items that cannot be priced never enter."""

    def __init__(self, menus: Sequence[Menu], rule: PriceRule) -> None:
        self.menus, self.rule = menus, rule
        self.valid = [np.flatnonzero(np.isfinite(menu.mean) & np.isfinite(menu.variance)) for menu in menus]
        groups: dict[object, list[int]] = {}
        for place, menu in enumerate(menus):
            shares = rule.joint and menu.group and menu.shared.shape[1]
            groups.setdefault(menu.group if shares else f"alone {place}", []).append(place)
        self.groups = list(groups.values())
        self.order = [place for group in self.groups for place in group]

    def best(self, budgets: Sequence[float]) -> list[Found | None]:
        """The best for each budget. The tangent is laid twice: where it may touch, and where it does."""
        sigma = self._usual_sigma(budgets[len(budgets) // 2] / self.rule.factor)
        best: list[Found | None] = [None for _ in budgets]
        for _ in range(2):
            packages = self._built_up(budgets[-1] / self.rule.factor, sigma)
            for place, budget in enumerate(budgets):
                found = self._most_cover(packages, budget)
                before = best[place]
                if found is not None and (before is None or found.cover > before.cover):
                    best[place] = found
            middle = best[len(budgets) // 2]
            sigma = 0.5 * sigma if middle is None else math.sqrt(max(middle.variance, 0.0))
        return [
            None if found is None else self._improved(np.array(found.choice), budget)
            for found, budget in zip(best, budgets, strict=True)
        ]

    def _most_cover(self, packages: Packages, budget: float) -> Found | None:
        price = self.rule.price(packages.mean, packages.variance)
        within = np.flatnonzero(price <= budget)
        if len(within) == 0:
            return None
        chosen = within[np.lexsort((price[within], -packages.cover[within]))[0]]
        choice = np.empty(len(self.menus), dtype=np.int64)
        choice[self.order] = packages.choice[chosen]
        return self._found(choice)

    def _usual_sigma(self, most: float) -> float:
        """Sigma of a package that spends its budget evenly, to lay the first tangent at."""
        even = most / len(self.menus)
        total = 0.0
        for menu, valid in zip(self.menus, self.valid, strict=True):
            nearest = valid[int(np.argmin(np.abs(menu.mean[valid] - even)))]
            total += float(menu.variance[nearest])
        return math.sqrt(total)

    # ---- building up ---------------------------------------------------------------------------------------
    def _built_up(self, most: float, sigma: float) -> Packages:
        slope = self.rule.loading / (2.0 * sigma) if sigma > 0.0 else 0.0
        whole: Packages | None = None
        for group in self.groups:
            alone = len(group) == 1
            packages: Packages | None = None
            for place in group:
                items = self._items(place, shares=not alone)
                if len(self.menus) > 1:
                    items = items.thinned(slope=slope, most=most, keep=ITEMS_KEPT, whole=alone)
                packages = (
                    items
                    if packages is None
                    else packages.joined(
                        items,
                        slope=slope,
                        most=most,
                        keep=PACKAGES_KEPT,
                        whole=len(self.groups) == 1 and place == group[-1],
                    )
                )
            assert packages is not None  # a group has members
            packages = packages.without_shared()
            whole = (
                packages
                if whole is None
                else whole.joined(packages, slope=slope, most=most, keep=PACKAGES_KEPT, whole=True)
            )
        assert whole is not None  # there is at least one menu
        return whole

    def _items(self, place: int, *, shares: bool) -> Packages:
        menu, valid = self.menus[place], self.valid[place]
        shared = menu.shared[valid] if shares else np.zeros((len(valid), 0))
        return Packages(menu.mean[valid], menu.variance[valid], menu.cover[valid], shared, valid[:, None])

    # ---- improving at the exact price ----------------------------------------------------------------------
    def _improved(self, choice: Array, budget: float) -> Found:
        """Exchange one item, then two at a time, for more cover, or for as much at a lower price."""
        for _ in range(MOST_ROUNDS):
            before = choice.copy()
            for place in range(len(self.menus)):
                self._exchange((place,), [self.valid[place]], choice, budget)
            if len(self.menus) > 1:
                items = [self._worth_exchanging(place, choice, budget) for place in range(len(self.menus))]
                for pair in itertools.combinations(range(len(self.menus)), 2):
                    self._exchange(pair, [items[place] for place in pair], choice, budget)
            if (choice == before).all():
                break
        return self._found(choice)

    def _exchange(
        self, places: tuple[int, ...], items: Sequence[Array], choice: Array, budget: float
    ) -> None:
        """Put the best of ``items`` in the places of the choice; what is there now is among them or kept."""
        others = [place for place in range(len(self.menus)) if place not in places]
        mean, variance, cover = self._of(others, choice)
        total_mean, total_cover = np.full(1, mean), np.full(1, cover)
        total_variance = np.full(1, variance)
        parts = [np.append(one, choice[place]) for place, one in zip(places, items, strict=True)]
        for axis, (place, part) in enumerate(zip(places, parts, strict=True)):
            menu = self.menus[place]
            own = menu.variance[part] + 2.0 * self._shared_with(place, others, choice, part)
            shape = [1] * len(places)
            shape[axis] = len(part)
            total_mean = total_mean + menu.mean[part].reshape(shape)
            total_cover = total_cover + menu.cover[part].reshape(shape)
            total_variance = total_variance + own.reshape(shape)
        if len(places) == 2 and self._share(*places):
            first, second = (
                self.menus[place].shared[part] for place, part in zip(places, parts, strict=True)
            )
            total_variance = total_variance + 2.0 * first @ second.T
        price = self.rule.price(total_mean, total_variance)
        now = tuple(-1 for _ in places)
        allowed = np.where(price <= budget, total_cover, -np.inf)
        most = allowed.max()
        if most <= total_cover[now] + TOLERANCE * max(1.0, abs(float(most))):
            most = total_cover[now]
        cheapest = np.where(allowed >= most, price, np.inf)
        best = np.unravel_index(int(np.argmin(cheapest)), cheapest.shape)
        if math.isfinite(cheapest[best]) and (most > total_cover[now] or cheapest[best] < price[now]):
            for axis, place in enumerate(places):
                choice[place] = parts[axis][best[axis]]

    def _worth_exchanging(self, place: int, choice: Array, budget: float) -> Array:
        """Items on the frontier of the benefit alone, at the tangent of the package as it is."""
        others = [other for other in range(len(self.menus)) if other != place]
        menu, valid = self.menus[place], self.valid[place]
        found = self._found(choice)
        slope = self.rule.loading / (2.0 * math.sqrt(found.variance)) if found.variance > 0.0 else 0.0
        variance = menu.variance[valid] + 2.0 * self._shared_with(place, others, choice, valid)
        price = menu.mean[valid] + slope * variance
        most = budget / self.rule.factor
        return np.asarray(valid[frontier_of(price, menu.cover[valid], most, keep=ITEMS_EXCHANGED)])

    def _share(self, place: int, other: int) -> bool:
        return self.rule.joint and 0 < self.menus[place].group == self.menus[other].group

    def _shared_with(self, place: int, others: Sequence[int], choice: Array, items: Array) -> Array:
        """Covariance of each item with what is chosen for the others; shape (items,)."""
        total = np.zeros(len(items))
        for other in others:
            if self._share(place, other):
                total += self.menus[place].shared[items] @ self.menus[other].shared[choice[other]]
        return total

    def _of(self, places: Sequence[int], choice: Array) -> tuple[float, float, float]:
        """Mean, variance and cover of what is chosen in these places."""
        mean = sum(float(self.menus[place].mean[choice[place]]) for place in places)
        variance = sum(float(self.menus[place].variance[choice[place]]) for place in places)
        for one, other in itertools.combinations(places, 2):
            if self._share(one, other):
                product = self.menus[one].shared[choice[one]] @ self.menus[other].shared[choice[other]]
                variance += 2.0 * float(product)
        return mean, variance, sum(float(self.menus[place].cover[choice[place]]) for place in places)

    def _found(self, choice: Array) -> Found:
        mean, variance, cover = self._of(range(len(self.menus)), choice)
        return Found(
            choice=tuple(int(item) for item in choice),
            mean=mean,
            variance=variance,
            price=float(self.rule.price(mean, variance)),
            cover=cover,
        )


def all_packages(menus: Sequence[Menu], rule: PriceRule) -> Iterator[Found]:
    """Every package there is, one by one: for small menus, and for those who doubt the search."""
    search = _Search(menus, rule)
    for choice in itertools.product(*search.valid):
        yield search._found(np.array(choice))
