"""Addresses of `simulation`."""

from django.urls import URLPattern

app_name = "simulation"
urlpatterns: list[URLPattern] = []
