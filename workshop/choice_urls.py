"""Addresses of the choice, the rules, and what is printed with them."""

from django.urls import path

from workshop import choice_print_views, choice_views, rules_views

urlpatterns = [
    path("schemes/<uuid:scheme_id>/choice/", choice_views.choice, name="choice"),
    path("packages/<uuid:package_id>/choose/", choice_views.choose, name="choose"),
    path("choices/<uuid:choice_id>/", choice_views.chosen, name="chosen"),
    path("choices/<uuid:choice_id>/close/", choice_views.close, name="choice_close"),
    path("choices/<uuid:choice_id>/resolution/", choice_print_views.resolution_page, name="resolution"),
    path("choices/<uuid:choice_id>/resolution.pdf", choice_print_views.resolution_pdf, name="resolution_pdf"),
    path("choices/<uuid:choice_id>/member-sheet/", choice_print_views.choice_sheet, name="choice_sheet"),
    path(
        "choices/<uuid:choice_id>/member-sheet.pdf",
        choice_print_views.choice_sheet_pdf,
        name="choice_sheet_pdf",
    ),
    path("choices/<uuid:choice_id>/publish/", choice_print_views.publish_choice, name="publish_choice"),
    path("schemes/<uuid:scheme_id>/rules/", rules_views.rules, name="rules"),
    path("schemes/<uuid:scheme_id>/rules/edit/", rules_views.rules_edit, name="rules_edit"),
    path("schemes/<uuid:scheme_id>/rules.pdf", rules_views.rules_pdf, name="rules_pdf"),
]
