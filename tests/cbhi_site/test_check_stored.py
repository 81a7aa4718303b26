"""Stored simulations are looked at: a changed bit is found, thrown away, and simulated anew."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from calculator.models import Package
from cbhi_site.stored_checks import check_stored
from jobs import kinds
from jobs.models import Chunk, Job, Reason, Status, checksum
from simulation.kinds import SIMULATION
from simulation.models import Moments
from simulation.queries import current_set
from simulation.run_actions import ask_for
from tests.makers import every, make_organisation, make_scheme
from tests.simulation.test_runs import injury, package, run

pytestmark = pytest.mark.django_db
FAMILIES = 60_000


@pytest.fixture
def asked(settings):
    """A saved package of one benefit, whose simulation waits."""
    settings.SIMULATED_FAMILIES = FAMILIES
    scheme = make_scheme(make_organisation())
    job = ask_for(organisation=scheme.organisation, package=package(injury()))
    return Package.objects.create(
        organisation=scheme.organisation,
        scheme=scheme,
        assumption_set=current_set(scheme=scheme),
        name="Injuries",
        persons=5000,
        family_sizes={"1": 1.0},
        chance_of_bankruptcy=0.05,
        admin_rate=0.2,
        large_family_discount=0.0,
        simulation=job,
    )


def work():
    for job in every(Job).filter(status=Status.QUEUED):
        run(job)


@pytest.fixture
def landed(asked):
    work()
    assert every(Moments).count() > 1
    return asked


def checked(again=0):
    return check_stored(again=again, rng=random.Random(3))


def test_what_is_as_it_was_passes_by_checksum_and_bit_for_bit(landed):
    report = checked(again=1)
    assert report.answers == every(Moments).count()
    assert report.simulated_again == 1
    assert (report.damaged, report.asked_again) == ({}, 0)
    told = io.StringIO()
    call_command("check_stored", again=0, stdout=told)
    assert f"{report.answers} answers" in told.getvalue()


def test_a_flipped_bit_is_found_thrown_away_and_simulated_anew(landed):
    row = every(Moments).filter(job=landed.simulation).first()
    whole = bytes(row.payload)
    every(Moments).filter(pk=row.pk).update(payload=bytes([whole[0] ^ 1]) + whole[1:])
    with pytest.raises(CommandError, match=rf"job {landed.simulation_id}: answer {row.pk}: its checksum"):
        call_command("check_stored", again=0, stdout=io.StringIO())
    assert not every(Moments).filter(pk=row.pk).exists()
    landed.refresh_from_db()
    assert landed.simulation.status == Status.QUEUED
    work()
    again = every(Moments).get(risk_hash=row.risk_hash, asked_hash=row.asked_hash)
    assert bytes(again.payload) == whole
    assert checked().damaged == {}


def test_wrong_figures_with_a_fitting_checksum_are_found_by_simulating_again(landed):
    total = every(Moments).count()
    for row in every(Moments).all():
        every(Moments).filter(pk=row.pk).update(**Moments.packed(np.asarray(row.figures) * 1.000001))
    assert checked().damaged == {}
    report = checked(again=1)
    assert report.asked_again == 1
    assert every(Moments).count() == total - 1


def test_a_damaged_chunk_of_a_running_job_goes_back_to_be_made_again(asked):
    chunk = asked.simulation.chunks.first()
    whole = kinds.get(SIMULATION).run_chunk(asked.simulation.question, chunk.index)
    Chunk.objects.filter(pk=chunk.pk).update(state="done", result=whole, checksum=checksum(whole))
    assert checked(again=1).damaged == {}
    # Wrong with a checksum that fits, then wrong without.
    Chunk.objects.filter(pk=chunk.pk).update(result=whole + b"x", checksum=checksum(whole + b"x"))
    report = checked(again=1)
    assert report.damaged == {chunk.job_id: [f"chunk {chunk.index}: simulating again gives other bytes"]}
    chunk.refresh_from_db()
    assert (chunk.state, chunk.reason) == ("waiting", Reason.DAMAGED)
    Chunk.objects.filter(pk=chunk.pk).update(state="done", result=whole + b"x", checksum=checksum(whole))
    report = checked()
    assert report.damaged == {chunk.job_id: [f"chunk {chunk.index}: its checksum differs"]}
    assert every(Job).get(pk=chunk.job_id).is_live


def test_an_answer_whose_job_is_gone_is_thrown_away_all_the_same(landed):
    row = every(Moments).first()
    every(Moments).filter(pk=row.pk).update(job=None, checksum="0" * 64)
    report = checked()
    assert list(report.damaged) == [None]
    assert report.asked_again == 0
    assert not every(Moments).filter(pk=row.pk).exists()
