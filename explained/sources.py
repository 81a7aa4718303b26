"""Layer five: how we know, and how well: data, method, seeds, versions, doubts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calculator.dossier_limits import taken_for_granted
from experience.projection import SEED as PATHS_SEED
from explained.hundred_words import families_drawn
from explained.page import Explained
from explained.ten_years import SEED as YEARS_SEED
from simulation.describe import assumption_in_words
from simulation.engine import ENGINE_VERSION
from simulation.runs import SEED, families_asked_for


def sources(of: Explained) -> dict[str, Any]:
    return {
        "title": _("How we know, and how well"),
        "facts_title": _("Method, seeds, versions"),
        "facts": [{"name": name, "value": value} for name, value in _facts(of)],
        "table_title": _("Where each benefit’s figures come from"),
        "columns": {
            "benefit": _("Benefit"),
            "assumption": _("How often, how dear"),
            "asked": _("Person-years asked"),
            "source": _("Source"),
        },
        "rows": _rows(of),
        "doubts_title": _("Where it may be wrong"),
        "doubts": [_survey_words(of), _simulation_words(of), *taken_for_granted()],
    }


def _rows(of: Explained) -> list[dict[str, str]]:
    rows = []
    covered = {one.name for one in of.line.case.package.benefits if one.covered}
    for risk, found in zip(of.page.risks, of.page.terms, strict=True):
        if found["name"] not in covered:
            continue
        asked = risk.survey_person_years
        rows.append(
            {
                "benefit": of.name_of(found["name"]),
                "assumption": of.say.own(assumption_in_words(risk, of.scheme, called=of.name_of)),
                "asked": of.say.whole(asked) if asked else _("not given"),
                "source": _source(found["source"], is_example=risk.is_example),
            }
        )
    return rows


def _source(note: str, *, is_example: bool) -> str:
    example = _("Example figure.") if is_example else ""
    return " ".join(filter(None, (example, note))) or _("Typed, no source given.")


def _facts(of: Explained) -> list[tuple[str, str]]:
    package, frozen = of.line.package, of.line.package.assumption_set.frozen_at
    version = _("version %(number)s") % {"number": package.assumption_set.number}
    if frozen:
        version += ", " + date_format(timezone.localtime(frozen), "j F Y")
    facts = [
        (_("Assumptions"), version),
        (_("Exact calculation"), _("engine %(version)s") % {"version": ENGINE_VERSION}),
    ]
    checks = of.page.failed_checks
    if checks:
        facts.append((_("Checks that failed"), checks))
    facts += [
        (_("Simulation"), of.line.run.words),
        (_("Family-years, seed"), f"{of.say.figures.whole(families_asked_for())}, {SEED}"),
        (_("The hundred families"), families_drawn(of)),
        (
            _("Ten years"),
            _("seed %(seed)s, ten years number %(decade)s; futures: seed %(paths)s")
            % {"seed": YEARS_SEED, "decade": of.decade, "paths": PATHS_SEED},
        ),
        (_("Case"), of.hash),
    ]
    return facts


def _survey_words(of: Explained) -> str:
    survey = of.sure.chance.survey if of.sure else None
    if survey is None:
        return _(
            "How far the price may be off through the survey is not known: no number of people asked is "
            "given, or it cannot be worked out."
        )
    return _(
        "Had other people been asked, the price would be another: in 19 of 20 surveys between %(low)s and "
        "%(high)s."
    ) % {"low": of.say.money(survey.total_low), "high": of.say.money(survey.total_high)}


def _simulation_words(of: Explained) -> str:
    found = of.line.quote.simulated_premium
    exact = of.say.amount(of.line.quote.exact_premium.total, more=2)
    if found is None or found.total_error is None:
        return _("The price is worked out exactly, %(exact)s; the simulation has not checked it yet.") % {
            "exact": exact
        }
    return _(
        "The price is worked out in two ways that know nothing of each other: exactly %(exact)s, simulated "
        "%(simulated)s ± %(error)s (two standard errors)."
    ) % {
        "exact": exact,
        "simulated": of.say.amount(found.total, more=2),
        "error": of.say.amount(2.0 * found.total_error, more=2),
    }
