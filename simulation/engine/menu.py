"""The default menu of terms: round steps of money around what an event costs, every combination of them.

The menu follows the risk, not the terms typed today: two packages with the same risk share one menu, and with
it one simulation. Only where the risk has no money in it (a set amount, a rate per day) do the benefit's own
amount or rate set the scale. A menu is a full rectangle, so that a workbook can interpolate in it, except
that terms under which a cost's variance would be infinite are left out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from simulation.engine.package import Benefit
from simulation.engine.severity import Lomax
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms

FINE_STEPS = (1.0, 2.0, 3.0, 5.0)
COARSE_STEPS = (1.0, 2.0, 5.0)

COPAYS = (0.0, 0.1, 0.2, 0.3, 0.5)
START_DAYS = (1, 2, 3, 4, 6, 8)
LAST_DAYS = (10, 13, 15, 20, 30, 60)

USUAL_AMOUNT = 1000.0
"""Scale of a fixed benefit whose amount is still 0, money."""

USUAL_RATE = 200.0
"""Scale of a wage loss whose rate is still 0, money per day."""


def default_menu(benefit: Benefit) -> tuple[Terms, ...]:
    """All combinations of round terms for one benefit, at most 2,560.

    ======  ===============================================================================  =====
    kind    combinations                                                                     terms
    ======  ===============================================================================  =====
    cost    6 thresholds x 9 event caps x 5 copays x 8 family caps, from the mean cost m:    2,160
            0 and 5 steps of 1-2-5 from m / 50; 8 steps of 1-2-3-5 from m / 20, and none;
            0, 10, 20, 30, 50 %; 7 steps of 1-2-3-5 from m / 4, and none
    fixed   12 amounts x 9 family caps, from the amount a: 12 steps of 1-2-3-5 from a / 10;    108
            8 steps from a, and none
    wage    6 start days x 6 last days x 8 rates x 8 family caps, from the rate r per day:   2,304
            1 to 8; 10 to 60; 8 steps of 1-2-3-5 from r / 4; 7 steps from 5 r, and none
    ======  ===============================================================================  =====

    Parameters
    ----------
    benefit : Benefit
        Its severity (cost), amount (fixed) or rate (wage loss) sets the scale, the kind of its terms the
        columns.

    Returns
    -------
    tuple of CostTerms, FixedTerms or WageTerms
        Ascending, the family cap running fastest; no cap, infinity, comes last.
    """
    if isinstance(benefit.terms, CostTerms):
        assert benefit.severity is not None, "the contract refuses a cost without a severity"
        bounded = isinstance(benefit.severity, Lomax) and benefit.severity.alpha <= 2.0
        return tuple(_cost_terms(benefit.severity.mean, bounded=bounded))
    if isinstance(benefit.terms, FixedTerms):
        return tuple(_fixed_terms(benefit.terms.amount or USUAL_AMOUNT))
    return tuple(_wage_terms(benefit.terms.rate or USUAL_RATE))


def round_steps(start: float, *, count: int, steps: Sequence[float] = FINE_STEPS) -> tuple[float, ...]:
    """``count`` round amounts that follow each other, the first one nearest to ``start`` by ratio.

    >>> round_steps(900.0, count=5)
    (1000.0, 2000.0, 3000.0, 5000.0, 10000.0)
    """
    ladder = [
        step * 10.0**power if power >= 0 else step / 10.0**-power
        for power, step in itertools.product(_powers(start, count, len(steps)), steps)
    ]
    first = min(range(len(ladder)), key=lambda i: abs(math.log(ladder[i] / start)))
    return tuple(ladder[first : first + count])


def _powers(start: float, count: int, steps: int) -> range:
    power = math.floor(math.log10(start))
    return range(power, power + 2 + -(-count // steps))


def _cost_terms(mean: float, *, bounded: bool) -> Iterator[Terms]:
    scale = mean if mean > 0.0 else USUAL_AMOUNT
    for threshold, event_cap, copay, family_cap in itertools.product(
        (0.0, *round_steps(scale / 50.0, count=5, steps=COARSE_STEPS)),
        (*round_steps(scale / 20.0, count=8), math.inf),
        COPAYS,
        (*round_steps(scale / 4.0, count=7), math.inf),
    ):
        if not bounded or math.isfinite(min(event_cap, family_cap)):
            yield CostTerms(threshold=threshold, event_cap=event_cap, copay=copay, family_cap=family_cap)


def _fixed_terms(amount: float) -> Iterator[Terms]:
    amounts = round_steps(amount / 10.0, count=12)
    for chosen, family_cap in itertools.product(amounts, (*round_steps(amount, count=8), math.inf)):
        yield FixedTerms(amount=chosen, family_cap=family_cap)


def _wage_terms(rate: float) -> Iterator[Terms]:
    for start_day, last_day, chosen, family_cap in itertools.product(
        START_DAYS,
        LAST_DAYS,
        round_steps(rate / 4.0, count=8),
        (*round_steps(5.0 * rate, count=7), math.inf),
    ):
        yield WageTerms(rate=chosen, start_day=start_day, last_day=last_day, family_cap=family_cap)
