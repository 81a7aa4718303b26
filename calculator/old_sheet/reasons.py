"""Why a line of an old sheet is not ours: try what old sheets are known to do until one gives their figure.

Every line is compared twice. First with ours, to the last digit that they show. Where it differs, their line
is worked out again from THEIR lines above it, by our rule and by each rule that old sheets use instead: so a
difference that a line only inherits is told from one that it makes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from calculator.case import Case
from calculator.old_sheet.reading import OldSheet
from calculator.premium import PremiumBreakdown, normal_quantile, price_premium
from simulation.engine.exact import price_exact
from simulation.engine.frequency import Bernoulli, NegativeBinomial, Poisson
from simulation.engine.moments import PackageMoments
from simulation.engine.package import Benefit
from simulation.engine.refusal import Refused
from simulation.engine.terms import CostTerms

Verdict = Literal["same", "follows", "method", "assumption", "unexplained", "missing"]

OLD_QUANTILES = (1.64, 1.645, 1.65, 1.96, 2.32, 2.326, 2.33, 2.0, 3.0)
USUAL = 1.0
INCIDENCE_PLACES = (2, 3)
NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line: theirs, ours, and why they differ.

    Attributes
    ----------
    key : str
        A line of ``vocabulary.LINES``, or ``benefit:`` and the benefit's number.
    label : str
        As their sheet calls it.
    theirs, ours : float or None
    verdict : str
    reason : str
        A code of ``old_sheet.words``, filled in from ``figures``.
    """

    key: str
    label: str
    theirs: float | None
    ours: float | None
    verdict: Verdict
    reason: str = ""
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def difference(self) -> float | None:
        """Theirs minus ours."""
        return None if self.theirs is None or self.ours is None else self.theirs - self.ours


@dataclass(frozen=True)
class Rule:
    """A way to work a line out: what it gives, how far rounding above can move it, what to call it."""

    value: float
    slack: float
    verdict: Verdict
    reason: str
    figures: dict[str, float] = field(default_factory=dict)


def shown_step(value: float) -> float:
    """The last digit that a figure shows: 1 for 111, 0.01 for 4.61."""
    for places in range(5):
        if abs(value - round(value, places)) <= NOTHING * max(1.0, abs(value)):
            return float(10.0**-places)
    return NOTHING * max(1.0, abs(value))


def same(theirs: float, ours: float, *, slack: float = 0.0) -> bool:
    """Whether ours would be shown as theirs, or could be if lines above it were rounded."""
    return abs(theirs - ours) <= 0.5 * shown_step(theirs) + slack + NOTHING * max(1.0, abs(ours))


def explain(key: str, label: str, theirs: float | None, ours: float, rules: Iterable[Rule]) -> Finding:
    """The first rule that gives their figure; unexplained where none does."""
    if theirs is None:
        return Finding(key=key, label=label, theirs=None, ours=ours, verdict="missing", reason="missing")
    if same(theirs, ours):
        return Finding(key=key, label=label, theirs=theirs, ours=ours, verdict="same", reason="rounded")
    for rule in rules:
        if math.isfinite(rule.value) and same(theirs, rule.value, slack=rule.slack):
            return Finding(
                key=key,
                label=label,
                theirs=theirs,
                ours=ours,
                verdict=rule.verdict,
                reason=rule.reason,
                figures=rule.figures,
            )
    return Finding(
        key=key, label=label, theirs=theirs, ours=ours, verdict="unexplained", reason="unexplained"
    )


# ---- benefits ----------------------------------------------------------------------------------------------
def pure_of(case: Case, benefit: Benefit) -> float:
    """The pure premium of one benefit, changed, alone."""
    package = case.package
    parent = next((one for one in package.benefits if one.name == benefit.linked_to), None)
    benefits = (benefit,) if parent is None else (replace(parent, covered=False), benefit)
    moments = price_exact(replace(package, benefits=benefits, family_cap=math.inf))
    return moments.benefits[-1].pure


def benefit_rules(case: Case, place: int, values: dict[str, float]) -> Iterable[Rule]:
    """What old sheets do to one benefit's figure."""
    benefit = case.package.benefits[place]
    parent = next((one for one in case.package.benefits if one.name == benefit.linked_to), benefit)
    frequency = parent.frequency
    assert frequency is not None  # the first of a group is never linked
    incidence = frequency.incidence
    stated = values.get("incidence")
    for changed, reason in _incidences(incidence, stated):
        value = _with_incidence(case, benefit, parent, changed)
        yield Rule(value, 0.0, "method", reason, {"theirs": changed, "ours": incidence})
    terms = benefit.terms
    if isinstance(terms, CostTerms):
        if terms.copay > 0.0 and math.isfinite(terms.event_cap):
            on_cost = CostTerms.with_cap_on_cost(
                threshold=terms.threshold,
                copay=terms.copay,
                event_cap=terms.event_cap,
                family_cap=terms.family_cap,
            )
            yield _changed(case, replace(benefit, terms=on_cost), "cap_on_cost")
            no_copay = replace(terms, copay=0.0)
            yield _changed(case, replace(benefit, terms=no_copay), "without_copay")
        if terms.threshold > 0.0:
            yield _changed(case, replace(benefit, terms=replace(terms, threshold=0.0)), "without_threshold")
    if math.isfinite(terms.family_cap):
        free = replace(terms, family_cap=math.inf)
        yield _changed(case, replace(benefit, terms=free), "without_family_cap")


def _changed(case: Case, benefit: Benefit, reason: str) -> Rule:
    try:
        return Rule(pure_of(case, benefit), 0.0, "method", reason)
    except Refused:
        return Rule(math.nan, 0.0, "method", reason)


def _incidences(incidence: float, stated: float | None) -> list[tuple[float, str]]:
    found = [(stated, "other_incidence")] if stated is not None and stated != incidence else []
    rounded = [round(incidence, places) for places in INCIDENCE_PLACES]
    return found + [(one, "rounded_incidence") for one in rounded if one not in (incidence, 0.0)]


def _with_incidence(case: Case, benefit: Benefit, parent: Benefit, incidence: float) -> float:
    frequency = parent.frequency
    assert isinstance(frequency, Poisson | NegativeBinomial | Bernoulli)
    try:
        changed = replace(parent, frequency=replace(frequency, incidence=incidence))
        benefits = (changed,) if benefit is parent else (replace(changed, covered=False), benefit)
        package = replace(case.package, benefits=benefits, family_cap=math.inf)
        return price_exact(package).benefits[-1].pure
    except Refused:
        return math.nan


def other_assumption(finding: Finding, case: Case, place: int) -> Finding:
    """Nothing known gives their figure: say which incidence would, if all else were the same."""
    theirs, ours = finding.theirs, finding.ours
    if finding.verdict != "unexplained" or not theirs or not ours:
        return finding
    benefit = case.package.benefits[place]
    parent = next((one for one in case.package.benefits if one.name == benefit.linked_to), benefit)
    assert parent.frequency is not None
    incidence = parent.frequency.incidence
    figures = {"ratio": theirs / ours, "ours": incidence, "theirs": incidence * theirs / ours}
    return replace(finding, verdict="assumption", reason="other_assumption", figures=figures)


# ---- lines -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Both:
    """Their sheet and our price of its terms."""

    sheet: OldSheet
    case: Case
    moments: PackageMoments
    premium: PremiumBreakdown

    def theirs(self, name: str, default: float) -> float:
        """Their amount of a line, or ours where they show none."""
        found = self.sheet.amount(name)
        return default if found is None else found

    def finding(self, name: str, ours: float, rules: Sequence[Rule]) -> Finding:
        line = self.sheet.line(name)
        return explain(name, line.label if line else name, self.sheet.amount(name), ours, rules)


def line_findings(both: Both, rows: Sequence[Finding]) -> list[Finding]:
    """Every line below the benefits."""
    premium = both.premium
    makers: list[tuple[str, float, Callable[[Both, Sequence[Finding]], list[Rule]]]] = [
        ("pure", premium.pure, _pure_rules),
        ("risk_loading", premium.risk_loading, _risk_rules),
        ("with_risk", premium.with_risk, _with_risk_rules),
        ("admin", premium.admin, _admin_rules),
        ("total", premium.total, _total_rules),
        ("small", premium.small_family, _small_rules),
        ("large", premium.large_family, _large_rules),
        ("average", premium.average, _average_rules),
    ]
    found = [_adding_up(both, both.finding(name, ours, rules(both, rows))) for name, ours, rules in makers]
    return [_sum_of_rows(found[0], rows), *found[1:]]


def _sum_of_rows(finding: Finding, rows: Sequence[Finding]) -> Finding:
    """Their total may be ours and yet not the sum of what they show above it."""
    shown = [row.theirs for row in rows if row.theirs is not None]
    if finding.theirs is None or finding.verdict == "follows":
        return finding
    if same(finding.theirs, sum(shown), slack=0.5 * sum(map(shown_step, shown))):
        return finding
    return replace(finding, reason="not_their_rows", figures={"sum": sum(shown), "line": finding.theirs})


def _adding_up(both: Both, finding: Finding) -> Finding:
    """Their parts as shown may not add up to their own line: carried unrounded, as ours are."""
    parts = {"with_risk": ("pure", "risk_loading"), "total": ("with_risk", "admin")}.get(finding.key)
    if parts is None or finding.verdict != "same" or finding.theirs is None:
        return finding
    amounts = [both.sheet.amount(part) for part in parts]
    if None in amounts or sum(a for a in amounts if a is not None) == finding.theirs:
        return finding
    figures = {"sum": sum(a for a in amounts if a is not None), "line": finding.theirs}
    return replace(finding, reason="carried_unrounded", figures=figures)


def _pure_rules(_both: Both, rows: Sequence[Finding]) -> list[Rule]:
    shown = [row.theirs for row in rows if row.theirs is not None]
    return [Rule(sum(shown), 0.5 * sum(map(shown_step, shown)), "follows", "sum_of_rows")]


def _risk_rules(both: Both, rows: Sequence[Finding]) -> list[Rule]:
    premium, root = both.premium, math.sqrt(both.premium.persons)
    chance = premium.loadings.chance_of_bankruptcy
    used = premium.loadings.risk_basis
    rules = []
    bases = [(premium.sigma, False)]
    if used == "joint" and premium.sigma_independent is not None:
        bases.append((premium.sigma_independent, True))
    quantiles = [premium.z, *OLD_QUANTILES, normal_quantile(chance / 2.0)]
    for sigma, apart in bases:
        for z in quantiles:
            reason = ("apart_" if apart else "") + ("z" if z != premium.z else "exact_z")
            figures = {"theirs": z, "ours": premium.z}
            rules.append(Rule(z * sigma / root, 0.0, "method", reason, figures))
    line = both.sheet.line("risk_loading")
    if line is not None and line.rate is not None:
        value = line.rate * both.theirs("pure", premium.pure)
        rules.append(Rule(value, 0.5 * line.rate, "method", "share_of_pure", {"rate": line.rate}))
    if any(row.verdict not in ("same", "missing") for row in rows):
        theirs = both.sheet.amount("risk_loading")
        # the spread of other assumptions cannot be read off a sheet; the difference begins above
        rules.append(Rule(theirs if theirs is not None else math.nan, 0.0, "follows", "other_spread"))
    return rules


def _with_risk_rules(both: Both, _rows: Sequence[Finding]) -> list[Rule]:
    premium = both.premium
    value = both.theirs("pure", premium.pure) + both.theirs("risk_loading", premium.risk_loading)
    return [Rule(value, USUAL, "follows", "from_above")]


def _admin_rules(both: Both, _rows: Sequence[Finding]) -> list[Rule]:
    premium = both.premium
    line = both.sheet.line("admin")
    rate = premium.loadings.admin if line is None or line.rate is None else line.rate
    base = both.theirs("with_risk", premium.with_risk)
    pure = both.theirs("pure", premium.pure)
    rules = [Rule(rate * base, 0.5 * rate, "follows", "from_above")]
    if rate < 1.0:
        share = rate / (1.0 - rate)
        rules.append(Rule(share * base, 0.5 * share, "method", "admin_of_gross", {"rate": rate}))
    rules.append(Rule(rate * pure, 0.5 * rate, "method", "admin_of_pure", {"rate": rate}))
    return rules


def _total_rules(both: Both, _rows: Sequence[Finding]) -> list[Rule]:
    premium = both.premium
    with_risk = both.theirs("with_risk", premium.with_risk)
    value = with_risk + both.theirs("admin", premium.admin)
    return [Rule(value, USUAL, "follows", "from_above")]


def _discount(both: Both) -> tuple[float, float, float]:
    """Their total, discount and share of people in large families."""
    loadings = both.premium.loadings
    total = both.theirs("total", both.premium.total)
    return total, loadings.large_family_discount, both.premium.share_in_large


def _small_rules(both: Both, _rows: Sequence[Finding]) -> list[Rule]:
    total, discount, share = _discount(both)
    sizes = both.case.package.families
    of_families = sum(w for k, w in zip(sizes.sizes, sizes.weights, strict=True) if k >= 4)
    ours = total / (1.0 - discount * share)
    return [
        Rule(ours, USUAL, "follows", "from_above"),
        Rule(total, 0.5, "method", "discount_not_paid_for", {"share": share}),
        Rule(total * (1.0 + discount * share), USUAL, "method", "discount_added", {"share": share}),
        Rule(total / (1.0 - discount), USUAL, "method", "discount_for_all"),
        Rule(
            total / (1.0 - discount * of_families),
            USUAL,
            "method",
            "share_of_families",
            {"share": share, "families": of_families},
        ),
        Rule(
            total / (1.0 - discount * both.premium.share_from_sizes),
            USUAL,
            "method",
            "share_from_sizes",
            {"share": share, "sizes": both.premium.share_from_sizes},
        ),
    ]


def _large_rules(both: Both, _rows: Sequence[Finding]) -> list[Rule]:
    total, discount, _share = _discount(both)
    small = both.theirs("small", both.premium.small_family)
    return [
        Rule(small * (1.0 - discount), 0.5, "follows", "from_above"),
        Rule(total * (1.0 - discount), 0.5, "method", "discount_off_total"),
    ]


def _average_rules(both: Both, _rows: Sequence[Finding]) -> list[Rule]:
    total, _rate, share = _discount(both)
    small, large = (
        both.theirs("small", both.premium.small_family),
        both.theirs("large", both.premium.large_family),
    )
    return [
        Rule(small * (1.0 - share) + large * share, USUAL, "follows", "from_above"),
        Rule(total, 0.5, "follows", "from_above"),
        Rule(0.5 * (small + large), USUAL, "method", "plain_average"),
    ]


def reconcile(sheet: OldSheet, case: Case, places: Sequence[int | None]) -> list[Finding]:
    """Line by line: their figure, ours for their terms, and the reason for the difference.

    Parameters
    ----------
    sheet : OldSheet
    case : Case
        Their terms on our assumptions.
    places : sequence of int or None
        For each of the sheet's rows, which benefit of the case it is; None where it is none.
    """
    moments = price_exact(case.package)
    premium = price_premium(
        moments=moments,
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    )
    rows = []
    for row, place in zip(sheet.rows, places, strict=True):
        key = f"benefit:{row.row}"
        if place is None:
            rows.append(
                Finding(
                    key=key, label=row.label, theirs=row.pppy, ours=None, verdict="missing", reason="left_out"
                )
            )
            continue
        ours = premium.lines[place].pure
        covered = case.package.benefits[place].covered
        theirs = 0.0 if row.pppy is None and not covered else row.pppy
        rules = benefit_rules(case, place, dict(row.values)) if covered else ()
        finding = explain(key, row.label, theirs, ours, rules)
        rows.append(other_assumption(finding, case, place))
    both = Both(sheet=sheet, case=case, moments=moments, premium=premium)
    return rows + line_findings(both, rows)
