"""Gives every new scheme its first assumptions."""

from __future__ import annotations

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "simulation"

    def ready(self) -> None:
        # Models can be imported only once all apps are known.
        from schemes.actions import scheme_created  # noqa: PLC0415
        from simulation.actions import give_first_assumptions  # noqa: PLC0415

        scheme_created.connect(give_first_assumptions, dispatch_uid="simulation.first_assumptions")
