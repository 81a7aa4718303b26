"""Workers are killed, paused, poisoned and replaced: every answer comes, once, with the same bits."""

from __future__ import annotations

import random
import signal
import time

import psutil
import pytest
from django.db import transaction

from jobs import actions
from jobs.models import Chunk, Job, Reason, Status
from tests.faults import jobs
from tests.faults.site import WORKERS, wait_until
from tests.jobs.probe import answer
from tests.makers import every, make_organisation, make_scheme

pytestmark = pytest.mark.faults


def test_f1_twenty_children_killed_at_random_moments_change_no_bit(site, figure):
    dice = random.Random(20180802)
    seeds = range(1000, 1020)
    asked = [
        actions.submit(
            organisation=make_organisation(),
            kind="probe",
            question={"chunks": 8, "seed": seed, "seconds": 1.0},
        )
        for seed in seeds
    ]
    killed = ended = 0
    while killed < 20:
        time.sleep(dice.uniform(0.3, 1.2))
        ended += site.restart_ended()
        children = [child for name in WORKERS for child in site.children_of(name)]
        assert any(jobs.status(job) in {Status.QUEUED, Status.RUNNING} for job in asked), killed
        if children:
            dice.choice(children).kill()
            killed += 1

    def all_done():
        site.restart_ended()
        return all(jobs.is_done(job) for job in asked)

    waited = wait_until(all_done, what="20 jobs")
    assert killed == 20
    assert [jobs.answers(answer(seed, 8)) for seed in seeds] == [1] * 20
    figure(
        "F1",
        f"20 children killed with kill -9 ({ended} times their worker ended and was started again): "
        f"all answers right, once, {waited:.0f} s after the last kill",
    )
    assert waited < 60 + 40  # all of them together are 40 s of work for four processes


def test_f2_another_worker_finishes_what_a_killed_one_held(site, ask, figure):
    job = ask(chunks=16, seed=1100, seconds=0.5)
    wait_until(lambda: jobs.done_chunks(job) >= 3)
    left = 16 - jobs.done_chunks(job)
    site.kill("worker-1")
    waited = wait_until(lambda: jobs.is_done(job), what="after kill -9 of a whole worker")
    assert jobs.answers(answer(1100, 16)) == 1
    figure("F2", f"whole worker killed with {left} parts left: done {waited:.0f} s later (lease 20 s)")
    assert waited < 60


def test_f3_job_that_kills_its_workers_gets_three_attempts_and_holds_nobody_up(site, ask, figure):
    poison = ask(chunks=1, seed=1200, kill_always=[0])
    glutton = ask(chunks=1, seed=1201, eat=[0])
    other = make_organisation()
    wait_until(lambda: Chunk.objects.filter(job=poison, attempts__gte=1).exists())
    after = actions.submit(organisation=other, kind="probe", question={"chunks": 1, "seed": 1202})
    started = wait_until(lambda: jobs.is_done(after), what="the next job")
    waited = wait_until(lambda: jobs.status(poison) == Status.NEEDS_ATTENTION, what="three attempts")
    assert Chunk.objects.get(job=poison).attempts == 3
    found = every(Job).get(pk=poison.pk)
    assert found.reason == Reason.WORKER_LOST
    assert "stopped three times" in found.reason_text
    assert every(Job).get(pk=glutton.pk).reason == Reason.OUT_OF_MEMORY
    assert Chunk.objects.get(job=glutton.pk).attempts == 3
    figure(
        "F3",
        f"poison: 3 attempts in {waited:.0f} s, then needs attention; next job done in {started:.1f} s",
    )
    assert started < 30


def test_f4_worker_that_was_paused_beyond_its_lease_writes_nothing(site, ask, figure):
    job = ask(chunks=12, seed=1300, seconds=1.5)
    wait_until(lambda: Chunk.objects.filter(job=job, state=Chunk.State.RUNNING).count() >= 3)
    family = [psutil.Process(site.pids["worker-1"]), *site.children_of("worker-1")]
    for process in family:
        process.send_signal(signal.SIGSTOP)
    try:
        waited = wait_until(lambda: jobs.is_done(job), what="without the paused one")
    finally:
        for process in family:
            process.send_signal(signal.SIGCONT)
    late = ask(chunks=8, seed=1301, seconds=0.2)
    wait_until(lambda: jobs.is_done(late))
    assert jobs.answers(answer(1300, 12)) == 1
    wait_until(
        lambda: "let go" in site.log("worker-1") or "result dropped" in site.log("worker-1"), seconds=30
    )
    figure(
        "F4",
        f"worker paused beyond its lease: done without it in {waited:.0f} s, its late result refused",
    )


def test_f14_cancel_frees_the_core_and_shows_no_partial_figure(site, organisation, settings, figure):
    settings.SIMULATED_FAMILIES = 400_000_000
    package = jobs.save(make_scheme(organisation), "To be cancelled")
    job = package.simulation
    wait_until(lambda: jobs.done_chunks(job) >= 1, what="the first chunk")
    children = [child for name in WORKERS for child in site.children_of(name)]
    began = time.monotonic()
    actions.cancel(job=job)
    used = [child.cpu_times().user for child in children]

    def all_rest():
        before = list(used)
        time.sleep(0.5)
        used[:] = [child.cpu_times().user for child in children]
        return max(now - then for now, then in zip(used, before, strict=True)) < 0.1

    wait_until(all_rest, seconds=30, what="cores free")
    seconds = time.monotonic() - began
    assert jobs.status(job) == Status.CANCELLED
    assert jobs.checksums(organisation) == {}
    assert not Chunk.objects.filter(job=job).exists()

    queued = actions.submit(organisation=organisation, kind="probe", question={"chunks": 1, "seed": 1400})
    done = wait_until(lambda: jobs.status(queued) == Status.DONE)
    with pytest.raises(actions.JobAlreadyFinished):
        actions.cancel(job=queued)
    with transaction.atomic():  # nobody was told of it yet
        waiting = actions.submit(
            organisation=organisation, kind="probe", question={"chunks": 1, "seed": 1401}
        )
        actions.cancel(job=waiting)
    time.sleep(1)
    assert jobs.answers(answer(1401, 1)) == 0
    figure(
        "F14",
        f"cancelled while running: cores free after {seconds:.1f} s (0.5 s of it looking); nothing kept",
    )
    assert seconds < 5, done


def test_f17_rolling_restart_with_a_job_running_costs_no_attempt(site, ask, person, figure):
    job = ask(chunks=240, seed=1700, seconds=0.6)
    wait_until(lambda: jobs.done_chunks(job) >= 2)
    most, pages = 0, []
    began = time.monotonic()
    for name in (*WORKERS, "web"):
        assert not jobs.is_done(job)
        site.stop(name)
        most = max([most, *Chunk.objects.filter(job=job).values_list("attempts", flat=True)])
        site.start(name)
        pages.append(person.get("/").status)
    seconds = time.monotonic() - began
    wait_until(lambda: jobs.is_done(job))
    assert jobs.answers(answer(1700, 240)) == 1
    assert most == 1
    assert set(pages) == {200}
    figure(
        "F17",
        f"workers and web replaced in {seconds:.0f} s under a running job: 0 failures, 1 attempt each",
    )


def test_f22_ten_million_families_fit_under_a_ceiling_of_512_megabytes(site, organisation, settings, figure):
    settings.SIMULATED_FAMILIES = 10_000_000
    with site.changed("worker-1", WORKER_MEMORY_MB="512"):
        site.stop("worker-2")
        package = jobs.save(make_scheme(organisation), "Ten million")
        peak = 0
        began = time.monotonic()
        while not jobs.is_done(package.simulation):
            for child in site.children_of("worker-1"):
                try:
                    peak = max(peak, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue
            time.sleep(0.1)
            assert time.monotonic() - began < 240
        seconds = time.monotonic() - began
    figure(
        "F22",
        f"10 M families, all menus, ceiling 512 MB: peak RSS {peak / 1e6:.0f} MB, {seconds:.0f} s",
    )
    assert peak < 400e6


def test_f24_one_two_and_eight_processes_give_the_same_bits(site, figure):
    found = []
    site.stop("worker-2")
    for concurrency in (1, 2, 8):
        organisation = make_organisation()
        with site.changed("worker-1", concurrency=concurrency):
            package = jobs.save(make_scheme(organisation), "The same")
            wait_until(lambda run=package.simulation: jobs.is_done(run), what=f"{concurrency} processes")
        found.append(jobs.checksums(organisation))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 5
    figure("F24", f"1, 2 and 8 processes: {len(found[0])} stored results with identical checksums")
