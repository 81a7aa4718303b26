"""A saved package on the newest assumptions: the same terms, another price."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import ActionRefused
from calculator.actions import free_name, save_package
from calculator.cases import build_case, chosen_of
from calculator.models import Package
from simulation.engine.refusal import Refused
from simulation.queries import current_set


class IsNewest(ActionRefused):
    message = _("This package is priced on the newest assumptions already.")


class CannotBePriced(ActionRefused):
    """The engine refuses the terms on the new assumptions (a tail without a limit needs a cap, for one)."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            gettext(
                "On the newest assumptions these terms cannot be priced: %(problem)s. Open it in the "
                "calculator."
            )
            % {"problem": problem}
        )


@transaction.atomic
def reprice(
    *, package: Package, seen_version: int, as_copy: bool, user: User | None
) -> tuple[Package, list[str]]:
    """The package saved anew, and the names of covered benefits that the assumptions no longer have.

    Raises
    ------
    StaleEdit
        Somebody else saved it since `seen_version` was shown.
    CannotBePriced, IsNewest
    """
    scheme = package.scheme
    now = current_set(scheme=scheme)
    if now.pk == package.assumption_set_id:
        raise IsNewest
    chosen = chosen_of(package)
    risks = list(now.risks.select_related("linked_to"))
    keys = {risk.key for risk in risks}
    old = {row.benefit_risk.key: str(row) for row in package.terms.select_related("benefit_risk")}
    missing = [old[key] for key, terms in chosen.terms.items() if terms.covered and key not in keys]
    chosen = replace(chosen, terms={key: terms for key, terms in chosen.terms.items() if key in keys})
    try:
        build_case(risks=risks, chosen=chosen)
    except Refused as refused:
        raise CannotBePriced(str(refused)) from refused
    saved = save_package(
        scheme=scheme,
        assumption_set=now,
        chosen=chosen,
        name=free_name(scheme=scheme, wanted=package.name) if as_copy else package.name,
        note=package.note,
        user=user,
        package=None if as_copy else package,
        seen_version=None if as_copy else seen_version,
    )
    return saved, missing
