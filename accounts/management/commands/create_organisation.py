"""`manage.py create_organisation NAME --admin EMAIL`: an organisation, and its first admin's link."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts.models import Organisation, Role
from accounts.people import invite


class Command(BaseCommand):
    help = "Make an organisation and print the invitation link for its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the organisation's name")
        parser.add_argument(
            "--admin", required=True, metavar="EMAIL", help="e-mail of the first administrator"
        )
        parser.add_argument(
            "--site",
            default="",
            metavar="ADDRESS",
            help="the site's address, if it is not https://ALLOWED_HOSTS",
        )

    def handle(self, *_args: Any, name: str, admin: str, site: str, **_options: Any) -> None:
        name = " ".join(name.split())
        if not name:
            raise CommandError("The organisation needs a name.")
        try:
            validate_email(admin)
        except ValidationError:
            raise CommandError(f"{admin!r} is no e-mail address.") from None
        if Organisation.objects.filter(name=name).exists():
            raise CommandError(f"There is an organisation called {name!r} already; nothing made.")
        with transaction.atomic():
            organisation = Organisation.objects.create(name=name)
            _invitation, token = invite(organisation=organisation, role=Role.ADMIN, email=admin)
        address = (site or _address()).rstrip("/")
        self.stdout.write(f"Made {name}. Pass this link on to {admin}; it works once, for")
        self.stdout.write(f"{settings.INVITATION_DAYS} days, and makes its user the administrator:")
        self.stdout.write(f"{address}{reverse('accounts:join', args=[token])}")


def _address() -> str:
    if settings.PRODUCTION:
        return f"https://{settings.ALLOWED_HOSTS[0]}"
    return "http://localhost:8000"
