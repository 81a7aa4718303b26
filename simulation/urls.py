"""Addresses of `simulation`."""

from django.urls import path

from simulation import views

app_name = "simulation"
urlpatterns = [
    path("schemes/<uuid:scheme_id>/assumptions/", views.assumptions, name="assumptions"),
    path("schemes/<uuid:scheme_id>/assumptions/versions/<int:number>/", views.version, name="version"),
    path(
        "schemes/<uuid:scheme_id>/assumptions/versions/<int:number>/current/",
        views.use_version,
        name="use_version",
    ),
    path("schemes/<uuid:scheme_id>/assumptions/add/", views.add_benefit, name="add_benefit"),
    path("benefits/<uuid:risk_id>/", views.edit_benefit, name="edit_benefit"),
    path("benefits/<uuid:risk_id>/move/", views.move_benefit, name="move_benefit"),
    path("removed-benefits/<uuid:removed_id>/bring-back/", views.bring_back, name="bring_back"),
    path("benefits/<uuid:risk_id>/remove/", views.remove_benefit, name="remove_benefit"),
]
