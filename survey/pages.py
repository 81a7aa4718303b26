"""What a survey's own page shows: where it is, what was counted, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.live import Live
from schemes.models import Scheme
from schemes.numbers import format_number
from survey.estimate_sets import EstimateSet
from survey.models import State, Survey
from survey.problem_rows import SurveyCorrection
from survey.words import DROPPED_WORDS, SHAPE_WORDS, kind_words, refusal_of
from survey.work import Work


@dataclass
class SurveyPage:
    """One survey in words and numbers."""

    survey: Survey
    waiting_corrections: int = 0
    estimates: EstimateSet | None = None

    @property
    def scheme(self) -> Scheme:
        return self.survey.scheme

    @cached_property
    def work(self) -> Work:
        return Work(job=self.survey.reading_job, name=_("Reading the files"))

    @property
    def is_live(self) -> bool:
        return self.work.is_live and self.survey.is_stale

    @property
    def live(self) -> Live | None:
        return self.work.live(reverse("survey:progress", args=[self.survey.pk])) if self.is_live else None

    @property
    def has_stopped(self) -> bool:
        return self.work.has_stopped and self.survey.is_stale

    @property
    def refusal(self) -> str:
        return refusal_of(self.survey.refusal)

    @property
    def has_rows(self) -> bool:
        return not self.survey.is_forgotten

    @property
    def is_read(self) -> bool:
        return self.survey.reading is not None

    def number(self, value: float) -> str:
        return format_number(value, grouping=self.scheme.number_grouping)

    @cached_property
    def totals(self) -> list[dict[str, str]]:
        """As found in the file and as kept."""
        report = self.survey.report
        before, after = report.get("before") or {}, report.get("after") or {}
        rows = [
            (_("Rows"), before.get("rows", 0), after.get("rows", 0)),
            (_("Households"), before.get("households", 0), after.get("households", 0)),
            (_("Persons"), before.get("persons", 0), after.get("persons", 0)),
        ]
        kinds = [*(before.get("events") or {}), *(after.get("events") or {})]
        rows += [
            (
                kind_words(kind).capitalize(),
                (before.get("events") or {}).get(kind, 0),
                (after.get("events") or {}).get(kind, 0),
            )
            for kind in dict.fromkeys(kinds)
        ]
        return [
            {
                "name": name,
                "before": self.number(found),
                "after": self.number(kept),
                "lost": self.number(found - kept) if kept != found else "",
            }
            for name, found, kept in rows
        ]

    def _count(self, severity: str) -> int:
        counts = self.survey.report.get("counts") or {}
        return sum(by_severity.get(severity, 0) for by_severity in counts.values())

    @property
    def dropped(self) -> int:
        return self._count("dropped")

    @property
    def doubtful(self) -> int:
        return self._count("doubtful")

    @property
    def problem_words(self) -> str:
        if not self.dropped and not self.doubtful:
            return _("No row was left out, none is doubtful.")
        return _("%(dropped)s and %(doubtful)s.") % {
            "dropped": ngettext("%(n)s row is not counted", "%(n)s rows are not counted", self.dropped)
            % {"n": self.number(self.dropped)},
            "doubtful": ngettext("%(n)s value is doubtful", "%(n)s values are doubtful", self.doubtful)
            % {"n": self.number(self.doubtful)},
        }

    @property
    def shape_words(self) -> str:
        return str(SHAPE_WORDS.get(self.survey.report.get("shape", "unknown"), ""))

    @property
    def questions(self) -> int:
        return len(self.survey.report.get("questions") or [])

    @property
    def names_are_ours(self) -> bool:
        """Every column that is used bears a name of our questionnaire, and nothing was assumed."""
        used = [one for one in self.survey.report.get("guesses") or [] if one["role"]]
        return bool(used) and not self.questions and all(one["confidence"] >= 1.0 for one in used)

    @property
    def dropped_columns(self) -> list[dict[str, str]]:
        return [
            {
                "column": one["column"],
                "sheet": one["sheet"] or one["file"],
                "what": str(DROPPED_WORDS.get(one["reason"], one["reason"])),
            }
            for one in self.survey.report.get("dropped_columns") or []
        ]

    @property
    def replaces_ids(self) -> bool:
        return any(
            sheet["ids"] for file in self.survey.files.all() for sheet in (file.kept or {}).get("sheets", ())
        )

    @cached_property
    def next_step(self) -> dict[str, str]:
        """The one thing to do: words, button, address, and whether it posts."""
        pk = self.survey.pk
        columns = reverse("survey:columns", args=[pk])
        problems = reverse("survey:problems", args=[pk])
        if self.survey.is_forgotten:
            return {}
        if self.survey.state == State.MAPPING:
            return _step(
                _("The columns need names"),
                _(
                    "Something essential was not recognised. Say which column is what; it is kept for "
                    "the next file."
                ),
                _("Name the columns"),
                columns,
            )
        if self.waiting_corrections:
            return _step(
                _("Read again"),
                ngettext(
                    "%(n)s correction waits. Reading again puts it in place.",
                    "%(n)s corrections wait. Reading again puts them in place.",
                    self.waiting_corrections,
                )
                % {"n": self.waiting_corrections},
                _("Read again with the corrections"),
                reverse("survey:read_again", args=[pk]),
                post=True,
            )
        if not self.survey.mapping_checked and not self.names_are_ours:
            return _step(
                _("Check the columns"),
                ngettext(
                    "The columns were guessed, and %(n)s question is open. Two minutes now save a wrong "
                    "premium.",
                    "The columns were guessed, and %(n)s questions are open. Two minutes now save a "
                    "wrong premium.",
                    self.questions,
                )
                % {"n": self.questions}
                if self.questions
                else _("The columns were guessed. Look whether each is what it is taken for."),
                _("Check the columns"),
                columns,
            )
        if self.estimates is None:
            return _step(
                _("Problems, then estimates"),
                self.problem_words
                + " "
                + _("Look at them, put right what you can, then work out the estimates."),
                _("Work out the estimates"),
                reverse("survey:estimate", args=[pk]),
                post=True,
                other=_("Look at the problems first"),
                other_url=problems,
            )
        return _step(
            _("Look at the estimates"),
            _("How often, how dear, how sure; then take them over into the assumptions."),
            _("To the estimates"),
            reverse("survey:estimates", args=[self.estimates.pk]),
        )


def _step(
    title: str, words: str, button: str, url: str, *, post: bool = False, other: str = "", other_url: str = ""
) -> dict[str, Any]:
    return {
        "title": title, "words": words, "button": button, "url": url, "post": post, "other": other,
        "other_url": other_url,
    }  # fmt: skip


def page_of(survey: Survey) -> SurveyPage:
    """Three small queries: corrections newer than the reading, and the newest estimates of what was read."""
    corrections = 0
    if survey.is_stale and not (survey.reading_job and survey.reading_job.is_live):
        corrections = SurveyCorrection.objects.beside(survey).filter(survey=survey).standing().count() or 1
    estimates = None
    if survey.tables is not None:
        sets = EstimateSet.objects.beside(survey).filter(survey=survey, tables_sha256=survey.tables.sha256)
        estimates = sets.defer("estimates").order_by("-number").first()
    return SurveyPage(survey=survey, waiting_corrections=corrections, estimates=estimates)
