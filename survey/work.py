"""Background work on a survey as a page shows it: waits, runs, stopped; never a figure that is not known."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jobs.live import Live, pause_of
from jobs.models import Job, Reason, Status

_STOPPED: dict[str, Promise] = {
    Reason.WORKER_LOST: gettext_lazy(
        "It stopped three times without an answer. Try again, or give smaller files."
    ),
    Reason.OUT_OF_MEMORY: gettext_lazy(
        "It needs more memory than this machine gives it. Give smaller files, or save the sheets as CSV."
    ),
    Reason.TOO_SLOW: gettext_lazy(
        "It took longer than allowed. Give smaller files, or save the sheets as CSV."
    ),
    Reason.FAILED: gettext_lazy(
        "It failed three times. Try again; if it fails again, report this page’s address."
    ),
    Reason.DAMAGED: gettext_lazy("A stored part was damaged and could not be made again. Try again."),
}


@dataclass(frozen=True, kw_only=True)
class Work:
    """One job with the words a page needs."""

    job: Job | None
    name: str

    @property
    def is_live(self) -> bool:
        return self.job is not None and self.job.is_live

    @property
    def has_stopped(self) -> bool:
        return self.job is not None and self.job.status in {Status.NEEDS_ATTENTION, Status.CANCELLED}

    @property
    def was_cancelled(self) -> bool:
        return self.job is not None and self.job.status == Status.CANCELLED

    @property
    def seconds(self) -> int:
        return 0 if self.job is None else int((timezone.now() - self.job.created_at).total_seconds())

    def live(self, address: str, *, words: str | None = None, percent: int | None = None) -> Live:
        """The part of the page that changes while it goes on."""
        told = self.words if words is None else words
        return Live(address=address, pause=pause_of(self.job), words=told, percent=percent)

    @property
    def words(self) -> str:
        if self.job is None:
            return ""
        if self.job.status == Status.QUEUED:
            return _("It waits for a free worker and starts by itself.")
        if self.job.status == Status.RUNNING:
            return ngettext(
                "At work for %(n)s second. A file of 20,000 rows takes about ten.",
                "At work for %(n)s seconds. A file of 20,000 rows takes about ten.",
                self.seconds,
            ) % {"n": self.seconds}
        return self.why

    @property
    def why(self) -> str:
        """Why it stopped and what to do."""
        if self.job is None or not self.has_stopped:
            return ""
        if self.job.status == Status.CANCELLED:
            return _("It was cancelled.")
        return self.job.detail or str(_STOPPED.get(self.job.reason, self.job.reason_text))
