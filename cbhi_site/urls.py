"""The addresses of the site; each room keeps its own."""

from django.urls import include, path

from cbhi_site import pages, reports, status_page, trail_page, wellknown
from cbhi_site.guides import glossary_views, help_views

handler400 = "cbhi_site.errors.bad_request"
handler500 = "cbhi_site.errors.server_error"

urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", help_views.help_page, name="help"),
    path("words/", glossary_views.words, name="words"),
    path("help/<slug:key>/", help_views.topic, name="help_topic"),
    path("", include("cbhi_site.guides.urls")),
    path("trail/", trail_page.trail, name="trail"),
    path("trail/lines.csv", trail_page.trail_csv, name="trail_csv"),
    path("status/", status_page.status, name="status"),
    path("status/<uuid:job_id>/retry/", status_page.retry, name="status_retry"),
    path("csp-report/", reports.csp_report, name="csp_report"),
    path(".well-known/security.txt", wellknown.security_txt, name="security_txt"),
    path(".well-known/security-policy.txt", wellknown.security_policy, name="security_policy"),
    path("jobs/", include("jobs.urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.allauth_urls")),
    path("", include("offline.urls")),
    path("", include("whatif.urls")),
    path("", include("explained.urls")),
    path("", include("experience.urls")),
    path("", include("workshop.urls")),
    path("", include("calculator.urls")),
    path("", include("survey.urls")),
    path("", include("simulation.urls")),
    path("", include("schemes.urls")),
]
