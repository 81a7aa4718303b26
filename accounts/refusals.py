"""Refusals by name: what a person asked for cannot be done, and the message says what to do instead.

Anything that is not an `ActionRefused` is a bug and reaches the log.
"""

from __future__ import annotations

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ActionRefused(Exception):  # noqa: N818  a refusal is an answer, not an error
    """Base of every refusal; `message` is shown to the person as it stands."""

    message: str | Promise = _("This cannot be done.")

    def __init__(self, message: str | Promise | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NoOrganisation(ActionRefused):
    message = _("Your account belongs to no organisation yet. Ask an administrator to add you to one.")


class StaleEdit(ActionRefused):
    """Somebody else saved first; `theirs` is the row as it is now, so that both can be shown."""

    message = _("Somebody else saved this while you were editing. Compare both and decide what to keep.")

    def __init__(self, *, theirs: Model | None) -> None:
        self.theirs = theirs
        super().__init__(
            None if theirs is not None else _("Somebody else deleted this while you were editing.")
        )
