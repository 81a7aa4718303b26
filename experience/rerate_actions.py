"""This year's claims become the next version of the assumptions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.refusals import ActionRefused
from experience.rerate_page import RatePage
from simulation.adopt_actions import Figures, adopt_figures
from simulation.models import AssumptionSet


class NothingToAdopt(ActionRefused):
    message = _("There is nothing to take over: no figure can be weighed, and no cost trend is typed.")


def adopt_experience(page: RatePage, *, seen_number: int) -> AssumptionSet:
    """A new version with the weighed figures and the trend in it.

    The weighing starts from the assumptions that the year was priced on, so that taking the same year over
    twice gives the same figures: no claim counts twice.

    Raises
    ------
    NothingToAdopt, AssumptionsMoved, ValidationError
    """
    values = page.new_values()
    if not values:
        raise NothingToAdopt
    return adopt_figures(
        scheme=page.scheme,
        seen_number=seen_number,
        figures=[Figures(key=key, values=each, linked_to_key=None) for key, each in values],
        note=page.source,
    )
