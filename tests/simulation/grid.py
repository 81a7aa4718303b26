"""The 200 combinations of the benchmark: hospitalisation with its cap applied before the copay."""

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms

INFINITE = float("inf")
SHARES = (0.05, 0.09, 0.13, 0.20, 0.22, 0.15, 0.09, 0.07)
FAMILIES = FamilySizes(dict(enumerate(SHARES, start=1)))
FREQUENCY = Poisson(incidence=0.04)
SEVERITY = Lognormal.from_cv(mean=18_000.0, cv=1.2)
GRID = [
    CostTerms.with_cap_on_cost(threshold=threshold, event_cap=cap, copay=copay, family_cap=family_cap)
    for threshold in (0.0, 250.0, 500.0, 1000.0, 2000.0)
    for cap in (1000.0, 3000.0, 5000.0, 10_000.0, 25_000.0)
    for copay in (0.0, 0.2)
    for family_cap in (5000.0, 10_000.0, 25_000.0, INFINITE)
]
ONE = CostTerms.with_cap_on_cost(threshold=500.0, event_cap=10_000.0, copay=0.2, family_cap=10_000.0)
