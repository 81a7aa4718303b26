"""Every figure of a quote unrounded, as JSON to freeze. Pure: no Django."""

from __future__ import annotations

import math
from dataclasses import asdict, is_dataclass
from typing import Any

from calculator.quotes import Quote
from simulation.engine import ENGINE_VERSION
from simulation.engine.moments import PackageMoments, PayoutMoments


def figures_in_full(quote: Quote, chance: Any) -> dict[str, Any]:
    """Both engines' moments, their premiums, and how sure they are.

    Parameters
    ----------
    quote : Quote
    chance : dataclass or None
        What is known of the true chance of bankruptcy.
    """
    found: dict[str, Any] = strict(
        {
            "engine_version": ENGINE_VERSION,
            "exact": _moments(quote.exact),
            "simulated": None if quote.simulated is None else _moments(quote.simulated),
            "premium": quote.premium,
            "exact_premium": quote.exact_premium,
            "simulated_premium": quote.simulated_premium,
            "agreements": [
                {"name": name, "difference": found.difference, "standard_error": found.standard_error}
                for name, found in quote.agreements
            ],
            "chance": chance,
        }
    )
    return found


def _moments(moments: PackageMoments) -> dict[str, Any]:
    return {
        "benefits": [_payout(each) for each in moments.benefits],
        "package": _payout(moments.package),
        "checks": list(moments.checks),
    }


def _payout(found: PayoutMoments) -> dict[str, Any]:
    return {
        "name": found.name,
        "pure": found.pure,
        "sigma": found.sigma,
        "standard_error": found.pure_error,
        "by_family_size": {
            str(size): {"mean": float(mean), "variance": float(variance)}
            for size, mean, variance in zip(found.families.sizes, found.mean, found.variance, strict=True)
        },
    }


def strict(value: Any) -> Any:
    """As strict JSON knows it: a number that is none (infinity) becomes its name."""
    if is_dataclass(value) and not isinstance(value, type):
        return strict(asdict(value))
    if isinstance(value, dict):
        return {str(key): strict(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [strict(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
