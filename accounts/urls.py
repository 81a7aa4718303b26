"""Addresses of `accounts`; those under django-allauth's own names are in `accounts.allauth_urls`."""

from django.urls import path

from accounts import (
    joining_views,
    language_views,
    organisation_views,
    own_views,
    password_link_views,
    people_views,
)

app_name = "accounts"
urlpatterns = [
    path("sign-in/go-on/", own_views.go_on, name="go_on"),
    path("sign-in/somebody-else/", own_views.somebody_else, name="somebody_else"),
    path("join/<str:token>/", joining_views.join, name="join"),
    path("new-password/<str:key>/", password_link_views.choose_password, name="choose_password"),
    path("language/", language_views.choose, name="language"),
    path("account/", own_views.account, name="account"),
    path("account/sessions/end-others/", own_views.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<int:session_id>/end/", own_views.end_session, name="end_session"),
    path("organisation/", organisation_views.switch_organisation, name="switch_organisation"),
    path("organisation/settings/", organisation_views.organisation_settings, name="organisation_settings"),
    path("people/", people_views.people, name="people"),
    path("people/<uuid:membership_id>/", people_views.member, name="member"),
    path("people/<uuid:membership_id>/off/", people_views.switch_off, name="switch_off"),
    path("people/<uuid:membership_id>/on/", people_views.switch_on, name="switch_on"),
    path(
        "people/<uuid:membership_id>/password-link/",
        password_link_views.make_password_link,
        name="password_link",
    ),
    path("people/invitations/<uuid:invitation_id>/withdraw/", people_views.withdraw, name="withdraw"),
]
