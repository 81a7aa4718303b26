"""What people do with sheets and packages."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import save_if_unchanged
from accounts.models import User
from accounts.refusals import ActionRefused, StaleEdit
from accounts.trail import What
from calculator.case import answer_case, case_hash, case_to_json
from calculator.cases import Chosen, ChosenTerms, build_case, chosen_of
from calculator.models import BenefitTerms, Draft, Package, Premium
from calculator.package_trail import package_snapshot, record_package
from calculator.typed import Typed, first_sheet, sheet_of
from jobs import actions as jobs
from jobs.models import Job, Reason, Status
from schemes.models import Scheme
from simulation.actions import freeze
from simulation.engine import ENGINE_VERSION
from simulation.models import AssumptionSet, BenefitRisk
from simulation.queries import current_set, risks_of
from simulation.run_actions import ask_for

MOST_UNDO = 50
LONGEST_NAME = 120


class NameTaken(ActionRefused):
    """Another package of the scheme has this name."""

    message = _("This scheme has a package of this name already. Choose another name.")


# ---- the sheet ---------------------------------------------------------------------------------------------
def draft_of(*, user: User, scheme: Scheme) -> Draft:
    """This person's sheet for this scheme, started on its current assumptions where there is none yet."""

    def typed() -> Typed:
        return first_sheet(scheme, list(risks_of(assumption_set=current_set(scheme=scheme))))

    draft, _made = (
        Draft.objects.beside(scheme)
        .select_related("package", "assumption_set")
        .get_or_create(
            user=user,
            scheme=scheme,
            defaults={"organisation": scheme.organisation, "typed": typed},
        )
    )
    return draft


def keep_typed(*, draft: Draft, typed: Typed) -> None:
    """Keep what is in the boxes; what was there before can be brought back."""
    changed = {**draft.typed, **typed}
    # a box that is not ticked is not posted at all
    changed |= {name: "" for name in draft.typed if name.endswith("-on") and name not in typed}
    if changed == draft.typed:
        return
    draft.undo = [*draft.undo, draft.typed][-MOST_UNDO:]
    draft.typed = changed
    draft.save(update_fields=["undo", "typed", "changed_at"])


def keep_good(*, draft: Draft) -> None:
    """What is typed can be priced: fall back on it when something later cannot."""
    if draft.good != draft.typed:
        draft.good = draft.typed
        draft.save(update_fields=["good"])


def undo(*, draft: Draft) -> bool:
    """Bring back the sheet as it was before the last change."""
    if not draft.undo:
        return False
    *draft.undo, draft.typed = draft.undo
    draft.save(update_fields=["undo", "typed", "changed_at"])
    return True


def put_on_sheet(*, draft: Draft, typed: Typed) -> None:
    """Put terms that were found elsewhere on the sheet, as a new package; undo brings the old sheet back."""
    _replace(draft, typed=draft.typed | typed | {"name": "", "note": ""}, package=None, assumptions=None)


def start_afresh(*, draft: Draft, risks: list[BenefitRisk]) -> None:
    """An empty sheet on the current assumptions; the old one can be brought back by undo."""
    _replace(draft, typed=first_sheet(draft.scheme, risks), package=None, assumptions=None)


def close_package(*, draft: Draft) -> None:
    """Go on with the same sheet as a new package."""
    draft.typed = draft.typed | {"note": own_note(draft)}
    draft.package, draft.package_version, draft.started = None, None, {}
    if draft.assumption_set is not None and draft.assumption_set.is_current:
        draft.assumption_set = None
    draft.save(
        update_fields=["typed", "package", "package_version", "started", "assumption_set", "changed_at"]
    )


def own_note(draft: Draft) -> str:
    """The note as a new package takes it: one that only came along with the opened package stays there."""
    note = draft.typed.get("note", "").strip()
    came_along = draft.package_id is not None and note.split() == draft.started.get("note", "").split()
    return "" if came_along else note


def use_current_assumptions(*, draft: Draft) -> None:
    """Price the sheet on the current assumptions; one with a saved package stays on these until asked."""
    draft.assumption_set = current_set(scheme=draft.scheme) if draft.package_id else None
    draft.save(update_fields=["assumption_set", "changed_at"])


@transaction.atomic
def open_package(*, draft: Draft, package: Package, as_copy: bool = False) -> None:
    """Put a saved package on the sheet, to look at, change or copy."""
    risks = list(package.assumption_set.risks.select_related("linked_to"))
    typed = sheet_of(package, chosen_of(package), risks)
    if as_copy:
        typed |= {"name": free_name(scheme=package.scheme, wanted=package.name), "note": ""}
    _replace(
        draft,
        typed=typed,
        package=None if as_copy else package,
        # A new sheet follows the current assumptions; one with a saved package stays on the package's own.
        assumptions=None if as_copy and package.assumption_set.is_current else package.assumption_set,
    )
    if as_copy:
        record_package(What.PACKAGE_COPIED, package)


@transaction.atomic
def stay_with(*, draft: Draft, package: Package) -> None:
    """Open what was just saved from `draft` on it, unless something else was put on the sheet meanwhile.

    Saving takes a moment. A copy that was laid on the sheet in that moment stays a new package: were what was
    saved opened over it, the next save would overwrite that. What was typed into the same sheet meanwhile
    stays as well.
    """
    now = Draft.objects.of(draft.organisation).select_for_update().get(pk=draft.pk)
    same = (now.package_id, now.package_version) == (draft.package_id, draft.package_version)
    if not same or now.typed.get("name") != draft.typed.get("name"):
        draft.refresh_from_db()
        return
    typed = now.typed if now.typed != draft.typed else None
    draft.undo = now.undo
    open_package(draft=draft, package=package)
    if typed is not None:
        keep_typed(draft=draft, typed=typed)


def _replace(
    draft: Draft, *, typed: Typed, package: Package | None, assumptions: AssumptionSet | None
) -> None:
    if draft.typed != typed:
        draft.undo = [*draft.undo, draft.typed][-MOST_UNDO:]
    draft.typed = typed
    draft.good = typed
    draft.package = package
    draft.package_version = package.version if package else None
    draft.started = typed if package else {}
    draft.assumption_set = assumptions
    draft.save()


@transaction.atomic
def take_choice(
    *, draft: Draft, typed: Typed, started: Typed, seen_version: int, assumptions: AssumptionSet
) -> None:
    """Put on the sheet what was chosen out of mine and theirs; `started` is theirs as it was seen."""
    keep_typed(draft=draft, typed=typed)
    draft.package_version, draft.started, draft.assumption_set = seen_version, started, assumptions
    draft.save(update_fields=["package_version", "started", "assumption_set", "changed_at"])


# ---- packages ----------------------------------------------------------------------------------------------
def free_name(*, scheme: Scheme, wanted: str) -> str:
    """`wanted`, or `wanted 2`, `wanted 3` ... whichever no package of the scheme has."""
    taken = set(Package.objects.beside(scheme).kept().filter(scheme=scheme).values_list("name", flat=True))
    names = (
        wanted if number == 1 else f"{wanted[: LONGEST_NAME - 5]} {number}" for number in range(1, 10_000)
    )
    return next(name for name in names if name not in taken)


@transaction.atomic
def save_package(
    *,
    scheme: Scheme,
    assumption_set: AssumptionSet,
    chosen: Chosen,
    name: str,
    note: str,
    user: User | None,
    package: Package | None = None,
    seen_version: int | None = None,
) -> Package:
    """Save a package, price it, and start what has to be simulated.

    With `package`, that one is changed if nobody saved it since `seen_version` was shown.

    Raises
    ------
    StaleEdit
        Somebody else saved it first; nothing is written.
    NameTaken
        Another package of the scheme has this name.
    """
    columns = _columns(assumption_set, chosen, name=name, note=note, user=user)
    before = package_snapshot(package) if package is not None else None
    if package is None:
        package = Package(organisation=scheme.organisation, scheme=scheme, **columns)
        _check_name(package)
        try:
            with transaction.atomic():
                package.save()
        except IntegrityError:
            _check_name(package)  # somebody took the name between the look and the write
            raise
    else:
        _check_name(_as_if(package, columns))
        if package.deleted_at is not None or seen_version is None:
            raise StaleEdit(theirs=None)
        package = save_if_unchanged(row=package, seen_version=seen_version, changes=columns)
        package.terms.all().delete()
    risks = list(assumption_set.risks.select_related("linked_to"))
    BenefitTerms.objects.bulk_create(
        _terms_row(package, risk, chosen.terms.get(risk.key, ChosenTerms(covered=False))) for risk in risks
    )
    freeze(assumption_set=assumption_set)
    _price(package, risks, chosen, user)
    start_simulation(package=package, user=user)
    what = What.PACKAGE_CREATED if before is None else What.PACKAGE_CHANGED
    record_package(what, package, before=before, after=package_snapshot(package))
    return package


def _columns(
    assumption_set: AssumptionSet, chosen: Chosen, *, name: str, note: str, user: User | None
) -> dict[str, Any]:
    return {
        "assumption_set": assumption_set,
        "name": name,
        "note": note,
        "persons": chosen.persons,
        "family_sizes": dict(chosen.family_sizes),
        "share_in_large": chosen.share_in_large,
        "chance_of_bankruptcy": chosen.chance_of_bankruptcy,
        "admin_rate": chosen.admin_rate,
        "large_family_discount": chosen.large_family_discount,
        "further_loadings": [{"name": name, "rate": rate} for name, rate in chosen.further_loadings],
        "risk_basis": chosen.risk_basis,
        "carried_from": chosen.carried_from,
        "family_cap": _cap(chosen.family_cap),
        "saved_by": user,
    }


def _as_if(package: Package, columns: dict[str, Any]) -> Package:
    changed = Package(pk=package.pk, organisation=package.organisation, scheme=package.scheme, **columns)
    # so that its own present row is not taken for another of the same name
    changed._state.adding = False
    return changed


def _check_name(package: Package) -> None:
    try:
        package.validate_constraints()
    except ValidationError as refused:
        raise NameTaken(" ".join(refused.messages)) from refused


def _terms_row(package: Package, risk: BenefitRisk, terms: ChosenTerms) -> BenefitTerms:
    return BenefitTerms(
        organisation=package.organisation,
        package=package,
        benefit_risk=risk,
        label=terms.label,
        covered=terms.covered,
        threshold=_money(terms.threshold),
        copay=terms.copay,
        event_cap=_cap(terms.event_cap),
        cap_basis=terms.cap_basis,
        family_cap=_cap(terms.family_cap),
        fixed_amount=_money(terms.fixed_amount),
        rate=_money(terms.rate),
        start_day=terms.start_day,
        last_day=terms.last_day,
    )


def _money(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal("0.01"))


def _cap(value: float | None) -> Decimal | None:
    return None if value is None else _money(value)


def _price(package: Package, risks: list[BenefitRisk], chosen: Chosen, user: User | None) -> None:
    """Freeze what the package costs now, with the case that reproduces it."""
    case = build_case(risks=risks, chosen=chosen, name=package.name, currency=package.scheme.currency)
    exact_only = replace(case, simulation=None)
    Premium.objects.create(
        organisation=package.organisation,
        package=package,
        package_version=package.version,
        case=case_to_json(case),
        answer=answer_case(exact_only),
        content_hash=case_hash(exact_only),
        engine_version=ENGINE_VERSION,
        saved_by=user,
    )


@transaction.atomic
def start_simulation(*, package: Package, user: User | None) -> None:
    """Ask for what of this package is not simulated yet; nothing runs when all of it is known."""
    risks = list(package.assumption_set.risks.select_related("linked_to"))
    case = build_case(risks=risks, chosen=chosen_of(package))
    before = package.simulation_id
    package.simulation = ask_for(organisation=package.organisation, package=case.package, user=user)
    package.save(update_fields=["simulation"])
    if package.simulation_id not in {None, before}:
        record_package(What.RUN_STARTED, package)


@transaction.atomic
def cancel_simulation(*, package: Package) -> bool:
    """Stop the package's run; one that others wait for goes on without it. Says whether it stopped.

    Raises `JobAlreadyFinished` when there is nothing to stop any more.
    """
    if package.simulation is None:
        return True
    run = jobs.hold(Job.objects.beside(package).filter(pk=package.simulation.pk))
    shared = run is not None and run.is_live and _also_waiting(package).exists()
    if shared:
        package.simulation = None
        package.save(update_fields=["simulation"])
    else:
        jobs.cancel(job=package.simulation)
    record_package(What.RUN_CANCELLED, package)
    return not shared


def _also_waiting(package: Package) -> QuerySet[Package]:
    others = Package.objects.beside(package).kept().exclude(pk=package.pk)
    return others.filter(simulation=package.simulation_id)


@transaction.atomic
def simulate_again(*, package: Package, user: User | None) -> None:
    """Try a run again that needs attention, or start one where there is none.

    A question that was refused would be refused again: it is put anew, to the engine there is now.
    """
    run = package.simulation
    if run is not None and run.status == Status.NEEDS_ATTENTION and run.reason != Reason.REFUSED:
        package.simulation = jobs.retry(job=run)
        package.save(update_fields=["simulation"])
        record_package(What.RUN_RETRIED, package)
    else:
        start_simulation(package=package, user=user)


@transaction.atomic
def delete_package(*, package: Package) -> None:
    """Put a package away; `restore_package` brings it back for 30 days."""
    package.deleted_at = timezone.now()
    package.save(update_fields=["deleted_at", "changed_at"])
    record_package(What.PACKAGE_DELETED, package)


@transaction.atomic
def restore_package(*, package: Package) -> Package:
    """Bring back a deleted package, under a new name if its own was taken meanwhile."""
    package.name = free_name(scheme=package.scheme, wanted=package.name)
    package.deleted_at = None
    package.save(update_fields=["name", "deleted_at", "changed_at"])
    record_package(What.PACKAGE_RESTORED, package)
    return package
