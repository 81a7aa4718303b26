"""The package of the slide, with transport on its own or linked to the hospital stays that cause it."""

from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms

FAMILIES = FamilySizes({1: 0.29, 2: 0.27, 3: 0.25, 4: 0.12, 5: 0.045, 6: 0.015, 7: 0.01})


def slide_package(*, linked: bool, family_cap: float = float("inf")) -> Package:
    if linked:
        transport = Benefit(name="transport", terms=FixedTerms(amount=1000.0), linked_to="hospitalisation")
    else:
        transport = Benefit(
            name="transport", terms=FixedTerms(amount=1000.0), frequency=Poisson(incidence=0.042)
        )
    return Package(
        families=FAMILIES,
        family_cap=family_cap,
        benefits=(
            Benefit(
                name="hospitalisation",
                frequency=Poisson(incidence=0.042),
                severity=Lognormal(mean=18_000.0, sigma=1.35),
                terms=CostTerms(event_cap=3000.0, family_cap=10_000.0),
            ),
            Benefit(
                name="injury",
                frequency=Poisson(incidence=0.2349),
                severity=Lognormal(mean=600.0, sigma=0.9),
                terms=CostTerms(event_cap=700.0, family_cap=3000.0),
            ),
            Benefit(
                name="imaging",
                frequency=Poisson(incidence=0.1525),
                severity=Lognormal(mean=1100.0, sigma=0.7),
                terms=CostTerms(event_cap=1000.0, family_cap=5000.0),
            ),
            transport,
        ),
    )
