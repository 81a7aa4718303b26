"""Addresses of `whatif`."""

from django.urls import path

from whatif import views

app_name = "whatif"
urlpatterns = [
    path("packages/<uuid:package_id>/what-if/", views.index, name="index"),
    path("packages/<uuid:package_id>/what-if/<slug:slug>/", views.question, name="question"),
    path("packages/<uuid:package_id>/what-if/<slug:slug>/keep/", views.keep, name="keep"),
]
