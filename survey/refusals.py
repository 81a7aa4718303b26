"""What cannot be done with surveys and estimates, and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from accounts.refusals import ActionRefused
from survey.reading.problems import FileRefused
from survey.reading.words import REFUSAL_WORDS


def refusal_words(refused: FileRefused) -> str:
    """Why a file was refused, in the reader's language."""
    return _g(REFUSAL_WORDS[refused.code]) % refused.params


class UploadRefused(ActionRefused):
    """A file that is not taken in at all; nothing was kept."""

    def __init__(self, refused: FileRefused) -> None:
        self.code = refused.code
        super().__init__(refusal_words(refused))


class SameFiles(ActionRefused):
    """The same bytes are here already; `survey_id` says where."""

    message: str | Promise = _("This file is here already, byte for byte. Go on with the survey it is in.")

    def __init__(self, *, survey_id: object) -> None:
        self.survey_id = survey_id
        super().__init__()


class RowsAreGone(ActionRefused):
    message = _(
        "The rows of this survey were deleted. What was estimated from them stays; upload the file again to "
        "go on."
    )


class NotReadYet(ActionRefused):
    message = _("The survey is not read yet. Wait until it is, then try again.")


class NothingToUndo(ActionRefused):
    message = _("That was taken back already.")


class NotReadAgain(ActionRefused):
    message = _("Corrections wait. Read the survey again first, so that they are in the estimates.")


class NotEstimated(ActionRefused):
    message = _("Nothing is estimated yet. Wait until it is, then try again.")


class NothingChosen(ActionRefused):
    message = _("No benefit is chosen. Tick at least one benefit to take over.")


class Forgotten(ActionRefused):
    message = _("The rows of this survey are deleted already.")


class LawIsMissing(ActionRefused):
    """A benefit that is to be taken over has no law for its cost."""

    def __init__(self, *, name: str) -> None:
        super().__init__(
            _g("%(name)s: no law of costs is chosen. Choose one on its page, or take its tick away.")
            % {"name": name}
        )


class ParentIsMissing(ActionRefused):
    """A linked benefit without the one on whose events it is paid."""

    def __init__(self, *, name: str, parent: str) -> None:
        super().__init__(
            _g("%(name)s is paid on %(parent)s. Tick that one too, or take both ticks away.")
            % {"name": name, "parent": parent}
        )


class CannotTakeOver(ActionRefused):
    """Everything that stands in the way of taking over, at once."""

    def __init__(self, refused: Sequence[ActionRefused]) -> None:
        super().__init__(" ".join(str(one) for one in refused))
