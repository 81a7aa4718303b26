"""What may not be done to a job, by name."""

from django.utils.translation import gettext_lazy as _

from accounts.refusals import ActionRefused


class JobAlreadyFinished(ActionRefused):
    message = _("This simulation has already finished, so there is nothing left to cancel.")


class JobNeedsNoRetry(ActionRefused):
    message = _("Only a simulation that needs attention can be tried again.")
