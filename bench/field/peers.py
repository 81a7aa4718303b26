"""The tools of PyPI, each in its best way: one compound for all contracts that share threshold and cap.

A tool's lattice (money between two points, number of points) is the coarsest of round steps with which it
keeps the mean and the variance of every contract to 1e-4, and for prospicio, the fastest, a finer one as
well, where it is as near to the truth as the engine. Copays and family caps are put on its answers by hand,
which is quicker than asking each tool 200 times.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.field.cases import SHARES, SIZES, Case

Array = NDArray[Any]
Compound = Callable[[float, float], tuple[Array, Array]]


def _over_pairs(case: Case, compound: Compound) -> Array:
    found = np.empty((len(case.contracts), 2))
    for (threshold, cap), contracts in case.pairs.items():
        amounts, masses = compound(threshold, cap)
        case.with_limits(contracts, amounts, masses, found)
    return found


def prospicio(case: Case, step: float, points: int) -> Array:
    """Its layer means (the lattice is made of them by hand), empirical counts and transform."""
    from prospicio import aggregate as compounds
    from prospicio import distributions as laws

    counts = laws.Count.empirical(case.counts.tolist())
    law = laws.Lognormal(case.mu, case.sigma)

    def compound(threshold: float, cap: float) -> tuple[Array, Array]:
        nodes = math.ceil(cap / step)
        means = [law.layer(min(step * j, cap), threshold) if j else 0.0 for j in range(nodes + 1)]
        masses = -np.diff(np.concatenate([[1.0], np.diff(means) / step, [0.0]]))
        year, _report = compounds.fft(counts, laws.Grid(step, masses.tolist()), points)
        return step * np.arange(points), np.array(year.probs)

    return _over_pairs(case, compound)


def aggregate(case: Case, step: float, points: int) -> Array:
    """DecL: counts, layer and cost are its own; its density."""
    from aggregate import build

    counts = " ".join(map(repr, range(len(case.counts))))
    chances = " ".join(map(repr, case.counts.tolist()))

    def compound(threshold: float, cap: float) -> tuple[Array, Array]:
        words = (
            f"agg Case dfreq [{counts}] [{chances}] {cap!r} xs {threshold!r} "
            f"sev lognorm {case.mean_cost!r} cv {case.cv!r} !"
        )
        density = build(words, bs=step, log2=round(math.log2(points)), normalize=False).density_df
        return density.loss.to_numpy(), density.p_total.to_numpy()

    return _over_pairs(case, compound)


def lossmodels(case: Case, step: float, points: int) -> Array:
    """Its laws, layers, rounding and transform, once for every family size."""
    from lossmodels.aggregate.discretization import discretize_severity
    from lossmodels.aggregate.fft import fft_aggregate_poisson
    from lossmodels.coverage.layer import Layer
    from lossmodels.frequency import Poisson
    from lossmodels.severity import Lognormal

    law = Lognormal(mu=case.mu, sigma=case.sigma)

    def compound(threshold: float, cap: float) -> tuple[Array, Array]:
        event = discretize_severity(Layer(law, threshold, cap), step, cap)
        masses = sum(
            share * fft_aggregate_poisson(Poisson(case.incidence * float(size)), event, points)
            for share, size in zip(SHARES, SIZES, strict=True)
        )
        return step * np.arange(points + 1), np.asarray(masses)

    return _over_pairs(case, compound)


def gemact(case: Case, step: float, points: int) -> Array:
    """Its laws, layer, lattice and transform, once for every family size."""
    import twiggy
    from gemact.lossmodel import Frequency, Layer, LossModel, PolicyStructure, Severity

    twiggy.quick_setup(min_level=twiggy.levels.ERROR)
    severity = Severity("lognormal", {"shape": case.sigma, "scale": math.exp(case.mu)})

    def compound(threshold: float, cap: float) -> tuple[Array, Array]:
        masses: Any = 0.0
        for share, size in zip(SHARES, SIZES, strict=True):
            model = LossModel(
                severity=severity,
                frequency=Frequency("poisson", {"mu": case.incidence * float(size)}),
                policystructure=PolicyStructure(layers=Layer(cover=cap, deductible=threshold)),
                aggr_loss_dist_method="fft",
                sev_discr_method="localmoments",
                n_sev_discr_nodes=round(cap / step) + 1,
                n_aggr_dist_nodes=points,
            )
            year = model.dist[0]
            masses = masses + share * np.diff(year.cumprobs, prepend=0.0)
        return np.asarray(year.nodes), np.asarray(masses)

    return _over_pairs(case, compound)


LATTICES: dict[str, tuple[Callable[[Case, float, int], Array], dict[str, tuple[float, int]]]] = {
    "prospicio, fine": (prospicio, {"ONE": (25.0, 4096), "GRID": (25.0, 4096), "OPD": (2.5, 8192)}),
    "prospicio, coarse": (prospicio, {"ONE": (100.0, 1024), "GRID": (100.0, 1024), "OPD": (5.0, 4096)}),
    "aggregate": (aggregate, {"ONE": (100.0, 2048), "GRID": (100.0, 2048), "OPD": (5.0, 4096)}),
    "lossmodels": (lossmodels, {"ONE": (100.0, 2048), "GRID": (100.0, 2048), "OPD": (5.0, 4096)}),
    "gemact": (gemact, {"ONE": (100.0, 1024), "GRID": (100.0, 1024), "OPD": (5.0, 4096)}),
}
"""By name: the tool, and the lattice that it takes for each case."""


def answer(name: str, case: Case) -> Array:
    """Mean and variance of every contract, shape (contracts, 2); the tool's own warnings are not shown."""
    logging.disable(logging.CRITICAL)
    tool, lattices = LATTICES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tool(case, *lattices[case.name])
