"""Addresses of sessions, votes and the played year."""

from django.urls import path

from workshop import lesson_views, play_views, session_views, vote_views

urlpatterns = [
    path("schemes/<uuid:scheme_id>/sessions/", session_views.sessions, name="sessions"),
    path("schemes/<uuid:scheme_id>/sessions/new/", session_views.new_session, name="session_new"),
    path("schemes/<uuid:scheme_id>/play/", play_views.play, name="play"),
    path("schemes/<uuid:scheme_id>/lesson/", lesson_views.lesson, name="lesson"),
    path("schemes/<uuid:scheme_id>/lesson.pdf", lesson_views.lesson_pdf, name="lesson_pdf"),
    path("sessions/<uuid:workshop_id>/", session_views.session, name="session"),
    path("sessions/<uuid:workshop_id>/edit/", session_views.edit_session, name="session_edit"),
    path("sessions/<uuid:workshop_id>/put-away/", session_views.put_away_session, name="session_put_away"),
    path("sessions/<uuid:workshop_id>/votes/", vote_views.batch, name="votes_batch"),
    path("sessions/<uuid:workshop_id>/tally/", vote_views.tally, name="tally"),
    path("sessions/<uuid:workshop_id>/tally/live/", vote_views.tally_live, name="tally_live"),
    path("sessions/<uuid:workshop_id>/tally.csv", vote_views.tally_csv, name="tally_csv"),
    path("sessions/<uuid:workshop_id>/tally-sheets.pdf", vote_views.tally_pdf, name="tally_pdf"),
    path("groups/<uuid:group_id>/", session_views.edit_group, name="group"),
    path("groups/<uuid:group_id>/put-away/", session_views.put_away_group, name="group_put_away"),
    path("groups/<uuid:group_id>/<slug:round_name>/", vote_views.votes, name="votes"),
    path("groups/<uuid:group_id>/<slug:round_name>/counts/", vote_views.counts, name="counts"),
]
