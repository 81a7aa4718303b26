"""Addresses of `experience`."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "experience"
urlpatterns: list[URLPattern] = []
