"""Addresses of `experience`."""

from django.urls import path

from experience import (
    entry_views,
    letter_views,
    open_book_views,
    projection_views,
    provider_views,
    rerate_views,
    views,
    watch_views,
)

app_name = "experience"
urlpatterns = [
    path("portfolio/", views.portfolio, name="portfolio"),
    path("letter/", letter_views.letter, name="letter"),
    path("schemes/<uuid:scheme_id>/years/", views.years, name="years"),
    path("schemes/<uuid:scheme_id>/years/open/", views.open_year, name="open_year"),
    path("schemes/<uuid:scheme_id>/years/import/", entry_views.import_file, name="import"),
    path("schemes/<uuid:scheme_id>/projection/", projection_views.projection, name="projection"),
    path("schemes/<uuid:scheme_id>/providers/", provider_views.providers, name="providers"),
    path("providers/<uuid:decision_id>/", provider_views.provider, name="provider"),
    path("providers/<uuid:decision_id>/delete/", provider_views.delete_provider, name="delete_provider"),
    path("providers/<uuid:decision_id>/restore/", provider_views.restore_provider, name="restore_provider"),
    path("years/<uuid:year_id>/", views.year, name="year"),
    path("years/<uuid:year_id>/figures/", views.figures, name="figures"),
    path("years/<uuid:year_id>/claims/<int:month>/", entry_views.claims, name="claims"),
    path("years/<uuid:year_id>/claims.csv", entry_views.claims_csv, name="claims_csv"),
    path("years/<uuid:year_id>/paste/", entry_views.paste, name="paste"),
    path("years/<uuid:year_id>/close/", views.close, name="close"),
    path("years/<uuid:year_id>/history/", views.history, name="history"),
    path("years/<uuid:year_id>/watch/", watch_views.watch, name="watch"),
    path("years/<uuid:year_id>/watch/progress/", watch_views.watch_progress, name="watch_progress"),
    path("years/<uuid:year_id>/next-year/", rerate_views.next_year, name="next_year"),
    path("years/<uuid:year_id>/next-year/adopt/", rerate_views.adopt, name="adopt"),
    path("years/<uuid:year_id>/open-book/", open_book_views.book, name="open_book"),
    path("years/<uuid:year_id>/open-book/publish/", open_book_views.publish_book, name="publish_book"),
]
