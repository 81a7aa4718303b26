"""What this site does its own way where django-allauth asks."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from smtplib import SMTPException
from typing import Any

import qrcode
import qrcode.image.svg
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor, sign_ins, throttle
from accounts.languages import speaking_to
from accounts.limits import waiting_time

logger = logging.getLogger(__name__)
CHECK_BOTH = gettext_lazy(
    "This name and password do not belong together. Check both; capital letters matter."
)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": CHECK_BOTH,
        "username_password_mismatch": CHECK_BOTH,
        "enter_current_password": gettext_lazy("This is not your present password. Capital letters matter."),
        "incorrect_password": gettext_lazy("This is not your password. Capital letters matter."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "too_many_login_attempts": gettext_lazy("Too many wrong tries. Wait 5 minutes, then try again."),
        "rate_limited": gettext_lazy("Too many wrong tries. Wait 5 minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Accounts are made by invitation only."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """These pages answer as pages, never as JSON."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return throttle.client_address(request)

    def is_safe_url(self, url: str) -> bool:
        """Back to an address of the host that was asked, and to no other."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        typed = credentials.get("username") or credentials.get("email") or ""
        return throttle.account_and_address(request, typed)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        key = self._get_login_attempts_cache_key(request, **credentials)
        self._login_failed_rl_usage = throttle.use_one(request, key)
        if self._login_failed_rl_usage is None:
            raise ValidationError(
                _("Too many wrong passwords. Wait %(time)s, then try again. The right password works then.")
                % {"time": waiting_time(throttle.seconds_to_wait(request, key))},
                code="too_many_login_attempts",
            )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_ins.failed(typed=credentials.get("username") or credentials.get("email") or "")
        super().authentication_failed(request, **credentials)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """The password is asked for again unless it was typed just now, at sign-in too."""
        request = self.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            with speaking_to(context.get("user")):
                super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as problem:
            # What was done stays done; whoever looks after the site finds the reason here.
            logger.error("an e-mail could not be sent: %s", type(problem).__name__)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return "/account/"


class MfaAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy(
            "This code does not fit. Type the six digits that the app shows now; each code works once."
        ),
        "cannot_delete_authenticator": gettext_lazy(
            "Administrators need the second factor here. Ask another administrator to change your role first."
        ),
    }

    def get_totp_issuer(self) -> str:
        return "CBHI Premiums"

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> SafeString:
        """A QR code that stands in the page itself: dark squares on a white ground, no script, no style."""
        code = qrcode.QRCode(image_factory=qrcode.image.svg.SvgPathImage, border=4)
        code.add_data(url)
        code.make()
        return mark_safe(  # noqa: S308  every part is a number
            render_to_string(
                "mfa/_qr.svg", {"squares": list(_dark(code.get_matrix())), "size": len(code.get_matrix())}
            )
        )

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not second_factor.is_required_of(authenticator.user)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _dark(matrix: list[list[bool]]) -> list[tuple[int, int]]:
    return [(x, y) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark]


def _cipher() -> MultiFernet:
    """A stolen copy of the database alone does not open the second factor."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"second factor:" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
