"""Estimates become the next version of the assumptions, with where they came from written beside each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import ActionRefused, StaleEdit
from schemes.actions import change_scheme
from schemes.models import Scheme
from schemes.numbers import format_exact
from simulation.adopt_actions import Figures, adopt_figures
from simulation.choices import Kind
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set
from survey.adopting import NothingToAdopt, risk_fields, severity_values
from survey.benefit_words import LAW_WORDS, benefit_words, pictogram_of
from survey.estimate_sets import Adoption, EstimateSet
from survey.estimates import EMPIRICAL, BenefitEstimate, Estimates, IncidenceEstimate
from survey.refusals import CannotTakeOver, LawIsMissing, NotEstimated, NothingChosen, ParentIsMissing

LONGEST_NOTE = 500


@transaction.atomic
def take_over(
    *,
    estimate_set: EstimateSet,
    seen_version: int,
    seen_number: int,
    remove_others: bool,
    user: User | None,
) -> AssumptionSet:
    """Make the chosen estimates the current assumptions of their scheme.

    Raises
    ------
    StaleEdit
        Somebody changed the choices since they were shown.
    AssumptionsMoved
        Somebody changed the assumptions since they were compared.
    """
    locked = EstimateSet.objects.beside(estimate_set).select_for_update(of=("self",)).get(pk=estimate_set.pk)
    if locked.version != seen_version:
        raise StaleEdit(theirs=locked)
    scheme = estimate_set.scheme
    now = current_set(scheme=scheme)
    rows = {risk.key: risk for risk in now.risks.select_related("linked_to")}
    figures, taken = figures_of(locked, rows)
    others = set(rows) - {one.key for one in figures} if remove_others else set()
    made = adopt_figures(
        scheme=scheme,
        seen_number=seen_number,
        figures=figures,
        remove=others,
        note=_("From estimates %(n)s: %(where)s") % {"n": locked.number, "where": locked.note},
    )
    Adoption.objects.create(
        organisation=locked.organisation,
        assumption_set=made,
        estimate_set=locked,
        taken=taken,
        adopted_by=user,
    )
    if locked.take_families and locked.found is not None:
        _take_families(scheme, locked.found)
    return made


def figures_of(
    estimate_set: EstimateSet, rows: Mapping[str, BenefitRisk]
) -> tuple[list[Figures], dict[str, Any]]:
    """What would be taken over into a version with these rows, and a note of it."""
    found = estimate_set.found
    if found is None:
        raise NotEstimated
    used = [benefit for benefit in found.benefits if estimate_set.choices.get(benefit.key, {}).get("use")]
    if not used:
        raise NothingChosen
    keys = {benefit.key for benefit in used} | set(rows)
    figures, taken = [], {}
    missing: list[ActionRefused] = []
    for benefit in used:
        choice = estimate_set.choices[benefit.key]
        row = rows.get(benefit.key)
        fixed = row is not None and row.kind == Kind.FIXED
        if benefit.linked_to and benefit.linked_to not in keys:
            missing.append(
                ParentIsMissing(name=benefit_words(benefit.key), parent=benefit_words(benefit.linked_to))
            )
            continue
        try:
            values = _values(estimate_set, found, benefit, choice, fixed=fixed)
        except LawIsMissing as refused:
            missing.append(refused)
            continue
        figures.append(
            Figures(
                key=benefit.key,
                values=values
                | {"source_note": source_note(estimate_set, found, benefit, choice, fixed=fixed)},
                linked_to_key=benefit.linked_to,
                name=benefit_words(benefit.key),
                pictogram=pictogram_of(benefit.key),
            )
        )
        taken[benefit.key] = {**choice, "factor": estimate_set.trend_factor(benefit.key), "fixed": fixed}
    if missing:
        raise CannotTakeOver(missing)
    return figures, taken


def _values(
    estimate_set: EstimateSet,
    found: Estimates,
    benefit: BenefitEstimate,
    choice: Mapping[str, Any],
    *,
    fixed: bool,
) -> dict[str, Any]:
    law = choice.get("law") or ""
    factor = estimate_set.trend_factor(benefit.key)
    own_mean = choice.get("mean")
    try:
        if own_mean and not fixed:
            factor = own_mean / _law_mean(found, benefit.key, law)
        values = risk_fields(found, key=benefit.key, law=law, factor=factor, fixed=fixed)
    except NothingToAdopt as nothing:
        raise LawIsMissing(name=benefit_words(benefit.key)) from nothing
    values.pop("linked_to_key")
    if own_mean and benefit.wage_days and values.get("severity_mean"):
        # Days are not money and know no factor: the typed mean stands as it is.
        values["severity_mean"] = own_mean
    if choice.get("incidence") and not benefit.linked_to:
        values["incidence"] = choice["incidence"]
    return values


def _law_mean(found: Estimates, key: str, law: str) -> float:
    severity = found.severity(key)
    chosen = law or (severity.suggested_law if severity else "")
    if severity is None or not chosen:
        raise NothingToAdopt(key=key, law=law, problem="no law")
    if chosen == EMPIRICAL:
        return float(sum(severity.sample) / len(severity.sample))
    return float(severity_values(severity, chosen, 1.0)["severity_mean"])


def source_note(
    estimate_set: EstimateSet,
    found: Estimates,
    benefit: BenefitEstimate,
    choice: Mapping[str, Any],
    *,
    fixed: bool = False,
) -> str:
    """Where a figure comes from and how sure it is, in one line that stays with it."""
    incidence = found.incidence(benefit.source_kind)
    link = found.link(benefit.key)
    parts = [
        _("%(source)s %(where)s") % {"source": estimate_set.get_source_display(), "where": estimate_set.note}
    ]
    if link is not None and benefit.linked_to:
        parts.append(
            _("on %(share)s in 100 stays (%(low)s to %(high)s)")
            % {
                "share": _short(100 * link.probability.value),
                "low": _short(100 * link.probability.low),
                "high": _short(100 * link.probability.high),
            }
        )
    elif incidence is not None:
        parts.append(_asked_words(incidence, benefit))
    if choice.get("incidence") and not benefit.linked_to:
        parts.append(_("how often typed by hand"))
    severity = found.severity(benefit.key)
    if severity is not None and not fixed:
        law = choice.get("law") or severity.suggested_law
        parts.append(
            _("%(law)s of %(n)s costs") % {"law": LAW_WORDS.get(law, law), "n": severity.events}
            if severity.unit == "money"
            else _("%(law)s of %(n)s stays") % {"law": LAW_WORDS.get(law, law), "n": severity.events}
        )
    if choice.get("mean") and not fixed:
        parts.append(_("average typed by hand"))
    elif (factor := estimate_set.trend_factor(benefit.key)) != 1.0 and not benefit.wage_days:
        parts.append(_("costs × %(factor)s to the policy year") % {"factor": f"{factor:.3f}"})
    return ("; ".join(parts) + ".")[:LONGEST_NOTE]


def _asked_words(incidence: IncidenceEstimate, benefit: BenefitEstimate) -> str:
    asked = _("%(events)s in %(days)s days among %(persons)s persons") % {
        "events": incidence.events,
        "days": f"{incidence.recall_days:g}",
        "persons": incidence.persons,
    }
    if benefit.frequency_law != "negative_binomial":
        # The list of assumptions works the range out of the person-years that are taken over.
        return asked
    return _("%(asked)s: %(low)s to %(high)s per 100 a year") % {
        "asked": asked,
        "low": _short(100 * incidence.per_person_year.low),
        "high": _short(100 * incidence.per_person_year.high),
    }


def _short(value: float) -> str:
    return format_exact(float(f"{value:.2g}"), grouping="international")


def _take_families(scheme: Scheme, found: Estimates) -> None:
    fresh = Scheme.objects.beside(scheme).get(pk=scheme.pk)
    change_scheme(
        scheme=fresh,
        seen_version=fresh.version,
        values={
            "family_sizes": dict(found.families.shares),
            "family_counts": None,
            "share_in_large_families": None,
        },
    )
