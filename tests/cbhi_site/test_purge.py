"""What was deleted can be taken back for 30 days; then it goes, and the trail says so."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from accounts.models import AuditEntry
from calculator.models import Comment, Package
from schemes.models import Scheme
from simulation.models import AssumptionSet
from tests.accounts.world import world
from tests.makers import every
from workshop.models import SessionGroup, WorkshopSession

__all__ = ["world"]


def purge():
    said = io.StringIO()
    call_command("purge_deleted", stdout=said)
    return said.getvalue()


def days_ago(days):
    return timezone.now() - timedelta(days=days)


def test_what_was_deleted_lately_stays(world):
    assert purge() == "0 schemes, 0 packages, 0 benefits, 0 sessions, 0 comments removed.\n"


def test_what_was_deleted_long_ago_goes_with_all_that_hangs_on_it_and_is_recorded(world):
    ours = world.ours
    every(Package).filter(pk=ours.deleted_package.pk).update(deleted_at=days_ago(31))
    every(Comment).filter(pk=ours.deleted_comment.pk).update(deleted_at=days_ago(31))
    every(Scheme).filter(pk=ours.deleted_scheme.pk).update(deleted_at=days_ago(31))
    every(WorkshopSession).filter(pk=ours.session.pk).update(deleted_at=days_ago(31))
    every(Scheme).filter(pk=world.theirs.deleted_scheme.pk).update(deleted_at=days_ago(29))
    assert purge() == "1 schemes, 1 packages, 0 benefits, 1 sessions, 1 comments removed.\n"
    assert not every(Scheme).filter(pk=ours.deleted_scheme.pk).exists()
    assert not every(AssumptionSet).filter(scheme=ours.deleted_scheme.pk).exists()
    assert not every(Package).filter(pk=ours.deleted_package.pk).exists()
    assert every(Package).filter(pk=ours.package.pk).exists()
    assert every(Scheme).filter(pk=world.theirs.deleted_scheme.pk).exists()
    assert not every(SessionGroup).filter(session=ours.session.pk).exists()
    said = [entry.what for entry in AuditEntry.objects.of(ours.organisation)[:3]]
    assert said == ["session.purged", "scheme.purged", "package.purged"]
    call_command("check_trail", stdout=io.StringIO())


def test_what_a_reviewer_signed_stays(world):
    ours = world.ours
    every(Package).filter(pk=ours.package.pk).update(deleted_at=days_ago(400))
    every(Scheme).filter(pk=ours.scheme.pk).update(deleted_at=days_ago(400))
    purge()
    assert every(Package).filter(pk=ours.package.pk).exists()
    assert every(Scheme).filter(pk=ours.scheme.pk).exists()
