"""Workbooks of schemes and packages: what goes into them, from the database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from calculator.case import Case, case_hash, case_to_json
from calculator.cases import Chosen, TermsRefused, build_case
from calculator.figures import Figures
from calculator.package_page import PackagePage
from calculator.packages import Line
from calculator.premium import PremiumBreakdown, price_premium
from calculator.sure import Sure, sure_of
from calculator.typed import TypedSheet, first_sheet
from calculator.workbook.book import write_workbook
from calculator.workbook.contents import Contents
from calculator.workbook.tables import SchemeTables, make_tables
from jobs.actions import submit
from jobs.models import Job
from schemes.models import Scheme
from simulation.engine import ENGINE_VERSION
from simulation.engine.exact import price_exact
from simulation.engine.package import Package as Contract
from simulation.models import AssumptionSet, BenefitRisk
from simulation.questions import content_hash, package_to_json

KEPT_SECONDS = 24 * 3600
TABLES = "tables"
"""Name of the background work that makes a workbook's tables."""
Facts = list[tuple[str, str]]


def package_workbook(line: Line) -> bytes:
    """The workbook of a saved package: its terms chosen, its premium on the first sheet."""
    page, package = PackagePage(line), line.package
    case = line.case
    about = [
        (_("Package"), package.name),
        *_package_facts(page),
        *_survey_facts(page),
    ]
    return write_workbook(
        _contents(
            scheme=package.scheme,
            name=package.name,
            case=case,
            risks=list(package.assumption_set.risks.all()),
            assumption_set=package.assumption_set,
            about=about,
        )
    )


def scheme_workbook(*, scheme: Scheme, assumption_set: AssumptionSet, risks: Sequence[BenefitRisk]) -> bytes:
    """The workbook of a scheme: its loadings, the first benefit covered without any limit."""
    first = TypedSheet(scheme, tuple(risks), first_sheet(scheme, risks))
    assert first.is_valid, first.loadings.errors  # what a scheme has passed its own form
    chosen = first.chosen
    about = [(_("Package"), _("none: a new sheet of this scheme"))]
    return write_workbook(
        _contents(
            scheme=scheme,
            name="",
            case=_priceable(risks, chosen, scheme),
            risks=risks,
            assumption_set=assumption_set,
            about=about,
        )
    )


def _priceable(risks: Sequence[BenefitRisk], chosen: Chosen, scheme: Scheme) -> Case:
    """A cost without end cannot be covered without a cap: then nothing is covered at first."""
    try:
        return build_case(risks=risks, chosen=chosen, currency=scheme.currency)
    except TermsRefused:
        off = {key: replace(terms, covered=False) for key, terms in chosen.terms.items()}
        return build_case(risks=risks, chosen=replace(chosen, terms=off), currency=scheme.currency)


def _contents(
    *,
    scheme: Scheme,
    name: str,
    case: Case,
    risks: Sequence[BenefitRisk],
    assumption_set: AssumptionSet,
    about: Facts,
) -> Contents:
    open_case = replace(case, package=replace(case.package, family_cap=math.inf))
    moments = price_exact(open_case.package)
    premium = price_premium(moments=moments, community=case.community, loadings=case.loadings)
    say = Figures(scheme, scale=premium.total)
    tables = tables_of(open_case.package)
    inhabitants = max(scheme.inhabitants, case.community.persons)
    return Contents(
        scheme=scheme.name,
        package=name,
        asides=[risk.remark for risk in risks],
        sign=scheme.money.sign,
        grouping=scheme.number_grouping,
        places=say.places,
        case=open_case,
        tables=tables,
        moments=moments,
        premium=premium,
        inhabitants=inhabitants,
        take_up=case.community.persons / inhabitants,
        capped=_capped_words(case, premium, say),
        about=_about(
            scheme=scheme,
            case=case,
            assumption_set=assumption_set,
            tables=tables,
            say=say,
            facts=about,
        ),
    )


def tables_of(package: Contract) -> SchemeTables:
    """The tables of these risks and menus, kept: they change with the assumptions only."""
    key = tables_key(package)
    found: SchemeTables | None = cache.get(key)
    if found is None:
        found = make_tables(package)
        cache.set(key, found, KEPT_SECONDS)
    return found


def work_out_tables(line: Line, *, user: User | None) -> Job | None:
    """Let a worker make the tables of a package's workbook before it is asked for; None where they are kept.

    Once a day for the same package: the cache forgets within a day what nobody asks for.
    """
    if tables_key(replace(line.case.package, family_cap=math.inf)) in cache:
        return None
    asked = {"case": case_to_json(line.case), "day": timezone.localdate().isoformat()}
    return submit(organisation=line.package.organisation, kind=TABLES, question=asked, user=user)


def tables_of_case(case: Case) -> SchemeTables:
    """The tables of a case: a cap over all benefits together is none of any table."""
    return tables_of(replace(case.package, family_cap=math.inf))


def tables_key(package: Contract) -> str:
    """Where the tables are kept; it names all that they depend on."""
    return f"workbook:{content_hash([ENGINE_VERSION, package_to_json(package)['benefits'], _sizes(package)])}"


def _sizes(package: Contract) -> dict[str, float]:
    return {str(size): share for size, share in sorted(package.families.shares.items())}


def _capped_words(case: Case, premium: PremiumBreakdown, say: Figures) -> str:
    """One cap over all benefits needs the whole distribution, which no table holds."""
    if not case.package.has_family_cap:
        return ""
    under = price_premium(
        moments=price_exact(case.package),
        community=case.community,
        loadings=case.loadings,
        package_family_cap=case.package.family_cap,
    )
    return _(
        "This package has one cap of %(cap)s over all benefits together. A workbook cannot work with it: it "
        "shows %(without)s, the site %(with)s."
    ) % {
        "cap": say.money(case.package.family_cap),
        "without": say.money(premium.total),
        "with": say.money(under.total),
    }


def _about(
    *,
    scheme: Scheme,
    case: Case,
    assumption_set: AssumptionSet,
    tables: SchemeTables,
    say: Figures,
    facts: Facts,
) -> Facts:
    sizes = ", ".join(
        f"{size}: {say.share(share, 1)}" for size, share in sorted(case.package.families.shares.items())
    )
    failed = ", ".join(f"{check.about}: {check.name}" for check in tables.failed_checks)
    return [
        (_("Scheme"), scheme.name),
        *facts,
        (_("Made"), date_format(timezone.localtime(), "j F Y, H:i")),
        (_("Assumptions"), _("version %(number)s") % {"number": assumption_set.number}),
        (_("Engine"), ENGINE_VERSION),
        (_("Content"), case_hash(case)),
        (_("Families by number of members"), sizes),
        (
            _("What is exact"),
            _(
                "Terms from the drop-downs give the site’s own figures: means and variances on the sheet "
                "Tables are worked out exactly for these family sizes. Change the assumptions or the family "
                "sizes on the site and take a new workbook."
            ),
        ),
        (
            _("What is interpolated"),
            _(
                "A value between two of a list is interpolated straight between them, and the row says so. "
                "The site works such terms out exactly."
            ),
        ),
        (
            _("Benefits paid on one event"),
            _(
                "The columns “Shared” hold a few numbers for each combination; the products of two "
                "benefits’ numbers, added up, are their covariance. “Joint” counts it, “independent” does "
                "not."
            ),
        ),
        *([(_("Checks that failed"), failed)] if failed else []),
    ]


def _package_facts(page: PackagePage) -> Facts:
    facts = [(fact["name"], fact["value"]) for fact in page.provenance if fact["name"] == _("Saved")]
    facts.append((_("Total premium payable PPPY"), page.say.money(page.quote.exact_premium.total)))
    if page.quote.premium.source == "simulated":
        words = _("The site carries this premium from the simulation, %(total)s; the workbook is exact.")
        facts.append((_("Premium carried from"), words % {"total": page.say.money(page.quote.premium.total)}))
    return facts


def _survey_facts(page: PackagePage) -> Facts:
    """The true chance and the survey's error, as the package's page says them: no formula can."""
    sure: Sure | None = sure_of(page) if page.quote.premium.pure > 0 else None
    if sure is None:
        return []
    facts = [(_("True chance of bankruptcy"), f"{sure.really}. {sure.chance_words} {sure.years_words}")]
    if sure.survey is None:
        words = _("No benefit says how many person-years were asked about, so its size is not known.")
        return [*facts, (_("Survey error"), words)]
    spread = "{picture_words}. {words}".format(**sure.survey)
    return [*facts, (_("Survey error"), spread)]
