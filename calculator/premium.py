"""The premium: from a package's moments to what a person, a family and a month cost.

    pure         = sum over benefits of E[S] / E[family size]
    risk_loading = z sigma / sqrt(n)   z = normal quantile of 1 - chance of bankruptcy, n = persons who join
    with_risk    = pure + risk_loading
    admin        = admin rate x with_risk
    total        = with_risk + admin + further loadings (each a share of with_risk)
    small_family = total / (1 - discount x share of people in large families)
    large_family = small_family x (1 - discount)

(Majumdar 2018, "Pricing of Community Based Health Insurance Products", premium calculator.) Everything is
carried unrounded; only what is shown is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scipy import special

from simulation.engine.families import LARGE_FAMILY_FROM, FamilySizes
from simulation.engine.moments import PackageMoments
from simulation.engine.refusal import Refused, require_above, require_at_least, require_share

RiskBasis = Literal["joint", "independent"]

HIGHEST_PERSONS = 999_999_999
"""A community of a thousand million is a typing slip."""

HIGHEST_CHANCE = 0.5
"""Above one half the loading would be negative."""

NOTICEABLE_SHARE_DIFFERENCE = 0.005
"""A typed share in large families further than this from the computed one is worth a warning."""

AGREE_WITHIN = 4.0
"""Standard errors within which the two engines must agree."""

NEGLIGIBLE = 0.001
NEGLIGIBLE_SHARE = 1e-4
"""Never a disagreement: a thousandth of the money's unit PPPY, or this share of the figure."""


def normal_quantile(chance: float) -> float:
    """z with P(N > z) = ``chance`` for a standard normal N; 1.6449 for 5 %."""
    return -float(special.ndtri(chance))


@dataclass(frozen=True, kw_only=True)
class Loadings:
    """What is put on top of the pure risk premium.

    Parameters
    ----------
    chance_of_bankruptcy : float
        Chance that a year's payouts exceed the premium with risk loading; above 0, at most 0.5.
    admin : float
        Share of the premium with risk loading, 0 to 1.
    large_family_discount : float
        Share taken off for families of four or more, 0 to below 1.
    risk_basis : {"joint", "independent"}
        Joint takes the variance of a family's payout over all benefits together; independent adds their
        variances.
    further : tuple of (name, rate)
        Named further loadings (reserve, reinsurance, tax), each a share of the premium with risk loading.
    """

    chance_of_bankruptcy: float = 0.05
    admin: float = 0.20
    large_family_discount: float = 0.0
    risk_basis: RiskBasis = "joint"
    further: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        require_share(field="chance_of_bankruptcy", value=self.chance_of_bankruptcy)
        if not 0.0 < self.chance_of_bankruptcy <= HIGHEST_CHANCE:
            raise Refused(
                field="chance_of_bankruptcy",
                problem=f"{self.chance_of_bankruptcy:g} is not above 0 and at most {HIGHEST_CHANCE:g}",
            )
        require_share(field="admin", value=self.admin)
        require_share(field="large_family_discount", value=self.large_family_discount)
        if self.large_family_discount == 1.0:
            raise Refused(
                field="large_family_discount", problem="1 is not below 1; large families would pay nothing"
            )
        if self.risk_basis not in ("joint", "independent"):
            raise Refused(field="risk_basis", problem=f"{self.risk_basis!r} is not joint or independent")
        self._check_further()

    def _check_further(self) -> None:
        names = [name for name, _ in self.further]
        for index, (name, rate) in enumerate(self.further):
            if not name.strip():
                raise Refused(field=f"further[{index}].name", problem="is empty")
            if name in names[:index]:
                raise Refused(field=f"further[{index}].name", problem=f"{name!r} is given twice")
            require_share(field=f"further[{index}].rate", value=rate)

    @property
    def z(self) -> float:
        """Normal quantile of 1 - chance of bankruptcy."""
        return normal_quantile(self.chance_of_bankruptcy)

    @property
    def factor(self) -> float:
        """Total over premium with risk loading: 1 + admin + further."""
        return 1.0 + self.admin + sum(rate for _, rate in self.further)


@dataclass(frozen=True, kw_only=True)
class Community:
    """Who is insured.

    Parameters
    ----------
    persons : int
        Those expected to join: inhabitants x expected take-up.
    families : FamilySizes
        Shares of families by size.
    share_in_large : float or None
        Share of PEOPLE in families of four or more, where typed by hand; None to take it from ``families``.
    """

    persons: int
    families: FamilySizes
    share_in_large: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.persons <= HIGHEST_PERSONS:
            raise Refused(field="persons", problem=f"{self.persons} is not between 1 and {HIGHEST_PERSONS}")
        if self.share_in_large is not None:
            require_share(field="share_in_large_families", value=self.share_in_large)

    @property
    def share_used(self) -> float:
        """The typed share, or the computed one."""
        return self.families.share_in_large if self.share_in_large is None else self.share_in_large


@dataclass(frozen=True, kw_only=True)
class BenefitLine:
    """One benefit's part: ``pure`` and ``sigma`` in money PPPY, before any package-wide cap."""

    name: str
    pure: float
    sigma: float


@dataclass(frozen=True, kw_only=True)
class PremiumBreakdown:
    """Every line of the premium, money PPPY unless said otherwise, unrounded.

    Attributes
    ----------
    source : {"exact", "simulated"}
        The engine whose moments were priced.
    lines : tuple of BenefitLine
        Together with ``package_cap_line`` they add up to ``pure``.
    package_cap_line : float or None
        What one cap over all benefits takes off (negative); None without such a cap.
    sigma : float
        Per-person standard deviation on the basis used.
    sigma_independent : float or None
        None under a package-wide cap, where the benefits' payouts are no longer separate.
    share_in_large, share_from_sizes : float
        Share of people in families of four or more: the one used, and the one the family sizes say.
    collected : float
        What the two family premiums bring in PPPY if the family sizes are right; ``average`` if the shares
        agree.
    pure_error : float or None
        Standard error of ``pure`` where it was simulated.
    """

    source: Literal["exact", "simulated"]
    persons: int
    loadings: Loadings
    lines: tuple[BenefitLine, ...]
    package_cap_line: float | None
    pure: float
    sigma: float
    sigma_independent: float | None
    sigma_joint: float
    z: float
    risk_loading: float
    with_risk: float
    admin: float
    further: tuple[tuple[str, float], ...]
    total: float
    small_family: float
    large_family: float
    average: float
    share_in_large: float
    share_from_sizes: float
    collected: float
    pure_error: float | None = None

    @property
    def risk_loading_share(self) -> float | None:
        """Risk loading over pure premium; None where nothing is paid."""
        return self.risk_loading / self.pure if self.pure > 0 else None

    @property
    def total_error(self) -> float | None:
        """Standard error of ``total`` from simulation, money PPPY: ``pure_error`` times 1 + admin + further.

        The error of the simulated sigma is left out: it is divided by the root of the persons and far
        smaller.
        """
        return None if self.pure_error is None else self.pure_error * self.loadings.factor

    @property
    def share_differs(self) -> bool:
        """Whether the typed share in large families is not what the family sizes say."""
        return abs(self.share_in_large - self.share_from_sizes) > NOTICEABLE_SHARE_DIFFERENCE

    def per_person(self, *, size: int) -> float:
        """What each member of a family of ``size`` pays a year."""
        _require_size(size)
        return self.large_family if size >= LARGE_FAMILY_FROM else self.small_family

    def per_family(self, *, size: int) -> float:
        """What a family of ``size`` pays a year."""
        return size * self.per_person(size=size)

    def per_family_month(self, *, size: int) -> float:
        """What a family of ``size`` pays a month."""
        return self.per_family(size=size) / 12.0


def _require_size(size: int) -> None:
    if size < 1:
        raise Refused(field="size", problem=f"{size} is below 1; a family has at least one member")


def price_premium(
    *, moments: PackageMoments, community: Community, loadings: Loadings, package_family_cap: float = math.inf
) -> PremiumBreakdown:
    """The whole premium from either engine's moments.

    Parameters
    ----------
    moments : PackageMoments
        Mean and variance of a family's yearly payout, exact or simulated.
    community : Community
        Persons who join and their families, the same families as the moments'.
    loadings : Loadings
    package_family_cap : float
        The cap over all benefits together that ``moments.package`` was taken under, money; infinity for none.

    Returns
    -------
    PremiumBreakdown

    Raises
    ------
    Refused
        The independent basis under a package-wide cap: it is not defined there.
    """
    capped = math.isfinite(package_family_cap)
    if capped and loadings.risk_basis == "independent":
        raise Refused(
            field="risk_basis",
            problem="the independent basis is not defined under one cap over all benefits; use joint",
        )
    lines = tuple(BenefitLine(name=b.name, pure=b.pure, sigma=b.sigma) for b in moments.benefits)
    before_cap = sum(line.pure for line in lines)
    pure = moments.package.pure if capped else before_cap
    sigma_independent = None if capped else moments.sigma_independent
    sigma = moments.sigma_joint if loadings.risk_basis == "joint" else moments.sigma_independent
    risk_loading = loadings.z * sigma / math.sqrt(community.persons)
    with_risk = pure + risk_loading
    further = tuple((name, rate * with_risk) for name, rate in loadings.further)
    admin = loadings.admin * with_risk
    total = with_risk + admin + sum(amount for _, amount in further)
    used, from_sizes = community.share_used, community.families.share_in_large
    small = total / (1.0 - loadings.large_family_discount * used)
    large = small * (1.0 - loadings.large_family_discount)
    return PremiumBreakdown(
        source=moments.source,
        persons=community.persons,
        loadings=loadings,
        lines=lines,
        package_cap_line=pure - before_cap if capped else None,
        pure=pure,
        sigma=sigma,
        sigma_independent=sigma_independent,
        sigma_joint=moments.sigma_joint,
        z=loadings.z,
        risk_loading=risk_loading,
        with_risk=with_risk,
        admin=admin,
        further=further,
        total=total,
        small_family=small,
        large_family=large,
        average=small * (1.0 - used) + large * used,
        share_in_large=used,
        share_from_sizes=from_sizes,
        collected=small * (1.0 - from_sizes) + large * from_sizes,
        pure_error=moments.package.pure_error,
    )


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far a simulated figure lies from the exact one.

    Attributes
    ----------
    difference : float
        Simulated minus exact, money PPPY.
    standard_error : float
        Of the simulated figure, money PPPY.
    """

    difference: float
    standard_error: float
    scale: float

    @property
    def in_standard_errors(self) -> float | None:
        """Difference over standard error; None where the standard error is 0."""
        return self.difference / self.standard_error if self.standard_error > 0 else None

    @property
    def agree(self) -> bool:
        """Within 4 standard errors, or nearer than either engine can tell.

        Where a cap nearly always binds, or a payout is so rare that no draw met it, the simulation's own
        standard error is near 0 while the exact figure is good to a few millionths.
        """
        if abs(self.difference) <= max(NEGLIGIBLE, NEGLIGIBLE_SHARE * self.scale):
            return True
        return self.in_standard_errors is not None and abs(self.in_standard_errors) <= AGREE_WITHIN


def agreement(*, exact: float, simulated: float, standard_error: float) -> Agreement:
    """Compare one figure of the two engines, all three in the same unit."""
    return Agreement(difference=simulated - exact, standard_error=standard_error, scale=abs(exact))


@dataclass(frozen=True, kw_only=True)
class TakeUpPremium:
    """The premium when ``take_up`` (a share) of the inhabitants join, that is ``persons``."""

    take_up: float
    persons: int
    premium: PremiumBreakdown


def premiums_at_take_up(
    *,
    moments: PackageMoments,
    community: Community,
    loadings: Loadings,
    inhabitants: int,
    take_ups: Sequence[float] = (0.25, 0.5, 1.0),
    package_family_cap: float = math.inf,
) -> tuple[TakeUpPremium, ...]:
    """The same package sold to more or fewer: the loading falls with the root of the persons who join."""
    rows = []
    for take_up in take_ups:
        require_share(field="take_up", value=take_up)
        persons = max(1, round(inhabitants * take_up))
        premium = price_premium(
            moments=moments,
            community=replace(community, persons=persons),
            loadings=loadings,
            package_family_cap=package_family_cap,
        )
        rows.append(TakeUpPremium(take_up=take_up, persons=persons, premium=premium))
    return tuple(rows)


def simple_rate(*, incidence: float, average_cost: float) -> float:
    """The deck's first estimate: incidence x average cost, money PPPY (4 % x 18,000 = 720)."""
    require_at_least(field="incidence", value=incidence, lowest=0.0)
    require_at_least(field="average_cost", value=average_cost, lowest=0.0)
    return incidence * average_cost


def experience_rate(*, payouts: float, persons: float) -> float:
    """E / N: a past year's payouts over the persons insured in it, money PPPY."""
    require_at_least(field="payouts", value=payouts, lowest=0.0)
    require_above(field="persons", value=persons, bound=0.0)
    return payouts / persons
