"""The same contracts said to other people's tools, as a user of each would say them.

Each tool takes its own laws of counts and costs, its own layers and its own way from one event to a year. A
copay is taken out first: terms (T, c, C, F) are 1 - c times (T, 0, C / (1 - c), F / (1 - c)). A tool answers
None where it has no words for a contract. What is written here by hand for a tool is said beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.correctness.by_hand import Moments, points_of
from bench.correctness.contracts import Contract
from simulation.engine.frequency import Bernoulli, Poisson
from simulation.engine.package import Benefit
from simulation.engine.severity import Gamma, Lognormal, Lomax, Weibull
from simulation.engine.terms import CostTerms

Array = NDArray[Any]

NODES = 1000
"""Lattice points up to the family cap; every cap of a contract is on one of them."""
FAR = 14.0
"""A lattice reaches so many standard deviations of the uncapped year beyond its mean."""


@dataclass(frozen=True)
class Cover:
    """A contract of one benefit, its copay taken out."""

    contract: Contract
    benefit: Benefit

    @cached_property
    def kept(self) -> float:
        """Share of the cost above the threshold that the scheme pays."""
        terms = self.benefit.terms
        return 1.0 - terms.copay if isinstance(terms, CostTerms) and self.points is None else 1.0

    @cached_property
    def points(self) -> tuple[Array, Array] | None:
        """Payouts of an event and their chances, where they are on points."""
        return points_of(self.benefit)

    @property
    def threshold(self) -> float:
        """What the family bears of each event."""
        return self.benefit.terms.threshold  # type: ignore[union-attr]

    @property
    def family_cap(self) -> float:
        """The family cap before the copay."""
        return self.benefit.terms.family_cap / self.kept

    @property
    def width(self) -> float:
        """The most that one event can add before the copay: the smaller of its cap and the family's."""
        if self.points is not None:
            return float(self.points[0].max())
        return min(self.benefit.terms.event_cap / self.kept, self.family_cap)  # type: ignore[union-attr]

    @property
    def step(self) -> float:
        """Money between two points of the lattice."""
        return self.contract.step if self.points is not None else self.family_cap / NODES

    @property
    def events(self) -> float:
        """Expected events of the family."""
        return float(self.benefit.frequency.incidence * self.contract.size)  # type: ignore[union-attr]

    @property
    def ratio(self) -> float:
        """Variance over mean of the count."""
        return float(self.benefit.frequency.variance_to_mean)  # type: ignore[union-attr]

    @property
    def length(self) -> int:
        """Points that a year without family cap stays below, a power of two."""
        spread = self.events * self.width**2 + self.events * max(self.ratio - 1.0, 0.0) * self.width**2
        top = self.events * self.width + FAR * math.sqrt(spread) + 2.0 * self.width
        return 2 ** math.ceil(math.log2(max(top, 2.0 * min(self.family_cap, top)) / self.step))

    def masses(self) -> Array:
        """Points as masses on the lattice."""
        assert self.points is not None
        places = np.rint(self.points[0] / self.step).astype(np.int64)
        return np.bincount(places, weights=self.points[1])

    def of_year(self, masses: Array) -> Moments:
        """Moments of a year from its masses before the family cap (put on by hand)."""
        amounts = np.minimum(self.step * np.arange(len(masses)), self.family_cap)
        return self.moments(amounts, masses)

    def moments(self, amounts: Array, masses: Array) -> Moments:
        """Moments in the contract's money; masses are taken as the tool gave them."""
        mean = float(masses @ amounts)
        return self.back(mean, float(masses @ amounts**2) - mean * mean)

    def back(self, mean: float, variance: float) -> Moments:
        """With the copay put back."""
        return Moments(self.kept * mean, self.kept**2 * variance)


def _cover(contract: Contract) -> Cover | None:
    return None if contract.alone is None else Cover(contract, contract.alone)


# ---- aggregate ---------------------------------------------------------------------------------------------


def aggregate(contract: Contract) -> Moments | None:
    """DecL: layer, severity, count and aggregate cover are its own; moments are sums over its density.

    Without any cap: the moments that it takes by integration.
    """
    from aggregate import build

    cover = _cover(contract)
    if cover is None:
        return None
    if cover.points is None:
        layer = "inf" if math.isinf(cover.width) else repr(cover.width)
        costs = f"{layer} xs {cover.threshold!r} sev {_decl(cover)} !"
    else:
        values, chances = _merged(cover)
        costs = f"dsev {_listed(values)} {_listed(chances)}"
    words = f"agg Contract{contract.number} {_counted(cover, costs)} "
    if math.isinf(cover.family_cap):
        year = build(words, update=False)
        return cover.back(float(year.agg_m), float((year.agg_m * year.agg_cv) ** 2))
    words += f"aggregate ceded to {cover.family_cap!r} xs 0"
    year = build(words, bs=cover.step, log2=int(math.log2(cover.length)), normalize=False)
    density = year.density_df
    return cover.moments(density.loss.to_numpy(), density.p_total.to_numpy())


def _decl(cover: Cover) -> str:
    law = cover.benefit.severity
    if isinstance(law, Lognormal):
        return f"lognorm {law.mean!r} cv {math.sqrt(math.expm1(law.sigma**2))!r}"
    if isinstance(law, Gamma):
        return f"gamma {law.mean!r} cv {law.cv!r}"
    if isinstance(law, Weibull):
        return f"{law.scale!r} * weibull_min {law.shape!r}"
    assert isinstance(law, Lomax)
    return f"{law.scale!r} * pareto {law.alpha!r} - {law.scale!r}"


def _counted(cover: Cover, costs: str) -> str:
    frequency = cover.benefit.frequency
    if isinstance(frequency, Bernoulli):
        p, size = frequency.incidence, cover.contract.size
        n = np.arange(size + 1)
        chances = np.array([math.comb(size, k) * p**k * (1.0 - p) ** (size - k) for k in n])
        return f"dfreq {_listed(n)} {_listed(chances)} {costs}"
    if isinstance(frequency, Poisson):
        return f"{cover.events!r} claims {costs} poisson"
    return f"{cover.events!r} claims {costs} mixed gamma {math.sqrt((cover.ratio - 1.0) / cover.events)!r}"


def _merged(cover: Cover) -> tuple[Array, Array]:
    masses = cover.masses()
    there = np.flatnonzero(masses)
    return cover.step * there, masses[there]


def _listed(numbers: Array) -> str:
    return "[" + " ".join(repr(number) for number in np.asarray(numbers).tolist()) + "]"


# ---- prospicio ---------------------------------------------------------------------------------------------


def prospicio(contract: Contract) -> Moments | None:
    """Its laws, its layer means (the lattice is made of them by hand), its counts and its transform.

    The family cap is put on its answer by hand. Where nothing is capped it has no words.
    """
    from prospicio import aggregate as compound
    from prospicio import distributions as laws

    cover = _cover(contract)
    if cover is None or not math.isfinite(cover.width):
        return None
    if cover.points is not None:
        masses = cover.masses()
    else:
        law = _prospicio_law(laws, cover.benefit.severity)
        nodes = round(cover.width / cover.step)
        means = [law.layer(cover.step * j, cover.threshold) if j else 0.0 for j in range(nodes + 1)]
        reached = np.diff(means) / cover.step
        masses = -np.diff(np.concatenate([[1.0], reached, [0.0]]))
    count: Any
    if isinstance(cover.benefit.frequency, Poisson):
        count = laws.Poisson(cover.events)
    elif isinstance(cover.benefit.frequency, Bernoulli):
        count = laws.Binomial(contract.size, cover.benefit.frequency.incidence)
    else:
        count = laws.NegativeBinomial.from_mean_variance(cover.events, cover.events * cover.ratio)
    year, _ = compound.fft(count, laws.Grid(cover.step, masses.tolist()), cover.length)
    return cover.of_year(np.array(year.probs))


def _prospicio_law(laws: Any, law: Any) -> Any:
    if isinstance(law, Lognormal):
        return laws.Lognormal(law.mu, law.sigma)
    if isinstance(law, Gamma):
        return laws.Gamma.from_mean_cv(law.mean, law.cv)
    if isinstance(law, Weibull):
        return laws.Weibull(law.shape, law.scale)
    return laws.GeneralizedPareto(1.0 / law.alpha, law.scale / law.alpha)


# ---- lossmodels --------------------------------------------------------------------------------------------

PANJER_NODES = 400
"""Its recursion is a Python loop: a coarser lattice."""


def lossmodels(contract: Contract) -> Moments | None:
    """Its laws, layers, rounding and counts; its transform for Poisson, its recursion for the others.

    The family cap is put on its answer by hand; it has no words where nothing is capped.
    """
    from lossmodels.aggregate.discretization import discretize_severity
    from lossmodels.aggregate.fft import fft_aggregate_poisson
    from lossmodels.aggregate.panjer import panjer_recursion
    from lossmodels.coverage.layer import Layer
    from lossmodels.frequency import Binomial, NegativeBinomial
    from lossmodels.frequency import Poisson as Counts

    cover = _cover(contract)
    if cover is None or not math.isfinite(cover.width):
        return None
    poisson = isinstance(cover.benefit.frequency, Poisson)
    step, length = cover.step, cover.length
    if cover.points is not None:
        masses = cover.masses()
    else:
        if not poisson:
            step = cover.family_cap / PANJER_NODES
            length = round(length * cover.step / step)
        layer = Layer(_lossmodels_law(cover.benefit.severity), cover.threshold, cover.width)
        masses = discretize_severity(layer, step, cover.width)
    if poisson:
        year = fft_aggregate_poisson(Counts(cover.events), masses, length)
    else:
        p = 1.0 / cover.ratio
        count: Any
        if isinstance(cover.benefit.frequency, Bernoulli):
            count = Binomial(contract.size, cover.benefit.frequency.incidence)
        else:
            count = NegativeBinomial(cover.events * p / (1.0 - p), p)
        year = panjer_recursion(count, masses, length)
    return cover.moments(np.minimum(step * np.arange(len(year)), cover.family_cap), year)


def _lossmodels_law(law: Any) -> Any:
    import lossmodels as tool
    from lossmodels.severity.transformed_beta import ParetoII
    from lossmodels.severity.weibull import Weibull as ToolWeibull

    if isinstance(law, Lognormal):
        return tool.Lognormal(mu=law.mu, sigma=law.sigma)
    if isinstance(law, Gamma):
        return tool.Gamma(alpha=law.shape, theta=law.scale)
    if isinstance(law, Weibull):
        return ToolWeibull(k=law.shape, lam=law.scale)
    return ParetoII(alpha=law.alpha, theta=law.scale)


# ---- gemact ------------------------------------------------------------------------------------------------


def gemact(contract: Contract) -> Moments | None:
    """Its laws, layer with aggregate cover, lattice and transform; the copay is put back by hand.

    It has no laws on points and, on a lattice, no layer without a limit; and it takes a negative binomial's
    size for a whole number, cutting off what is not (1.5 becomes 1): such a contract it cannot be asked.
    """
    import twiggy
    from gemact.lossmodel import Frequency, Layer, LossModel, PolicyStructure, Severity

    twiggy.quick_setup(min_level=twiggy.levels.ERROR)
    cover = _cover(contract)
    if cover is None or cover.points is not None or not math.isfinite(cover.width):
        return None
    if isinstance(cover.benefit.frequency, Poisson):
        count = Frequency("poisson", {"mu": cover.events})
    elif isinstance(cover.benefit.frequency, Bernoulli):
        count = Frequency("binom", {"n": contract.size, "p": cover.benefit.frequency.incidence})
    else:
        p = 1.0 / cover.ratio
        size = cover.events * p / (1.0 - p)
        if abs(size - round(size)) > 1e-9:
            return None
        count = Frequency("nbinom", {"n": round(size), "p": p})
    layer = Layer(cover=cover.width, deductible=cover.threshold, aggr_cover=cover.family_cap)
    model = LossModel(
        severity=Severity(*_gemact_law(cover.benefit.severity)),
        frequency=count,
        policystructure=PolicyStructure(layers=layer),
        aggr_loss_dist_method="fft",
        sev_discr_method="localmoments",
        n_sev_discr_nodes=round(cover.width / cover.step) + 1,
        n_aggr_dist_nodes=cover.length,
    )
    return cover.back(float(model.mean(use_dist=True)), float(model.var(use_dist=True)))


def _gemact_law(law: Any) -> tuple[str, dict[str, float]]:
    if isinstance(law, Lognormal):
        return "lognormal", {"shape": law.sigma, "scale": math.exp(law.mu)}
    if isinstance(law, Gamma):
        return "gamma", {"a": law.shape, "scale": law.scale}
    if isinstance(law, Weibull):
        return "weibull", {"c": law.shape, "scale": law.scale}
    return "genpareto", {"c": 1.0 / law.alpha, "scale": law.scale / law.alpha}


TOOLS: dict[str, Callable[[Contract], Moments | None]] = {
    "aggregate": aggregate,
    "prospicio": prospicio,
    "lossmodels": lossmodels,
    "gemact": gemact,
}
"""By the name that PyPI knows them by."""
