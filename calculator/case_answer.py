"""From a case to its answer: both engines' figures, every line of the premium, the true chance of ruin."""

from __future__ import annotations

import math
import time
from typing import Any

from calculator.case_simulation import simulate_case
from calculator.case_value import Case, Json, case_hash
from calculator.premium import PremiumBreakdown, agreement, price_premium
from calculator.true_chance import true_chance
from simulation.engine import ENGINE_VERSION
from simulation.engine.exact import price_exact
from simulation.engine.moments import Check, PackageMoments, PayoutMoments
from simulation.engine.refusal import Refused


def answer_case(case: Case) -> Json:
    """Price a case.

    Returns
    -------
    dict
        Strict JSON as the case format says: ``benefits``, ``premium``, ``package``,
        ``true_chance_of_bankruptcy``, ``provenance``, and ``warnings`` in words.

    Raises
    ------
    Refused
        The figures leave the range of floating-point numbers.
    """
    started = time.perf_counter()
    exact = price_exact(case.package)
    simulated = simulate_case(case)
    premium = price_premium(
        moments=exact,
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    )
    chance = true_chance(case=case, premium=premium)
    answer: Json = {
        "name": case.name,
        "currency": case.currency,
        "benefits": _benefits(case, exact, simulated),
        "premium": _premium(premium),
        "package": {
            "by_family_size": _by_family_size(exact.package),
            "exact": _exact(exact.package, exact.checks),
            "simulated": _simulated(exact.package, None if simulated is None else simulated.package),
        },
        "true_chance_of_bankruptcy": {
            "nominal": case.loadings.chance_of_bankruptcy,
            "skewness": chance.skewness,
            "survey_error": None if chance.survey is None else chance.survey.chance,
        },
        "warnings": _warnings(case, premium, exact, simulated, chance.failed_checks),
        "provenance": {
            "engine_version": ENGINE_VERSION,
            "seed": None if case.simulation is None else case.simulation.seed,
            "families": None if case.simulation is None else case.simulation.families,
            "content_hash": case_hash(case),
            "elapsed_seconds": round(time.perf_counter() - started, 6),
        },
    }
    _require_finite(answer)
    return answer


def _benefits(case: Case, exact: PackageMoments, simulated: PackageMoments | None) -> list[Json]:
    rows = []
    for index, (benefit, found) in enumerate(zip(case.package.benefits, exact.benefits, strict=True)):
        checks = tuple(check for check in exact.checks if check.about == benefit.name)
        rows.append(
            {
                "name": benefit.name,
                "covered": benefit.covered,
                "pure": found.pure,
                "sigma": found.sigma,
                "exact": _exact(found, checks),
                "simulated": _simulated(found, None if simulated is None else simulated.benefits[index]),
                "by_family_size": _by_family_size(found),
            }
        )
    return rows


def _exact(found: PayoutMoments, checks: tuple[Check, ...]) -> Json:
    return {
        "pure": found.pure,
        "sigma": found.sigma,
        "checks": [
            {
                "name": check.name,
                "about": check.about,
                "error": check.error,
                "tolerance": check.tolerance,
                "passed": check.passed,
            }
            for check in checks
        ],
    }


def _simulated(exact: PayoutMoments, simulated: PayoutMoments | None) -> Json | None:
    if simulated is None:
        return None
    error = simulated.pure_error or 0.0
    compared = agreement(exact=exact.pure, simulated=simulated.pure, standard_error=error)
    return {
        "pure": simulated.pure,
        "sigma": simulated.sigma,
        "standard_error": error,
        "difference_in_standard_errors": compared.in_standard_errors,
    }


def _by_family_size(found: PayoutMoments) -> Json:
    return {
        str(size): {"mean": float(mean), "variance": float(variance)}
        for size, mean, variance in zip(found.families.sizes, found.mean, found.variance, strict=True)
    }


def _premium(premium: PremiumBreakdown) -> Json:
    names = (
        "pure", "sigma", "sigma_independent", "sigma_joint", "z", "risk_loading", "with_risk", "admin",
        "total", "small_family", "large_family", "average",
    )  # fmt: skip
    data: Json = {name: getattr(premium, name) for name in names}
    if premium.further:
        data["further"] = [{"name": name, "amount": amount} for name, amount in premium.further]
    if premium.package_cap_line is not None:
        data["package_cap"] = premium.package_cap_line
    return data


def _warnings(
    case: Case,
    premium: PremiumBreakdown,
    exact: PackageMoments,
    simulated: PackageMoments | None,
    failed: tuple[Check, ...],
) -> list[str]:
    found = []
    if premium.share_differs:
        found.append(
            f"share_in_large_families is {premium.share_in_large:.4g}, the family sizes say "
            f"{premium.share_from_sizes:.4g}: the scheme would collect {premium.collected:.2f} instead of "
            f"{premium.average:.2f}."
        )
    for benefit in case.package.benefits:
        event_cap = getattr(benefit.terms, "event_cap", math.inf)
        if benefit.covered and math.isfinite(event_cap) and benefit.terms.family_cap < event_cap:
            found.append(
                f"{benefit.name}: the family cap is below the event cap, which therefore never binds."
            )
    found += [
        f"{check.about}: the exact engine's own check {check.name!r} failed ({check.error:.2g})."
        for check in (*exact.failed_checks, *failed)
    ]
    if simulated is not None:
        pairs = zip((*exact.benefits, exact.package), (*simulated.benefits, simulated.package), strict=True)
        found += [
            f"{one.name}: the exact and the simulated figure are more than 4 standard errors apart."
            for one, other in pairs
            if not agreement(
                exact=one.pure, simulated=other.pure, standard_error=other.pure_error or 0.0
            ).agree
        ]
    return found


def _require_finite(value: Any) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for element in value:
            _require_finite(element)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Refused(field="case", problem="the figures are too large or too small to be computed")
