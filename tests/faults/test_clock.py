"""Machines whose clocks are ten minutes apart, in a time zone of five hours and three quarters."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.models import Chunk
from tests.faults import jobs
from tests.faults.site import wait_until
from tests.jobs.probe import answer
from tests.makers import make_scheme

pytestmark = pytest.mark.faults


def test_f31_workers_ten_minutes_ahead_and_behind_take_nothing_from_each_other(
    site, ask, organisation, person, figure
):
    with (
        site.changed("worker-1", imports="tests.faults.shifted_clock", SHIFTED_SECONDS="600"),
        site.changed("worker-2", imports="tests.faults.shifted_clock", SHIFTED_SECONDS="-600"),
    ):
        job = ask(chunks=20, seed=3100, seconds=1.5)
        most = 0
        while not jobs.is_done(job):
            most = max([most, *Chunk.objects.filter(job=job).values_list("attempts", flat=True)])
            time.sleep(0.2)
        assert jobs.answers(answer(3100, 20)) == 1
        assert most == 1
        job.refresh_from_db()
        assert (job.finished_at - job.started_at).total_seconds() < 120
        assert "clock shifted by 600 s" in site.log("worker-1")
        assert "clock shifted by -600 s" in site.log("worker-2")
        package = jobs.save(make_scheme(organisation), "On Nepal's clock")
        wait_until(lambda: jobs.is_done(package.simulation))
    page = person.get(reverse("calculator:run", args=[package.pk])).words
    today = timezone.now().astimezone(ZoneInfo("Asia/Kathmandu"))
    assert f"Simulated on {today.day} {today:%B %Y}" in page
    figure(
        "F31",
        "workers 10 min ahead and 10 min behind: 20 parts, 1 attempt each, lease by the database's clock",
    )
