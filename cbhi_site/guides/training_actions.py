"""Making a scheme to learn on. It is removed, and brought back, as every other scheme."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.refusals import ActionRefused
from cbhi_site.guides.training_queries import training_schemes_of
from cbhi_site.models import TrainingScheme
from cbhi_site.scheme_file import free_name
from cbhi_site.survey_example import start_survey_example
from schemes.models import Scheme

MOST = 10
"""Training schemes of one organisation at a time: each costs a worker a minute and stands in every list."""


class TooManyTrainings(ActionRefused):
    def __init__(self) -> None:
        super().__init__(
            _("There are %(n)s training schemes already. Use one of them, or remove one first.") % {"n": MOST}
        )


@transaction.atomic
def make_training(*, organisation: Organisation, user: User) -> Scheme:
    """A scheme whose invented households are asked by a worker; the rest is left to whoever learns.

    Raises
    ------
    TooManyTrainings
    """
    # Of two at once the second one counts after the first.
    Organisation.objects.select_for_update(no_key=True).only("pk").get(pk=organisation.pk)
    if training_schemes_of(organisation=organisation).count() >= MOST:
        raise TooManyTrainings
    scheme = start_survey_example(
        organisation=organisation,
        user=user,
        name=free_name(_("Training example"), organisation),
        to_train=True,
    )
    TrainingScheme.objects.create(organisation=organisation, scheme=scheme)
    return scheme
