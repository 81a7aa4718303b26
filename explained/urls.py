"""Addresses of `explained`."""

from django.urls import path

from explained import views

app_name = "explained"
urlpatterns = [
    path("packages/<uuid:package_id>/explained/", views.package, name="package"),
    path("packages/<uuid:package_id>/explained.pdf", views.package_pdf, name="package_pdf"),
]
