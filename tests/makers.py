"""Organisations, members and schemes for tests."""

from __future__ import annotations

from itertools import count
from typing import TypeVar

from django.test import Client

from accounts.models import Membership, Organisation, OrganisationOwned, OwnedQuerySet, Role, User
from schemes.actions import create_scheme
from schemes.models import Scheme

Row = TypeVar("Row", bound=OrganisationOwned)

PASSWORD = "correct horse battery"
SLIDE_FAMILIES = {"1": 0.29, "2": 0.27, "3": 0.25, "4": 0.12, "5": 0.045, "6": 0.015, "7": 0.01}
_numbers = count(1)


def every(model: type[Row]) -> OwnedQuerySet[Row]:
    """All rows of a model, whosever they are: what only a test looks at."""
    rows: OwnedQuerySet[Row] = model.objects.across_organisations(reason="a test looks at all there is")
    return rows


def make_organisation(name: str = "") -> Organisation:
    return Organisation.objects.create(name=name or f"Organisation {next(_numbers)}")


def make_member(organisation: Organisation | None = None, *, role: str = Role.ADMIN) -> User:
    number = next(_numbers)
    user = User.objects.create_user(f"member{number}", f"member{number}@example.org", PASSWORD)
    if organisation is not None:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def client_of(organisation: Organisation | None, *, role: str = Role.ADMIN) -> Client:
    """A browser in which a member of `organisation` is signed in."""
    return browser_for(make_member(organisation, role=role))


def browser_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_scheme(organisation: Organisation, **values: object) -> Scheme:
    start = {"name": f"Scheme {next(_numbers)}", "inhabitants": 5000, "family_sizes": SLIDE_FAMILIES}
    return create_scheme(organisation=organisation, values=start | values)
