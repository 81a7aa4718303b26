"""The broker is killed, emptied, away and full: what people do is kept, and starts when it can."""

from __future__ import annotations

import shutil
import signal
import time

import psutil
import pytest
import redis
from django.urls import reverse

from cbhi_site import env
from jobs import actions
from jobs.models import Chunk
from tests.faults import jobs
from tests.faults.site import wait_until
from tests.jobs.probe import answer
from tests.makers import make_organisation, make_scheme

pytestmark = pytest.mark.faults
AWAY_SECONDS = 45
HUNG_SECONDS = 20


def test_f5_twenty_waiting_jobs_finish_after_the_broker_lost_everything(site, ask, figure):
    asked = [ask(chunks=4, seed=seed, seconds=0.3) for seed in range(5000, 5020)]
    site.kill("redis")
    for kept in (site.folder / "redis").iterdir():
        shutil.rmtree(kept) if kept.is_dir() else kept.unlink()
    site.start("redis")
    waited = wait_until(lambda: all(jobs.is_done(job) for job in asked), what="20 jobs")
    assert [jobs.answers(answer(seed, 4)) for seed in range(5000, 5020)] == [1] * 20
    figure("F5", f"broker killed and emptied with 20 jobs asked: all 20 done {waited:.0f} s later")
    assert waited < 120


def test_f6_what_is_sent_while_the_broker_is_away_is_saved_and_starts_when_it_is_back(
    site, organisation, person, figure
):
    asked = {"chunks": 800, "seed": 6000, "seconds": 0.4}
    running = actions.submit(organisation=make_organisation(), kind="probe", question=asked)
    wait_until(lambda: jobs.done_chunks(running) >= 1)
    scheme = make_scheme(organisation)
    package = jobs.save(scheme, "Asked before")
    wait_until(lambda: jobs.is_done(package.simulation), what="the queue is served in turn")
    pages = [
        reverse("calculator:run", args=[package.pk]),
        reverse("calculator:runs", args=[scheme.pk]),
    ]
    usual = max(person.get(page).seconds for page in pages * 5)
    site.stop("redis")
    began, seconds, codes = time.monotonic(), [], set()
    later = jobs.save(scheme, "Saved while the broker is away", hospitalisation=7000)
    pages[0] = reverse("calculator:run", args=[later.pk])
    before = jobs.done_chunks(running)
    while time.monotonic() - began < AWAY_SECONDS:
        answers = [person.get(page) for page in pages]
        answers.append(person.post(reverse("calculator:retry", args=[later.pk]), {}))
        seconds += [page.seconds for page in answers]
        codes |= {page.status for page in answers}
        time.sleep(1)
    went_on = jobs.done_chunks(running) - before
    assert went_on > 0
    site.start("redis")
    waited = wait_until(lambda: jobs.is_done(later.simulation), what="after its return")
    wait_until(lambda: jobs.is_done(running), what="the long one")
    assert codes <= {200, 302}
    assert jobs.answers(answer(6000, 800)) == 1
    figure(
        "F6",
        f"broker away {AWAY_SECONDS} s: no error, {len(seconds)} pages, slowest {max(seconds):.2f} s "
        f"(with the broker there {usual:.2f} s); a job did {went_on} parts meanwhile; what was saved was "
        f"simulated {waited:.0f} s after its return",
    )
    assert waited < 60
    assert max(seconds) < 1


def test_f6_pages_hardly_wait_for_a_broker_that_takes_calls_and_never_answers(
    site, organisation, person, figure
):
    """Worse than one that is away: that one refuses at once."""
    scheme = make_scheme(organisation)
    package = jobs.save(scheme, "Asked before")
    pages = [
        reverse("calculator:run", args=[package.pk]),
        reverse("calculator:runs", args=[scheme.pk]),
    ]
    usual = max(person.get(page).seconds for page in pages * 5)
    hung = site.children["redis"].process
    assert hung is not None
    hung.send_signal(signal.SIGSTOP)
    try:
        seconds, codes = [], set()
        began = time.monotonic()
        while time.monotonic() - began < HUNG_SECONDS:
            answers = [person.get(page) for page in pages]
            answers.append(person.post(reverse("calculator:retry", args=[package.pk]), {}))
            seconds += [page.seconds for page in answers]
            codes |= {page.status for page in answers}
            time.sleep(0.5)
    finally:
        hung.send_signal(signal.SIGCONT)
    assert codes <= {200, 302}
    wait_until(lambda: jobs.is_done(package.simulation), what="after its return")
    figure(
        "F6",
        f"broker hung {HUNG_SECONDS} s: no error, {len(seconds)} pages, slowest {max(seconds):.2f} s "
        f"(before {usual:.2f} s)",
    )
    assert max(seconds) < 1


def test_f7_a_full_broker_refuses_bells_but_no_submission(site, organisation, person, figure):
    line = redis.Redis.from_url(env.cache_address(site.environ["REDIS_URL"]))
    assert line.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    before = line.config_get("maxmemory")["maxmemory"]
    assert person.get("/").status == 200  # a fresh server's first page takes seconds
    workers = [psutil.Process(site.pids[name]) for name in ("worker-1", "worker-2")]
    try:
        # Bells that wait at the door when it fills up: the workers hear them and cannot note that they did.
        for worker in workers:
            worker.suspend()
        heard = [jobs.save(make_scheme(organisation), f"Asked just before, {n}").simulation for n in (1, 2)]
        line.config_set("maxmemory", "1")
        for worker in workers:
            worker.resume()
        package = jobs.save(make_scheme(organisation), "Saved although the broker is full")
        pages = [person.get(reverse("calculator:run", args=[package.pk])) for _time in range(3)]
        again = person.post(reverse("calculator:retry", args=[package.pk]), {})
        time.sleep(1)
    finally:
        line.config_set("maxmemory", before)
    assert all(worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE for worker in workers)
    assert [page.status for page in pages] == [200] * 3
    assert again.status == 302
    waited = wait_until(
        lambda: all(jobs.is_done(job) for job in (*heard, package.simulation)),
        what="after there is room again",
    )
    figure(
        "F7",
        f"broker full: saved, pages 200 (slowest {max(page.seconds for page in pages):.2f} s); "
        f"simulated {waited:.0f} s after there was room",
    )


def test_f21_work_starts_through_the_next_look_at_a_page_when_no_worker_looks_by_itself(
    site, organisation, person, figure
):
    with site.changed("worker-1", JOBS_LOOK_SECONDS="3600"):
        site.stop("worker-2")
        package = jobs.save(make_scheme(organisation), "Its bell is lost")
        job = package.simulation
        redis.Redis.from_url(env.cache_address(site.environ["REDIS_URL"])).delete("celery")
        if jobs.done_chunks(job) or Chunk.objects.filter(job=job, state=Chunk.State.RUNNING).exists():
            wait_until(lambda: jobs.is_done(job))
        began = time.monotonic()
        page = reverse("calculator:run", args=[package.pk])
        wait_until(
            lambda: person.get(page).status == 200 and jobs.is_done(job), what="by looking at its page"
        )
        seconds = time.monotonic() - began
    figure(
        "F21", f"no worker looks and the bell is lost: done {seconds:.0f} s after the first look at the page"
    )
    assert seconds < 120
