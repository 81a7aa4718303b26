"""`manage.py digest`: the month's warnings by e-mail to administrators who asked for them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.languages import speaking_to
from experience.letters import Letter, due_wishes, letter_of, send, site_address


class Command(BaseCommand):
    help = (
        "Sends each administrator who asked for it one letter a month with the warnings of all schemes. "
        "Safe to run every day: a month is told once, and a letter that could not be sent is tried "
        "again. `manage.py daily` runs it every night."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print the letters and send nothing")
        parser.add_argument(
            "--site",
            default="",
            metavar="ADDRESS",
            help="the site's address, if it is not https://ALLOWED_HOSTS",
        )

    def handle(self, *_args: Any, dry_run: bool, site: str, **_options: Any) -> None:
        address = (site or site_address()).rstrip("/")
        month = timezone.localdate().replace(day=1)
        letters: dict[tuple[object, str], Letter] = {}
        sent = failed = 0
        for wish in due_wishes(month):
            about = (wish.organisation_id, wish.user.language)
            if about not in letters:
                with speaking_to(wish.user):
                    letters[about] = letter_of(wish.organisation, month=month, site=address)
            letter = letters[about]
            if dry_run:
                continue
            if send(letter, wish=wish, month=month, site=address):
                sent += 1
            else:
                failed += 1
        if dry_run:
            for letter in letters.values():
                self.stdout.write(f"{letter.subject}\n\n{letter.words}")
        organisations = {whose for whose, _language in letters}
        self.stdout.write(f"{sent} letters sent, {failed} failed, {len(organisations)} organisations.")
        if failed:
            raise CommandError("Some letters could not be sent; run it again.")
