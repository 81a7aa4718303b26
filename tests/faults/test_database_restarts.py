"""The database restarts under a run and under a form; its disk fills up."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import pytest
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.urls import reverse

from accounts.models import Role
from cbhi_site import env
from schemes.models import Scheme
from tests.calculator.pages import boxes_of
from tests.faults import jobs
from tests.faults.browser import Browser
from tests.faults.site import FAMILIES, FaultSite, as_client_of, wait_until
from tests.jobs.probe import answer
from tests.makers import every, make_member, make_organisation, make_scheme

pytestmark = pytest.mark.faults
NEW = reverse("schemes:new")


def new_scheme(person: Browser, name: str) -> dict[str, str]:
    fields = boxes_of(person.get(NEW).text, form=None)
    fields.pop("csrfmiddlewaretoken", None)
    return fields | {"name": name, "inhabitants": "5,000", "do": "save"}


def test_f8_restart_of_the_database_loses_neither_a_run_nor_a_form(site, ask, person, figure):
    job = ask(chunks=40, seed=8000, seconds=0.4)
    typed = new_scheme(person, "Typed while it restarted")
    wait_until(lambda: jobs.done_chunks(job) >= 2)
    began = time.monotonic()
    site.stop("postgres")
    refused = person.post(NEW, typed)
    looked = person.get("/")
    site.start("postgres")
    away = time.monotonic() - began
    assert (refused.status, looked.status) == (503, 503)
    assert "Please try again in a few seconds" in refused.words
    again = {name: value for name, value in refused.hidden.items() if name != "csrfmiddlewaretoken"}
    assert again == typed
    connection.close()  # this process, too, has a line that broke
    sent = person.post(NEW, again)
    assert sent.status == 302
    assert every(Scheme).filter(name="Typed while it restarted").count() == 1
    waited = wait_until(lambda: jobs.is_done(job), what="the run")
    assert jobs.answers(answer(8000, 40)) == 1
    figure(
        "F8",
        f"database away {away:.1f} s: 503 in {refused.seconds:.2f} s with all {len(typed)} fields, "
        f"saved once when sent again; the run went on, done {waited:.0f} s later",
    )


@contextlib.contextmanager
def small_disk(megabytes: int):
    """A file system of so many megabytes in memory; only root may mount one."""
    place = Path(tempfile.mkdtemp(prefix="cbhi-disk-", dir="/tmp"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        place.rmdir()


def fill(file: Path) -> int:
    """Leave no byte free; how many were taken."""
    taken, block = 0, b"\0" * 65536
    with file.open("wb", buffering=0) as out:
        while block:
            try:
                taken += out.write(block)
            except OSError:
                block = block[: len(block) // 2]
    return taken


def refuses(broker: redis.Redis) -> bool:
    """Whether the broker writes nothing more: it says so once there was a line that it could not keep."""
    try:
        broker.set("filler", b"\0" * 65536)
    except redis.ResponseError:
        return True
    return False


def test_f10_full_disk_is_said_plainly_and_over_when_there_is_room(monkeypatch, django_db_blocker, figure):
    with small_disk(700) as place, contextlib.ExitStack() as stack:
        monkeypatch.setattr(tempfile, "tempdir", str(place))
        (place / "site").mkdir()
        extra = {"SIMULATED_FAMILIES": str(FAMILIES), "REQUIRE_ADMIN_SECOND_FACTOR": "0"}
        static = Path(settings.STATIC_ROOT)
        site = stack.enter_context(FaultSite(place / "site", workers=1, extra=extra, static=static))
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(as_client_of(site))
        organisation = make_organisation("Health circle")
        person = Browser.of(site.web, make_member(organisation, role=Role.ADMIN))
        assert person.post(NEW, new_scheme(person, "Before")).status == 302
        # A bell at the door when the disk fills up: the worker hears it and cannot note that it did.
        worker = psutil.Process(site.pids["worker-1"])
        worker.suspend()
        heard = jobs.save(make_scheme(organisation), "Asked just before").simulation
        taken = fill(place / "filler")
        made = 0
        with contextlib.suppress(DatabaseError):
            while made < 3000:
                Scheme.objects.create(organisation=organisation, name=f"Fills the table {made}", **sizes())
                made += 1
        typed = new_scheme(person, "While it was full")
        refused = person.post(NEW, typed)
        while refused.status == 302:
            typed = new_scheme(person, typed["name"] + "!")
            refused = person.post(NEW, typed)
        pages = [person.get(path).status for path in ("/", NEW)]
        broker = redis.Redis.from_url(env.cache_address(site.environ["REDIS_URL"]))
        wait_until(lambda: refuses(broker), what="the broker's refusal")
        worker.resume()
        time.sleep(2)
        (place / "filler").unlink()
        assert refused.status == 503
        assert refused.hidden["name"] == typed["name"]
        assert not every(Scheme).filter(name=typed["name"]).exists()
        assert pages == [200, 200]
        later = wait_until(lambda: person.post(NEW, typed).status == 302, seconds=60)
        assert every(Scheme).filter(name=typed["name"]).count() == 1
        wait_until(lambda: jobs.is_done(heard), what="after there was room")
        ended = {name: child.process.poll() for name, child in site.children.items() if child.process}
        gone = {name: site.log(name)[-300:] for name, code in ended.items() if code is not None}
        assert not gone, gone
    figure(
        "F10",
        f"disk full ({taken / 1e6:.0f} MB, {made} more rows): 503 with the form kept, pages still "
        f"read, saved {later:.1f} s after there was room, no process restarted",
    )


def sizes() -> dict[str, object]:
    return {"inhabitants": 5000, "family_sizes": {"1": 1.0}}


def test_f9_form_whose_answer_was_lost_makes_nothing_twice(site, person, figure):
    typed = new_scheme(person, "The answer got lost")
    lost = person.post(NEW, typed)
    again = person.post(NEW, typed)
    assert lost.location == again.location != ""
    assert every(Scheme).filter(name="The answer got lost").count() == 1
    figure("F9", "form sent again after its answer was lost: the same record, the same redirect")
