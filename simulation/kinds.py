"""The simulation as background work: chunks of families drawn by workers, merged in order, kept."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from accounts.refusals import ActionRefused
from jobs.kinds import JobKind, Question, job_kind
from jobs.models import Job
from jobs.questions import canonical
from simulation.engine import ENGINE_VERSION
from simulation.engine.menu import default_menu
from simulation.engine.montecarlo import Merge, simulate_chunk
from simulation.engine.refusal import Refused
from simulation.engine.simulation_plan import SimulationPlan
from simulation.engine.simulation_result import MenuMoments
from simulation.models import Moments
from simulation.questions import menu_hash, package_from_json
from simulation.stored_moments import packed_line

SIMULATION = "simulation"
LENGTH = struct.Struct("<Q")


class EngineChanged(ActionRefused):
    """The question was asked of another version of the engine than the one that runs here."""


@job_kind(SIMULATION)
class Simulation(JobKind):
    """Simulates linked groups of benefits, each with its own random numbers; see `simulation.questions`."""

    def chunk_count(self, question: Question) -> int:
        # The same number of families for each group: any plan says into how many chunks, without its menus.
        return _plan({**question["groups"][0], "menus": []}, question["families"]).chunk_count

    def run_chunk(self, question: Question, index: int) -> bytes:
        if question["engine"] != ENGINE_VERSION:
            raise EngineChanged(
                f"Asked of engine {question['engine']}; this worker has {ENGINE_VERSION}. "
                "Save the package again."
            )
        parts = [simulate_chunk(plan, index).tobytes() for plan in _plans(question)]
        return b"".join(LENGTH.pack(len(part)) + part for part in parts)

    def finish(self, job: Job, results: Sequence[bytes]) -> None:
        question = job.question
        rows = [
            Moments(
                organisation_id=job.organisation_id,
                job=job,
                risk_hash=answer.risk_hash,
                asked_hash=answer.asked_hash,
                engine_version=question["engine"],
                root_seed=question["seed"],
                families=answer.families,
                **Moments.packed(answer.figures),
            )
            for answer in answers(question, results)
        ]
        # Another run may have answered one of these meanwhile: both found the same bits.
        Moments.objects.bulk_create(rows, ignore_conflicts=True, batch_size=20)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the chunks say about one group: for its terms, or for a benefit's menu of terms."""

    risk_hash: str
    asked_hash: str
    families: int
    figures: NDArray[Any]


def answers(question: Question, results: Sequence[bytes]) -> Iterator[Answer]:
    """All that the results of the chunks, in their order, answer."""
    plans = _plans(question)
    merges = [Merge(plan, chunks=len(results)) for plan in plans]
    for result in results:
        for merge, part in zip(merges, _parts(result), strict=True):
            merge.add(part)
    for group, plan, merge in zip(question["groups"], plans, merges, strict=True):
        found = merge.result()
        lines = np.stack([packed_line(line) for line in (*found.moments.benefits, found.moments.package)])
        menus = {
            menu_hash(benefit): _menu_figures(found.menus[benefit.name])
            for benefit in plan.package.benefits
            if benefit.name in found.menus
        }
        for asked, figures in {group["terms_hash"]: lines, **menus}.items():
            yield Answer(
                risk_hash=group["risk_hash"], asked_hash=asked, families=found.families, figures=figures
            )


def _plans(question: Question) -> tuple[SimulationPlan, ...]:
    return _plans_of(canonical(question))


@lru_cache(maxsize=4)
def _plans_of(text: str) -> tuple[SimulationPlan, ...]:
    """One plan for each group; kept, because a worker asks for them with every chunk."""
    question = json.loads(text)
    try:
        return tuple(_plan(group, question["families"]) for group in question["groups"])
    except Refused as refused:
        raise ActionRefused(str(refused)) from refused


def _plan(group: dict[str, Any], families: int) -> SimulationPlan:
    package = package_from_json(group["package"])
    return SimulationPlan(
        package=package,
        seed=int(group["seed"]),
        families=families,
        menus={
            benefit.name: default_menu(benefit)
            for benefit in package.benefits
            if benefit.name in group["menus"]
        },
    )


def _parts(result: bytes) -> list[bytes]:
    """The chunk of each group, from one stored result."""
    parts, at = [], 0
    while at < len(result):
        (length,) = LENGTH.unpack_from(result, at)
        at += LENGTH.size
        parts.append(result[at : at + length])
        at += length
    return parts


def _menu_figures(menu: MenuMoments) -> NDArray[Any]:
    return np.stack([menu.mean, menu.variance, menu.mean_error], axis=2)
