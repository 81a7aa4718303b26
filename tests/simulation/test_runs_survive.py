"""A real worker killed in the middle of a real simulation: another finishes it, with the same bits."""

from __future__ import annotations

import pytest
from celery import current_app

from accounts.models import Organisation
from calculator.case import read_case
from jobs import kinds
from jobs.models import Chunk, Job, Status
from simulation.kinds import SIMULATION
from simulation.models import Moments
from simulation.run_actions import ask_for
from tests.calculator.cases import slide_json
from tests.jobs.workers import celery_worker, wait_until
from tests.makers import every

pytestmark = pytest.mark.django_db(transaction=True)


def checksums(organisation):
    rows = Moments.objects.of(organisation).values_list("risk_hash", "asked_hash", "checksum")
    return {(risk, asked): checksum for risk, asked, checksum in rows}


def test_kill_9_in_the_middle_of_a_simulation_changes_no_bit(settings, tmp_path):
    settings.SIMULATED_FAMILIES = 3_000_000
    log = tmp_path / "worker.log"
    with current_app.connection_for_write() as line:
        line.default_channel.queue_purge("celery")
    package = read_case(slide_json()).package
    whole = Organisation.objects.create(name="Never interrupted")
    handler = kinds.get(SIMULATION)
    job = ask_for(organisation=whole, package=package)
    handler.finish(job, [handler.run_chunk(job.question, index) for index in range(job.chunk_count)])
    every(Job).filter(pk=job.pk).delete()

    killed = Organisation.objects.create(name="Interrupted")
    job = ask_for(organisation=killed, package=package)
    chunks = Chunk.objects.filter(job=job)
    # one process, so that the simulation is not over between two looks
    with celery_worker(log, processes=1):
        wait_until(lambda: chunks.filter(state=Chunk.State.DONE).count() >= 3, log=log)
    assert every(Job).get(pk=job.pk).status == Status.RUNNING
    assert chunks.exclude(state=Chunk.State.DONE).exists()
    with celery_worker(log):
        wait_until(lambda: every(Job).get(pk=job.pk).status == Status.DONE, log=log)

    assert checksums(killed) == checksums(whole)
    assert not any(row.is_damaged for row in Moments.objects.of(killed))
