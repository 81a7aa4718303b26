"""Ties what follows on signing in to the signals that say it happened."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import (  # noqa: PLC0415  after the apps
            password_changed,
            password_reset,
            user_logged_in,
        )
        from allauth.mfa.signals import authenticator_added, authenticator_removed  # noqa: PLC0415
        from django.contrib.auth.signals import user_logged_in as session_begun  # noqa: PLC0415

        from accounts import sign_ins  # noqa: PLC0415

        session_begun.connect(sign_ins.on_session_begun)
        user_logged_in.connect(sign_ins.on_signed_in)
        password_changed.connect(sign_ins.on_password_changed)
        password_reset.connect(sign_ins.on_password_changed)
        authenticator_added.connect(sign_ins.on_factor_added)
        authenticator_removed.connect(sign_ins.on_factor_removed)
