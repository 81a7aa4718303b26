"""The dossier's second half: the premium line by line, both engines, how far it may be off, what moves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from calculator.blocks import Block, column, facts, items, section, table, warn, words
from calculator.cautions import chance_over_years
from calculator.movers import movers
from calculator.package_page import PackagePage
from calculator.packages import figures_of
from calculator.premium import PremiumBreakdown
from calculator.sure import Known, Sure
from calculator.symbols import plain
from simulation.engine.moments import Check

YEARS = (1, 5, 10)
CHECKS = (
    gettext_noop("event mean"),
    gettext_noop("event second moment"),
    gettext_noop("total mass"),
    gettext_noop("aliasing"),
    gettext_noop("negative variance"),
    gettext_noop("count tail"),
    gettext_noop("mean by events"),
    gettext_noop("mean on lattice"),
    gettext_noop("variance on lattice"),
    gettext_noop("package mean"),
    gettext_noop("package variance"),
)
"""The engine's names of its checks: it speaks no language."""


def premium_section(page: PackagePage) -> dict[str, Any]:
    """Every line as it is carried, unrounded, and as it is shown."""
    premium, say = page.quote.premium, page.say
    rows = [(line.name, "E[S] / E[M]", line.pure) for line in premium.lines]
    if premium.package_cap_line is not None:
        rows.append((_("Package cap"), "", premium.package_cap_line))
    first_total = len(rows)
    rows += [
        (_("Pure risk premium"), _("sum of the lines above"), premium.pure),
        (_("Risk loading"), _loading(premium, page), premium.risk_loading),
        (_("Premium with risk loading"), "", premium.with_risk),
        (_("Admin cost"), f"{say.share(premium.loadings.admin)} × {plain(premium.with_risk)}", premium.admin),
    ]
    rates = dict(premium.loadings.further)
    rows += [
        (name, f"{say.share(rates[name])} × {plain(premium.with_risk)}", amount)
        for name, amount in premium.further
    ]
    total = len(rows)
    discount = say.share(premium.loadings.large_family_discount)
    shared = f"/ (1 − {discount} × {say.share(premium.share_in_large, 1)})"
    rows += [
        (_("Total premium payable PPPY"), "", premium.total),
        (_("PPPY up to size 3"), f"{plain(premium.total)} {shared}", premium.small_family),
        (_("PPPY for size 4+"), f"{plain(premium.small_family)} × (1 − {discount})", premium.large_family),
        (_("Average"), "", premium.average),
    ]
    return section(
        "premium",
        _("The premium, line by line"),
        table(
            caption=_("%(currency)s a person a year, carried from the %(engine)s")
            % {
                "currency": page.scheme.currency,
                "engine": _("exact calculation") if premium.source == "exact" else _("simulation"),
            },
            columns=(
                column(_("Line"), share=1.6),
                column(_("How"), share=2),
                column(_("Unrounded"), num=True),
                column(_("Shown"), num=True),
            ),
            rows=[(name, how, f"{value:.10f}", say.amount(value)) for name, how, value in rows],
            totals=(first_total, total),
        ),
        words(
            _(
                "S is a family’s yearly payout, M its number of members, z the normal quantile of the chance "
                "of bankruptcy asked for, sigma the standard deviation per person, n the persons. Each line "
                "is carried unrounded and rounded once, when it is shown: shown lines need not add up."
            )
        ),
        _family_table(page),
    )


def _loading(premium: PremiumBreakdown, page: PackagePage) -> str:
    return (
        f"z × sigma / √n = {plain(premium.z)} × {plain(premium.sigma)} / √{page.say.whole(premium.persons)}"
    )


def _family_table(page: PackagePage) -> Block:
    return table(
        caption=_("What families pay"),
        columns=(
            column(_("Members"), num=True),
            column(_("A year"), num=True),
            column(_("A month"), num=True),
        ),
        rows=[(str(row["size"]), row["year"], row["month"]) for row in page.families],
    )


def engines_section(page: PackagePage) -> dict[str, Any]:
    found = page.quote
    blocks: list[Block] = [
        words(
            _(
                "Two engines answer the same question on their own: one by convolving discretised payouts, "
                "one by simulating families. They share nothing but the question. They agree when every line "
                "lies within four standard errors of the simulation."
            )
        )
    ]
    lines = figures_of(page.line).lines
    if lines:
        blocks += [
            table(
                caption=_("Pure risk premium by both engines"),
                columns=(
                    column(_("Line"), share=2),
                    column(_("Exact"), num=True),
                    column(_("Simulated"), num=True),
                    column(_("Standard error"), num=True),
                    column(_("Difference in standard errors"), num=True),
                ),
                rows=[
                    (each["name"], each["exact"], each["simulated"], each["error"], each["difference"])
                    for each in lines
                ],
                totals=[place for place, each in enumerate(lines) if each["is_total"]],
            ),
            facts(
                [
                    (_("Total premium, exact"), figures_of(page.line).exact),
                    (_("Total premium, simulated"), figures_of(page.line).simulated),
                ]
            ),
            words(
                _("Every line agrees.")
                if found.engines_agree
                else _("At least one line lies further apart than four standard errors.")
            ),
        ]
    else:
        blocks.append(warn(_("Not simulated"), str(page.line.run.words)))
    blocks.append(_checks_table(found.exact.checks, page))
    return section("engines", _("Two engines and their checks"), *blocks)


def _checks_table(checks: Iterable[Check], page: PackagePage) -> Block:
    """The exact engine's tests of its own answer, by kind; the worst of each kind stands for all."""
    kinds: dict[str, list[Check]] = {}
    for check in checks:
        kinds.setdefault(check.name, []).append(check)
    rows = []
    for name, same in kinds.items():
        worst = max(same, key=lambda check: check.error / check.tolerance if check.tolerance else check.error)
        failed = [check.about for check in same if not check.passed]
        said = _("failed: %(names)s") % {"names": ", ".join(failed)} if failed else _("all passed")
        rows.append((_(name), page.say.whole(len(same)), _size(worst.error), _size(worst.tolerance), said))
    return table(
        caption=_("What the exact engine checks in its own answer"),
        columns=(
            column(_("Check"), share=1.4),
            column(_("How often"), num=True),
            column(_("Largest error"), num=True),
            column(_("Allowed"), num=True),
            column(_("Finding")),
        ),
        rows=rows,
    )


def _size(error: float) -> str:
    return f"{error:.1e}" if error else "0"


def ruin_section(page: PackagePage, sure: Sure | None, known: Known | None) -> dict[str, Any]:
    title = _("How far it may be off")
    if sure is None or known is None:
        return section(
            "ruin", title, warn(_("Not known"), _("The whole scheme’s payouts cannot be worked out."))
        )
    say, chance = page.say, known.chance
    causes = [
        (_("Asked for, by the normal curve"), chance.nominal),
        (_("With the true shape of the payouts"), chance.skewness),
    ]
    if chance.survey is not None:
        causes.append((_("With the survey’s error as well"), chance.survey.chance))
    blocks: list[Block] = [
        _survey_facts(page, sure, known),
        table(
            caption=_("Chance that a year’s payouts exceed the premium with risk loading, at least once"),
            columns=(
                column(_("Cause after cause"), share=2),
                *(column(_years(years), num=True) for years in YEARS),
            ),
            rows=[
                (name, *(say.share(chance_over_years(value, years=years), 2) for years in YEARS))
                for name, value in causes
            ],
        ),
        words(sure.chance_words),
        words(_("Years are taken to be independent, and nothing to be kept back from good ones.")),
    ]
    if sure.remedies:
        blocks.append(items(sure.remedies))
    return section("ruin", title, *blocks)


def _years(years: int) -> str:
    return _("in 1 year") if years == 1 else _("in %(n)s years") % {"n": years}


def _survey_facts(page: PackagePage, sure: Sure, known: Known) -> Block:
    survey = known.chance.survey
    if survey is None or sure.survey is None:
        return warn(
            _("Survey error not known"),
            _("No benefit says how many person-years stand behind it: the assumptions are taken as certain."),
        )
    say = page.say
    pairs = [
        (
            _("Premium that 19 surveys in 20 would give"),
            _("%(low)s to %(high)s") % {"low": sure.survey["low"], "high": sure.survey["high"]},
        ),
        (
            _("Standard error of the pure risk premium, from the survey"),
            say.amount(survey.pure_standard_error, more=2),
        ),
        (_("Surveys drawn"), say.whole(survey.surveys)),
        (
            _("Premium that would restore the chance asked for"),
            say.amount(survey.restoring_total),
        ),
    ]
    if survey.without_exposure:
        pairs.append((_("Taken as certain"), ", ".join(survey.without_exposure)))
    return facts(pairs)


def sensitivity_section(page: PackagePage) -> dict[str, Any]:
    return section(
        "sensitivity",
        _("What moves it most"),
        table(
            caption=_("The premium when one input alone is moved, the widest first"),
            columns=(
                column(_("Input"), share=1.4),
                column(_("Moved"), share=1.6),
                column(_("Lowest premium"), num=True),
                column(_("Highest premium"), num=True),
            ),
            rows=[
                (bar["name"], bar["range"], bar["low"], bar["high"])
                for bar in movers(page.quote, page.scheme, page.say)
            ],
        ),
    )
