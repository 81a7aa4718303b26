"""`manage.py check_trail`: whether every line of the audit trail is as it was written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import AuditEntry, Organisation
from accounts.trail_entry import FIRST


class Command(BaseCommand):
    help = (
        "Checks that every line of the audit trail is as it was written and none is missing. Keep the "
        "printed last hash elsewhere: it shows later whether lines were cut off at the end."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        broken = [said for each in Organisation.objects.order_by("name") if (said := self._check(each))]
        if broken:
            raise CommandError("\n".join(broken))

    def _check(self, organisation: Organisation) -> str:
        number, previous = 0, FIRST
        entries = AuditEntry.objects.of(organisation).order_by("number")
        for entry in entries.iterator(chunk_size=500):
            problem = _problem(entry, number=number + 1, previous=previous)
            if problem:
                where = f"entry {entry.number} of {entry.at:%Y-%m-%d}"
                return f"{organisation} ({organisation.pk}), {where}: {problem}"
            number, previous = entry.number, entry.hash
        self.stdout.write(f"{organisation} ({organisation.pk}): {number} entries, last {previous or 'none'}")
        return ""


def _problem(entry: AuditEntry, *, number: int, previous: str) -> str:
    if entry.number != number:
        return f"entry {number} is missing before it."
    if entry.previous_hash != previous:
        return "it does not follow from the entry before it: one of the two was replaced."
    if entry.hash != entry.computed_hash():
        return "it was changed after it was written."
    if not entry.is_sealed:
        return (
            "its seal is not this site's: it was written by somebody without the site's key, or before a "
            "change of SECRET_KEY whose old value is not in SECRET_KEY_FALLBACKS."
        )
    return ""
