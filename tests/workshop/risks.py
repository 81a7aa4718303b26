"""Risks and packages for tests of the pure modules."""

from __future__ import annotations

from simulation.engine.discrete_severity import DayLaw
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms, WageTerms

FAMILIES = FamilySizes({1: 0.29, 2: 0.27, 3: 0.25, 4: 0.12, 5: 0.045, 6: 0.015, 7: 0.01})
HOSPITAL = Benefit(
    name="hospital",
    terms=CostTerms(event_cap=3000.0, family_cap=10000.0),
    frequency=Poisson(incidence=0.042),
    severity=Lognormal(mean=18000.0, sigma=1.35),
)
INJURY = Benefit(
    name="injury",
    terms=CostTerms(threshold=50.0, event_cap=700.0),
    frequency=NegativeBinomial(incidence=0.2349, variance_to_mean=1.5),
    severity=Lognormal(mean=600.0, sigma=0.9),
)
TRANSPORT = Benefit(name="transport", terms=FixedTerms(amount=1000.0), linked_to="hospital", probability=0.6)
WAGES = Benefit(
    name="wages",
    terms=WageTerms(rate=150.0, start_day=4, last_day=13),
    severity=DayLaw(mean=6.0, variance_to_mean=4.0),
    linked_to="hospital",
)
CAESAREAN = Benefit(name="caesarean", terms=FixedTerms(amount=5000.0), frequency=Bernoulli(incidence=0.003))
PACKAGE = Package(benefits=(HOSPITAL, INJURY, TRANSPORT, WAGES, CAESAREAN), families=FAMILIES)
UNITS = {"transport": 1000.0, "wages": 150.0, "caesarean": 5000.0}
