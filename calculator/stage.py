"""How far the premium, the packages and their simulation are, for each scheme, and its headline figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calculator.figures import Figures
from calculator.models import Package
from schemes.models import Scheme
from schemes.stages import Headline, StageState

Found = Mapping[UUID, Sequence[Package]]


def newest_packages(schemes: Sequence[Scheme]) -> Found:
    """The saved packages of each scheme, newest first, with the premium each was saved at.

    What the functions below say is all in here: it is read once for all of them.
    """
    packages = (
        Package.objects.beside(*schemes)
        .kept()
        .filter(scheme__in=schemes)
        .select_related("simulation")
        .with_saved_total()
        .order_by("-changed_at")
    )
    found: dict[UUID, list[Package]] = {scheme.pk: [] for scheme in schemes}
    for package in packages:
        found[package.scheme_id].append(package)
    return found


def premium_states(found: Found) -> Mapping[UUID, StageState]:
    """Done once something worth saving was found."""
    return {
        scheme_id: StageState(
            state="done" if packages else "todo",
            url=reverse("calculator:sheet", args=[scheme_id]),
            sentence=_("Priced.") if packages else _("Choose the terms; the price follows as you type."),
            action=_("To the calculator"),
        )
        for scheme_id, packages in found.items()
    }


def package_states(found: Found) -> Mapping[UUID, StageState]:
    return {
        scheme_id: StageState(
            state="done" if packages else "todo",
            url=reverse("calculator:packages", args=[scheme_id]),
            sentence=ngettext("%(n)s package is saved.", "%(n)s packages are saved.", len(packages))
            % {"n": len(packages)}
            if packages
            else _("Save the ones worth talking about."),
            action=_("Packages"),
        )
        for scheme_id, packages in found.items()
    }


def simulation_states(found: Found) -> Mapping[UUID, StageState]:
    """Something that stopped needs an answer; otherwise done when nothing waits or runs."""
    states = {}
    for scheme_id, packages in found.items():
        jobs = [package.simulation for package in packages if package.simulation is not None]
        stopped = sum(job.status == "needs_attention" for job in jobs)
        live = sum(job.is_live for job in jobs)
        cancelled = sum(job.status == "cancelled" for job in jobs)
        url = reverse("calculator:runs", args=[scheme_id])
        if stopped:
            sentence = ngettext("%(n)s simulation stopped.", "%(n)s simulations stopped.", stopped) % {
                "n": stopped
            }
            states[scheme_id] = StageState(state="warn", url=url, sentence=sentence, action=_("Look at it"))
        elif live:
            sentence = ngettext("%(n)s simulation runs.", "%(n)s simulations run.", live) % {"n": live}
            states[scheme_id] = StageState(state="todo", url=url, sentence=sentence, action=_("Watch it"))
        elif cancelled:
            sentence = ngettext(
                "%(n)s simulation was cancelled.", "%(n)s simulations were cancelled.", cancelled
            ) % {"n": cancelled}
            states[scheme_id] = StageState(state="idle", url=url, sentence=sentence, action=_("Simulation"))
        else:
            done = bool(packages)
            sentence = _("Simulated.") if done else _("Starts by itself when a package is saved.")
            states[scheme_id] = StageState(
                state="done" if done else "idle", url=url, sentence=sentence, action=_("Simulation")
            )
    return states


def headlines(schemes: Sequence[Scheme], found: Found) -> Mapping[UUID, Headline]:
    """The premium of the first of each scheme's packages, as it was saved."""
    by_scheme = {scheme.pk: scheme for scheme in schemes}
    return {
        scheme_id: Headline(
            amount=Figures(by_scheme[scheme_id], scale=total).amount(total),
            words=_("%(units)s a person a year: %(name)s")
            % {"units": by_scheme[scheme_id].money.units, "name": packages[0].name},
        )
        for scheme_id, packages in found.items()
        if packages and (total := getattr(packages[0], "saved_total", None)) is not None
    }
