"""The rules of a scheme, on one sheet that everybody in it can be read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, Versioned
from schemes.models import Scheme

MOST_WAITING_DAYS = 366
MOST_DECISION_DAYS = 90
LONGEST_RULE = 400
LONGEST_ANSWER = 500


class Host(models.TextChoices):
    SELF_HELP_GROUPS = "shg", _("Self-help groups")
    COOPERATIVE = "cooperative", _("Cooperative")
    FARMERS = "farmers", _("Farmers’ association")
    OTHER = "other", _("Another group")


class SchemeRules(OrganisationOwned, Versioned):
    """One sheet for each scheme.

    `committee` is a list of {"role", "members"}. `claim_rules` holds what somebody wrote by hand, by the key
    of the benefit; for the others the line follows from the terms, in the language of the print.
    """

    scheme = models.OneToOneField(Scheme, on_delete=models.CASCADE, related_name="rules")
    host = models.CharField(_("host group"), max_length=12, choices=Host.choices)
    host_name = models.CharField(_("name of the host group"), max_length=160, blank=True)
    partner = models.CharField(_("local partner"), max_length=160, blank=True)
    committee = models.JSONField(_("committee"), default=list)
    quorum = models.PositiveSmallIntegerField(_("members who must be there to decide"))
    decides = models.CharField(_("who decides a claim"), max_length=200)
    decision_days = models.PositiveSmallIntegerField(_("days within which a claim is decided"))
    waiting_days = models.PositiveSmallIntegerField(_("waiting days"), default=0)
    collection = models.CharField(_("how and when the premium is collected"), max_length=LONGEST_ANSWER)
    shortfall = models.CharField(_("when the money runs short"), max_length=LONGEST_ANSWER)
    claim_rules = models.JSONField(_("claim rules"), default=dict)
    same_for_all = models.BooleanField(_("the same norms for everybody"), default=False)

    trail_fields = (
        "host", "host_name", "partner", "committee", "quorum", "decides", "decision_days", "waiting_days",
        "collection", "shortfall", "claim_rules", "same_for_all",
    )  # fmt: skip

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(host__in=Host.values),
                name="rules_host_known",
                violation_error_message=_("Choose what kind of group carries the scheme."),
            ),
            models.CheckConstraint(
                condition=Q(decision_days__gte=1, decision_days__lte=MOST_DECISION_DAYS),
                name="rules_decision_days_plausible",
                violation_error_message=_("A claim is decided within 1 to 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(waiting_days__lte=MOST_WAITING_DAYS),
                name="rules_waiting_days_plausible",
                violation_error_message=_("Members wait 366 days at most."),
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=1),
                name="rules_quorum_is_somebody",
                violation_error_message=_("At least one member must be there to decide."),
            ),
        )

    def __str__(self) -> str:
        return str(self.scheme)
