"""One set of estimates: what all of its pages share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jobs.live import Live
from schemes.models import Scheme
from schemes.numbers import format_exact, format_number, format_share
from survey.benefit_words import benefit_words, pictogram_of, place_of
from survey.estimate_sets import EstimateSet
from survey.estimates import BenefitEstimate, Estimates
from survey.reason_words import all_words
from survey.small_cells import FEWEST_SHOWN
from survey.work import Work

FEW_EVENTS = 30
"""Fewer are marked wherever the benefit is named."""


@dataclass
class SetPage:
    """One set of estimates: what every page of it shares."""

    estimates: EstimateSet
    sees_rows: bool = False
    """Whether whoever looks may see rows of households anyway."""

    @property
    def fewest(self) -> int:
        """How many bills a figure must be of to be shown."""
        return 0 if self.sees_rows else FEWEST_SHOWN

    @property
    def scheme(self) -> Scheme:
        return self.estimates.scheme

    @property
    def found(self) -> Estimates | None:
        return self.estimates.found

    @cached_property
    def work(self) -> Work:
        return Work(job=self.estimates.job, name=_("Working out the estimates"))

    @property
    def is_live(self) -> bool:
        return self.found is None and self.work.is_live

    @property
    def live(self) -> Live | None:
        return self.work.live(reverse("survey:fitting", args=[self.estimates.pk])) if self.is_live else None

    @property
    def has_stopped(self) -> bool:
        return self.found is None and self.work.has_stopped

    def number(self, value: float, places: int = 0) -> str:
        return format_number(value, places=places, grouping=self.scheme.number_grouping)

    def money(self, value: float) -> str:
        return self.number(value, 0 if abs(value) >= 20 or value == 0 else 2)

    def short(self, value: float) -> str:
        return format_exact(float(f"{value:.3g}"), grouping=self.scheme.number_grouping)

    @property
    def nav(self) -> list[dict[str, Any]]:
        """Every benefit, marked where there is little to go by."""
        found = self.found
        if found is None:
            return []
        rows = []
        for benefit in sorted(found.benefits, key=lambda one: place_of(one.key)):
            cases = cases_of(found, benefit)
            rows.append(
                {
                    "key": benefit.key,
                    "name": benefit_words(benefit.key),
                    "icon": pictogram_of(benefit.key),
                    "url": reverse("survey:benefit", args=[self.estimates.pk, benefit.key]),
                    "few": cases if cases is not None and cases < FEW_EVENTS else None,
                    "used": self.choice(benefit.key)["use"],
                }
            )
        return rows

    def choice(self, key: str) -> dict[str, Any]:
        return {"use": False, "law": "", "incidence": None, "mean": None} | self.estimates.choices.get(
            key, {}
        )

    @property
    def asked_words(self) -> str:
        found = self.found
        if found is None:
            return ""
        summary = found.summary
        return _("%(persons)s persons in %(households)s households") % {
            "persons": self.number(summary.persons),
            "households": self.number(summary.households),
        }

    @property
    def warnings(self) -> list[str]:
        return [] if self.found is None else all_words(self.found.reasons, self.scheme)


def cases_of(found: Estimates, benefit: BenefitEstimate) -> int | None:
    """How many cases a benefit's figures rest on: of one paid on stays, those where it was asked."""
    link = found.link(benefit.key) if benefit.linked_to else None
    if link is not None:
        return link.asked
    incidence = found.incidence(benefit.source_kind)
    return None if incidence is None else incidence.events


def family_rows(found: Estimates) -> Sequence[dict[str, Any]]:
    """The share of families of each size, for bars."""
    shares = {int(size): share for size, share in found.families.shares.items()}
    most = max(shares.values(), default=1.0)
    return [
        {
            "size": size,
            "share": format_share(shares.get(size, 0.0), places=1),
            "width": f"{100 * shares.get(size, 0.0) / most:.1f}",
            "is_large": size >= 4,
        }
        for size in range(1, max(shares, default=0) + 1)
    ]
