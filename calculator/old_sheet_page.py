"""The reconciliation of an old sheet, written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from calculator.figures import Figures
from calculator.old_sheet.reading import OldLine, OldRow
from calculator.old_sheet.reasons import Finding
from calculator.old_sheet_actions import Understood
from calculator.old_sheet_words import LINE_NAMES, VERDICTS, reason_words
from calculator.premium import price_premium
from simulation.engine.exact import price_exact

ICONS = {"same": "tick", "follows": "tick", "unexplained": "warning", "assumption": "warning"}


@dataclass(frozen=True, kw_only=True)
class Written:
    """One line of the reconciliation."""

    label: str
    theirs: str
    ours: str
    difference: str
    verdict: str
    word: str
    reason: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label of the old sheet and what it is taken for."""

    name: str
    words: str
    row: int
    chosen: str
    sure: bool
    options: list[tuple[str, str]]


@dataclass
class OldSheetPage:
    """Everything the page shows about one old sheet."""

    understood: Understood

    @cached_property
    def say(self) -> Figures:
        total = self.understood.sheet.amount("total")
        return Figures(self.understood.scheme, scale=total or 1000.0)

    @cached_property
    def lines(self) -> list[Written]:
        return [self._written(finding) for finding in self.understood.findings]

    def _written(self, finding: Finding) -> Written:
        name = LINE_NAMES.get(finding.key)
        between = finding.difference
        if finding.verdict == "same":
            between = 0.0
        return Written(
            label=str(name) if name else finding.label,
            theirs="–" if finding.theirs is None else self._as_shown(finding.theirs),
            ours="–" if finding.ours is None else self._as_shown(finding.ours, like=finding.theirs),
            difference="–" if between is None else self._as_shown(between, like=finding.theirs),
            verdict=finding.verdict,
            word=str(VERDICTS[finding.verdict]),
            reason=reason_words(finding, self.say),
            icon=ICONS.get(finding.verdict, "help"),
        )

    def _as_shown(self, value: float, *, like: float | None = None) -> str:
        """With as many places as their figure has."""
        model = value if like is None else like
        whole = like is not None and abs(model - round(model)) < 1e-9
        return self.say.amount(value, more=0 if whole or abs(value - round(value)) < 1e-9 else 2)

    @property
    def counts(self) -> str:
        lines = [line for line in self.lines if line.verdict != "missing"]
        same = sum(line.verdict == "same" for line in lines)
        open_ones = sum(line.verdict == "unexplained" for line in lines)
        words = _("%(same)s of %(all)s lines are the same.") % {"same": same, "all": len(lines)}
        if open_ones:
            words += " " + _("%(n)s could not be explained.") % {"n": open_ones}
        elif same < len(lines):
            words += " " + _("For every other line the reason was found.")
        return words

    @cached_property
    def joint(self) -> str:
        """What counting linked benefits together changes, where the comparison counted them apart."""
        case = self.understood.case
        moments = price_exact(case.package)
        premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
        apart = moments.sigma_independent
        if abs(moments.sigma_joint - apart) < 1e-6 * max(apart, 1.0):
            return ""
        ratio = premium.z / case.community.persons**0.5 * premium.loadings.factor
        together, alone = (
            (premium.pure * premium.loadings.factor + sigma * ratio) for sigma in (moments.sigma_joint, apart)
        )
        return _(
            "Benefits paid on one event come together. Counted together the total is %(together)s, apart "
            "%(apart)s; this comparison counts them as the scheme does: %(basis)s."
        ) % {
            "together": self.say.amount(together, more=1),
            "apart": self.say.amount(alone, more=1),
            "basis": self.understood.scheme.get_risk_basis_display(),
        }

    @cached_property
    def labels(self) -> list[Label]:
        """Every label that was read, those that are not sure first."""
        risks = self.understood.risks
        benefits = [("", _("leave it out")), *((risk.key, risk.name) for risk in risks)]
        lines = [("", _("leave it out")), *((key, str(name)) for key, name in LINE_NAMES.items())]
        found = [
            self._label(f"benefit-{place}", row, row.benefit, benefits)
            for place, row in enumerate(self.understood.sheet.rows)
        ]
        found += [
            self._label(f"line-{place}", line, line.line, lines)
            for place, line in enumerate(self.understood.sheet.lines)
        ]
        return sorted(found, key=lambda label: label.sure)

    def _label(self, name: str, one: OldRow | OldLine, chosen: str, options: list[tuple[str, str]]) -> Label:
        return Label(
            name=name,
            words=one.label,
            row=one.row,
            chosen=chosen,
            sure=one.sure,
            options=options,
        )

    @property
    def unsure(self) -> int:
        return sum(not label.sure for label in self.labels)
