"""Signing in with a user name or an e-mail address, whichever a person remembers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    username = forms.CharField(
        label=_("User name or e-mail"),
        max_length=254,
        error_messages={"required": _("Nothing was typed. Type your user name or your e-mail address.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        error_messages={"required": _("Nothing was typed. Type your password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django puts the cursor here; after a refusal it belongs on the summary of what is wrong.
        self.fields["username"].widget.attrs["autofocus"] = not self.is_bound

    def clean_username(self) -> str:
        """The user name behind what was typed; an address that several people share names nobody."""
        typed: str = self.cleaned_data["username"].strip()
        if "@" not in typed or User.objects.filter(username=typed).exists():
            return typed
        found = list(User.objects.filter(email__iexact=typed).values_list("username", flat=True)[:2])
        return found[0] if len(found) == 1 else typed

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(
            _("This name and password do not belong together. Check both; capital letters matter."),
            code="invalid_login",
        )


class OrganisationForm(forms.Form):
    """Which of one's organisations to act for."""

    organisation = forms.UUIDField()
