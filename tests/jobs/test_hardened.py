"""What keeps work going, and within bounds, when something around it fails for a while."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from jobs import actions, kinds, leases, tasks
from jobs.models import Chunk, Job, Reason, Status
from jobs.results import DamagedResult, StoredResults
from tests.jobs.probe import chunk_bytes
from tests.jobs.workers import worker_environment
from tests.makers import every


@pytest.fixture
def no_broker(monkeypatch):
    rung = []
    monkeypatch.setattr(tasks, "ring", lambda job_id, **_times: rung.append(job_id) is not None)
    return rung


def test_worker_carries_on_without_a_broker_but_not_into_its_time_limit(
    submit, settings, no_broker, monkeypatch
):
    settings.JOBS_SLICE_SECONDS = 0
    # Not the setting: Celery reads that once, and would write this limit into the bells of all later tests.
    monkeypatch.setattr(tasks.work, "soft_time_limit", 0.4)
    job = submit(chunks=20, seconds=0.05)
    tasks.work(str(job.pk))
    done = job.chunks.filter(state=Chunk.State.DONE).count()
    assert 1 < len(no_broker) == done < 20
    assert not job.chunks.exclude(state=Chunk.State.DONE).exclude(attempts=0).exists()


def test_result_is_stored_after_a_restart_of_the_database(submit, settings, transactional_db, monkeypatch):
    settings.JOBS_LEASE_SECONDS = 10
    submit(chunks=1)
    held = leases.take_chunk()
    updates = []

    def rows():
        updates.append(connection.connection)
        if len(updates) == 1:
            connection.close()
            raise OperationalError("the server closed the connection")
        return Chunk.objects.filter(pk=held.pk, token=held.token)

    monkeypatch.setattr(leases.Held, "rows", lambda _held: rows())
    assert leases.store(held, b"kept", seconds=1)
    assert len(updates) == 2
    assert bytes(Chunk.objects.get().result) == b"kept"


def test_heartbeat_goes_on_after_the_database_was_away(submit, settings, transactional_db):
    settings.JOBS_LEASE_SECONDS = 0.8
    submit(chunks=1)
    held = leases.take_chunk()
    beats = []

    class Rows:
        def update(self, **changes):
            beats.append(connection.connection)
            if len(beats) == 1:
                raise OperationalError("the server closed the connection")
            return held.rows().update(**changes)

    lost = []
    with leases.kept_alive(Rows(), lost=lambda: lost.append(1)):
        time.sleep(1.5)
    assert len(beats) > 2
    assert beats[1] is None  # a new connection is made
    assert not lost


def test_database_that_is_away_ends_the_task_quietly_and_costs_no_attempt(submit, monkeypatch):
    job = submit()

    def away():
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(leases, "give_up_exhausted", away)
    monkeypatch.setattr(tasks.connection, "close", lambda: None)
    tasks.work(str(job.pk))
    assert not job.chunks.exclude(attempts=0).exists()


def test_cancelled_chunk_is_let_go_in_the_middle(submit, settings, transactional_db):
    settings.JOBS_LEASE_SECONDS = 1.6
    job = submit(chunks=1, seconds=20)
    held = leases.take_chunk()

    def cancel_soon():
        time.sleep(0.3)
        actions.cancel(job=job)
        connection.close()

    other = threading.Thread(target=cancel_soon)
    other.start()
    began = time.monotonic()
    tasks.run_chunk(held)
    other.join()
    assert time.monotonic() - began < 5
    assert every(Job).get().status == Status.CANCELLED
    assert not Chunk.objects.exists()


def test_doorbell_time_is_the_databases_own(submit, monkeypatch):
    monkeypatch.setattr(
        timezone, "now", lambda: timezone.datetime(2001, 1, 1, tzinfo=timezone.get_default_timezone())
    )
    job = submit()
    job.refresh_from_db()
    monkeypatch.undo()
    assert abs(timezone.now() - job.rung_at) < timedelta(minutes=5)


def test_chunk_that_asks_for_too_much_memory_needs_attention_in_plain_words(submit, work):
    submit(eat=[1])
    work()
    job = every(Job).get()
    assert (job.status, job.reason) == (Status.NEEDS_ATTENTION, Reason.OUT_OF_MEMORY)
    assert "more memory" in job.reason_text


def test_process_with_a_ceiling_is_refused_more_memory():
    program = """
from jobs.memory import hold_memory
hold_memory(200)
bytearray(50 * 2**20)
try:
    bytearray(300 * 2**20)
except MemoryError:
    print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env=worker_environment(), capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "refused", done.stderr


def test_stored_results_are_a_sequence_that_checks_what_it_reads(submit):
    submit(chunks=6)
    for _chunk in range(6):
        tasks.run_chunk(leases.take_chunk())
    results = StoredResults(every(Job).get())
    wanted = [chunk_bytes(7, index) for index in range(6)]
    assert list(results) == wanted == results[:]
    assert (len(results), results[-1], results[2:4]) == (6, wanted[-1], wanted[2:4])
    with pytest.raises(IndexError):
        results[6]
    Chunk.objects.filter(index=5).update(result=b"\x00" + wanted[5][1:])
    with pytest.raises(DamagedResult, match="chunk 5"):
        list(results)
    assert results.put_back_damaged() == 1


def test_chunk_row_that_is_gone_is_a_failure_not_a_shorter_answer(submit, work):
    job = submit(chunks=3)
    for _chunk in range(3):
        tasks.run_chunk(leases.take_chunk())
    job.chunks.filter(index=1).delete()
    work()
    job.refresh_from_db()
    assert (job.status, job.reason) == (Status.NEEDS_ATTENTION, Reason.FAILED)


def test_worker_of_an_older_version_leaves_what_it_does_not_know_to_newer_ones(submit, work, monkeypatch):
    job = submit()
    with monkeypatch.context() as older:
        older.setattr(kinds, "_kinds", {})
        work()
        assert not job.chunks.exclude(attempts=0).exists()
    work()
    job.refresh_from_db()
    assert job.status == Status.DONE
