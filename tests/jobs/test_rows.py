"""The rules that the database keeps, the progress it counts, and the few bytes that a poll costs."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from jobs import actions, leases, tasks
from jobs.models import MOVES, Chunk, Job, Status
from jobs.queries import progress
from tests.makers import every


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("job_status_known", {"status": "lost"}),
        ("job_has_chunks", {"chunk_count": 0}),
        ("job_has_chunks", {"settle_at": 99}),
        ("job_done_is_dated", {"status": Status.DONE}),
        ("job_attention_has_reason", {"status": Status.NEEDS_ATTENTION}),
        ("job_attention_has_reason", {"reason": "failed"}),
    ],
)
def test_database_refuses_a_job_that_makes_no_sense(submit, name, changes):
    submit()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        every(Job).update(**changes)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("chunk_state_known", {"state": "lost"}),
        ("chunk_done_has_result", {"state": "done"}),
        ("chunk_done_has_result", {"result": b"early"}),
        ("chunk_running_has_lease", {"state": "running"}),
        ("chunk_once_per_index", {"index": 0}),
    ],
)
def test_database_refuses_a_chunk_that_makes_no_sense(submit, name, changes):
    submit(chunks=2)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Chunk.objects.update(**changes)


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("end", list(Status))
def test_states_move_by_the_table_only(submit, start, end):
    job = submit()
    reason = {True: "failed", False: ""}
    every(Job).update(
        status=start, finished_at=timezone.now(), reason=reason[start == Status.NEEDS_ATTENTION]
    )
    rows = every(Job).filter(pk=job.pk)
    moved = actions.move(rows, end, reason=reason[end == Status.NEEDS_ATTENTION])
    assert moved == (end in MOVES[start])
    assert rows.get().status == (end if moved else start)


def test_progress_is_counted_from_the_chunks(submit, work):
    job = submit(chunks=4)
    assert progress(job=job).percent == 0
    tasks.run_chunk(leases.take_chunk())
    leases.take_chunk()
    Chunk.objects.filter(state=Chunk.State.DONE).update(seconds=2.0)
    found = progress(job=job)
    assert (found.chunks_done, found.chunk_count, found.workers, found.percent) == (1, 4, 1, 25)
    assert found.seconds_left == pytest.approx(6.0)


def test_progress_of_a_job_that_stopped_early_is_whole(submit, work):
    job = submit(chunks=9, checkpoints=[3], enough_at=3)
    work()
    job.refresh_from_db()
    assert (progress(job=job).percent, progress(job=job).chunk_count) == (100, 3)


@pytest.fixture
def member(organisation):
    user = User.objects.create_user("asha")
    Membership.objects.create(user=user, organisation=organisation)
    return user


def test_poll_costs_few_bytes(client, member, submit):
    client.force_login(member)
    response = client.get(f"/jobs/{submit().pk}/status")
    assert response.json() == {"status": "queued", "done": 0, "of": 4, "seconds_left": None}
    assert len(response.content) <= 300
    assert "no-store" in response["Cache-Control"]


def test_job_of_another_organisation_is_not_there(client, member):
    other = Organisation.objects.create(name="Another circle")
    job = actions.submit(organisation=other, kind="probe", question={"chunks": 1, "seed": 1})
    client.force_login(member)
    assert client.get(f"/jobs/{job.pk}/status").status_code == 404


def test_stalled_job_is_rung_for_once_however_many_look(submit):
    submit()
    assert not actions.ring_stalled()
    every(Job).update(rung_at=None)
    assert actions.ring_stalled()
    assert not actions.ring_stalled()


def test_nobody_rings_while_a_worker_is_at_work(submit):
    submit()
    leases.take_chunk()
    every(Job).update(rung_at=None)
    assert not actions.ring_stalled()
