"""Addresses of `workshop`."""

from django.urls import path

from workshop import compare_views, pay_views, shortlist_views

app_name = "workshop"
urlpatterns = [
    path("schemes/<uuid:scheme_id>/compare/", compare_views.compare, name="compare"),
    path("schemes/<uuid:scheme_id>/what-can-we-pay/", pay_views.pay, name="pay"),
    path("schemes/<uuid:scheme_id>/what-can-we-pay/take/", pay_views.take, name="pay_take"),
    path("schemes/<uuid:scheme_id>/shortlist/", shortlist_views.shortlist, name="shortlist"),
    path("packages/<uuid:package_id>/shortlist/", shortlist_views.add, name="shortlist_add"),
    path("shortlist/<uuid:entry_id>/move/", shortlist_views.move, name="shortlist_move"),
    path("shortlist/<uuid:entry_id>/remove/", shortlist_views.remove, name="shortlist_remove"),
]
