"""The broker is killed, emptied, away and full: what people do is kept, and starts when it can."""

from __future__ import annotations

import shutil
import time

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
    asked = {"chunks": 500, "seed": 6000, "seconds": 0.3}
    running = actions.submit(organisation=make_organisation(), kind="probe", question=asked)
    wait_until(lambda: jobs.done_chunks(running) >= 1)
    scheme = make_scheme(organisation)
    package = jobs.save(scheme, "Asked before")
    wait_until(lambda: jobs.is_done(package.simulation), what="the queue is served in turn")
    site.stop("redis")
    began, slowest, codes = time.monotonic(), 0.0, set()
    later = jobs.save(scheme, "Saved while the broker is away", hospitalisation=7000)
    before = jobs.done_chunks(running)
    while time.monotonic() - began < AWAY_SECONDS:
        for path in (
            reverse("calculator:run", args=[later.pk]),
            reverse("calculator:runs", args=[scheme.pk]),
        ):
            page = person.get(path)
            slowest, codes = max(slowest, page.seconds), codes | {page.status}
        again = person.post(reverse("calculator:retry", args=[later.pk]), {})
        slowest, codes = max(slowest, again.seconds), codes | {again.status}
        time.sleep(1)
    went_on = jobs.done_chunks(running) - before
    assert went_on > 0
    site.start("redis")
    waited = wait_until(lambda: jobs.is_done(later.simulation), what="after its return")
    wait_until(lambda: jobs.is_done(running), what="the long one")
    assert codes <= {200, 302}
    assert jobs.answers(answer(6000, 500)) == 1
    figure(
        "F6",
        f"broker away {AWAY_SECONDS} s: no error, slowest page {slowest:.2f} s; a job did {went_on} parts "
        f"meanwhile; what was saved was simulated {waited:.0f} s after its return",
    )
    assert waited < 60


def test_f7_a_full_broker_refuses_bells_but_no_submission(site, organisation, person, figure):
    line = redis.Redis.from_url(env.cache_address(site.environ["REDIS_URL"]))
    assert line.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    before = line.config_get("maxmemory")["maxmemory"]
    line.config_set("maxmemory", "1")
    try:
        package = jobs.save(make_scheme(organisation), "Saved although the broker is full")
        pages = [person.get(reverse("calculator:run", args=[package.pk])) for _time in range(3)]
        again = person.post(reverse("calculator:retry", args=[package.pk]), {})
        time.sleep(1)
    finally:
        line.config_set("maxmemory", before)
    assert [page.status for page in pages] == [200] * 3
    assert again.status == 302
    waited = wait_until(lambda: jobs.is_done(package.simulation), what="after there is room again")
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
