"""Tells Django of the app; it has no tables of its own."""

from __future__ import annotations

from django.apps import AppConfig


class ExplainedConfig(AppConfig):
    name = "explained"
