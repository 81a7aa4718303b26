"""Which fitted survey stands behind a price: the resamples behind its assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from calculator.case import Case
from calculator.survey_resampled import Fitted
from simulation.models import BenefitRisk
from survey.blobs import Blob
from survey.estimate_sets import Adoption
from survey.resamples import Resamples


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Enough to name a fitted survey and to fetch it.

    Attributes
    ----------
    blob_id, sha256 : where the resamples are, and what they are.
    keys : name of the case's benefit to the survey's.
    """

    estimates_id: UUID
    blob_id: UUID
    sha256: str
    keys: Mapping[str, str]

    def fitted(self, beside: BenefitRisk) -> Fitted:
        """Raises `survey.blobs.DamagedBlob` or `survey.resamples.ResamplesDamaged`."""
        blob = Blob.objects.beside(beside).get(pk=self.blob_id)
        return Fitted(resamples=Resamples.from_bytes(blob.bytes()), keys=self.keys)


def behind(*, case: Case, risks: Sequence[BenefitRisk]) -> Behind | None:
    """The survey behind a case made of these rows, in their order; None where none of them is a survey's.

    A benefit whose assumption a person typed is not the survey's, nor one of a later version.
    """
    if not risks:
        return None
    found = (
        Adoption.objects.beside(risks[0])
        .filter(assumption_set=risks[0].assumption_set_id, estimate_set__resamples__isnull=False)
        .values_list(
            "taken", "estimate_set_id", "estimate_set__resamples_id", "estimate_set__resamples__sha256"
        )
        .first()
    )
    if found is None:
        return None
    taken, estimates_id, blob_id, sha256 = found
    pairs = zip(case.package.benefits, risks, strict=True)
    keys = {benefit.name: risk.key for benefit, risk in pairs if risk.key in taken}
    if not keys:
        return None
    return Behind(estimates_id=estimates_id, blob_id=blob_id, sha256=sha256, keys=keys)
