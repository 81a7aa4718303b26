"""Addresses of the guides and of the training example."""

from django.urls import path

from cbhi_site.guides import views

app_name = "guides"
urlpatterns = [
    path("guides/<slug:key>/", views.guide, name="guide"),
    path("training/", views.trainings, name="trainings"),
    path("training/new/", views.new_training, name="new_training"),
    path("schemes/<uuid:scheme_id>/training/", views.training, name="training"),
]
