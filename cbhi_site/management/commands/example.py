"""`manage.py example`: the demo organisation with the slide's own package, on an empty database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Membership, Organisation, Role, User
from calculator import actions as calculator
from calculator.cases import Chosen, ChosenTerms
from cbhi_site.survey_example import start_survey_example
from schemes import actions as schemes
from schemes.models import RiskBasis, Scheme
from simulation.actions import start_assumptions
from simulation.models import BenefitRisk
from simulation.queries import current_set

DEMO_USER = "demo"
DEMO_PASSWORD = "demo"  # noqa: S105  a laptop's example; production refuses to make it
SIGN_IN = f"Sign in as {DEMO_USER}, password {DEMO_PASSWORD}."

SLIDE_FAMILIES = {"1": 0.29, "2": 0.27, "3": 0.25, "4": 0.12, "5": 0.045, "6": 0.015, "7": 0.01}
SLIDE_TERMS = {
    "hospitalisation": ChosenTerms(event_cap=3000, family_cap=10000),
    "injury": ChosenTerms(event_cap=700, family_cap=3000),
    "imaging": ChosenTerms(event_cap=1000, family_cap=5000),
    "transport": ChosenTerms(fixed_amount=1000),
    "wage-loss": ChosenTerms(start_day=4, last_day=13, rate=0),
}
WAGE_TERMS = SLIDE_TERMS | {"wage-loss": ChosenTerms(start_day=4, last_day=13, rate=150)}
"""The package and the family sizes of Majumdar 2018, slide "Premium Calculator"; the family sizes are those
that give back its figures, the slide does not show them."""

# A made-up survey: 2,445 persons asked about the last year for stays and deliveries, about the last 30 days
# for the rest.
SURVEYED = {"hospitalisation": 2445, "caesarean": 2445, "injury": 201, "lab": 201, "imaging": 201, "opd": 201}


class Command(BaseCommand):
    help = (
        "Make the demo organisation, its user, two schemes with the slide's package and one priced from a "
        "made-up survey. "
        "Does nothing if there is any organisation."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Organisation.objects.exists():
            demo = User.objects.filter(username=DEMO_USER, is_active=True).first()
            is_demo = demo is not None and demo.check_password(DEMO_PASSWORD)
            self.stdout.write(SIGN_IN if is_demo else "There is an organisation already; nothing made.")
            return
        user = make_example()
        start_survey_example(organisation=Organisation.objects.get(), user=user)
        self.stdout.write(f"Made the demo organisation. {SIGN_IN}")


@transaction.atomic
def make_example() -> User:
    """The demo organisation, complete; returns its user."""
    organisation = Organisation.objects.create(name="Demo organisation")
    user = User.objects.create_user(DEMO_USER, password=DEMO_PASSWORD, first_name="Meera")
    Membership.objects.create(user=user, organisation=organisation, role=Role.ADMIN)
    _package(
        scheme=_scheme(organisation, "Slide example", linked=False),
        user=user,
        name="Everyday care",
        note="The terms of the 2018 sheet",
        terms=SLIDE_TERMS,
        basis=RiskBasis.INDEPENDENT,
    )
    _package(
        scheme=_scheme(organisation, "Slide example, linked", linked=True),
        user=user,
        name="Everyday care and wages",
        note="Transport and wage loss are paid on the hospital stays that cause them",
        terms=WAGE_TERMS,
        basis=RiskBasis.JOINT,
    )
    return user


def _scheme(organisation: Organisation, name: str, *, linked: bool) -> Scheme:
    scheme = schemes.create_scheme(
        organisation=organisation,
        values={
            "name": name,
            "place": "Majumdar 2018",
            "currency": "INR",
            "grouping": "international",
            "inhabitants": 5000,
            "expected_take_up": 1.0,
            "family_sizes": SLIDE_FAMILIES,
            "share_in_large_families": None if linked else 0.34,
            "chance_of_bankruptcy": 0.05,
            "admin_rate": 0.20,
            "large_family_discount": 0.10,
            "risk_basis": RiskBasis.JOINT if linked else RiskBasis.INDEPENDENT,
        },
    )
    if not linked:
        # the slide's calculator counted every row on its own
        current_set(scheme=scheme).delete()
        start_assumptions(scheme=scheme, linked=False)
    else:
        for key, person_years in SURVEYED.items():
            BenefitRisk.objects.beside(scheme).filter(assumption_set__scheme=scheme, key=key).update(
                survey_person_years=person_years
            )
    return scheme


def _package(
    *, scheme: Scheme, user: User, name: str, note: str, terms: dict[str, ChosenTerms], basis: str
) -> None:
    assumption_set = current_set(scheme=scheme)
    package = calculator.save_package(
        scheme=scheme,
        assumption_set=assumption_set,
        chosen=Chosen(
            persons=scheme.persons,
            family_sizes=scheme.family_sizes,
            chance_of_bankruptcy=scheme.chance_of_bankruptcy,
            admin_rate=scheme.admin_rate,
            large_family_discount=scheme.large_family_discount,
            share_in_large=scheme.share_in_large_families,
            risk_basis=basis,
            terms=terms,
        ),
        name=name,
        note=note,
        user=user,
    )
    draft = calculator.draft_of(user=user, scheme=scheme)
    calculator.open_package(draft=draft, package=package)
