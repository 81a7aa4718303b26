"""Providers that a scheme no longer accepts after fraud: which facility, since when, who decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, Versioned
from schemes.models import Scheme
from workshop.sessions import PutAwayQuerySet

FACILITY_TAKEN = "facility_taken"


class ProviderDecision(OrganisationOwned, Versioned):
    """One decision about one facility, never about a person; its changes are in the trail."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="provider_decisions")
    facility = models.CharField(_("facility"), max_length=160)
    decided_on = models.DateField(_("day of the decision"))
    decision = models.CharField(_("decision"), max_length=300)
    committee = models.CharField(_("decided by"), max_length=120)
    accepted_again_on = models.DateField(_("accepted again from"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects: ClassVar = PutAwayQuerySet.as_manager()
    trail_fields = ("facility", "decided_on", "decision", "committee", "accepted_again_on", "deleted_at")

    class Meta:
        ordering = ("-decided_on", "facility", "id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(facility="") & ~Q(decision="") & ~Q(committee=""),
                name="provider_decision_is_complete",
                violation_error_message=_(
                    "A decision names the facility, what was decided, and the committee."
                ),
            ),
            models.CheckConstraint(
                condition=Q(accepted_again_on=None) | Q(accepted_again_on__gt=F("decided_on")),
                name="provider_accepted_after_refused",
                violation_error_message=_("A facility is accepted again after it was refused, not before."),
            ),
            models.UniqueConstraint(
                fields=("scheme", "facility", "decided_on"),
                condition=Q(deleted_at=None),
                name="provider_decided_once_a_day",
                violation_error_code=FACILITY_TAKEN,
                violation_error_message=_(
                    "A decision of this day about this facility is written down already."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.facility
