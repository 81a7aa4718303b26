"""Runs: a package's groups are simulated once, found again by content, never shown damaged or half done."""

from __future__ import annotations

import math

import numpy as np
import pytest

from accounts.models import Organisation
from jobs import actions as jobs
from jobs import kinds
from jobs.models import Job, Status
from simulation.engine.discrete_severity import Empirical
from simulation.engine.exact import price_exact
from simulation.engine.families import FamilySizes
from simulation.engine.frequency import Poisson
from simulation.engine.package import Benefit, Package
from simulation.engine.severity import Lognormal
from simulation.engine.terms import CostTerms, FixedTerms
from simulation.kinds import SIMULATION
from simulation.models import Moments
from simulation.questions import package_from_json, package_to_json, questions, split
from simulation.run_actions import ask_for
from simulation.runs import find, run_state
from tests.makers import every

FAMILIES = FamilySizes({1: 0.3, 2: 0.3, 4: 0.4})


@pytest.fixture
def organisation(db, settings):
    settings.SIMULATED_FAMILIES = 500_000
    return Organisation.objects.create(name="One")


def hospital(**terms):
    return Benefit(
        name="hospital",
        frequency=Poisson(incidence=0.05),
        severity=Lognormal(mean=9000, sigma=1.1),
        terms=CostTerms(**terms),
    )


def injury(name="injury"):
    return Benefit(
        name=name,
        frequency=Poisson(incidence=0.2),
        severity=Empirical(values=(100.0, 300.0, 900.0)),
        terms=CostTerms(event_cap=700, family_cap=1500),
    )


def transport(**changes):
    return Benefit(
        **{
            "name": "transport",
            "terms": FixedTerms(amount=500),
            "linked_to": "hospital",
            "probability": 0.8,
            **changes,
        }
    )


def package(*benefits, family_cap=math.inf):
    return Package(benefits=benefits, families=FAMILIES, family_cap=family_cap)


def run(job):
    """Do all of a job's work here, as workers would."""
    from django.utils import timezone

    handler = kinds.get(job.kind)
    results = [handler.run_chunk(job.question, index) for index in range(job.chunk_count)]
    handler.finish(job, results)
    job.chunks.all().delete()
    every(Job).filter(pk=job.pk).update(status=Status.DONE, finished_at=timezone.now())
    job.refresh_from_db()


def test_a_package_is_simulated_and_agrees_with_the_exact_engine(organisation):
    asked = package(hospital(event_cap=5000, family_cap=8000), transport(), injury())
    job = ask_for(organisation=organisation, package=asked)
    assert find(organisation=organisation, package=asked).moments is None
    run(job)
    found = find(organisation=organisation, package=asked).moments
    exact = price_exact(asked)
    for line, truth in zip((*found.benefits, found.package), (*exact.benefits, exact.package), strict=True):
        assert abs(line.pure - truth.pure) <= 4 * line.pure_error + 1e-9 * truth.pure
        assert line.sigma == pytest.approx(truth.sigma, rel=0.02)
    assert found.sigma_joint > found.sigma_independent


def test_the_same_question_is_never_simulated_twice(organisation):
    asked = package(hospital(event_cap=5000), injury())
    job = ask_for(organisation=organisation, package=asked)
    assert ask_for(organisation=organisation, package=asked) == job
    run(job)
    assert ask_for(organisation=organisation, package=asked) is None
    assert every(Job).count() == 1


def test_only_the_group_that_changed_is_simulated_again(organisation):
    run(ask_for(organisation=organisation, package=package(hospital(event_cap=5000), injury())))
    job = ask_for(organisation=organisation, package=package(hospital(event_cap=7000), injury()))
    assert len(job.question["groups"]) == 1
    assert job.question["groups"][0]["menus"] == []


def test_what_a_benefit_is_called_or_stands_beside_changes_no_answer(organisation):
    run(ask_for(organisation=organisation, package=package(injury("first"), hospital(event_cap=5000))))
    assert ask_for(organisation=organisation, package=package(injury("second"))) is None


def test_two_groups_alike_have_random_numbers_of_their_own(organisation):
    one, other = questions(package(injury("one"), injury("other")), seed=1)
    assert one.seed != other.seed
    asked = package(injury("one"), injury("other"))
    run(ask_for(organisation=organisation, package=asked))
    found = find(organisation=organisation, package=asked).moments
    assert found.benefits[0].pure != found.benefits[1].pure


def test_another_organisation_has_to_ask_for_itself(organisation):
    asked = package(injury())
    run(ask_for(organisation=organisation, package=asked))
    other = Organisation.objects.create(name="Other")
    assert find(organisation=other, package=asked).moments is None
    assert ask_for(organisation=other, package=asked) is not None


def test_a_benefit_that_is_off_is_left_out_but_its_events_still_pay_others():
    off = Benefit(
        name="hospital",
        frequency=Poisson(incidence=0.05),
        severity=Lognormal(mean=9000, sigma=1.1),
        terms=CostTerms(),
        covered=False,
    )
    assert split(package(off, injury())) == ((1,),)
    assert split(package(off, transport(), injury())) == ((0, 1), (2,))
    assert split(package(off, transport(covered=False))) == ()
    assert split(package(off, transport(), injury(), family_cap=4000.0)) == ((0, 1, 2),)


def test_the_menu_of_terms_is_priced_in_the_same_run(organisation):
    asked = package(injury())
    run(ask_for(organisation=organisation, package=asked))
    shapes = sorted(len(row.shape) and row.shape[0] for row in every(Moments).all())
    assert shapes == [2, 2160]


def test_a_flipped_bit_is_never_shown_and_is_simulated_again(organisation):
    asked = package(injury())
    run(ask_for(organisation=organisation, package=asked))
    row = next(iter(find(organisation=organisation, package=asked).stored.values()))
    truth = row.figures.copy()
    payload = bytearray(row.payload)
    payload[10] ^= 1
    every(Moments).filter(pk=row.pk).update(payload=bytes(payload))
    damaged = find(organisation=organisation, package=asked)
    assert damaged.moments is None
    job = every(Job).get()
    assert run_state(found=damaged, job=job).state == "damaged"
    run(ask_for(organisation=organisation, package=asked))
    again = next(iter(find(organisation=organisation, package=asked).stored.values()))
    np.testing.assert_array_equal(again.figures, truth)


def test_a_run_of_an_earlier_engine_is_called_that_and_can_be_started_again(organisation):
    asked = package(injury())
    run(ask_for(organisation=organisation, package=asked))
    job = every(Job).get()
    every(Job).filter(pk=job.pk).update(question={**job.question, "engine": "0.9"})
    every(Moments).all().delete()
    state = run_state(found=find(organisation=organisation, package=asked), job=every(Job).get())
    assert state.state == "earlier_engine"
    assert "earlier version of the engine" in state.words
    assert state.can_start_again


def test_a_cancelled_run_can_be_asked_for_again(organisation):
    asked = package(injury())
    job = ask_for(organisation=organisation, package=asked)
    jobs.cancel(job=job)
    state = run_state(found=find(organisation=organisation, package=asked), job=every(Job).get(pk=job.pk))
    assert (state.state, state.can_start_again) == ("cancelled", True)
    assert ask_for(organisation=organisation, package=asked).pk != job.pk


def test_a_worker_of_another_engine_version_refuses_in_words(organisation):
    from accounts.refusals import ActionRefused

    job = ask_for(organisation=organisation, package=package(injury()))
    with pytest.raises(ActionRefused, match=r"Asked of engine 0\.1"):
        kinds.get(SIMULATION).run_chunk({**job.question, "engine": "0.1"}, 0)


def test_a_contract_survives_the_way_through_json():
    asked = package(hospital(threshold=100, copay=0.1), transport(), injury(), family_cap=9000.0)
    assert package_from_json(package_to_json(asked)) == asked
