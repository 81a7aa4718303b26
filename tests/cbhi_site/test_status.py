"""How the server is: for supervisors, for monitoring, for an organisation's administrators."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from cbhi_site import health, metrics, server_state, worker_seen
from cbhi_site.models import BackupMade, WorkerSeen
from cbhi_site.status_page import KINDS
from jobs import actions as jobs
from jobs import kinds
from jobs.models import Chunk, Job, Reason, Status
from simulation.kinds import SIMULATION
from tests.calculator.pages import words
from tests.jobs import probe  # noqa: F401  a kind for these tests
from tests.makers import client_of, every, make_organisation

pytestmark = pytest.mark.django_db
TOKEN = "a-token-for-monitoring"


@pytest.fixture
def organisation():
    return make_organisation("Health circle")


@pytest.fixture
def admin(organisation):
    return client_of(organisation)


def asked(organisation, **question):
    return jobs.submit(organisation=organisation, kind="probe", question={"chunks": 2, **question})


def long_ago(job, *, seconds):
    every(Job).filter(pk=job.pk).update(changed_at=timezone.now() - timedelta(seconds=seconds))


def backed_up(hours):
    return BackupMade.objects.create(
        made_at=timezone.now() - timedelta(hours=hours), file="b.zip", rows=5, bytes=2_000_000, seconds=1
    )


# ---- for supervisors ---------------------------------------------------------------------------------------


def test_ready_when_database_migrations_and_broker_are_well(client):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"database ok\nmigrations ok\nbroker ok\n")


def test_ready_without_a_broker_and_says_so(client, settings):
    """Forms are saved and work waits in the database: nobody is turned away."""
    settings.CELERY_BROKER_URL = "redis+socket:///tmp/cbhi-no-broker-here.sock"
    response = client.get("/readyz")
    assert response.status_code == 200
    assert b"broker does not answer: work waits" in response.content


def test_not_ready_without_the_database(client, monkeypatch):
    class Away:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(health, "connection", Away())
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"database does not answer\n")
    assert client.get("/healthz").status_code == 200


def test_not_ready_while_a_migration_is_missing(client, monkeypatch):
    monkeypatch.setattr(health._Migrated, "is_sure", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda _self, _targets: ["one"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert b"migrations are missing" in response.content


# ---- workers say that they are there -----------------------------------------------------------------------


def test_a_worker_is_counted_while_it_says_so_and_not_after():
    worker_seen.say("worker-1@here", processes=2)
    worker_seen.say("worker-2@there", processes=3)
    worker_seen.say("worker-2@there", processes=4)
    found = server_state.workers()
    assert (found.count, found.processes) == (2, 6)
    WorkerSeen.objects.filter(name="worker-1@here").update(seen_at=timezone.now() - timedelta(minutes=2))
    worker_seen.leave("worker-2@there")
    found = server_state.workers()
    assert (found.count, found.processes) == (0, 0)
    assert found.last_seen_at is not None


def test_a_worker_that_nobody_heard_of_for_a_day_is_forgotten():
    WorkerSeen.objects.create(name="old", processes=1, seen_at=timezone.now() - timedelta(days=2))
    worker_seen.say("new", processes=1)
    assert list(WorkerSeen.objects.values_list("name", flat=True)) == ["new"]


# ---- for monitoring ----------------------------------------------------------------------------------------


def test_figures_are_for_whoever_has_the_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer another"}).status_code == 404
    found = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert found.status_code == 200
    assert found["Content-Type"].startswith("text/plain; version=0.0.4")


def test_figures_tell_the_queue_the_workers_and_the_backup_and_name_nobody(organisation):
    first = asked(organisation, n=1)
    asked(make_organisation("Another circle"), n=2)
    long_ago(first, seconds=100)
    worker_seen.say("worker-1@secret-host", processes=2)
    backed_up(hours=3)
    told = metrics.text().decode()
    assert 'cbhi_jobs{state="waiting"} 2.0' in told
    assert "cbhi_queue_stalled 1.0" in told
    assert 100 <= float(re.search(r"^cbhi_oldest_waiting_seconds (\S+)", told, re.M)[1]) < 160
    assert "cbhi_worker_processes 2.0" in told
    assert 10_800 <= float(re.search(r"^cbhi_last_backup_age_seconds (\S+)", told, re.M)[1]) < 10_900
    assert not re.search("circle|secret-host", told)


def test_pieces_of_work_done_are_counted_of_finished_and_of_running_jobs(organisation):
    job = asked(organisation, n=3)
    Chunk.objects.filter(job=job, index=0).update(state="done", result=b"x", checksum="y")
    before = server_state.chunks_done()
    every(Job).filter(pk=job.pk).update(status=Status.DONE, finished_at=timezone.now())
    Chunk.objects.filter(job=job).delete()
    assert (before, server_state.chunks_done()) == (1, 2)


# ---- for administrators ------------------------------------------------------------------------------------


def test_work_that_nobody_takes_is_red_within_two_minutes(admin, organisation):
    job = asked(organisation, n=1)
    assert "Nobody takes work" not in words(admin.get(reverse("status")))
    long_ago(job, seconds=server_state.STALLED_SECONDS + 1)
    told = words(admin.get(reverse("status")))
    assert "Nobody takes work" in told
    assert "1 piece of work, the oldest for 1 minute" in told
    assert server_state.STALLED_SECONDS <= 120
    # A worker that holds anything, whosever it is, works: this one waits for its turn.
    other = asked(make_organisation(), n=2)
    Chunk.objects.filter(job=other, index=0).update(
        state="running", lease_until=timezone.now() + timedelta(seconds=20)
    )
    assert "Nobody takes work" not in words(admin.get(reverse("status")))


def test_the_page_tells_nothing_of_other_organisations(admin):
    quiet = words(admin.get(reverse("status")))
    other = make_organisation("Another circle")
    failed = asked(other, n=1)
    jobs.give_up(every(Job).filter(pk=failed.pk), Reason.FAILED)
    long_ago(asked(other, n=2), seconds=1000)
    assert words(admin.get(reverse("status"))) == quiet
    assert admin.post(reverse("status_retry", args=[failed.pk])).status_code == 404


def test_a_failed_run_is_told_with_its_reason_and_can_be_tried_again(admin, organisation):
    job = asked(organisation, n=1)
    jobs.give_up(every(Job).filter(pk=job.pk), Reason.OUT_OF_MEMORY)
    page = admin.get(reverse("status"))
    assert "needs more memory than this machine gives it" in words(page)
    retry = reverse("status_retry", args=[job.pk])
    assert retry in page.content.decode()
    told = admin.post(retry, follow=True)
    assert "It is being tried again." in words(told)
    job.refresh_from_db()
    assert job.status == Status.QUEUED
    assert AuditEntry.objects.of(organisation).filter(what="run.retried").exists()
    assert "Only a simulation that needs attention" in words(admin.post(retry, follow=True))


@pytest.mark.parametrize(
    ("hours", "is_server", "said"),
    [(25, True, None), (27, True, "Too long ago"), (None, True, "Too long ago"), (None, False, "Make one")],
)
def test_a_backup_is_red_after_26_hours_on_a_server(admin, settings, hours, is_server, said):
    settings.PRODUCTION = is_server
    if hours:
        backed_up(hours)
    told = words(admin.get(reverse("status")))
    assert ("No backup was made yet" in told) == (hours is None)
    for each in ("Too long ago", "Make one"):
        assert (each in told) == (each == said)


def test_every_kind_of_work_has_words():
    assert {name for name in kinds._kinds if name != "probe"} == set(KINDS)
    assert SIMULATION in KINDS
