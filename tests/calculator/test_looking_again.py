"""A page that watches a job asks again and again: each answer costs a poor network almost nothing."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone

from jobs.live import PAUSES, pause_of
from jobs.models import Chunk, Job, Status
from tests.makers import every
from tests.simulation.test_runs import run

MOST_BYTES = 300


def look(client, package, **kwargs):
    return client.get(reverse("calculator:progress", args=[package.pk]), **kwargs)


@pytest.mark.parametrize("query", [{}, {"as": "line"}])
@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_a_look_at_a_run_weighs_at_most_300_bytes(signed_in, package, query, language):
    every(Job).filter(pk=package.simulation_id).update(status=Status.RUNNING)
    soon = timezone.now() + timedelta(minutes=1)
    Chunk.objects.filter(job=package.simulation_id, index=0).update(state="running", lease_until=soon)
    headers = {"accept-encoding": "gzip", "accept-language": language}
    answer = look(signed_in, package, data=query, headers=headers)
    packed = answer.get("Content-Encoding") == "gzip"
    text = (gzip.decompress(answer.content) if packed else answer.content).decode()
    assert len(answer.content) <= MOST_BYTES
    assert "<progress" in text
    assert re.search(r'hx-get="/packages/.*" hx-trigger="load delay:\d+s"', text)


def test_what_a_look_brings_is_what_the_page_was_made_with(signed_in, package):
    page = signed_in.get(reverse("calculator:run", args=[package.pk])).content.decode()
    assert look(signed_in, package).content.decode().strip() in page
    listed = signed_in.get(reverse("calculator:packages", args=[package.scheme_id])).content.decode()
    assert look(signed_in, package, data={"as": "line"}).content.decode().strip() in listed


def test_when_a_run_ends_its_page_is_asked_anew_and_a_list_gets_its_line(signed_in, package):
    job = every(Job).get(pk=package.simulation_id)
    run(job)
    assert look(signed_in, package)["HX-Refresh"] == "true"
    line = look(signed_in, package, data={"as": "line"})
    assert line["HX-Retarget"] == f"#package-{package.pk}"
    assert "simulated" in line["HX-Trigger"]
    assert f'id="package-{package.pk}"' in line.content.decode()
    assert "hx-trigger" not in line.content.decode()


def test_looks_become_rarer_the_longer_a_job_goes_on(package):
    job = every(Job).get(pk=package.simulation_id)
    pauses = []
    for seconds in (0, 15, 45, 200, 4000):
        job.created_at = timezone.now() - timedelta(seconds=seconds)
        pauses.append(pause_of(job))
    assert pauses == [*PAUSES, PAUSES[-1]]
    assert pause_of(None) == PAUSES[-1]
