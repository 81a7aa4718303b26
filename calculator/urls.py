"""Addresses of `calculator`."""

from django.urls import path

from calculator import package_views, views

app_name = "calculator"
urlpatterns = [
    path("schemes/<uuid:scheme_id>/calculator/", views.sheet, name="sheet"),
    path("schemes/<uuid:scheme_id>/calculator/sure/", views.sure, name="sure"),
    path("schemes/<uuid:scheme_id>/calculator/movers/", views.what_moves_it, name="movers"),
    path("schemes/<uuid:scheme_id>/packages/", package_views.packages, name="packages"),
    path("schemes/<uuid:scheme_id>/compare/", package_views.compare, name="compare"),
    path("schemes/<uuid:scheme_id>/runs/", package_views.runs, name="runs"),
    path("packages/<uuid:package_id>/", package_views.package, name="package"),
    path("packages/<uuid:package_id>/sure/", package_views.package_sure, name="package_sure"),
    path("packages/<uuid:package_id>/open/", package_views.open_package, name="open"),
    path("packages/<uuid:package_id>/copy/", package_views.copy_package, name="copy"),
    path("packages/<uuid:package_id>/delete/", package_views.delete_package, name="delete"),
    path("packages/<uuid:package_id>/restore/", package_views.restore_package, name="restore"),
    path("packages/<uuid:package_id>/case.json", package_views.package_case, name="case"),
    path("packages/<uuid:package_id>/lines.csv", package_views.package_csv, name="csv"),
    path("packages/<uuid:package_id>/run/", package_views.run, name="run"),
    path("packages/<uuid:package_id>/run/progress/", package_views.progress, name="progress"),
    path("packages/<uuid:package_id>/run/cancel/", package_views.cancel, name="cancel"),
    path("packages/<uuid:package_id>/run/retry/", package_views.retry, name="retry"),
]
