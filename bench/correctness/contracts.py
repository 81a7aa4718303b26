"""Sixty contracts that the exact engine is checked on: every law of costs and counts, all caps and links.

Amounts and caps of a contract are multiples of its ``step``, so that a plain lattice can say it without
rounding its terms.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, Frequency, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Gamma, Lognormal, Lomax, Severity, Weibull
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One package for families of one size; ``step`` is the lattice that its terms lie on, money."""

    number: int
    text: str
    package: Package
    size: int
    step: float

    @property
    def alone(self) -> Benefit | None:
        """The one benefit, where there is one and no cap over a package: what other tools can express."""
        only = self.package.benefits[0]
        return only if len(self.package.benefits) == 1 and not self.package.has_family_cap else None


COUNTS: dict[str, Frequency] = {
    "Poisson 0.04": Poisson(incidence=0.04),
    "negative binomial 0.3, V/M 1.8": NegativeBinomial(incidence=0.3, variance_to_mean=1.8),
    "Bernoulli 0.05": Bernoulli(incidence=0.05),
}
DENSE: dict[str, Frequency] = {
    "Poisson 2": Poisson(incidence=2.0),
    "negative binomial 2, V/M 3": NegativeBinomial(incidence=2.0, variance_to_mean=3.0),
    "Bernoulli 0.9": Bernoulli(incidence=0.9),
}
LAWS: dict[str, tuple[Severity, int]] = {
    "lognormal 18,000 cv 1.2": (Lognormal.from_cv(mean=18_000.0, cv=1.2), 4),
    "gamma 4,000 cv 0.8": (Gamma(mean=4_000.0, cv=0.8), 2),
    "Weibull 6,000 cv 1.4": (Weibull(mean=6_000.0, cv=1.4), 5),
    "Lomax 9,000 alpha 2.5": (Lomax(mean=9_000.0, alpha=2.5), 3),
}
TERMS: dict[str, CostTerms] = {
    "T 1,000, copay 30 %, no cap": CostTerms(threshold=1_000.0, copay=0.3),
    "T 500, copay 20 %, cap 8,000, family 10,000": CostTerms(
        threshold=500.0, copay=0.2, event_cap=8_000.0, family_cap=10_000.0
    ),
    "cap 3,000, family 5,000": CostTerms(event_cap=3_000.0, family_cap=5_000.0),
}
DENSE_TERMS: dict[str, CostTerms] = {
    "T 50, cap 500, family 2,500": CostTerms(threshold=50.0, event_cap=500.0, family_cap=2_500.0),
    "copay 10 %, family 2,000": CostTerms(copay=0.1, family_cap=2_000.0),
}
VISIT = {
    "gamma 350 cv 1": (Gamma(mean=350.0, cv=1.0), 4),
    "Weibull 350 cv 0.6": (Weibull(mean=350.0, cv=0.6), 6),
}
BILLS = Empirical(values=(200.0, 500.0, 500.0, 1_200.0, 3_000.0, 7_500.0, 20_000.0))
WEIGHTED = Empirical(values=(100.0, 400.0, 900.0, 2_500.0), weights=(4.0, 3.0, 2.0, 1.0))
DAYS = DayLaw(mean=6.0, variance_to_mean=3.0)
SHORT = DayLaw(mean=3.0, variance_to_mean=1.0)
SICK_DAYS = Empirical(values=(1.0, 2.0, 4.0, 4.0, 9.0, 21.0))


Said = tuple[str, tuple[Benefit, ...], int, float, float]
"""Text, benefits, family size, lattice step, package cap."""


def _benefit(name: str, terms: Terms, **law: object) -> Benefit:
    return Benefit(name=name, terms=terms, **law)  # type: ignore[arg-type]


def _alone(
    text: str, count: Frequency, law: Severity | None, terms: Terms, *, size: int, step: float
) -> tuple:
    benefit = _benefit("cover", terms, frequency=count, severity=law)
    return text, (benefit,), size, step, math.inf


def _smooth() -> Iterator[Said]:
    for (count, frequency), (law, (severity, size)), (words, terms) in itertools.product(
        COUNTS.items(), LAWS.items(), TERMS.items()
    ):
        yield _alone(
            f"{count}; {law}; {words}", frequency, severity, terms, size=size, step=terms_step(terms)
        )
    for (count, frequency), (law, (severity, size)) in itertools.product(DENSE.items(), VISIT.items()):
        words, terms = list(DENSE_TERMS.items())[law.startswith("Weibull")]
        yield _alone(
            f"{count}; {law}; {words}", frequency, severity, terms, size=size, step=terms_step(terms)
        )


def terms_step(terms: CostTerms) -> float:
    """A two-thousandth of the family cap: fine enough for a plain lattice; 10 where there is none."""
    return terms.family_cap / 2_000.0 if math.isfinite(terms.family_cap) else 10.0


def _on_points() -> Iterator[Said]:
    few, many, twice = (
        COUNTS["Poisson 0.04"],
        COUNTS["negative binomial 0.3, V/M 1.8"],
        DENSE["Bernoulli 0.9"],
    )
    yield _alone(
        "Poisson 0.04; seven bills; T 200, cap 5,000, family 8,000",
        few,
        BILLS,
        CostTerms(threshold=200.0, event_cap=5_000.0, family_cap=8_000.0),
        size=4,
        step=100.0,
    )
    yield _alone("negative binomial 0.3; seven bills; no terms", many, BILLS, CostTerms(), size=3, step=100.0)
    yield _alone(
        "Bernoulli 0.9; weighted bills; copay 20 %, family 2,000",
        twice,
        WEIGHTED,
        CostTerms(copay=0.2, family_cap=2_000.0),
        size=5,
        step=40.0,
    )
    yield _alone(
        "Poisson 2; every visit 150; T 30, copay 50 %, family 300",
        DENSE["Poisson 2"],
        Constant(value=150.0),
        CostTerms(threshold=30.0, copay=0.5, family_cap=300.0),
        size=4,
        step=30.0,
    )
    yield _alone(
        "Poisson 0.04; set amount 1,000", few, None, FixedTerms(amount=1_000.0), size=4, step=1_000.0
    )
    yield _alone(
        "negative binomial 2, V/M 3; set amount 100, family 450",
        DENSE["negative binomial 2, V/M 3"],
        None,
        FixedTerms(amount=100.0, family_cap=450.0),
        size=6,
        step=50.0,
    )
    yield _alone(
        "Bernoulli 0.05; set amount 8,000, family 8,000",
        COUNTS["Bernoulli 0.05"],
        None,
        FixedTerms(amount=8_000.0, family_cap=8_000.0),
        size=7,
        step=8_000.0,
    )
    yield _alone(
        "Poisson 0.04; days 6 (V/M 3); 250 a day from day 3 to 10, family 3,000",
        few,
        DAYS,
        WageTerms(rate=250.0, start_day=3, last_day=10, family_cap=3_000.0),
        size=5,
        step=250.0,
    )
    yield _alone(
        "negative binomial 0.3; days 3 (Poisson); 200 a day from day 1 to 5",
        many,
        SHORT,
        WageTerms(rate=200.0, start_day=1, last_day=5),
        size=3,
        step=200.0,
    )
    yield _alone(
        "Bernoulli 0.9; six stays; 300 a day from day 4 to 13, family 4,500",
        twice,
        SICK_DAYS,
        WageTerms(rate=300.0, start_day=4, last_day=13, family_cap=4_500.0),
        size=4,
        step=300.0,
    )


def _linked() -> Iterator[Said]:
    hospital = _benefit(
        "hospital",
        CostTerms(threshold=500.0, event_cap=8_000.0, family_cap=10_000.0),
        frequency=COUNTS["Poisson 0.04"],
        severity=LAWS["lognormal 18,000 cv 1.2"][0],
    )
    stays = _benefit(
        "hospital",
        CostTerms(threshold=200.0, event_cap=5_000.0, family_cap=8_000.0),
        frequency=COUNTS["negative binomial 0.3, V/M 1.8"],
        severity=BILLS,
    )
    free = _benefit("hospital", CostTerms(), frequency=COUNTS["Poisson 0.04"], severity=BILLS)
    ride = _benefit("ride", FixedTerms(amount=1_000.0), linked_to="hospital", probability=0.7)
    capped = _benefit("ride", FixedTerms(amount=1_000.0, family_cap=2_000.0), linked_to="hospital")
    wage = _benefit(
        "wage",
        WageTerms(rate=250.0, start_day=3, last_day=10, family_cap=3_000.0),
        severity=DAYS,
        linked_to="hospital",
        probability=0.6,
    )
    uncovered = Benefit(
        name="hospital", terms=CostTerms(), frequency=COUNTS["Poisson 0.04"], severity=BILLS, covered=False
    )
    none = math.inf
    yield "hospital, no caps; ride 1,000 on 70 % of stays", (free, ride), 4, 100.0, none
    yield "seven bills under caps; ride 1,000 on every stay, family 2,000", (stays, capped), 3, 100.0, none
    yield "seven bills under caps; ride; wage loss on 60 %", (stays, ride, wage), 3, 50.0, none
    yield "lognormal stays under caps; ride, family 2,000; wage loss", (hospital, capped, wage), 4, 10.0, none
    yield "stays not covered; ride on them, family 2,000", (uncovered, capped), 6, 1_000.0, none


def _capped_packages() -> Iterator[Said]:
    hospital, ride, wage = next(itertools.islice(_linked(), 2, None))[1]
    visits = _benefit(
        "visits",
        CostTerms(event_cap=500.0, family_cap=2_500.0),
        frequency=DENSE["Poisson 2"],
        severity=VISIT["gamma 350 cv 1"][0],
    )
    delivery = _benefit("delivery", FixedTerms(amount=8_000.0), frequency=COUNTS["Bernoulli 0.05"])
    bills = _benefit(
        "lab", CostTerms(copay=0.5), frequency=COUNTS["negative binomial 0.3, V/M 1.8"], severity=WEIGHTED
    )
    yield "lab and delivery, package cap 9,000", (bills, delivery), 4, 50.0, 9_000.0
    yield "stays with ride and wage loss, package cap 6,000", (hospital, ride, wage), 3, 50.0, 6_000.0
    yield "visits and lab, package cap 3,000", (visits, bills), 4, 1.0, 3_000.0


def contracts() -> tuple[Contract, ...]:
    """All of them, numbered from 1."""
    every = itertools.chain(_smooth(), _on_points(), _linked(), _capped_packages())
    return tuple(
        Contract(
            number=number,
            text=f"{text}; family of {size}",
            package=Package(benefits=benefits, families=FamilySizes({size: 1.0}), family_cap=cap),
            size=size,
            step=step,
        )
        for number, (text, benefits, size, step, cap) in enumerate(every, start=1)
    )
