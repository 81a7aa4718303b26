"""Who wants the warnings of an organisation's schemes by e-mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationOwned, User


class DigestWish(OrganisationOwned):
    """An administrator asked for the monthly letter; without such a row nothing is sent.

    `sent_for` is the first day of the month of the last letter: a month is told once.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    sent_for = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "user"),
                name="digest_wished_once",
                violation_error_message=_("You get this letter already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.user_id)
