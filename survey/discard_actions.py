"""Taking away an upload that was refused: nothing was read from it, so nothing of it need stay."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.refusals import ActionRefused
from accounts.trail import What, record, snapshot
from survey.models import State, Survey


class NotRefused(ActionRefused):
    message = _("Only a file that was refused is taken off the list. Delete this survey’s rows instead.")


@transaction.atomic
def discard(*, survey: Survey) -> None:
    """Remove a refused upload with its bytes; who did so, and of which file, stays in the trail.

    Raises
    ------
    NotRefused
        It was read, or is about to be.
    """
    locked = Survey.objects.beside(survey).select_for_update(of=("self",)).get(pk=survey.pk)
    if locked.state != State.REFUSED or locked.estimate_sets.exists():
        raise NotRefused
    record(
        what=What.SURVEY_DELETED,
        subject=locked,
        scheme=locked.scheme_id,
        before=snapshot(locked),
        label=locked.name,
    )
    locked.delete()
