"""Addresses of `accounts`."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views
from accounts.permissions import own_account

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", own_account(LogoutView.as_view()), name="sign_out"),
    path("organisation/", views.switch_organisation, name="switch_organisation"),
]
