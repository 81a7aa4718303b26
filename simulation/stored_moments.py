"""What simulations found, kept by what was asked: an organisation never simulates the same question twice."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from accounts.models import OrganisationOwned
from jobs.models import Job
from simulation.engine.families import FamilySizes
from simulation.engine.moments import PayoutMoments

FIGURES = ("mean", "variance", "mean_error")
"""The last axis of every stored array."""


def packed_line(moments: PayoutMoments) -> NDArray[Any]:
    """One benefit (or the total) as an array of shape (K + 1, 3): a row for each size, then one per person.

    The last row is the pure premium, the variance per person and the standard error of the pure premium,
    which does not follow from the rows above where sizes were simulated on shared families.
    """
    error = np.zeros_like(moments.mean) if moments.mean_error is None else moments.mean_error
    sizes = np.stack([moments.mean, moments.variance, error], axis=1)
    person = [moments.pure, moments.variance_per_person, moments.pure_error or 0.0]
    return np.vstack([sizes, person])


def unpacked_line(name: str, line: NDArray[Any], *, families: FamilySizes) -> PayoutMoments:
    """The inverse of `packed_line`."""
    mean, variance, error = line[:-1].T
    return PayoutMoments(
        name=name,
        families=families,
        mean=mean,
        variance=variance,
        mean_error=error,
        error_of_pure=float(line[-1, 2]),
    )


def _checksum(shape: list[int], payload: bytes) -> str:
    return hashlib.sha256(f"{shape}\n".encode() + payload).hexdigest()


class DamagedMoments(ValueError):  # noqa: N818  named for what happened
    """Stored bytes that no longer match their checksum: they are never shown."""


class Moments(OrganisationOwned):
    """The answer to one question about one linked group of benefits.

    For terms: an array of shape (benefits + 1, K + 1, 3), one line per benefit in the group's order and the
    group's total last, each as `packed_line` says. For a menu: (terms, K, 3). K family sizes; the last axis
    is `FIGURES`, money per family-year.
    """

    risk_hash = models.CharField(max_length=64)
    asked_hash = models.CharField(max_length=64)
    engine_version = models.CharField(max_length=20)
    # The run's seed; each group's own is made from it and the group's content.
    root_seed = models.CharField(max_length=24)
    families = models.PositiveBigIntegerField()
    shape = models.JSONField()
    payload = models.BinaryField()
    checksum = models.CharField(max_length=64)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "risk_hash", "asked_hash", "root_seed", "families"),
                name="moments_once_per_question",
                violation_error_message=_("This was simulated already."),
            ),
            models.CheckConstraint(
                condition=Q(families__gte=1),
                name="moments_have_families",
                violation_error_message=_("A simulation has at least one family."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.risk_hash[:8]} {self.asked_hash[:8]}"

    @staticmethod
    def packed(figures: NDArray[Any]) -> dict[str, Any]:
        """The columns that hold an array of figures."""
        payload = np.ascontiguousarray(figures, dtype="<f8").tobytes()
        return {
            "shape": list(figures.shape),
            "payload": payload,
            "checksum": _checksum(list(figures.shape), payload),
        }

    @property
    def figures(self) -> NDArray[Any]:
        """The stored array; raises `DamagedMoments` when a bit has changed."""
        if self.is_damaged:
            raise DamagedMoments(str(self.pk))
        return np.frombuffer(bytes(self.payload), dtype="<f8").reshape(self.shape)

    @property
    def is_damaged(self) -> bool:
        """Whether the stored bytes no longer match their checksum."""
        return _checksum(self.shape, bytes(self.payload)) != self.checksum
