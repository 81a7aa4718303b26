"""Addresses of `workshop`."""

from django.urls import path

from workshop import board_views, compare_views, handover_views, pay_views, shortlist_views
from workshop.choice_urls import urlpatterns as of_choices
from workshop.session_urls import urlpatterns as of_sessions

app_name = "workshop"
urlpatterns = [
    path("schemes/<uuid:scheme_id>/board/", board_views.board, name="board"),
    path("schemes/<uuid:scheme_id>/board/wheel/", board_views.wheel, name="wheel"),
    path("schemes/<uuid:scheme_id>/board/publish/", board_views.publish_board, name="publish_board"),
    path("schemes/<uuid:scheme_id>/board/<slug:kind>.pdf", board_views.board_pdf, name="board_pdf"),
    path("packages/<uuid:package_id>/member-sheet/", board_views.member_sheet, name="member_sheet"),
    path(
        "packages/<uuid:package_id>/member-sheet.pdf", board_views.member_sheet_pdf, name="member_sheet_pdf"
    ),
    path("schemes/<uuid:scheme_id>/hand-over/", handover_views.handover, name="handover"),
    path("schemes/<uuid:scheme_id>/everything.zip", handover_views.everything, name="everything"),
    path(
        "packages/<uuid:package_id>/hand-over/<slug:file>/", handover_views.package_file, name="handover_file"
    ),
    path("schemes/<uuid:scheme_id>/compare/", compare_views.compare, name="compare"),
    path("schemes/<uuid:scheme_id>/what-can-we-pay/", pay_views.pay, name="pay"),
    path("schemes/<uuid:scheme_id>/what-can-we-pay/take/", pay_views.take, name="pay_take"),
    path("schemes/<uuid:scheme_id>/shortlist/", shortlist_views.shortlist, name="shortlist"),
    path("packages/<uuid:package_id>/shortlist/", shortlist_views.add, name="shortlist_add"),
    path("shortlist/<uuid:entry_id>/move/", shortlist_views.move, name="shortlist_move"),
    path("shortlist/<uuid:entry_id>/remove/", shortlist_views.remove, name="shortlist_remove"),
    *of_choices,
    *of_sessions,
]
