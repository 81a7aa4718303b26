"""Load the nine sites of the slides as the schemes of an organisation of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Membership, Organisation, Role, User
from experience.actions import change_claims, close_year, open_year
from experience.sheet import ClaimsLine
from experience.slides import premium_per_household, viability
from schemes.actions import create_scheme
from schemes.models import GroupingChoice, Scheme

NAME = "Nine sites, 2010 to 2017 (example)"
INHABITANTS = 10_000
FAMILIES = {"1": 0.2, "2": 0.3, "3": 0.25, "4": 0.15, "5": 0.1}
"""The slides tell neither: a scheme needs some, and no figure of its years depends on them."""
SOURCE = (
    "Slide “%s” of “Pricing of Community Based Health Insurance Products”, Micro Insurance Academy, 2018."
)


class Command(BaseCommand):
    help = "Load the nine sites of the slides, 2010 to 2017, as an organisation to look at."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", help="who may look at it, as administrator: a user name")
        parser.add_argument("--organisation", default=NAME, help="the name of the new organisation")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = None
        if options["user"]:
            user = User.objects.filter(username=options["user"]).first()
            if user is None:
                raise CommandError(f"There is no account {options['user']}.")
        if Organisation.objects.filter(name=options["organisation"]).exists():
            raise CommandError(f"There is an organisation {options['organisation']} already.")
        with transaction.atomic():
            organisation = Organisation.objects.create(name=options["organisation"])
            if user is not None:
                Membership.objects.create(user=user, organisation=organisation, role=Role.ADMIN)
            years = load(organisation)
        self.stdout.write(f"{organisation}: {years} years of {len(premium_per_household().rows)} schemes.")


def load(organisation: Organisation) -> int:
    """Make the nine schemes with their years; how many years that were."""
    table = premium_per_household()
    made = 0
    for name, row in table.rows.items():
        scheme = create_scheme(
            organisation=organisation,
            values={
                "name": name,
                "currency": "INR",
                "grouping": GroupingChoice.INDIAN,
                "inhabitants": INHABITANTS,
                "family_sizes": FAMILIES,
            },
        )
        for year, value in zip(table.years, row, strict=True):
            if value is not None:
                told = {"reported_premium_per_household": _money(value), "note": SOURCE % "Results 1"}
                open_year(scheme=scheme, starts_on=date(year, 1, 1), values=told)
                made += 1
        made += _whole_year(scheme)
    return made


def _whole_year(scheme: Scheme) -> int:
    """The year 2017-18 of the two sites that the slides tell it of."""
    found = viability().get(scheme.name)
    if found is None:
        return 0
    figures = {
        "households": found.households,
        "insured": found.insured,
        "premium": _money(found.premium),
        "note": SOURCE % "Lessons Learnt 3",
    }
    year = open_year(scheme=scheme, starts_on=date(2017, 4, 1), values=figures)
    paid = _money(found.premium * found.claim_ratio)
    line = ClaimsLine(row=1, benefit="", month=0, values={"paid": paid})
    year = change_claims(year=year, seen_version=year.version, lines=[line])
    close_year(year=year, seen_version=year.version)
    return 1


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.01"))
