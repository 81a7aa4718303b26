"""Asking for simulations: only what is not known yet is ever simulated."""

from __future__ import annotations

from accounts.models import Organisation, User
from jobs import actions as jobs
from jobs.models import Job, Status
from simulation.engine import ENGINE_VERSION
from simulation.engine.package import Package
from simulation.kinds import SIMULATION
from simulation.models import Moments
from simulation.questions import GroupQuestion, menu_hash, package_to_json
from simulation.runs import SEED, families_asked_for, find


def ask_for(*, organisation: Organisation, package: Package, user: User | None = None) -> Job | None:
    """Make sure that every group of the package is simulated or being simulated; None when all is known.

    The default menu of terms of each benefit is priced in the same run on the same families, where it is not
    known yet.
    """
    found = find(organisation=organisation, package=package)
    missing = found.missing
    if not missing:
        return None
    damaged = [row.pk for row in found.stored.values() if row.is_damaged]
    Moments.objects.of(organisation).filter(pk__in=damaged).delete()
    menus = _unknown_menus(organisation, missing)
    question = {
        "engine": ENGINE_VERSION,
        "families": families_asked_for(),
        "seed": str(SEED),
        "groups": [
            {
                "package": package_to_json(asked.group),
                "risk_hash": asked.risk_hash,
                "terms_hash": asked.terms_hash,
                # a string, since not every JSON reader keeps 64-bit whole numbers
                "seed": str(asked.seed),
                # the default menu follows from the benefit: its name says all
                "menus": menu,
            }
            for asked, menu in zip(missing, menus, strict=True)
        ],
    }
    job = jobs.submit(organisation=organisation, kind=SIMULATION, question=question, user=user)
    if job.status == Status.DONE and find(organisation=organisation, package=package).missing:
        # Answered once, but the answer was lost or damaged since: ask anew.
        job.delete()
        job = jobs.submit(organisation=organisation, kind=SIMULATION, question=question, user=user)
    return job


def _unknown_menus(organisation: Organisation, missing: tuple[GroupQuestion, ...]) -> list[list[str]]:
    """Names of the benefits of each group whose default menu has no moments yet; one query for all."""
    known = set(
        Moments.objects.of(organisation)
        .filter(
            risk_hash__in={asked.risk_hash for asked in missing},
            root_seed=str(SEED),
            families=families_asked_for(),
        )
        .values_list("risk_hash", "asked_hash")
    )
    return [
        [
            benefit.name
            for benefit in asked.group.benefits
            if benefit.covered and (asked.risk_hash, menu_hash(benefit)) not in known
        ]
        for asked in missing
    ]
