"""Addresses of `offline`."""

from django.urls import path

from offline import views

app_name = "offline"
urlpatterns = [
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("without-network/", views.away, name="away"),
    path("contact/", views.contact, name="contact"),
    path("schemes/<uuid:scheme_id>/offline/", views.kept, name="kept"),
    path("schemes/<uuid:scheme_id>/offline/keep.json", views.keep_list, name="keep_list"),
    path("schemes/<uuid:scheme_id>/offline/pack.json", views.pack, name="pack"),
    path("schemes/<uuid:scheme_id>/offline/calculator.html", views.single, name="single"),
    path("schemes/<uuid:scheme_id>/offline/sheet/", views.sheet, name="sheet"),
    path("schemes/<uuid:scheme_id>/offline/compare/", views.compare, name="compare"),
]
