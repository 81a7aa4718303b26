"""Addresses of `schemes`."""

from django.urls import path

from schemes import views

app_name = "schemes"
urlpatterns = [
    path("schemes/new/", views.new, name="new"),
    path("schemes/<uuid:scheme_id>/", views.detail, name="detail"),
    path("schemes/<uuid:scheme_id>/edit/", views.edit, name="edit"),
    path("schemes/<uuid:scheme_id>/delete/", views.delete, name="delete"),
    path("schemes/<uuid:scheme_id>/restore/", views.restore, name="restore"),
]
