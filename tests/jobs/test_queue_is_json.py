"""The queue takes JSON alone, and what a task was given stays out of the worker's log."""

import os
import time

import pytest
from celery import current_app
from django.conf import settings

from tests.jobs.workers import celery_worker

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = "Ramesh Munda 98765 43210"


class Touches:
    """What runs when somebody unpickles it: it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_settings_name_json_alone():
    assert settings.CELERY_TASK_SERIALIZER == "json"
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_RESULT_BACKEND is None


def test_a_worker_refuses_pickle_and_hides_what_tasks_were_given(tmp_path):
    made, log = tmp_path / "made", tmp_path / "worker.log"
    with current_app.connection_for_write() as line:
        line.default_channel.queue_purge("celery")
    with celery_worker(log, processes=1) as worker:
        with current_app.connection_for_write() as line:
            producer = line.Producer(serializer="pickle")
            headers = {"task": "jobs.work", "id": "11111111-1111-1111-1111-111111111111", "lang": "py"}
            body = ((Touches(str(made)),), {}, {})
            producer.publish(body, routing_key="celery", headers=headers, serializer="pickle")
        current_app.send_task("nowhere.known", args=[TYPED], kwargs={"name": TYPED})
        # A job's id that is none: the task fails with its argument in the message of the failure.
        current_app.send_task("jobs.work", args=[TYPED])
        current_app.send_task("jobs.work", args=[TYPED, TYPED], kwargs={"name": TYPED})
        deadline = time.monotonic() + 60
        while log.read_text().count("TypeError") < 1:
            assert time.monotonic() < deadline, log.read_text()
            assert worker.poll() is None, log.read_text()
            time.sleep(0.2)
        # The refused ones came first; the worker lives on.
        said = log.read_text()
    assert not made.exists()
    for trace in ("Ramesh", "Munda", "98765"):
        assert trace not in said
    assert "decode" in said
