"""F15: two administrators edit one thing at the same moment, a hundred times; nothing is lost silently."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.refusals import StaleEdit
from schemes.actions import change_scheme
from schemes.models import Scheme
from tests.makers import every, make_organisation, make_scheme

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = 100


def test_a_hundred_parallel_edits_overwrite_nothing_silently():
    organisation = make_organisation()
    scheme = make_scheme(organisation)
    start = every(Scheme).get(pk=scheme.pk).version
    won, told, problems = [], [], []
    meet = threading.Barrier(2, timeout=60)

    def edit(who):
        try:
            for trial in range(TRIALS):
                mine = Scheme.objects.of(organisation).get(pk=scheme.pk)
                seen = mine.version
                meet.wait()
                try:
                    change_scheme(scheme=mine, seen_version=seen, values={"place": f"{who} {trial}"})
                    won.append(f"{who} {trial}")
                except StaleEdit as stale:
                    told.append((f"{who} {trial}", stale.theirs.place))
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
    assert len(won) == len(told) == TRIALS
    assert {trial.split()[1] for trial in won} == {str(number) for number in range(TRIALS)}
    for loser, theirs in told:
        assert theirs in won
        assert theirs.split()[1] == loser.split()[1]
    assert every(Scheme).get(pk=scheme.pk).version == start + TRIALS
    changed = AuditEntry.objects.of(organisation).filter(what="scheme.changed").order_by("number")
    assert [entry.after["place"] for entry in changed] == won
