"""`manage.py purge_deleted`: what was deleted more than 30 days ago goes for good."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.once import forget_submissions
from accounts.trail import What, record
from calculator.models import Comment, Package, SignOff
from experience.models import ProviderDecision
from schemes.models import LONGEST_UNDO, Scheme
from simulation.removed import purge_removed
from workshop.models import ChosenPackage, SessionGroup, WorkshopSession

REASON = "the undo of 30 days has passed for whoever deleted it"


class Command(BaseCommand):
    help = (
        "Removes schemes, packages, sessions, benefits and comments deleted more than 30 days ago, with all "
        "that hangs on them, and writes each into the audit trail. What a reviewer signed or a community "
        "chose is kept, and its scheme too. "
        "Run it once a day: 15 3 * * * manage.py purge_deleted"
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        unused = _old(Package).filter(sign_offs=None, choices=None)
        packages = [self._purge_package(package) for package in unused]
        signed = SignOff.objects.across_organisations(reason=REASON).values("package__scheme_id")
        chosen = ChosenPackage.objects.across_organisations(reason=REASON).values("scheme_id")
        old = _old(Scheme).exclude(pk__in=signed).exclude(pk__in=chosen)
        schemes = [self._purge_scheme(scheme) for scheme in old]
        sessions = [self._purge_session(session) for session in _old(WorkshopSession)]
        _old(SessionGroup).delete()
        _old(ProviderDecision).delete()
        comments, _each = _old(Comment).delete()
        benefits = purge_removed()
        forget_submissions()
        counted = {"schemes": len(schemes), "packages": len(packages), "benefits": benefits}
        counted["sessions"] = len(sessions)
        words = ", ".join(f"{number} {what}" for what, number in counted.items())
        self.stdout.write(f"{words}, {comments} comments removed.")

    @transaction.atomic
    def _purge_package(self, package: Package) -> None:
        key, scheme = package.pk, package.scheme_id
        organisation, label = package.organisation, str(package)
        package.delete()
        record(what=What.PACKAGE_PURGED, organisation=organisation, label=label, scheme=scheme, package=key)

    @transaction.atomic
    def _purge_session(self, session: WorkshopSession) -> None:
        scheme, organisation, label = session.scheme_id, session.organisation, str(session)
        session.delete()
        record(what=What.SESSION_PURGED, organisation=organisation, label=label, scheme=scheme)

    @transaction.atomic
    def _purge_scheme(self, scheme: Scheme) -> None:
        key, organisation, label = scheme.pk, scheme.organisation, str(scheme)
        # Terms hold on to the benefits they are about: packages first.
        scheme.packages.all().delete()
        scheme.delete()
        record(what=What.SCHEME_PURGED, organisation=organisation, label=label, scheme=key)


def _old(model: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.across_organisations(reason=REASON)
    return rows.filter(deleted_at__lte=timezone.now() - LONGEST_UNDO)
