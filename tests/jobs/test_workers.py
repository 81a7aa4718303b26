"""Faults with real workers on a real broker: whatever dies, the answer is the same bits, once."""

from __future__ import annotations

import os
import signal

import psutil
import pytest
from celery import current_app

from accounts.models import Organisation
from jobs import actions
from jobs.models import Chunk, Job, Reason, Status
from tests.jobs.probe import answer
from tests.jobs.workers import celery_worker, wait_until
from tests.makers import every

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue():
    with current_app.connection_for_write() as line:
        line.default_channel.queue_purge("celery")


@pytest.fixture
def log(tmp_path):
    return tmp_path / "worker.log"


def status(job):
    return every(Job).get(pk=job.pk).status


def test_job_is_finished_by_another_worker_after_kill_9_with_the_same_bits(submit, log):
    job = submit(chunks=12, seed=21, seconds=0.2)
    with celery_worker(log):
        wait_until(lambda: job.chunks.filter(state=Chunk.State.DONE).count() >= 3, log=log)
    assert status(job) == Status.RUNNING
    with celery_worker(log):
        wait_until(lambda: status(job) == Status.DONE, log=log)
    assert Organisation.objects.filter(name=answer(21, 12)).count() == 1


def test_one_worker_survives_every_fault_of_its_children(submit, organisation, log, tmp_path):
    once = submit(chunks=4, seed=1, kill_once=[2], note=str(tmp_path / "killed"))
    always = submit(chunks=2, seed=2, kill_always=[1])
    with celery_worker(log):
        wait_until(lambda: status(once) == Status.DONE, log=log)
        assert (tmp_path / "killed").exists()

        # Nobody rings for this one: its doorbell is taken away. The workers find it by themselves.
        unheard = submit(chunks=3, seed=3, seconds=0.6)
        with current_app.connection_for_write() as line:
            line.default_channel.queue_purge("celery")
        wait_until(lambda: status(unheard) == Status.DONE, log=log)

        wait_until(lambda: status(always) == Status.NEEDS_ATTENTION, log=log)
        late = submit(chunks=2, seed=4)
        wait_until(lambda: status(late) == Status.DONE, log=log)
    assert every(Job).get(pk=always.pk).reason == Reason.WORKER_LOST
    wanted = {answer(1, 4), answer(3, 3), answer(4, 2)}
    assert set(Organisation.objects.exclude(pk=organisation.pk).values_list("name", flat=True)) == wanted


def test_paused_child_that_wakes_after_its_lease_changes_nothing(submit, log):
    job = submit(chunks=6, seed=31, seconds=0.3)
    with celery_worker(log) as worker:
        wait_until(lambda: job.chunks.filter(state=Chunk.State.RUNNING).count() == 2, log=log)
        child = max(psutil.Process(worker.pid).children(), key=lambda process: process.pid)
        os.kill(child.pid, signal.SIGSTOP)
        try:
            wait_until(lambda: status(job) == Status.DONE, log=log)
        finally:
            os.kill(child.pid, signal.SIGCONT)
        late = actions.submit(organisation=job.organisation, kind="probe", question={"chunks": 2, "seed": 32})
        wait_until(lambda: status(late) == Status.DONE, log=log)
    assert Organisation.objects.filter(name=answer(31, 6)).count() == 1
