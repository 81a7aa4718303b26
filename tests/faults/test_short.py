"""The faults that need no server: parts in any order, bits that flip, askers who come and go."""

from __future__ import annotations

import random
import threading

import pytest
from django.db import connection, transaction

from accounts.models import Organisation
from jobs import actions, leases, tasks
from jobs.models import Job, Status
from simulation.models import Moments
from tests.faults import jobs
from tests.jobs.probe import answer
from tests.makers import every, make_organisation, make_scheme


@pytest.fixture
def small(settings):
    settings.SIMULATED_FAMILIES = 1_000_000


@pytest.mark.django_db
def test_parts_done_in_any_order_give_the_bits_of_the_right_order(small):
    found = []
    for seed in (None, 3):
        organisation = make_organisation()
        job = jobs.save(make_scheme(organisation), "In any order").simulation
        held = [leases.take_chunk() for _chunk in range(job.chunk_count)]
        if seed is not None:
            random.Random(seed).shuffle(held)
            assert [chunk.index for chunk in held] != sorted(chunk.index for chunk in held)
        for chunk in held:
            tasks.run_chunk(chunk)
        assert leases.settle_next()
        assert jobs.is_done(job)
        found.append(jobs.checksums(organisation))
    assert found[0] == found[1]
    assert found[0]
    assert not any(row.is_damaged for row in every(Moments))


@pytest.mark.django_db(transaction=True)
def test_who_joins_a_job_while_another_cancels_it_waits_for_one_that_lives():
    organisation = Organisation.objects.create(name="Health circle")
    question = {"chunks": 1, "seed": 77}
    for _trial in range(8):
        job = actions.submit(organisation=organisation, kind="probe", question=question)
        joined, together = [], threading.Barrier(2)

        def join(joined=joined, together=together):
            together.wait(10)
            with transaction.atomic():
                found = actions.submit(organisation=organisation, kind="probe", question=question)
                # The note that somebody waits for it, in the same transaction.
                found.detail = "wanted"
                found.save(update_fields=["detail"])
            joined.append(found)
            connection.close()

        other = threading.Thread(target=join)
        other.start()
        together.wait(10)
        with transaction.atomic():
            now = actions.hold(Job.objects.beside(job).filter(pk=job.pk))
            if now.detail != "wanted":
                actions.cancel(job=now)
        other.join(20)
        kept = every(Job).get(pk=joined[0].pk)
        assert kept.status == Status.QUEUED
        actions.cancel(job=kept)
    assert jobs.answers(answer(77, 1)) == 0
