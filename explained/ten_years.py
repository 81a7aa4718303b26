"""Ten years of one scheme as they may fall, and how likely its pot runs out in one, five and ten. Pure.

The pot holds what is there for claims: pure premium and risk loading, no admin. Each year's claims follow the
scheme's exact distribution; years are independent; the price, the members and the costs stay as they are; no
interest. What a year leaves over is kept for the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calculator.cautions import chance_over_years
from experience.projection import HORIZONS, ClaimsLaw, Luck, Plan, project
from simulation.engine.refusal import Refused, require_above, require_at_least, require_share
from simulation.engine.rng import stream
from simulation.engine.scheme import SchemeDistribution
from workshop.years_of_families import Estimate

Array = NDArray[Any]

YEARS = 10
SEED = 101
MOST_DECADES = 999
HIGHEST_DOUBT = 0.5
"""A survey that may be wrong by half of the claims tells nothing about the chance of ruin."""
HALVINGS = 14


@dataclass(frozen=True, kw_only=True)
class Pot:
    """What comes in for claims each year and the law of what goes out.

    Attributes
    ----------
    law : ClaimsLaw
        Of the year's claims of the scheme's whole families.
    total, for_claims : float
        Premium PPPY: all of it, and the part that is there for claims.
    short : float
        Exact chance that a year's claims exceed what came in for them.
    """

    law: ClaimsLaw
    total: float
    for_claims: float
    short: float

    def __post_init__(self) -> None:
        require_above(field="for_claims", value=self.for_claims, bound=0.0)
        require_at_least(field="total", value=self.total, lowest=self.for_claims)
        require_share(field="short", value=self.short)

    @classmethod
    def of(cls, scheme: SchemeDistribution, *, total: float, for_claims: float) -> Pot:
        """The pot of a scheme whose yearly payout has this exact distribution."""
        return cls(
            law=ClaimsLaw.of(scheme),
            total=total,
            for_claims=for_claims,
            # rounding lets a chance of nothing stray below 0; the engine's own checks say by how much
            short=max(0.0, scheme.probability_above(scheme.persons * for_claims)),
        )

    @property
    def persons(self) -> float:
        return self.law.persons

    @property
    def income(self) -> float:
        """What comes in for claims in a year, money."""
        return self.persons * self.for_claims


# ---- ten years as they fall --------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Year:
    """One year of the pot, money.

    Attributes
    ----------
    number : int
        From 1.
    rank : float
        Share of all years whose claims are lower.
    premium, running : float
        All that came in, and the part of it that runs the scheme.
    claims : float
    pot : float
        Kept at the end of the year, from this year and all before; below 0 is what is missing.
    """

    number: int
    rank: float
    premium: float
    running: float
    claims: float
    pot: float

    @property
    def left(self) -> float:
        """What this year alone leaves over; below 0 is what it is short of."""
        return self.premium - self.running - self.claims

    @property
    def is_short(self) -> bool:
        return self.left < 0.0

    @property
    def is_empty(self) -> bool:
        """Whether even with what earlier years left the claims cannot be paid."""
        return self.pot < 0.0


def replay(pot: Pot, *, of: str, decade: int = 1) -> tuple[Year, ...]:
    """Ten years as chance lets them fall: the same package and decade always give the same years.

    Parameters
    ----------
    pot : Pot
    of : str
        Names the package: its case's hash.
    decade : int
        Which ten years, from 1.
    """
    if not 1 <= decade <= MOST_DECADES:
        raise Refused(field="decade", problem=f"{decade} is not between 1 and {MOST_DECADES}")
    ranks = stream(seed=SEED, chunk=decade, purpose="ten years", name=of).random(YEARS)
    law = pot.law
    claims = law.mean + law.sd * law.scores[(ranks * len(law.scores)).astype(np.int64)]
    kept = np.cumsum(pot.income - claims)
    premium = pot.persons * pot.total
    return tuple(
        Year(
            number=place + 1,
            rank=float(ranks[place]),
            premium=premium,
            running=premium - pot.income,
            claims=float(claims[place]),
            pot=float(kept[place]),
        )
        for place in range(YEARS)
    )


# ---- how likely the pot runs out ---------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Ruin:
    """Chances over the first ``years``.

    Attributes
    ----------
    short_once : float
        Some year costs more than it brought, nothing being kept from the years before; exact.
    runs_out : Estimate
        The pot, into which every year's rest goes, does not suffice in some year; exact over one year.
    in_doubt : Estimate or None
        The same where the assumptions may be off as a survey may be; None where that is not known.
    """

    years: int
    short_once: float
    runs_out: Estimate
    in_doubt: Estimate | None


def ruins(pot: Pot, *, really: Estimate | None = None, luck: Luck | None = None) -> tuple[Ruin, ...]:
    """How likely the pot runs out over one, five and ten years.

    Parameters
    ----------
    pot : Pot
    really : Estimate or None
        Chance of a short year with the survey's error in it, and its standard error. The longer spans take
        the claims to be off by what gives this chance over one year: an error of the assumptions is the same
        in all years, it does not average out. The chance's own error is carried to them as it is.
    luck : Luck or None
        Of ten years at least; 20,000 paths if None.
    """
    if pot.law.sd == 0.0:
        return tuple(_certain(pot, years, really) for years in HORIZONS)
    luck = Luck(years=YEARS) if luck is None else luck
    plan = Plan(law=pot.law, persons=pot.persons, premium=pot.for_claims, years=YEARS)
    sure = project(plan, luck=luck)
    doubt = None if really is None else doubt_behind(pot, chance=really.value, luck=luck)
    off = None if doubt is None else project(_doubted(plan, doubt), luck=luck)
    found = []
    for years in HORIZONS:
        in_doubt = None
        if really is not None and years == 1:
            in_doubt = really
        elif really is not None and off is not None:
            error = math.hypot(off.ruin_error(years), really.error)
            in_doubt = Estimate(value=off.ruin(years), error=error)
        kept = Estimate(value=sure.ruin(years), error=sure.ruin_error(years))
        found.append(
            Ruin(
                years=years,
                short_once=chance_over_years(pot.short, years=years),
                runs_out=Estimate(value=pot.short, error=0.0) if years == 1 else kept,
                in_doubt=in_doubt,
            )
        )
    return tuple(found)


def _certain(pot: Pot, years: int, really: Estimate | None) -> Ruin:
    """Nothing varies, so every year is the first one."""
    return Ruin(
        years=years,
        short_once=pot.short,
        runs_out=Estimate(value=pot.short, error=0.0),
        in_doubt=really if years == 1 else None,
    )


def _doubted(plan: Plan, doubt: float) -> Plan:
    return Plan(law=plan.law, persons=plan.persons, premium=plan.premium, years=plan.years, doubt=doubt)


def doubt_behind(pot: Pot, *, chance: float, luck: Luck) -> float | None:
    """How far the expected claims must be in doubt (standard error over mean) for this chance in one year.

    Returns
    -------
    float or None
        0 where luck alone gives as much; None where no doubt up to a half gives it.
    """
    require_share(field="chance", value=chance)
    first = Plan(law=pot.law, persons=pot.persons, premium=pot.for_claims, years=1)
    year = Luck(paths=luck.paths, years=1, seed=luck.seed)

    def ruin(doubt: float) -> float:
        return project(_doubted(first, doubt), luck=year).ruin(1)

    if chance <= ruin(0.0):
        return 0.0
    low, high = 0.0, HIGHEST_DOUBT
    if ruin(high) < chance:
        return None
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if ruin(middle) < chance else (low, middle)
    return high
