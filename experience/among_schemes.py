"""Claims over what was priced, across an organisation's schemes: how far each is believed on its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from accounts.models import Organisation
from calculator.models import Premium
from experience.credibility import BuhlmannStraub, buhlmann_straub
from experience.models import SchemeYear
from experience.queries import figures_of, package_of
from schemes.models import Scheme
from schemes.numbers import format_number, format_share
from simulation.engine.refusal import Refused

MOST_YEARS = 120


@dataclass(frozen=True, kw_only=True)
class AmongSchemes:
    """Rows of (scheme, years, own ratio, weight, believed ratio) in words; `sentence` where it cannot be."""

    rows: tuple[tuple[str, int, str, str, str], ...] = ()
    common: str = ""
    sentence: str = ""


def among_schemes(organisation: Organisation | None) -> AmongSchemes:
    """Of all years that are over, have claims, persons and a saved price."""
    known = _known_years(organisation)
    schemes = sorted({scheme.name for scheme, _year, _ratio, _persons in known})
    years = sorted({year for _scheme, year, _ratio, _persons in known})
    if not known:
        return AmongSchemes(sentence=_("No year of any scheme is over and complete yet."))
    ratios, weights = np.zeros((len(schemes), len(years))), np.zeros((len(schemes), len(years)))
    for scheme, year, ratio, persons in known:
        place = schemes.index(scheme.name), years.index(year)
        ratios[place], weights[place] = ratio, persons
    try:
        found = buhlmann_straub(ratios=ratios, weights=weights)
    except Refused as refused:
        return AmongSchemes(sentence=_(refused.problem))
    return _in_words(schemes, weights, found)


def _known_years(organisation: Organisation | None) -> list[tuple[Scheme, int, float, float]]:
    """Claims over what was priced for as many persons, and the persons."""
    rows = SchemeYear.objects.of(organisation).filter(scheme__deleted_at=None).exclude(insured=None)
    rows = rows.select_related("scheme__organisation", "package").prefetch_related("claims")
    found = []
    for year in rows.order_by("-starts_on")[:MOST_YEARS]:
        figures = figures_of(year)
        pure = _pure(year) if year.is_over and figures.paid is not None else None
        if pure and figures.insured and figures.paid is not None:
            expected = pure * figures.insured
            found.append((year.scheme, year.starts_on.year, figures.paid / expected, float(figures.insured)))
    return found


def _pure(year: SchemeYear) -> float | None:
    """Pure premium a person a year that the year's package was last saved at."""
    package = package_of(year)
    if package is None:
        return None
    saved = Premium.objects.beside(package).filter(package=package).order_by("-package_version").first()
    return None if saved is None else float(saved.answer["premium"]["pure"])


def _in_words(schemes: list[str], weights: np.ndarray, found: BuhlmannStraub) -> AmongSchemes:
    return AmongSchemes(
        rows=tuple(
            (
                name,
                int((weights[place] > 0.0).sum()),
                format_number(float(found.means[place]), places=2),
                format_share(float(found.factors[place]), places=0),
                format_number(float(found.estimates[place]), places=2),
            )
            for place, name in enumerate(schemes)
        ),
        common=format_number(found.hypothetical_mean, places=2),
        sentence=_(found.sentence) if found.sentence else "",
    )
