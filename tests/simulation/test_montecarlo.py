"""Chunks and their merging: the same bits whoever simulates what, when, and how often."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import multiprocessing
import subprocess
import sys

import numpy as np
import pytest

from simulation.engine import discrete_severity, severity
from simulation.engine.menu import default_menu
from simulation.engine.montecarlo import (
    SimulationPlan,
    enough,
    merge_chunks,
    simulate_chunk,
    stopping_points,
)
from simulation.engine.package import Benefit
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms, FixedTerms
from tests.simulation.montecarlo_cases import (
    CAESAREAN,
    HOSPITAL,
    IMAGING,
    INJURY,
    LINKED_TRANSPORT,
    OPD,
    TRANSPORT,
    WAGE,
    a_plan,
    simulated,
)

MENU = (CostTerms(), CostTerms(threshold=500.0, copay=0.2, event_cap=2000.0, family_cap=4000.0))
EVERYTHING = (HOSPITAL, LINKED_TRANSPORT, WAGE, INJURY, OPD, CAESAREAN)


@pytest.fixture(scope="module")
def small_plan() -> SimulationPlan:
    return a_plan(
        *EVERYTHING, families=60_000, chunk_families=7_000, menus={"injury": MENU}, family_cap=6000.0
    )


@pytest.fixture(scope="module")
def chunks(small_plan):
    return [simulate_chunk(small_plan, index) for index in range(small_plan.chunk_count)]


def all_figures(result) -> bytes:
    arrays = []
    for line in (*result.moments.benefits, result.moments.package):
        arrays += [line.mean, line.variance, line.mean_error, np.array([line.error_of_pure])]
    for menu in result.menus.values():
        arrays += [menu.mean, menu.variance, menu.mean_error, menu.pure_error]
    return b"".join(array.tobytes() for array in arrays)


def test_chunks_simulated_in_any_order_merge_to_the_same_bits(small_plan, chunks):
    stored = {}
    for index in np.random.default_rng(1).permutation(small_plan.chunk_count):
        stored[int(index)] = simulate_chunk(small_plan, int(index)).tobytes()
    again = merge_chunks(small_plan, [stored[index] for index in range(small_plan.chunk_count)])
    assert all_figures(again) == all_figures(merge_chunks(small_plan, chunks))


def test_two_worker_processes_give_the_bits_of_one(small_plan, chunks):
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=spawn) as workers:
        found = list(workers.map(simulate_chunk, [small_plan] * 4, range(4)))
    assert [chunk.tobytes() for chunk in found] == [chunk.tobytes() for chunk in chunks[:4]]


def test_a_chunk_does_not_know_how_many_others_there_are(small_plan, chunks):
    longer = dataclasses.replace(small_plan, families=1_000_000)
    assert simulate_chunk(longer, 2).tobytes() == chunks[2].tobytes()


def test_the_order_in_which_menus_were_written_down_does_not_matter():
    menus = {"injury": MENU, "hospitalisation": MENU[:1]}
    one = a_plan(HOSPITAL, INJURY, families=5_000, menus=menus)
    other = a_plan(HOSPITAL, INJURY, families=5_000, menus=dict(reversed(menus.items())))
    assert simulate_chunk(one, 0).tobytes() == simulate_chunk(other, 0).tobytes()


def test_adding_a_benefit_or_a_menu_moves_no_other_figure():
    alone = simulated(a_plan(HOSPITAL, WAGE, families=20_000)).moments
    company = simulated(
        a_plan(
            CAESAREAN, HOSPITAL, LINKED_TRANSPORT, OPD, WAGE, families=20_000, menus={"hospitalisation": MENU}
        )
    ).moments
    found = {line.name: line for line in company.benefits}
    for line in alone.benefits:
        assert line.mean.tobytes() == found[line.name].mean.tobytes()
        assert line.variance.tobytes() == found[line.name].variance.tobytes()


def test_a_plan_rebuilt_from_json_is_the_same_plan(small_plan, chunks):
    shares = {int(size): share for size, share in json.loads(json.dumps(
        {str(size): share for size, share in reversed(small_plan.package.families.shares.items())}
    )).items()}  # fmt: skip
    families = dataclasses.replace(small_plan.package.families, shares=shares)
    rebuilt = dataclasses.replace(
        small_plan, package=dataclasses.replace(small_plan.package, families=families)
    )
    assert simulate_chunk(rebuilt, 1).tobytes() == chunks[1].tobytes()


def test_chunks_represent_all_families_together(small_plan, chunks):
    assert [small_plan.families_in(index) for index in (0, 7, 8)] == [7000, 7000, 4000]
    result = merge_chunks(small_plan, chunks)
    assert (result.families, result.chunks) == (60_000, 9)
    assert result.families_drawn > 0
    assert result.events_drawn > 0.4 * 60_000


def test_ten_million_families_make_forty_chunks():
    assert a_plan(HOSPITAL).chunk_count == 40


@pytest.mark.parametrize(
    "wrong",
    [
        lambda chunks: [chunks[1], chunks[0]],
        lambda chunks: [chunks[0], chunks[0]],
        lambda chunks: [chunks[0][:-1]],
        lambda chunks: chunks[:0],
        lambda chunks: [*chunks, chunks[0]],
    ],
    ids=["out of order", "twice", "cut off", "none", "too many"],
)
def test_merging_refuses_chunks_that_are_not_the_plans(small_plan, chunks, wrong):
    with pytest.raises(ValueError, match="chunk"):
        merge_chunks(small_plan, wrong(chunks))


def test_merging_refuses_a_chunk_of_another_seed(small_plan):
    other = dataclasses.replace(small_plan, seed=small_plan.seed + 1)
    with pytest.raises(ValueError, match="seed"):
        merge_chunks(small_plan, [simulate_chunk(other, 0)])


def test_a_chunk_beyond_the_last_is_refused(small_plan):
    with pytest.raises(ValueError, match="0 to 8"):
        simulate_chunk(small_plan, 9)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"seed": -1}, "seed"),
        ({"families": 0}, "families"),
        ({"chunk_families": 0}, "chunk_families"),
        ({"chunk_families": 1}, "chunk_families"),
        ({"menus": {"dentist": MENU}}, "menus"),
        ({"menus": {"hospitalisation": (FixedTerms(amount=1.0),)}}, "menus"),
        ({"menus": {"hospitalisation": MENU[:1] * 2561}}, "menus"),
    ],
)
def test_plans_that_make_no_sense_are_refused(wrong, field):
    with pytest.raises(Refused) as refused:
        a_plan(HOSPITAL, **wrong)
    assert refused.value.field == field


def test_a_menu_without_caps_is_refused_where_the_variance_would_be_infinite():
    wild = dataclasses.replace(HOSPITAL, severity=severity.Lomax(mean=1000.0, alpha=1.5))
    with pytest.raises(Refused, match="variance is infinite"):
        a_plan(wild, menus={"hospitalisation": (CostTerms(),)})


def test_a_run_stops_early_only_at_its_stopping_points():
    plan = a_plan(HOSPITAL, IMAGING, families=4_000_000, chunk_families=200_000)
    assert stopping_points(plan) == (5, 10, 15)
    chunks = [simulate_chunk(plan, index) for index in range(11)]
    assert not enough(plan, merge_chunks(plan, chunks[:5]))
    precise = merge_chunks(plan, chunks)
    assert all(line.pure_error < 0.0005 * line.pure for line in precise.moments.benefits)
    assert not enough(plan, precise)
    assert enough(plan, merge_chunks(plan, chunks[:10]))


def test_a_plan_of_one_chunk_has_no_stopping_point():
    assert stopping_points(a_plan(HOSPITAL, families=1000)) == ()


def test_the_simulation_asks_the_laws_for_draws_only(monkeypatch, small_plan):
    """Agreement with the exact engine proves something only while they share no moment."""

    def forbidden(*args, **kwargs):
        raise AssertionError("the simulation asked for a moment")

    laws = (
        *(getattr(severity, name) for name in ("Lognormal", "Gamma", "Weibull", "Lomax")),
        *(getattr(discrete_severity, name) for name in ("Empirical", "Constant", "DayLaw")),
    )
    menus = {benefit.name: default_menu(benefit)[::97] for benefit in EVERYTHING}
    plan = dataclasses.replace(small_plan, menus=menus)
    for law in laws:
        for name in ("limited_mean", "limited_square", "days_at_least"):
            if hasattr(law, name):
                monkeypatch.setattr(law, name, forbidden)
        monkeypatch.setattr(law, "second_moment", property(forbidden))
    with pytest.raises(AssertionError, match="asked for a moment"):
        _ = HOSPITAL.severity.second_moment
    result = merge_chunks(plan, [simulate_chunk(plan, 0)])
    assert result.moments.package.pure > 0.0


def test_the_simulation_loads_nothing_of_the_exact_engine():
    shared = {
        "discrete_severity",
        "families",
        "frequency",
        "moments",
        "package",
        "refusal",
        "severity",
        "terms",
    }
    program = (
        "import sys, simulation.engine.montecarlo\n"
        "print(*(m.split('.')[2] for m in sys.modules if m.startswith('simulation.engine.')))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    own = {name for name in found.stdout.split() if name not in shared}
    assert own == {
        "montecarlo", "rng", "simulated_counts", "simulated_families", "simulated_terms",
        "simulation_plan", "simulation_result",
    }  # fmt: skip


def test_the_simulation_checks_the_probabilities_of_its_strata(small_plan, chunks):
    checks = merge_chunks(small_plan, chunks).moments.checks
    assert [check.about for check in checks] == ["hospitalisation", "injury", "OPD", "caesarean"]
    assert all(check.passed for check in checks)


def test_a_benefit_that_is_not_covered_pays_nothing_but_may_have_a_menu():
    off = dataclasses.replace(HOSPITAL, covered=False)
    on = simulated(a_plan(HOSPITAL, WAGE, families=20_000))
    result = simulated(a_plan(off, WAGE, families=20_000, menus={"hospitalisation": (HOSPITAL.terms,)}))
    hospital, wage = result.moments.benefits
    assert hospital.pure == hospital.pure_error == 0.0
    assert wage.mean.tobytes() == on.moments.benefits[1].mean.tobytes()
    assert result.moments.package.pure == wage.pure
    assert result.menus["hospitalisation"].pure[0] == pytest.approx(on.moments.benefits[0].pure, rel=1e-12)


def test_a_package_without_any_benefit_costs_nothing():
    for cap in (np.inf, 100.0):
        assert simulated(a_plan(families=1000, family_cap=cap)).moments.package.pure == 0.0


def test_renaming_a_benefit_draws_other_families_of_the_same_law():
    renamed: Benefit = dataclasses.replace(TRANSPORT, name="ambulance")
    one, other = (simulated(a_plan(benefit, families=5_000)) for benefit in (TRANSPORT, renamed))
    assert one.moments.package.pure == pytest.approx(other.moments.package.pure, rel=1e-9)
