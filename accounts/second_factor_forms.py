"""The six digits of an authenticator app, or one of the recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.second_factor import spend_code


class CodeBox(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none"}
        super().__init__(
            max_length=40,
            error_messages={"required": _("Nothing was typed. Type the code.")},
            widget=forms.TextInput(attrs=attrs),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        cleaned: str = super().clean(value)
        return "".join(cleaned.split())


class WorksOnce:
    """A code that was used is refused for as long as it would still fit, and so is an older one."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not spend_code(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(WorksOnce, base.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeBox(
            label=_("Code"), help_text=_("The six digits from your authenticator app, or a recovery code.")
        )
        self.fields["code"].widget.attrs["autofocus"] = not self.is_bound


class CodeAgainForm(WorksOnce, base.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeBox(
            label=_("Code"), help_text=_("The six digits from your authenticator app, or a recovery code.")
        )


class SetUpForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeBox(label=_("The six digits that the app shows now"))

    @property
    def spelt_secret(self) -> str:
        """The key in groups of four, to type where nothing can be scanned."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))
