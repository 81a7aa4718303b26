"""The chance that a hospital stay used transport that was paid, or cost days of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.bootstrap import Design, Times, logit_t
from survey.data_view import Chosen, choose
from survey.estimates import LinkEstimate
from survey.reasons import reason
from survey.tables import SurveyTables

Array = NDArray[Any]

FEWEST_STAYS = 10


@dataclass(frozen=True, kw_only=True)
class Link:
    """An estimate, and what each resample says: ``resampled`` of shape (B,)."""

    estimate: LinkEstimate
    resampled: Array


def link_of(
    key: str, *, parent_key: str, kind: str, column: str, tables: SurveyTables, design: Design, times: Times
) -> Link | None:
    """The weighted share of events of ``kind`` with ``column`` above 0, among those where it is known.

    None where it was not asked about a single event.
    """
    chosen: Chosen = choose(kind=kind, column=column, tables=tables, design=design)
    asked = chosen.costs.number + chosen.zeros
    if not asked:
        return None
    resampled = 1.0 - chosen.resampled_zero_share(times)
    probability = logit_t(
        1.0 - chosen.zero_share if chosen.costs.number else 0.0,
        resampled,
        number=asked,
        degrees_of_freedom=design.degrees_of_freedom,
    )
    estimate = LinkEstimate(
        key=key,
        parent_key=parent_key,
        asked=asked,
        found=chosen.costs.number,
        probability=probability,
        reasons=(reason("few_stays", stays=asked, needed=FEWEST_STAYS),) if asked < FEWEST_STAYS else (),
    )
    return Link(estimate=estimate, resampled=np.asarray(resampled))
