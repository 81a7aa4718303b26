"""Asking: one question is one job, whoever asks and however often."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation
from jobs import actions, kinds
from jobs.models import Chunk, Job, Status
from jobs.questions import canonical, content_hash
from tests.jobs.workers import worker_environment
from tests.makers import every


def test_same_question_is_the_same_job_whatever_the_order_of_its_keys(organisation):
    first = actions.submit(organisation=organisation, kind="probe", question={"chunks": 2, "seed": 1})
    again = actions.submit(organisation=organisation, kind="probe", question={"seed": 1, "chunks": 2})
    assert first == again
    assert every(Job).count() == 1
    assert Chunk.objects.count() == 2


def test_another_kind_with_the_same_question_has_another_hash():
    assert content_hash("probe", {"a": 1}) != content_hash("other", {"a": 1})


def test_question_of_another_organisation_is_another_job(submit):
    mine = submit()
    other = Organisation.objects.create(name="Another circle")
    theirs = actions.submit(organisation=other, kind="probe", question=mine.question)
    assert theirs != mine
    assert list(Job.objects.of(other)) == [theirs]


def test_answered_question_is_not_asked_again(submit, work):
    job = submit()
    work()
    assert submit() == job


def test_question_that_was_cancelled_can_be_asked_anew(submit):
    job = submit()
    actions.cancel(job=job)
    assert submit() != job


@pytest.mark.parametrize("question", [{"x": float("nan")}, {"x": float("inf")}, {"x": {1, 2}}])
def test_question_that_is_not_json_is_refused(question):
    with pytest.raises(ValueError, match="JSON"):
        canonical(question)


def test_unknown_kind_is_refused_by_name(organisation):
    with pytest.raises(kinds.UnknownKindError, match=r"No job kind 'nonsense'; known: .*probe"):
        actions.submit(organisation=organisation, kind="nonsense", question={})


def test_database_itself_refuses_a_second_live_job_for_a_question(submit):
    job = submit()
    with pytest.raises(IntegrityError, match="job_one_per_question"), transaction.atomic():
        Job.objects.create(
            organisation=job.organisation,
            kind=job.kind,
            content_hash=job.content_hash,
            question={},
            chunk_count=1,
            settle_at=1,
        )


@pytest.mark.django_db(transaction=True)
def test_ten_people_asking_at_the_same_moment_get_one_job(organisation):
    together = threading.Barrier(10)
    answers = []

    def ask():
        try:
            together.wait(10)
            question = {"chunks": 3, "seed": 5}
            answers.append(actions.submit(organisation=organisation, kind="probe", question=question).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 10
    assert len(set(answers)) == 1
    assert every(Job).count() == 1
    assert Chunk.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_submit_without_a_broker_is_kept_and_answers_within_a_second(organisation):
    program = """
import django, time
django.setup()
import tests.jobs.probe
from accounts.models import Organisation
from jobs.actions import submit
organisation = Organisation.objects.get()
for seed in range(3):
    started = time.perf_counter()
    submit(organisation=organisation, kind="probe", question={"chunks": 9, "seed": seed})
    print(time.perf_counter() - started)
"""
    environment = worker_environment(REDIS_URL="redis+socket:///tmp/cbhi-no-broker-here.sock")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path.cwd(),
    )
    # The quickest of three: how busy the machine is says nothing about how long the page waits for a broker.
    assert min(float(line) for line in done.stdout.split()) < 1.0
    assert [job.status for job in every(Job).all()] == [Status.QUEUED] * 3
    assert Chunk.objects.count() == 27
