"""Addresses of `calculator`."""

from django.urls import path

from calculator import comment_views, package_views, publish_views, review_views, views, workbook_views

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
    path("packages/<uuid:package_id>/calculator.xlsx", workbook_views.package_excel, name="package_excel"),
    path("schemes/<uuid:scheme_id>/calculator.xlsx", workbook_views.scheme_excel, name="scheme_excel"),
    path("packages/<uuid:package_id>/run/", package_views.run, name="run"),
    path("packages/<uuid:package_id>/run/progress/", package_views.progress, name="progress"),
    path("packages/<uuid:package_id>/run/cancel/", package_views.cancel, name="cancel"),
    path("packages/<uuid:package_id>/run/retry/", package_views.retry, name="retry"),
    path("packages/<uuid:package_id>/dossier/", review_views.dossier, name="dossier"),
    path("packages/<uuid:package_id>/dossier.pdf", review_views.dossier_pdf, name="dossier_pdf"),
    path("packages/<uuid:package_id>/sign/", review_views.sign, name="sign"),
    path("sign-offs/<uuid:sign_off_id>/", review_views.sign_off, name="sign_off"),
    path("sign-offs/<uuid:sign_off_id>/dossier.pdf", review_views.sign_off_pdf, name="sign_off_pdf"),
    path("sign-offs/<uuid:sign_off_id>/figures.json", review_views.sign_off_json, name="sign_off_json"),
    path("sign-offs/<uuid:sign_off_id>/withdraw/", review_views.withdraw, name="withdraw"),
    path("packages/<uuid:package_id>/comments/", comment_views.comments, name="comments"),
    path("comments/<uuid:comment_id>/", comment_views.change_comment, name="change_comment"),
    path("comments/<uuid:comment_id>/settle/", comment_views.settle_comment, name="settle_comment"),
    path("comments/<uuid:comment_id>/delete/", comment_views.delete_comment, name="delete_comment"),
    path("comments/<uuid:comment_id>/restore/", comment_views.restore_comment, name="restore_comment"),
    path("schemes/<uuid:scheme_id>/public-links/", publish_views.public_links, name="public_links"),
    path("packages/<uuid:package_id>/publish/", publish_views.publish, name="publish"),
    path("public-links/<uuid:page_id>/revoke/", publish_views.revoke, name="revoke"),
    path("p/<str:secret>/", publish_views.public, name="public"),
]
