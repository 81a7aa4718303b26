"""How far a scheme's own experience is believed: Bühlmann-Straub, and survey against experience. Pure.

Source: H. Bühlmann and E. Straub, "Glaubwürdigkeit für Schadensätze" (1970); the unbiased estimators as in
M. Goovaerts and W. Hoogstad, "Credibility Theory" (1987), whose example (Hachemeister's data) is a test here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemes.numbers import gettext_noop
from simulation.engine.refusal import Refused, require_above, require_at_least, require_number, require_share

Array = NDArray[Any]

NO_DIFFERENCE = gettext_noop(
    "The schemes differ no more than chance makes them differ: the estimated variance between them is not "
    "above 0. So none is believed on its own (weight 0), and all get the common figure."
)
ONE_SCHEME = gettext_noop(
    "One scheme alone does not show how much schemes differ: its weight cannot be estimated from itself."
)

ONE_YEAR = gettext_noop(
    "No scheme has two whole years yet: how much a scheme changes from year to year by chance cannot be seen."
)


@dataclass(frozen=True, kw_only=True)
class BuhlmannStraub:
    """Credibility over several schemes.

    Attributes
    ----------
    means : ndarray, shape (I,)
        Each scheme's own weighted mean.
    weights : ndarray, shape (I,)
        Each scheme's weight (person-years, for instance), summed over its years.
    hypothetical_mean : float
        The common figure: credibility-weighted mean, or the plain weighted mean where every factor is 0.
    process_variance : float
        EPV, within a scheme from year to year, for a weight of 1.
    between_variance : float
        VHM, between the schemes, as estimated: it may come out below 0.
    factors : ndarray, shape (I,)
        Z of each scheme, 0 to 1; all 0 where ``between_variance`` is not above 0.
    estimates : ndarray, shape (I,)
        ``Z mean + (1 - Z) hypothetical_mean``.
    sentence : str
        Why every factor is 0, in English; "" where they are not.
    """

    means: Array
    weights: Array
    hypothetical_mean: float
    process_variance: float
    between_variance: float
    factors: Array
    estimates: Array
    sentence: str = ""


def buhlmann_straub(*, ratios: Array, weights: Array) -> BuhlmannStraub:
    """Weigh each scheme's mean against the common one.

    Parameters
    ----------
    ratios : ndarray, shape (I, T)
        A figure of scheme i in year t, claims a person for instance; whatever stands where the weight is 0 is
        not looked at (a gap).
    weights : ndarray, shape (I, T)
        How much stands behind it; 0 for a gap.

    Returns
    -------
    BuhlmannStraub

    Raises
    ------
    Refused
        Fewer than two schemes with a figure, or no scheme with two years.

    Notes
    -----
    With ``w_i`` the weight of a scheme, ``w`` of all, ``n_i`` its years, ``m_i`` its mean, ``m`` the weighted
    mean of all::

        EPV = sum_it w_it (x_it - m_i)^2 / sum_i (n_i - 1)
        VHM = (sum_i w_i (m_i - m)^2 - (I - 1) EPV) / (w - sum_i w_i^2 / w)
        Z_i = w_i VHM / (w_i VHM + EPV),    common = sum Z_i m_i / sum Z_i

    Both are unbiased, so VHM may come out below 0. Then nothing is clipped in silence: the estimate stays as
    it is, every Z is 0, and ``sentence`` says so.
    """
    x, w = np.asarray(ratios, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if x.ndim != 2 or x.shape != w.shape:
        raise Refused(
            field="weights", problem="give one weight for each figure: schemes in rows, years across"
        )
    if not np.isfinite(w).all() or (w < 0.0).any():
        raise Refused(field="weights", problem="every weight is 0 or more; 0 is a gap")
    known = np.asarray(w > 0.0)
    if not np.isfinite(x[known]).all():
        raise Refused(field="ratios", problem="a figure with a weight is not a number; give it weight 0")
    x = np.where(known, x, 0.0)
    held = np.asarray(known.any(axis=1))
    if int(held.sum()) < 2:
        raise Refused(field="ratios", problem=ONE_SCHEME)
    spare = int(known.sum() - held.sum())
    if spare < 1:
        raise Refused(field="ratios", problem=ONE_YEAR)
    of_scheme = w.sum(axis=1)
    means = np.divide((w * x).sum(axis=1), of_scheme, out=np.full(len(x), np.nan), where=held)
    return _weighed(means, of_scheme, held, epv=float(np.nansum(w * (x - means[:, None]) ** 2)) / spare)


def _weighed(means: Array, weights: Array, held: Array, *, epv: float) -> BuhlmannStraub:
    own, w = means[held], weights[held]
    whole = float(w.sum())
    plain = float(w @ own) / whole
    between = float(w @ (own - plain) ** 2) - (len(own) - 1) * epv
    vhm = between / (whole - float(w @ w) / whole)
    factors = np.zeros(len(means))
    if vhm > 0.0:
        factors[held] = w * vhm / (w * vhm + epv)
        common = float(factors[held] @ own) / float(factors[held].sum())
    else:
        common = plain
    estimates = np.where(held, factors * np.where(held, means, 0.0) + (1.0 - factors) * common, common)
    return BuhlmannStraub(
        means=means,
        weights=weights,
        hypothetical_mean=common,
        process_variance=epv,
        between_variance=vhm,
        factors=factors,
        estimates=estimates,
        sentence="" if vhm > 0.0 else NO_DIFFERENCE,
    )


# ---- survey against experience -----------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Belief:
    """A figure with its own variance: what the survey said, or what the scheme has seen.

    Parameters
    ----------
    mean : float
    variance : float
        Of the mean (its standard error squared), at least 0.
    """

    mean: float
    variance: float

    def __post_init__(self) -> None:
        require_number(field="mean", value=self.mean)
        require_at_least(field="variance", value=self.variance, lowest=0.0)

    @property
    def standard_error(self) -> float:
        return math.sqrt(self.variance)


@dataclass(frozen=True, kw_only=True)
class Blend:
    """Survey and experience together.

    Attributes
    ----------
    survey, experience : Belief
    weight : float
        Z: the part of the figure that comes from experience, 0 to 1.
    """

    survey: Belief
    experience: Belief
    weight: float

    def __post_init__(self) -> None:
        require_share(field="weight", value=self.weight)

    @property
    def mean(self) -> float:
        return self.weight * self.experience.mean + (1.0 - self.weight) * self.survey.mean

    @property
    def variance(self) -> float:
        """Of the blended figure; survey and experience are independent of each other."""
        return self.weight**2 * self.experience.variance + (1.0 - self.weight) ** 2 * self.survey.variance

    @property
    def standard_error(self) -> float:
        return math.sqrt(self.variance)


def blend(*, survey: Belief, experience: Belief) -> Blend:
    """The weight that makes the blended figure as sure as it can be.

    ``Z = V_survey / (V_survey + V_experience)``: each is believed in proportion to how sure it is.

    Raises
    ------
    Refused
        Both are said to be perfectly sure: then neither may yield to the other.
    """
    both = survey.variance + experience.variance
    if both == 0.0:
        raise Refused(
            field="variance", problem="both are given without any doubt; give at least one its error"
        )
    return Blend(survey=survey, experience=experience, weight=survey.variance / both)


def blend_incidences(
    *, assumed: float, asked: float, events: float, person_years: float, variance_to_mean: float = 1.0
) -> Blend:
    """An assumed incidence with ``asked`` person-years of survey behind it, and events as counted.

    Both are taken to scatter as counts do at the incidence of both together, so that the weight is
    ``person_years / (asked + person_years)``. With each at its own incidence a year of few claims would look
    surer than one of many, and a year without any would be believed altogether.
    """
    require_above(field="assumed", value=assumed, bound=0.0)
    require_above(field="asked", value=asked, bound=0.0)
    require_at_least(field="events", value=events, lowest=0.0)
    require_above(field="person_years", value=person_years, bound=0.0)
    require_above(field="variance_to_mean", value=variance_to_mean, bound=0.0)
    together = (assumed * asked + events) / (asked + person_years)
    spread = variance_to_mean * together
    return blend(
        survey=Belief(mean=assumed, variance=spread / asked),
        experience=Belief(mean=events / person_years, variance=spread / person_years),
    )


def blend_severities(*, assumed: float, asked: float, seen: float, events: float, cv: float) -> Blend:
    """An assumed mean cost with ``asked`` events of survey behind it, and the mean of so many events seen.

    Both scatter by ``cv`` around the mean of both together: the weight is ``events / (asked + events)``.
    """
    require_above(field="assumed", value=assumed, bound=0.0)
    require_above(field="asked", value=asked, bound=0.0)
    require_above(field="seen", value=seen, bound=0.0)
    require_above(field="events", value=events, bound=0.0)
    require_above(field="cv", value=cv, bound=0.0)
    together = (assumed * asked + seen * events) / (asked + events)
    spread = (cv * together) ** 2
    return blend(
        survey=Belief(mean=assumed, variance=spread / asked),
        experience=Belief(mean=seen, variance=spread / events),
    )
