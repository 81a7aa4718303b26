"""The addresses of the site; each room keeps its own."""

from django.urls import include, path

from cbhi_site import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", pages.help_page, name="help"),
    path("jobs/", include("jobs.urls")),
    path("", include("accounts.urls")),
    path("", include("calculator.urls")),
    path("", include("survey.urls")),
    path("", include("simulation.urls")),
    path("", include("schemes.urls")),
]
