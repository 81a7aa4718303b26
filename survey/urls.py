"""Addresses of `survey`."""

from django.urls import path

from survey import (
    adopt_views,
    estimate_views,
    instrument_views,
    mapping_views,
    problem_views,
    typed_views,
    views,
)

app_name = "survey"
urlpatterns = [
    path("schemes/<uuid:scheme_id>/surveys/", views.surveys, name="surveys"),
    path("schemes/<uuid:scheme_id>/surveys/upload/", views.upload, name="upload"),
    path("schemes/<uuid:scheme_id>/figures-without-survey/", typed_views.typed, name="typed"),
    path("questionnaires/<slug:name>/", instrument_views.instrument, name="instrument"),
    path("surveys/<uuid:survey_id>/", views.survey, name="survey"),
    path("surveys/<uuid:survey_id>/progress/", views.progress, name="progress"),
    path("surveys/<uuid:survey_id>/read-again/", views.read_again, name="read_again"),
    path("surveys/<uuid:survey_id>/stop/", views.stop, name="stop_reading"),
    path("surveys/<uuid:survey_id>/discard/", views.discard, name="discard"),
    path("surveys/<uuid:survey_id>/columns/", mapping_views.columns, name="columns"),
    path("surveys/<uuid:survey_id>/mapping.json", mapping_views.mapping_file, name="mapping"),
    path("surveys/<uuid:survey_id>/problems/", problem_views.problems, name="problems"),
    path("surveys/<uuid:survey_id>/problems.csv", problem_views.problems_file, name="problems_file"),
    path("surveys/<uuid:survey_id>/correct/", problem_views.correct, name="correct"),
    path("surveys/<uuid:survey_id>/undo/", problem_views.undo, name="undo"),
    path("surveys/<uuid:survey_id>/files/<uuid:file_id>/", views.download, name="download"),
    path("surveys/<uuid:survey_id>/delete-rows/", views.forget, name="forget"),
    path("surveys/<uuid:survey_id>/keep/", views.keep_longer, name="keep_longer"),
    path("surveys/<uuid:survey_id>/estimate/", estimate_views.estimate, name="estimate"),
    path("estimates/<uuid:estimates_id>/", estimate_views.estimates, name="estimates"),
    path("estimates/<uuid:estimates_id>/progress/", estimate_views.progress, name="fitting"),
    path("estimates/<uuid:estimates_id>/stop/", estimate_views.stop, name="stop_fitting"),
    path("estimates/<uuid:estimates_id>/families/", estimate_views.families, name="families"),
    path("estimates/<uuid:estimates_id>/take-over/", adopt_views.take_over, name="take_over"),
    path(
        "estimates/<uuid:estimates_id>/estimates.json", estimate_views.estimates_file, name="estimates_file"
    ),
    path("estimates/<uuid:estimates_id>/<slug:key>/", estimate_views.benefit, name="benefit"),
]
