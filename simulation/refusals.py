"""What cannot be done with assumptions, and what to do instead."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.refusals import ActionRefused


class EarlierVersion(ActionRefused):
    message = _(
        "This is an earlier version of the assumptions and stays as it was. Make it current to go on from it."
    )


class HasLinkedBenefits(ActionRefused):
    message = _("Other benefits are paid on the events of this one. Change or remove those first.")


class LastBenefit(ActionRefused):
    message = _("This is the only benefit. Add another one first, or edit this one.")


class UsedByPackages(ActionRefused):
    message = _("A saved package uses this benefit. Switch it off in the calculator instead of removing it.")


class ParentIsGone(ActionRefused):
    message = _("It was paid on the events of a benefit that is no longer here. Bring that one back first.")


class TooManyBenefits(ActionRefused):
    message = _("A scheme has 24 benefits at most. Remove one first.")


class AssumptionsMoved(ActionRefused):
    message = _(
        "Somebody changed the assumptions while you were looking. Look at the comparison again, then take "
        "the figures over."
    )
