"""The addresses of the site; each room keeps its own."""

from django.urls import include, path

from cbhi_site import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("jobs/", include("jobs.urls")),
    path("", include("accounts.urls")),
    path("", include("calculator.urls")),
    path("", include("simulation.urls")),
    path("", include("schemes.urls")),
]
