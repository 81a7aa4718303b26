"""A package whose simulation has landed, and who reads and signs its dossier."""

from __future__ import annotations

from accounts.models import Role
from calculator import queries, review_actions
from calculator.dossier import Dossier
from calculator.dossier_findings import QUESTIONS
from calculator.models import Package
from calculator.package_page import PackagePage
from calculator.packages import line_of
from jobs.models import Job
from tests.makers import every, make_member
from tests.simulation.test_runs import run

TYPED = {
    "name": "Asha Rao",
    "title": "Consulting actuary",
    "body": "Institute of Actuaries of India",
    "statement": "accepted",
    "remarks": "",
    "confirmed": list(QUESTIONS),
}


def simulate(package: Package) -> None:
    """Let every run of the package's organisation land."""
    for job in every(Job).filter(organisation=package.organisation):
        run(job)


def complete(package: Package) -> Package:
    return queries.find_package(organisation=package.organisation, package_id=package.pk)


def dossier_of(package: Package, *, open_comments: int = 0) -> Dossier:
    return Dossier(PackagePage(line_of(complete(package))), open_comments=open_comments)


def reviewer_of(package: Package):
    return make_member(package.organisation, role=Role.REVIEWER)


def signature(dossier: Dossier, **typed) -> review_actions.Signature:
    values = {**TYPED, "exception": "", "seen": dossier.content_hash, **typed}
    return review_actions.Signature(**{**values, "confirmed": tuple(values["confirmed"])})


def sign(package: Package, user=None, **typed):
    dossier = dossier_of(package)
    return review_actions.sign(
        dossier=dossier, user=user or reviewer_of(package), signature=signature(dossier, **typed)
    )
