"""F15: two administrators edit one thing at the same moment, again and again; nothing is lost silently."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.refusals import StaleEdit
from calculator.actions import save_package
from calculator.cases import chosen_of
from calculator.models import Package, Premium
from calculator.queries import find_package
from cbhi_site.management.commands.example import make_example
from schemes.actions import change_scheme
from schemes.models import Scheme
from simulation.actions import change_risk
from simulation.queries import current_set, find_risk
from tests.makers import every, make_organisation, make_scheme

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = 100


FEWER_TRIALS = 30


def race(edit_once, trials):
    """Two people start each trial together; who saved what, and who was told of whose words."""
    won, told, problems = [], [], []
    meet = threading.Barrier(2, timeout=60)

    def edit(who):
        try:
            for trial in range(trials):
                edit_once(f"{who} {trial}", meet, won, told)
                meet.wait()
        except Exception as problem:  # noqa: BLE001
            problems.append(problem)
            meet.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(who,)) for who in ("Asha", "Bina")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    # each trial one was first, and the other was told whose words stand there now
    assert len(won) == len(told) == trials
    assert {words.split()[1] for words in won} == {str(number) for number in range(trials)}
    for loser, theirs in told:
        assert theirs in won
        assert theirs.split()[1] == loser.split()[1]
    return won


def test_a_hundred_parallel_edits_overwrite_nothing_silently():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    start = every(Scheme).get(pk=scheme.pk).version

    def edit_once(words, meet, won, told):
        mine = Scheme.objects.of(organisation).get(pk=scheme.pk)
        seen = mine.version
        meet.wait()
        try:
            change_scheme(scheme=mine, seen_version=seen, values={"place": words})
            won.append(words)
        except StaleEdit as stale:
            told.append((words, stale.theirs.place))

    won = race(edit_once, TRIALS)
    assert every(Scheme).get(pk=scheme.pk).version == start + TRIALS
    changed = AuditEntry.objects.of(organisation).filter(what="scheme.changed").order_by("number")
    assert [entry.after["place"] for entry in changed] == won


def test_parallel_edits_of_a_benefit_overwrite_nothing_silently():
    organisation = make_organisation()
    risk = current_set(scheme=make_scheme(organisation)).risks.get(key="lab")

    def edit_once(words, meet, won, told):
        mine = find_risk(organisation=organisation, risk_id=risk.pk)
        seen = mine.version
        meet.wait()
        try:
            change_risk(risk=mine, seen_version=seen, values={"remark": words})
            won.append(words)
        except StaleEdit as stale:
            told.append((words, stale.theirs.remark))

    won = race(edit_once, FEWER_TRIALS)
    changed = AuditEntry.objects.of(organisation).filter(what="benefit.changed").order_by("number")
    assert [entry.after["remark"] for entry in changed] == won


def test_parallel_edits_of_a_package_overwrite_nothing_silently():
    make_example()
    package = every(Package).select_related("organisation").order_by("created_at").first()
    organisation = package.organisation
    start = package.version

    def edit_once(words, meet, won, told):
        mine = find_package(organisation=organisation, package_id=package.pk)
        meet.wait()
        try:
            save_package(
                scheme=mine.scheme,
                assumption_set=mine.assumption_set,
                chosen=chosen_of(mine),
                name=mine.name,
                note=words,
                user=None,
                package=mine,
                seen_version=mine.version,
            )
            won.append(words)
        except StaleEdit as stale:
            told.append((words, stale.theirs.note))

    won = race(edit_once, FEWER_TRIALS)
    saved = every(Package).get(pk=package.pk)
    assert (saved.version, saved.note) == (start + FEWER_TRIALS, won[-1])
    assert every(Premium).filter(package=package).count() == 1 + FEWER_TRIALS
    changed = AuditEntry.objects.of(organisation).filter(what="package.changed").order_by("number")
    assert [entry.after["note"] for entry in changed] == won
