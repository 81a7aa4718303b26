"""Working: one holder at a time, stale ones write nothing, attempts are counted, finishing happens once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from accounts.models import Organisation
from jobs import actions, leases, tasks
from jobs.models import Chunk, Job, Reason, Status
from jobs.refusals import JobAlreadyFinished, JobNeedsNoRetry
from tests.jobs.probe import answer, chunk_bytes
from tests.makers import every


def expire_leases():
    Chunk.objects.filter(lease_until__isnull=False).update(lease_until=Now())
    every(Job).filter(lease_until__isnull=False).update(lease_until=Now())


def answers():
    return set(Organisation.objects.exclude(name="Health circle").values_list("name", flat=True))


def test_job_runs_to_its_answer_and_leaves_no_chunk_behind(submit, work):
    job = submit(chunks=5, seed=11)
    work()
    job.refresh_from_db()
    assert job.status == Status.DONE
    assert job.started_at <= job.finished_at
    assert answers() == {answer(11, 5)}
    assert Chunk.objects.count() == 0


def test_chunk_that_is_held_is_not_given_to_a_second_worker(submit):
    submit(chunks=1)
    assert leases.take_chunk() is not None
    assert leases.take_chunk() is None


def test_worker_that_comes_back_after_its_lease_writes_nothing(submit):
    submit(chunks=1)
    slow = leases.take_chunk()
    expire_leases()
    quick = leases.take_chunk()
    assert quick.token > slow.token
    assert not leases.store(slow, b"from the past", seconds=1)
    assert leases.store(quick, b"now", seconds=1)
    assert not leases.store(slow, b"from the past", seconds=1)
    assert not leases.release(slow, reason="")
    assert bytes(Chunk.objects.get().result) == b"now"


def test_redelivered_doorbell_adds_nothing(submit):
    job = submit()
    tasks.work(str(job.pk))
    tasks.work(str(job.pk))
    assert every(Job).get().status == Status.DONE
    assert answers() == {answer(7, 4)}


def test_finisher_with_a_stale_token_changes_nothing(submit):
    job = submit(chunks=1)
    tasks.run_chunk(leases.take_chunk())
    job = leases.jobs_to_settle().get()
    job.token += 1  # as if it held the job, which nobody took
    leases._settle(job)
    assert every(Job).get().status == Status.RUNNING
    assert answers() == set()


def test_work_of_a_worker_that_vanished_is_done_by_the_next(submit, work):
    submit(chunks=3)
    assert leases.take_chunk() is not None
    work()
    assert every(Job).get().status == Status.RUNNING
    expire_leases()
    work()
    assert every(Job).get().status == Status.DONE
    assert answers() == {answer(7, 3)}


def test_heartbeat_keeps_the_lease_of_long_work(submit, settings, transactional_db):
    settings.JOBS_LEASE_SECONDS = 0.4
    submit(chunks=1, seconds=1.0)
    held = leases.take_chunk()
    thread = threading.Thread(target=lambda: (tasks.run_chunk(held), connection.close()))
    thread.start()
    taken_meanwhile = []
    while thread.is_alive():
        taken_meanwhile.append(leases.take_chunk())
        thread.join(0.1)
    assert set(taken_meanwhile) == {None}
    assert Chunk.objects.get().state == Chunk.State.DONE


def test_three_vanished_workers_and_the_job_needs_attention(submit):
    submit(chunks=1)
    for _attempt in range(3):
        assert leases.take_chunk() is not None
        assert leases.give_up_exhausted() == 0
        expire_leases()
    assert leases.take_chunk() is None
    assert leases.give_up_exhausted() == 1
    job = every(Job).get()
    assert (job.status, job.reason) == (Status.NEEDS_ATTENTION, Reason.WORKER_LOST)
    assert "three times" in job.reason_text


def test_three_failures_and_the_job_needs_attention_without_waiting(submit, work):
    submit(fail=[2])
    work()
    job = every(Job).get()
    assert (job.status, job.reason) == (Status.NEEDS_ATTENTION, Reason.FAILED)
    assert answers() == set()


def test_refusal_of_a_kind_is_final_and_keeps_its_words(submit, work):
    submit(refuse=[0])
    work()
    job = every(Job).get()
    assert (job.status, job.reason) == (Status.NEEDS_ATTENTION, Reason.REFUSED)
    assert job.reason_text == "Twelve families are too few. Ask for more."


def test_failed_finish_is_tried_three_times_and_writes_nothing(submit, work):
    submit(fail_finish=True)
    work()
    job = every(Job).get()
    assert (job.status, job.reason) == (Status.NEEDS_ATTENTION, Reason.FAILED)
    assert job.chunks.filter(state=Chunk.State.DONE).count() == 4


def test_retry_keeps_what_is_done_and_gives_fresh_attempts(submit, work):
    job = submit(fail=[2])
    work()
    kept = job.chunks.filter(state=Chunk.State.DONE).count()
    assert kept == 2
    every(Job).update(question={**job.question, "fail": []})
    job.refresh_from_db()
    assert actions.retry(job=job).status == Status.QUEUED
    assert job.chunks.filter(state=Chunk.State.DONE).count() == kept
    work()
    assert every(Job).get().status == Status.DONE
    assert answers() == {answer(7, 4)}


def test_retry_gives_the_job_of_whoever_asked_anew(submit, work):
    job = submit(fail=[0])
    work()
    job.refresh_from_db()
    newer = submit(fail=[0])
    assert newer != job
    assert actions.retry(job=job) == newer


def test_only_a_job_that_needs_attention_can_be_retried(submit):
    with pytest.raises(JobNeedsNoRetry):
        actions.retry(job=submit())


def test_result_that_was_damaged_is_made_again(submit, work):
    submit(chunks=2)
    tasks.run_chunk(leases.take_chunk())
    Chunk.objects.filter(index=0).update(result=b"\x00" + chunk_bytes(7, 0)[1:])
    work()
    assert every(Job).get().status == Status.DONE
    assert answers() == {answer(7, 2)}


def test_cancel_while_waiting_drops_the_job(submit, work):
    job = actions.cancel(job=submit())
    work()
    assert (job.status, Chunk.objects.count(), answers()) == (Status.CANCELLED, 0, set())
    assert job.cancel_requested_at is not None


def test_cancel_while_running_keeps_no_partial_result(submit, work):
    job = submit()
    tasks.step()
    in_the_middle = leases.take_chunk()
    actions.cancel(job=job)
    tasks.run_chunk(in_the_middle)
    work()
    assert every(Job).get().status == Status.CANCELLED
    assert (Chunk.objects.count(), answers()) == (0, set())


def test_cancel_twice_is_cancelled_once(submit):
    job = actions.cancel(job=submit())
    assert actions.cancel(job=job).status == Status.CANCELLED


def test_finished_job_refuses_to_be_cancelled(submit, work):
    job = submit()
    work()
    with pytest.raises(JobAlreadyFinished):
        actions.cancel(job=job)
    assert answers() == {answer(7, 4)}


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_early_stop_uses_the_same_chunks_however_far_workers_ran_ahead(submit, work, ahead):
    submit(chunks=10, checkpoints=[2, 4, 6], enough_at=4)
    held = [leases.take_chunk() for _ in range(4 + ahead)]
    for chunk in reversed(held):
        tasks.run_chunk(chunk)
    work()
    job = every(Job).get()
    assert (job.status, job.settle_at, job.chunk_count) == (Status.DONE, 4, 10)
    assert answers() == {answer(7, 4)}


def test_checkpoints_that_do_not_suffice_lead_to_every_chunk(submit, work):
    submit(chunks=5, checkpoints=[1, 3])
    work()
    assert answers() == {answer(7, 5)}


def test_organisation_that_waited_longest_is_served_next(submit, settings):
    settings.JOBS_TURN_SECONDS = 0
    for seed in range(5):
        submit(seed=seed)
    assert leases.take_chunk() is not None
    other = Organisation.objects.create(name="Another circle")
    theirs = actions.submit(organisation=other, kind="probe", question={"chunks": 2, "seed": 1})
    served = [leases.take_chunk().job for _ in range(3)]
    assert served[0] == theirs
    assert served[1].organisation_id != other.pk
    assert served[2] == theirs


def test_organisation_that_asks_for_least_goes_first_until_another_has_waited_for_its_turn(submit, settings):
    settings.JOBS_TURN_SECONDS = 60
    for seed in range(5):
        submit(seed=seed)
    assert leases.take_chunk() is not None
    other = Organisation.objects.create(name="Another circle")
    theirs = actions.submit(organisation=other, kind="probe", question={"chunks": 4, "seed": 1})
    assert [leases.take_chunk().job for _ in range(3)] == [theirs] * 3
    every(Job).exclude(pk=theirs.pk).update(served_at=Now() - timedelta(seconds=61))
    assert leases.take_chunk().job.organisation_id != other.pk
    assert leases.take_chunk().job == theirs
    assert leases.take_chunk().job.organisation_id != other.pk
