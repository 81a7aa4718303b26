"""Lets boards and choices be published when the site starts."""

from __future__ import annotations

from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "workshop"

    def ready(self) -> None:
        from calculator.publish_actions import add_kind  # noqa: PLC0415  after the apps
        from workshop.board_queries import PUBLIC_BOARD  # noqa: PLC0415
        from workshop.choice_queries import PUBLIC_CHOICE  # noqa: PLC0415

        add_kind(PUBLIC_BOARD, template="workshop/public_board.html")
        add_kind(PUBLIC_CHOICE, template="workshop/public_choice.html")
