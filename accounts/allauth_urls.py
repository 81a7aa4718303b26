"""django-allauth's pages that this site uses, under addresses of its own and the names that allauth knows.

No sign-up (accounts are made by invitation) and no sign-in with other sites' accounts.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.decorators.http import require_POST

from accounts import own_views
from accounts.permissions import open_to_all, own_account

urlpatterns = [
    path("sign-in/", open_to_all(own_views.SignIn.as_view()), name="account_login"),
    path("sign-in/code/", open_to_all(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/closed/", open_to_all(account.account_inactive), name="account_inactive"),
    path("sign-out/", own_account(require_POST(account.logout)), name="account_logout"),
    path("forgotten/", open_to_all(account.password_reset), name="account_reset_password"),
    path("forgotten/sent/", open_to_all(account.password_reset_done), name="account_reset_password_done"),
    path(
        "forgotten/changed/",
        open_to_all(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        open_to_all(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("account/password/", own_account(account.password_change), name="account_change_password"),
    path("account/email/", own_account(account.email), name="account_email"),
    re_path(
        r"^account/email/(?P<key>[-:\w]+)/$",
        open_to_all(account.confirm_email),
        name="account_confirm_email",
    ),
    path("account/again/", own_account(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code/", own_account(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/second-factor/", own_views.mfa_index, name="mfa_index"),
    path(
        "account/second-factor/set-up/",
        own_account(own_views.SetUpSecondFactor.as_view()),
        name="mfa_activate_totp",
    ),
    path("account/second-factor/take-off/", own_account(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "account/second-factor/codes/", own_account(codes.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "account/second-factor/codes/new/",
        own_account(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/second-factor/codes/download/",
        own_account(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
