"""Addresses of `jobs`."""

from django.urls import path

from jobs import views

app_name = "jobs"
urlpatterns = [
    path("<uuid:job_id>/status", views.status, name="status"),
]
